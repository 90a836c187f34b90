//! Incoming call: the call a payload describes, with the path of each field.
//!
//! PushKit does not interpret a payload; the app does. The [profile](super::profile) of an app
//! therefore gives the paths the app reads; without one, a field is found by the
//! [names](super::call_field) that widely used SDKs read.

use serde::Serialize;
use serde_json::Value;

use super::call_field::{CallField, found_by_name};
use crate::apns::uuid::Uuid;

/// Field of the call that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field<T> {
    /// Path in the payload, such as `callUUID` or `metadata.call_id`; empty for the app's own
    /// value.
    pub path: String,
    /// Value at that path.
    pub value: T,
}

/// Call described by a payload; fields that are missing or unusable are `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IncomingCall {
    /// Caller's number, address or user name. Present only if it is a text that is not blank.
    pub handle: Option<Field<String>>,
    /// UUID of the call. Present only if it is a valid UUID.
    pub call_uuid: Option<Field<Uuid>>,
    /// Caller's display name.
    pub caller_name: Option<Field<String>>,
    /// Video flag: `true` for a video call.
    pub has_video: Option<Field<bool>>,
    /// Fields that are present but unusable, with the reason.
    pub problems: Vec<Unusable>,
    /// `true` if the app makes the UUID of the call.
    #[serde(skip_serializing_if = "is_false")]
    pub is_uuid_made: bool,
}

/// Field that is present but unusable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unusable {
    /// Field in question.
    #[serde(skip)]
    pub part: CallField,
    /// Path in the payload.
    pub path: String,
    /// Reason why the field is unusable.
    pub value: Problem,
}

/// Reason why a field is unusable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// The call ID is not a 36-character UUID.
    NotAUuid,
    /// The value is not a text.
    NotText,
    /// The text is blank.
    Blank,
    /// The value is neither `true` nor `false`.
    NotABoolean,
}

impl IncomingCall {
    /// Reads the call from a payload, finding its fields by name.
    pub fn read(payload: &Value) -> Self {
        let mut call = Self::default();
        call.handle = call.take(payload, CallField::Handle, text);
        call.call_uuid = call.take(payload, CallField::CallUuid, uuid);
        call.caller_name = call.take(payload, CallField::CallerName, text);
        call.has_video = call.take(payload, CallField::HasVideo, flag);
        call
    }

    fn take<T>(
        &mut self,
        payload: &Value,
        part: CallField,
        read: fn(&Value) -> Result<T, Problem>,
    ) -> Option<Field<T>> {
        let (value, path) = found_by_name(payload, part)?;
        match read(value) {
            Ok(value) => Some(Field { path, value }),
            Err(value) => {
                self.problems.push(Unusable { part, path, value });
                None
            }
        }
    }

    /// Problem of a field that is present but unusable.
    pub fn problem(&self, part: CallField) -> Option<&Unusable> {
        self.problems.iter().find(|problem| problem.part == part)
    }

    /// Title of the call screen: the display name, or else the handle.
    pub fn title(&self) -> Option<&str> {
        self.caller_name
            .as_ref()
            .or(self.handle.as_ref())
            .map(|field| field.value.as_str())
    }

    /// Returns `true` if the call screen shows a text of the payload.
    pub(crate) fn shows_the_payload(&self) -> bool {
        let is_of_payload = |field: &Option<Field<String>>| {
            field.as_ref().is_some_and(|field| !field.path.is_empty())
        };
        is_of_payload(&self.handle) || is_of_payload(&self.caller_name)
    }

    /// Returns `true` if the call screen offers video.
    pub fn is_video(&self) -> bool {
        self.has_video.as_ref().is_some_and(|field| field.value)
    }
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn text(value: &Value) -> Result<String, Problem> {
    words(value).map(str::to_owned)
}

fn words(value: &Value) -> Result<&str, Problem> {
    match value.as_str() {
        None => Err(Problem::NotText),
        Some(text) if text.trim().is_empty() => Err(Problem::Blank),
        Some(text) => Ok(text),
    }
}

fn uuid(value: &Value) -> Result<Uuid, Problem> {
    Uuid::parse(words(value)?).ok_or(Problem::NotAUuid)
}

fn flag(value: &Value) -> Result<bool, Problem> {
    value.as_bool().ok_or(Problem::NotABoolean)
}

/// Reason why a value is unusable for a field; `None` if it is usable.
pub(super) fn problem_of(part: CallField, value: &Value) -> Option<Problem> {
    match part {
        CallField::Handle | CallField::CallerName => words(value).err(),
        CallField::CallUuid => uuid(value).err(),
        CallField::HasVideo => flag(value).err(),
    }
}
