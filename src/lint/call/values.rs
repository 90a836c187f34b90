//! Rules about values of a wrong type: texts in place of booleans, and null.

use serde_json::Value;

use super::keys::{Member, members};
use super::{CallRule, Subject};
use crate::apns::Edit;
use crate::apns::finding::{Certainty, Severity};
use crate::apns::fix::{Change, Fix};
use crate::call::call_field::CallField;
use crate::call::incoming_call::Problem;
use crate::lint::{Found, and_more, shown};

pub(super) const FLAG_NOT_BOOLEAN: CallRule = CallRule {
    id: "flag-not-boolean",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "A string where a boolean belongs",
    why: "Swift’s “as? Bool” fails on it: the flag, or the whole call, is lost.",
    source: "flutter-webrtc/callkeep #40; ConnectyCube/connectycube-reactnative-samples #231",
    fix: "Write true or false without quotes.",
    check: flag_not_boolean,
};

pub(super) const NULL: CallRule = CallRule {
    id: "null-value",
    severity: Severity::Warning,
    certainty: Certainty::Likely,
    title: "A value is null",
    why: "The app gets NSNull, which is not nil: casts fail, and Objective-C code may not expect it.",
    source: "wireapp/wire-ios-data-model #1091",
    fix: "Leave the key out.",
    check: null_value,
};

fn flag_not_boolean(subject: &Subject<'_>) -> Option<Found> {
    let payload = subject.request.payload;
    let flags = members(payload, &|key, value| {
        let spelled = value
            .as_str()
            .is_some_and(|text| as_boolean(text).is_some() && !text.starts_with(['0', '1']));
        spelled || CallField::HasVideo.names().contains(&key) && is_no_flag(value)
    });
    let edit = |flag: &Member<'_>| {
        Some(Edit::Replace(
            flag.path.clone(),
            as_boolean(flag.value.as_str()?)?.to_owned(),
        ))
    };
    let edits: Option<Vec<Edit>> = flags.iter().map(edit).collect();
    let fix = edits.map(|edits| Fix {
        label: "Write booleans",
        change: Change::Payload(edits),
    });
    let first = flags.first()?;
    let is = match first.value.as_str() {
        Some(text) => format!("is “{}”, a string", shown(text)),
        None => "is not a boolean".to_owned(),
    };
    let found = named(first, flags.len(), &is);
    Some(found.fix(fix))
}

/// Returns `true` if Swift does not convert the value to a boolean. It does convert 0 and 1.
fn is_no_flag(value: &Value) -> bool {
    !(value.is_boolean()
        || value.is_null()
        || value.is_object()
        || value.as_u64().is_some_and(|number| number <= 1))
}

fn null_value(subject: &Subject<'_>) -> Option<Found> {
    // A handle, name or call ID that is null has its own finding.
    let parts = || {
        subject
            .call
            .problems
            .iter()
            .filter(|field| field.value != Problem::NotABoolean)
    };
    let mut nulls = members(subject.request.payload, &|_, value| value.is_null());
    nulls.retain(|member| !parts().any(|field| field.path == member.path.to_string()));
    let found = named(nulls.first()?, nulls.len(), "is null");
    let change = Change::Payload(
        nulls
            .into_iter()
            .map(|member| Edit::Remove(member.path))
            .collect(),
    );
    Some(found.fix(Some(Fix {
        label: "Leave it out",
        change,
    })))
}

/// Finding that names the first of several members, and counts the others.
fn named(first: &Member<'_>, all: usize, is: &str) -> Found {
    let behind = [" ", is, &and_more(all), "."].concat();
    Found::at(first.path.to_string(), ["", &behind])
}

fn as_boolean(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some("true"),
        "false" | "no" | "0" => Some("false"),
        _ => None,
    }
}
