//! Causes on the way from APNs to the screen: priority, expiration, the phone's reach and filters.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::finding::Certainty;
use crate::apns::headers::{APNS_EXPIRATION, APNS_PRIORITY};
use crate::apns::{Outcome, PushType};
use crate::call::Situation;
use crate::call::phone::Rule;

/// Longest storage time, in seconds, after which a stored call still rings in time.
const SHORT_STORE: u64 = 5;
/// Number of accepted pushes without ringing after which iOS may have stopped delivery.
const FEW: usize = 3;

pub(super) const LOW_PRIORITY: Cause = Cause {
    id: "priority-low",
    title: "The priority is too low",
    why: "Below 10 the phone may save power first, and the call comes late or never.",
    fix: "Send priority 10.",
    source: "Apple, “Sending notification requests to APNs”; flutter-webrtc/callkeep #28",
    look: |known| {
        let because = format!("The priority was {}.", known.priority);
        match (known.push_type, known.priority) {
            (PushType::Voip, 10) => Found::ruled_out(because),
            (PushType::Voip, _) => {
                let found = Found::new(Rank::Likely).because(because);
                Some(found.header("Use 10", APNS_PRIORITY, Some("10".to_owned())))
            }
            _ => None,
        }
    },
    ..Cause::AFTER
};

pub(super) const EXPIRATION_ZERO: Cause = Cause {
    id: "expiration-zero",
    rows: &[38],
    certainty: Certainty::Likely,
    title: "APNs had one try",
    why: "Expiration 0 means now or never; some found that an app that was not running missed it, and got a push kept for 5 seconds.",
    fix: "If the call comes with the app in front only, let APNs keep the push for 5 seconds.",
    source: "twilio/voice-quickstart-ios #260, #482",
    look: expiration_zero,
    ..Cause::AFTER
};

pub(super) const EXPIRATION_LONG: Cause = Cause {
    id: "expiration-long",
    rows: &[39],
    title: "The push may arrive much later",
    why: "APNs may deliver a stored push when the phone is back, even after the time in the header; the call may be over then.",
    fix: "Send expiration 0, and let the app look at the time of sending and end a call that is over.",
    source: "Apple, “Sending notification requests to APNs”; Apple forums 823102; twilio/voice-quickstart-ios #308",
    look: expiration_long,
    ..Cause::AFTER
};

pub(super) const STOPPED: Cause = Cause {
    id: "delivery-stopped",
    rows: &[31],
    certainty: Certainty::Likely,
    title: "iOS may no longer deliver to the app",
    why: "After three or four pushes without a reported call, developers saw no more of them arrive (observed; Apple gives no number).",
    fix: "Make the app report every push, delete it from the phone, and install it anew.",
    source: "Apple forums 764376; twilio/twilio-voice-react-native #369, #662; ghanshyam-mi/PushKitDemo #3",
    look: stopped,
    ..Cause::AFTER
};

pub(super) const NOT_DELIVERED: Cause = Cause {
    id: "not-delivered",
    rows: &[40],
    title: "The push did not reach the phone",
    why: "Accepted is not delivered: the phone may sleep on a weak network, or its network may block port 5223.",
    fix: "Try another network; in sandbox, look up apns-unique-id in Apple’s delivery log.",
    source: "Apple forums 834530, 758973; net-core-push-notifications #71",
    look: |known| match known.phone {
        Some(Rule::Offline | Rule::Stored | Rule::StoredReplaced | Rule::StoredExpired) => {
            Some(Found::new(Rank::Certain).because("The simulator’s phone was offline."))
        }
        _ => Found::on_the_way(known),
    },
    ..Cause::AFTER
};

pub(super) const FILTERED: Cause = Cause {
    id: "call-filtered",
    rows: &[40],
    title: "iOS filtered the call",
    why: "With Do Not Disturb, a focus or a blocked caller, CallKit answers the report with an error and shows no call.",
    fix: "Switch the focus off, and log the error that reportNewIncomingCall hands back.",
    source: "Apple, CXErrorCodeIncomingCallError",
    look: |known| match known.phone {
        Some(Rule::DoNotDisturb | Rule::BlockedCaller) => {
            let because = if known.is_simulator() {
                "CallKit on the simulator’s phone answered that the call was filtered."
            } else {
                "The app has told that CallKit filtered the call."
            };
            Some(Found::new(Rank::Certain).because(because))
        }
        Some(rule @ Rule::TooManyCalls) => Some(Found::new(Rank::Certain).because(rule.sentence())),
        _ => Found::in_the_call(known),
    },
    ..Cause::AFTER
};

pub(super) const APP_REMOVED: Cause = Cause {
    id: "app-removed",
    rows: &[25],
    certainty: Certainty::Likely,
    title: "The app is no longer on the phone",
    why: "APNs was seen to go on accepting for hours or days after an app was removed, and for some tokens for ever.",
    fix: "Start the app once and compare the token it prints with this one.",
    source: "sideshow/apns2 #77, #159; node-apn/node-apn #673",
    look: Found::on_the_way,
    ..Cause::AFTER
};

pub(super) const OTHER_PHONE: Cause = Cause {
    id: "token-of-other-phone",
    title: "The device token is of another phone",
    why: "A device token names one app on one phone; after a restore or a new phone it is no longer this one.",
    fix: "Start the app on the phone in your hand and send to the token it prints.",
    source: "Apple, “Registering your app with APNs”",
    look: |known| match Found::on_the_way(known) {
        Some(found) if known.is_silent() && !known.is_received => {
            Some(found.act(Action::OtherDeviceToken))
        }
        found => found,
    },
    ..Cause::AFTER
};

fn expiration_zero(known: &Circumstances<'_>) -> Option<Found> {
    match known.expiration {
        _ if known.push_type != PushType::Voip || !known.is_silent() => Found::in_the_call(known),
        _ if known.is_received => Found::on_the_way(known),
        Some(0) => {
            let until = known.now.saturating_add(SHORT_STORE).to_string();
            let found = Found::new(Rank::Possible).because("The expiration was 0.");
            // Without a known current time, no expiration can be computed.
            Some(if known.now == 0 {
                found
            } else {
                found.header("Keep it for 5 s", APNS_EXPIRATION, Some(until))
            })
        }
        _ => Found::ruled_out("The expiration was not 0."),
    }
}

fn expiration_long(known: &Circumstances<'_>) -> Option<Found> {
    let late = |because: &str| {
        Found::new(Rank::Likely).because(because).header(
            "Use 0",
            APNS_EXPIRATION,
            Some("0".to_owned()),
        )
    };
    match known.expiration {
        _ if known.push_type != PushType::Voip => None,
        Some(0) => Found::ruled_out("The expiration was 0."),
        Some(until) if until <= known.now.saturating_add(SHORT_STORE) => {
            Found::ruled_out("APNs kept it for 5 s at most.")
        }
        Some(_) => Some(late(
            "The expiration lets APNs keep it for longer than 5 s.",
        )),
        None => Some(late("There was no expiration.")),
    }
}

fn stopped(known: &Circumstances<'_>) -> Option<Found> {
    if known.phone == Some(Rule::DeliveryStopped) {
        return Some(
            Found::new(Rank::Certain)
                .because("The simulator’s phone delivers no more VoIP pushes to the app."),
        );
    }
    if known.is_received {
        return Found::on_the_way(known);
    }
    let accepted = known
        .history
        .iter()
        .filter(|past| past.outcome == Outcome::Accepted && past.environment == known.environment)
        .count();
    if accepted < FEW
        || known.push_type != PushType::Voip
        || !known.is_silent()
        || is_known_to_report(known)
    {
        return Found::in_the_call(known);
    }
    Some(Found::new(Rank::Likely).because(format!(
        "APNs accepted {accepted} pushes to this device token before."
    )))
}

/// Returns `true` if the app's profile was read in its code and says that it reports this call.
fn is_known_to_report(known: &Circumstances<'_>) -> bool {
    let verdict = known
        .payload
        .and_then(|payload| known.app.verdict(payload, &Situation::default()));
    matches!(verdict, Some((_, Certainty::ThisApp))) && known.is_reported()
}
