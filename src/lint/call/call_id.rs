//! Rules about the call ID: CallKit identifies a call only by its UUID.

use super::{CallRule, Subject};
use crate::apns::Edit;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::json::quoted;
use crate::apns::path::{Path, Step};
use crate::call::call_field::CallField;
use crate::call::incoming_call::Problem;
use crate::lint::{Found, shown};

pub(super) const MISSING: CallRule = CallRule {
    id: "call-id-missing",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "No call ID",
    why: "CallKit knows a call only by its UUID: an app that does not make one needs it here.",
    source: "react-native-webrtc/react-native-voip-push-notification #70; team-telnyx/telnyx-webrtc-ios #351",
    fix: "Put the UUID of the call beside aps, as callUUID.",
    check: |subject| {
        let missing = !(subject.app.is_unknown() && subject.finds_nothing())
            && subject.call.call_uuid.is_none()
            && subject.call.problem(CallField::CallUuid).is_none();
        missing.then(|| {
            Found::new("The payload has no call ID under the usual names.").fix(add(subject))
        })
    },
};

pub(super) const NOT_A_UUID: CallRule = CallRule {
    id: "call-id-not-uuid",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "The call ID is not a UUID",
    why: "An app that hands the ID to CallKit gets no UUID from it.",
    source: "react-native-webrtc/react-native-voip-push-notification #66; flutter-webrtc/callkeep #164; react-native-callkit #21",
    fix: "Send a UUID of 36 characters, such as db1dff98-bfef-4ec0-8ac6-8187a3b0c645.",
    check: not_a_uuid,
};

pub(super) const USED: CallRule = CallRule {
    id: "call-id-used",
    severity: Severity::Error,
    certainty: Certainty::Likely,
    title: "The call ID was used before",
    why: "CallKit refuses a report with the UUID of a call that it still knows.",
    source: "hiennguyen92/flutter_callkit_incoming #397, #521; wireapp/wire-ios #5070",
    fix: "Make a new UUID for each call; the app must report a known one too, and the report counts.",
    check: |subject| {
        let uuid = subject
            .call
            .call_uuid
            .as_ref()
            .filter(|uuid| subject.used.contains(&uuid.value))?;
        Some(
            Found::at(uuid.path.clone(), ["", " is the UUID of an earlier call."])
                .fix(fresh(subject, &uuid.path)),
        )
    },
};

fn not_a_uuid(subject: &Subject<'_>) -> Option<Found> {
    let field = subject.call.problem(CallField::CallUuid)?;
    let place = Path::parse(&field.path).ok()?;
    let (path, text) = (&field.path, place.find(subject.request.payload)?.as_str());
    let is = match (field.value, text) {
        (Problem::Blank, _) => " is empty.".to_owned(),
        (_, Some(text)) => [" is “", &shown(text), "”, which is not a UUID."].concat(),
        (_, None) => " is not a string.".to_owned(),
    };
    Some(Found::at(path.clone(), ["", &is]).fix(uuid_fix(subject, path)))
}

/// Fix for a call ID that is no UUID or not there: hyphens for 32 hex digits, or else a new UUID.
pub(super) fn uuid_fix(subject: &Subject<'_>, path: &str) -> Option<Fix> {
    let place = Path::parse(path).ok()?;
    let Some(value) = place.find(subject.request.payload) else {
        return add_at(subject, place);
    };
    match value.as_str().and_then(with_hyphens) {
        Some(uuid) => Some(Fix {
            label: "Add the hyphens",
            change: Change::Payload(vec![Edit::Replace(place, quoted(&uuid))]),
        }),
        None => fresh(subject, path),
    }
}

/// UUID with its hyphens, if the text is 32 hex digits.
fn with_hyphens(text: &str) -> Option<String> {
    let is_bare = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_bare.then(|| {
        [
            &text[..8],
            &text[8..12],
            &text[12..16],
            &text[16..20],
            &text[20..],
        ]
        .join("-")
    })
}

/// Fix that adds an ID under its likeliest name.
fn add(subject: &Subject<'_>) -> Option<Fix> {
    add_at(subject, Path::of_names(&CallField::CallUuid.names()[..1]))
}

/// Fix that adds an ID at a path; `None` if nothing can be added there.
fn add_at(subject: &Subject<'_>, path: Path) -> Option<Fix> {
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
