//! Rules about the place of the call in the payload, and about recommended fields.

use serde_json::Value;

use super::keys::{has_word, members};
use super::{CallRule, Subject};
use crate::apns::Edit;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::json::quoted;
use crate::apns::path::Path;
use crate::lint::Found;

/// Names of call fields that are not Apple's keys in `aps`.
const CALL_NAMES: [&str; 13] = [
    "callkeep",
    "handle",
    "number",
    "callUUID",
    "callUuid",
    "uuid",
    "callId",
    "call_id",
    "callerName",
    "caller_name",
    "nameCaller",
    "caller_id",
    "hasVideo",
];

pub(super) const CALL_IN_APS: CallRule = CallRule {
    id: "call-in-aps",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "The call is inside aps",
    why: "Most apps look for the call beside aps.",
    source: "flutter-webrtc/callkeep #28",
    fix: "Move the call’s keys out of aps, to the top of the payload.",
    check: |subject| {
        let aps = subject
            .request
            .payload
            .get("aps")
            .filter(|_| !is_whole(subject))?;
        let names = members(aps, &|key, _| CALL_NAMES.contains(&key));
        let path = ["aps.", &names.first()?.path.to_string()].concat();
        Some(Found::at(path, ["", " is inside aps."]))
    },
};

pub(super) const CALL_IN_TEXT: CallRule = CallRule {
    id: "call-in-text",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "An object sent as a string",
    why: "An app that looks for an object there finds a string.",
    source: "mattkhaw/cordova-plugin-callkit #3, #4",
    fix: "Send the object itself, without quotes around it.",
    check: |subject| {
        let whole = is_whole(subject);
        let texts = members(subject.request.payload, &|_, value| {
            !whole && value.as_str().is_some_and(holds_an_object)
        });
        let text = texts.into_iter().next()?;
        let (path, object) = (
            text.path.to_string(),
            text.value.as_str()?.trim().to_owned(),
        );
        let change = Change::Payload(vec![Edit::Replace(text.path, object)]);
        Some(
            Found::at(path, ["", " is JSON inside a string."]).fix(Some(Fix {
                label: "Take away the quotes",
                change,
            })),
        )
    },
};

pub(super) const NO_SENT_TIME: CallRule = CallRule {
    id: "no-sent-time",
    severity: Severity::Note,
    certainty: Certainty::Likely,
    title: "Nothing says when the call was made",
    why: "A push may come late, even an expired one; without it the app cannot tell it from a new call.",
    source: "Apple, “Sending notification requests to APNs”; team-telnyx/flutter-voice-sdk #127",
    fix: "Add the time of sending, and let the app end a stale call at once.",
    check: |subject| {
        let times = [
            "timestamp",
            "time",
            "ts",
            "sent",
            "date",
            "created",
            "iat",
            "exp",
            "expires",
            "now",
            "ttl",
        ];
        let timed = subject
            .request
            .payload
            .as_object()?
            .iter()
            .any(|(key, value)| {
                let inner = value.as_object().filter(|_| key != "aps");
                has_word(key, &times)
                    || inner.is_some_and(|inner| inner.keys().any(|key| has_word(key, &times)))
            });
        let fix = subject.sent_at.map(|time| Fix {
            label: "Add the time",
            change: Change::Payload(vec![Edit::Add(Path::of_names(&["sentAt"]), quoted(time))]),
        });
        if subject
            .app
            .profile()
            .is_some_and(|app| app.sent_at.is_empty())
        {
            return None;
        }
        (!timed).then(|| Found::new("The payload has no time of sending.").fix(fix))
    },
};

/// Returns `true` if both the UUID and the handle were found where apps read them.
fn is_whole(subject: &Subject<'_>) -> bool {
    subject.call.call_uuid.is_some() && subject.call.handle.is_some()
}

fn holds_an_object(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object())
}
