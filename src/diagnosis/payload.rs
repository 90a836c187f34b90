//! Causes in a payload that APNs, the relay or the form refuses.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::headers::APNS_PUSH_TYPE;
use crate::apns::{PushType, Reason};

pub(super) const OTHER_LIMIT: Cause = Cause {
    id: "limit-of-push-type",
    rows: &[28],
    reasons: &[Reason::PayloadTooLarge],
    codes: &["payload_too_big"],
    title: "The limit of another push type",
    why: "A call may have 5,120 bytes, everything else 4,096; many libraries know only the smaller limit.",
    fix: "Send a call with push type voip, or shorten the payload to 4,096 bytes.",
    source: "rpush/rpush source; parse-community/node-apn #31",
    look: other_limit,
    ..Cause::NONE
};

pub(super) const TOO_LARGE: Cause = Cause {
    id: "payload-too-large",
    reasons: &[Reason::PayloadTooLarge],
    codes: &["payload_too_big", "body_too_large"],
    title: "The payload is too large",
    why: "APNs counts the bytes as they travel: spaces, line breaks and each byte of an emoji included.",
    fix: "Send an ID that the app looks up instead of the whole record, and no pictures.",
    source: "Apple, “Generating a remote notification”",
    look: |known| {
        let found = Found::new(Rank::Certain);
        Some(match known.payload_bytes {
            Some(bytes) => found.because(format!("The payload has {bytes} bytes.")),
            None => found,
        })
    },
    ..Cause::NONE
};

pub(super) const EMPTY: Cause = Cause {
    id: "payload-empty",
    reasons: &[Reason::PayloadEmpty],
    codes: &["json_empty"],
    title: "There is no payload",
    why: "A push carries a JSON object, for a call with at least a handle and a UUID in it.",
    fix: "Start from a template; from a script, look whether the body was read from a file that is empty.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |_| Found::certain(Action::ByHand),
    ..Cause::NONE
};

pub(super) const NOT_AN_OBJECT: Cause = Cause {
    id: "payload-not-an-object",
    codes: &["json_syntax", "json_not_object"],
    title: "The payload is not a JSON object",
    why: "The phone hands the app a dictionary, so APNs carries nothing but an object.",
    fix: "Correct the place that is marked; typographic quotes and a last comma are the usual mistakes.",
    source: "Apple, “Generating a remote notification”",
    look: |_| Found::certain(Action::ByHand),
    ..Cause::NONE
};

fn other_limit(known: &Circumstances<'_>) -> Option<Found> {
    let push_type = known.push_type.as_str();
    if known.push_type == PushType::Voip {
        return Found::ruled_out("The push type is voip, whose limit is 5,120 bytes.");
    }
    let fits = known
        .payload_bytes
        .is_some_and(|bytes| bytes <= PushType::Voip.largest_payload());
    if !fits {
        return Some(Found::new(Rank::Possible));
    }
    let found = Found::new(Rank::Certain).because(format!(
        "The push type is {push_type}, whose limit is 4,096 bytes."
    ));
    Some(found.header(
        "Use voip",
        APNS_PUSH_TYPE,
        Some(PushType::Voip.as_str().to_owned()),
    ))
}
