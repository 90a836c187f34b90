//! Causes in the other headers and in the request line.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_ID, APNS_PRIORITY, APNS_PUSH_TYPE,
};
use crate::apns::{Outcome, PushType, Reason};

pub(super) const MALFORMED: Cause = Cause {
    id: "header-malformed",
    reasons: &[
        Reason::BadCollapseId,
        Reason::BadExpirationDate,
        Reason::BadMessageId,
        Reason::BadPriority,
    ],
    codes: &["illegal_characters"],
    title: "A header has a value APNs does not take",
    why: "Expiration counts whole seconds, apns-id is a UUID, priority is 10, 5 or 1, a collapse ID has 64 bytes at most.",
    fix: "Give the header the value a call needs, or leave it out.",
    source: "Apple, “Sending notification requests to APNs”",
    look: malformed,
    ..Cause::NONE
};

pub(super) const TWICE: Cause = Cause {
    id: "header-twice",
    reasons: &[Reason::DuplicateHeaders],
    codes: &["duplicate_field"],
    title: "A header was sent twice",
    why: "A library or a proxy adds a header that was there already, and nobody can say which one counts.",
    fix: "Send each apns- header once; look at what stands between your program and APNs.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |_| Found::certain(Action::ByHand),
    ..Cause::NONE
};

pub(super) const REQUEST_LINE: Cause = Cause {
    id: "request-line-wrong",
    reasons: &[Reason::BadPath, Reason::MethodNotAllowed],
    codes: &["not_found", "method_not_allowed", "unknown_environment"],
    title: "Path or method is wrong",
    why: "A push is a POST to /3/device/ and the device token; at the relay the environment stands before that.",
    fix: "Check the URL of your script for a missing part, a second slash or another version.",
    source: "Apple, “Sending notification requests to APNs”",
    look: |_| Found::certain(Action::ByHand),
    ..Cause::NONE
};

pub(super) const SILENT_PUSH: Cause = Cause {
    id: "silent-push",
    rows: &[42],
    reasons: &[Reason::BadPriority],
    outcome: Some(Outcome::Accepted),
    title: "A silent push with the wrong headers",
    why: "What only wakes the app has push type background and priority 5; the phone drops anything else.",
    fix: "Send push type background with priority 5, or show something.",
    source: "node-apn/node-apn #241; malliina/mobile-push #19",
    look: silent_push,
    ..Cause::NONE
};

fn malformed(known: &Circumstances<'_>) -> Option<Found> {
    let found = Found::new(Rank::Certain);
    Some(match known.known_reason() {
        Some(Reason::BadCollapseId) => found.header("Leave it out", APNS_COLLAPSE_ID, None),
        Some(Reason::BadExpirationDate) => {
            found.header("Use 0", APNS_EXPIRATION, Some("0".to_owned()))
        }
        Some(Reason::BadMessageId) => found.header("Leave it out", APNS_ID, None),
        Some(Reason::BadPriority) if known.push_type == PushType::Background => {
            found.header("Use 5", APNS_PRIORITY, Some("5".to_owned()))
        }
        Some(Reason::BadPriority) => found.header("Use 10", APNS_PRIORITY, Some("10".to_owned())),
        _ => found,
    })
}

fn silent_push(known: &Circumstances<'_>) -> Option<Found> {
    if known.push_type == PushType::Background && known.priority != 5 {
        let found = Found::new(Rank::Certain).because(format!(
            "Push type background had priority {}.",
            known.priority
        ));
        return Some(found.header("Use 5", APNS_PRIORITY, Some("5".to_owned())));
    }
    known.finding(&["silent-alert"])?;
    let found =
        Found::new(Rank::Certain).because("Push type alert came with content-available alone.");
    Some(found.header(
        "Use background",
        APNS_PUSH_TYPE,
        Some(PushType::Background.as_str().to_owned()),
    ))
}
