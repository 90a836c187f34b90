//! Rules about delivery time: expiration, priority and collapse ID.

use super::{Request, RequestRule, set_header};
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::{APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_PRIORITY};
use crate::apns::push_type::PushType;
use crate::lint::Found;

/// Delay, in seconds, after which a call arrives too late because the caller has hung up.
const PATIENCE_SECONDS: u64 = 60;

pub(super) const EXPIRATION_LONG: RequestRule = RequestRule {
    id: "expiration-long",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "APNs may deliver the call long after it was made",
    why: "A phone that was offline may get the call when the caller has hung up.",
    source: "Apple forums 823102; twilio/voice-quickstart-ios #308",
    fix: "Send expiration 0, which means now or never.",
    check: |request| {
        let seconds = kept(request).filter(|seconds| *seconds > PATIENCE_SECONDS)?;
        Some(Found::new(span(seconds)).fix(set_header("Use 0", APNS_EXPIRATION, "0")))
    },
};

pub(super) const EXPIRATION_SHORT: RequestRule = RequestRule {
    id: "expiration-short",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "APNs keeps the call for some seconds",
    why: "Up to 5 s were seen to reach apps that did not run, where 0 did not; longer ones come late.",
    source: "twilio/voice-quickstart-ios #260, #482",
    fix: "Keep at most 5 seconds, or send expiration 0.",
    check: |request| {
        let seconds = kept(request).filter(|seconds| (1..=PATIENCE_SECONDS).contains(seconds))?;
        // This is a choice and not a mistake, so there is no fix.
        Some(Found::new(format!("APNs keeps this push for {seconds} s.")))
    },
};

pub(super) const EXPIRATION_MISSING: RequestRule = RequestRule {
    id: "expiration-missing",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "No expiration",
    why: "APNs may keep the push for up to 30 days, and deliver an old call then.",
    source: "jchambers/pushy #739; Apple, “Sending notification requests to APNs”",
    fix: "Send expiration 0, which means now or never.",
    check: |request| {
        let missing = is_live(request) && request.expiration.is_none();
        missing.then(|| {
            Found::new("There is no expiration.").fix(set_header("Use 0", APNS_EXPIRATION, "0"))
        })
    },
};

pub(super) static PRIORITY_NOT_10: RequestRule = RequestRule {
    id: "priority-not-10",
    severity: Severity::Warning,
    certainty: Certainty::Certain,
    title: "The priority of a call is 10",
    why: "A lower one lets the phone save power first; the call may come late or never.",
    source: "flutter-webrtc/callkeep #28; Apple, “Sending notification requests to APNs”",
    fix: "Send priority 10.",
    check: |request| {
        let low = is_live(request) && request.priority != 10;
        low.then(|| {
            Found::new(format!("The priority is {}.", request.priority)).fix(set_header(
                "Use 10",
                APNS_PRIORITY,
                "10",
            ))
        })
    },
};

pub(super) const BACKGROUND_PRIORITY: RequestRule = RequestRule {
    id: "background-priority",
    severity: Severity::Error,
    certainty: Certainty::Certain,
    title: "A background push has priority 5",
    why: "Apple calls any other an error: APNs refuses it, or the phone drops it.",
    source: "node-apn/node-apn #241; malliina/mobile-push #19",
    fix: "Send priority 5.",
    check: |request| {
        let wrong = request.push_type == PushType::Background && request.priority != 5;
        let what = || format!("Push type background with priority {}.", request.priority);
        wrong.then(|| Found::new(what()).fix(set_header("Use 5", APNS_PRIORITY, "5")))
    },
};

pub(super) const COLLAPSE_ID: RequestRule = RequestRule {
    id: "collapse-id-on-call",
    severity: Severity::Note,
    certainty: Certainty::Certain,
    title: "A collapse ID does nothing for a call",
    why: "It replaces notifications on the screen; calls are told apart by their UUID.",
    source: "Apple, “Sending notification requests to APNs”",
    fix: "Leave the collapse ID out.",
    check: |request| {
        let idle = request.push_type == PushType::Voip
            && request.collapse_id.is_some_and(|id| !id.is_empty());
        let change = Change::Header {
            name: APNS_COLLAPSE_ID,
            value: None,
        };
        idle.then(|| {
            Found::new("There is a collapse ID.").fix(Some(Fix {
                label: "Leave it out",
                change,
            }))
        })
    },
};

/// Returns `true` for a push about something that happens now.
fn is_live(request: &Request<'_>) -> bool {
    matches!(request.push_type, PushType::Voip | PushType::PushToTalk)
}

/// Number of seconds for which APNs stores a live push.
fn kept(request: &Request<'_>) -> Option<u64> {
    request
        .expiration
        .filter(|_| is_live(request))
        .map(|until| until.saturating_sub(request.now))
}

fn span(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..=120 => (seconds, "s"),
        121..=7_200 => (seconds / 60, "min"),
        7_201..=172_800 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "days"),
    };
    format!("APNs keeps this push for {number} {unit}.")
}
