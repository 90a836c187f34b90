//! Rules about the call ID: CallKit identifies a call only by its UUID.

use super::{CallRule, Subject, absence};
use crate::apns::Edit;
use crate::apns::finding::Severity;
use crate::apns::fix::{Change, Fix};
use crate::apns::json::quoted;
use crate::apns::path::{Path, Step};
use crate::call::call_field::CallField;
use crate::call::incoming_call::Problem;
use crate::lint::{Found, shown};

pub(super) const MISSING: CallRule = CallRule {
    id: "call-id-missing",
    severity: Severity::Error,
    title: "No call ID",
    why: "An app that finds no UUID reports no call to CallKit, and iOS kills it.",
    source: "react-native-webrtc/react-native-voip-push-notification #70; team-telnyx/telnyx-webrtc-ios #351",
    fix: "Put the UUID of the call beside aps, as callUUID.",
    check: |subject| {
        let missing =
            subject.call.call_uuid.is_none() && subject.call.problem(CallField::CallUuid).is_none();
        missing.then(|| {
            absence(subject, CallField::CallUuid, "The payload has no call ID").fix(add(subject))
        })
    },
};

pub(super) const NOT_A_UUID: CallRule = CallRule {
    id: "call-id-not-uuid",
    severity: Severity::Error,
    title: "The call ID is not a UUID",
    why: "CallKit is given nil: the app crashes, or shows no call and is killed.",
    source: "react-native-webrtc/react-native-voip-push-notification #66; flutter-webrtc/callkeep #164; react-native-callkit #21",
    fix: "Send a UUID of 36 characters, such as db1dff98-bfef-4ec0-8ac6-8187a3b0c645.",
    check: not_a_uuid,
};

pub(super) const USED: CallRule = CallRule {
    id: "call-id-used",
    severity: Severity::Error,
    title: "The call ID was used before",
    why: "CallKit takes it for the earlier call, and the phone does not ring.",
    source: "hiennguyen92/flutter_callkit_incoming #397, #521",
    fix: "Make a new UUID for each call.",
    check: |subject| {
        let uuid = subject
            .call
            .call_uuid
            .as_ref()
            .filter(|uuid| subject.used.contains(&uuid.value))?;
        Some(
            Found::at(uuid.path.clone(), |path| {
                format!("{path} is the UUID of an earlier call.")
            })
            .fix(fresh(subject, &uuid.path)),
        )
    },
};

pub(super) const SESSION_ID_MISSING: CallRule = CallRule {
    id: "session-id-missing",
    severity: Severity::Error,
    title: "ConnectyCube’s SDK looks for the call ID in session_id",
    why: "ConnectyCube’s Flutter SDK reads the UUID from session_id, and crashes without it.",
    source: "ConnectyCube/connectycube-flutter-call-kit #144, #109",
    fix: "Put the call’s UUID into session_id; signal_type marks this shape.",
    check: |subject| {
        let payload = subject.request.payload;
        // A mapping for the ID means that the payload is for another app.
        let automatic = subject.call.mapping.call_uuid.is_none();
        let shape = automatic
            && payload.get("signal_type").is_some()
            && payload.get("session_id").is_none();
        let uuid = subject.call.call_uuid.as_ref().filter(|_| shape)?;
        let change = Change::Payload(vec![Edit::Add(
            Path::of_names(&["session_id"]),
            quoted(uuid.value.as_str()),
        )]);
        Some(
            Found::new("There is signal_type, but no session_id.").fix(Some(Fix {
                label: "Add session_id",
                change,
            })),
        )
    },
};

fn not_a_uuid(subject: &Subject<'_>) -> Option<Found> {
    let field = subject.call.problem(CallField::CallUuid)?;
    let place = Path::parse(&field.path).ok()?;
    let (path, text) = (&field.path, place.find(subject.request.payload)?.as_str());
    let found = match (field.value, text) {
        (Problem::Blank, _) => Found::at(path.clone(), |path| format!("{path} is empty.")),
        (_, Some(text)) => Found::at(path.clone(), |path| {
            format!("{path} is “{}”, which is not a UUID.", shown(text))
        }),
        (_, None) => Found::at(path.clone(), |path| format!("{path} is not a string.")),
    };
    Some(found.fix(fresh(subject, path)))
}

/// Fix that adds an ID at the path the app reads; `None` if nothing can be added there.
fn add(subject: &Subject<'_>) -> Option<Fix> {
    let path = subject
        .call
        .mapping
        .call_uuid
        .clone()
        .unwrap_or_else(|| Path::of_names(&CallField::CallUuid.names()[..1]));
    let (Step::Name(_), outer) = path.split_last()? else {
        return None;
    };
    outer.find(subject.request.payload)?.as_object()?;
    let change = Change::Payload(vec![Edit::Add(path, quoted(subject.fresh_uuid?))]);
    Some(Fix {
        label: "Add a call ID",
        change,
    })
}

fn fresh(subject: &Subject<'_>, path: &str) -> Option<Fix> {
    let change = Change::Payload(vec![Edit::Replace(
        Path::parse(path).ok()?,
        quoted(subject.fresh_uuid?),
    )]);
    Some(Fix {
        label: "Use a new UUID",
        change,
    })
}
