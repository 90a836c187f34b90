//! The incoming call inside a payload, and where each part of it was found.
//!
//! PushKit does not interpret a payload: the app does. Apple's and the article's samples use
//! `handle` and `callUUID`; the other names are those that widely used SDKs read. A part is looked
//! for at the top of the payload first, then one object down, never inside `aps`.

use serde::Serialize;
use serde_json::Value;

use crate::apns::uuid::Uuid;

pub(super) const HANDLE: [&str; 6] = ["handle", "callerHandle", "caller_id", "callerNumber", "caller_number", "phoneNumber"];
pub(super) const CALL_UUID: [&str; 9] = ["callUUID", "callUuid", "call_uuid", "uuid", "UUID", "callId", "call_id", "id", "session_id"];
pub(super) const CALLER_NAME: [&str; 7] =
    ["callerName", "caller_name", "nameCaller", "displayName", "display_name", "localizedCallerName", "name"];
pub(super) const HAS_VIDEO: [&str; 5] = ["hasVideo", "has_video", "isVideo", "is_video", "video"];

/// A part of the call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field<T> {
    /// Where it stands in the payload, such as `callUUID` or `metadata.call_id`.
    pub path: String,
    /// What it says.
    pub value: T,
}

/// The call a payload describes, as far as it describes one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IncomingCall {
    /// Who calls: a number, an address, a user name. Present only as a text with something in it.
    pub handle: Option<Field<String>>,
    /// The call's own UUID. Present only if it is one.
    pub call_uuid: Option<Field<Uuid>>,
    /// The name to show, if the payload has one.
    pub caller_name: Option<Field<String>>,
    /// Whether it is a video call, if the payload says so.
    pub has_video: Option<Field<bool>>,
    /// Parts that are there but cannot be used, and why.
    pub problems: Vec<Field<Problem>>,
}

/// What is wrong with a part that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// The call's ID is not a 36-character UUID.
    NotAUuid,
    /// Not a text.
    NotText,
    /// A text with nothing in it.
    Blank,
    /// Not `true` or `false`.
    NotABoolean,
}

impl IncomingCall {
    /// Reads the call out of a payload.
    pub fn read(payload: &Value) -> Self {
        let mut call = Self::default();
        if let Some((path, value)) = find(payload, &HANDLE) {
            match text(value) {
                Ok(value) => call.handle = Some(Field { path, value }),
                Err(value) => call.problems.push(Field { path, value }),
            }
        }
        if let Some((path, value)) = find(payload, &CALL_UUID) {
            match text(value).and_then(|text| Uuid::parse(&text).ok_or(Problem::NotAUuid)) {
                Ok(value) => call.call_uuid = Some(Field { path, value }),
                Err(value) => call.problems.push(Field { path, value }),
            }
        }
        if let Some((path, value)) = find(payload, &CALLER_NAME) {
            match text(value) {
                Ok(value) => call.caller_name = Some(Field { path, value }),
                Err(value) => call.problems.push(Field { path, value }),
            }
        }
        if let Some((path, value)) = find(payload, &HAS_VIDEO) {
            match value.as_bool() {
                Some(value) => call.has_video = Some(Field { path, value }),
                None => call.problems.push(Field { path, value: Problem::NotABoolean }),
            }
        }
        call
    }

    /// What the call screen shows in large letters: the name, or else the handle.
    pub fn title(&self) -> Option<&str> {
        self.caller_name.as_ref().or(self.handle.as_ref()).map(|field| field.value.as_str())
    }

    /// Whether the call screen offers video.
    pub fn is_video(&self) -> bool {
        self.has_video.as_ref().is_some_and(|field| field.value)
    }
}

fn find<'a>(payload: &'a Value, names: &[&str]) -> Option<(String, &'a Value)> {
    let object = payload.as_object()?;
    let at_top = names.iter().find_map(|name| object.get(*name).map(|value| ((*name).to_owned(), value)));
    at_top.or_else(|| {
        object.iter().filter(|(key, _)| *key != "aps").find_map(|(key, inner)| {
            let inner = inner.as_object()?;
            names.iter().find_map(|name| inner.get(*name).map(|value| (format!("{key}.{name}"), value)))
        })
    })
}

fn text(value: &Value) -> Result<String, Problem> {
    match value.as_str() {
        None => Err(Problem::NotText),
        Some(text) if text.trim().is_empty() => Err(Problem::Blank),
        Some(text) => Ok(text.to_owned()),
    }
}
