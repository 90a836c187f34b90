//! The incoming call inside a payload, and where each part of it was found.
//!
//! PushKit does not interpret a payload: the app does. So a [`Mapping`] may say where the app
//! looks; without one, a part is found by the [names](super::part) that widely used SDKs read.

use serde::Serialize;
use serde_json::Value;

use super::call_field::CallField;
use super::mapping::{self, Mapping};
use crate::apns::path::Path;
use crate::apns::uuid::Uuid;

/// A part of the call that was found.
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
    pub problems: Vec<Unusable>,
    /// Where the parts were looked for.
    #[serde(skip)]
    pub mapping: Mapping,
}

/// A part that is there but cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unusable {
    /// Which part.
    #[serde(skip)]
    pub part: CallField,
    /// Where it stands in the payload.
    pub path: String,
    /// Why it cannot be used.
    pub value: Problem,
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
    /// Reads the call out of a payload, finding its parts by name.
    pub fn read(payload: &Value) -> Self {
        Self::read_with(payload, &Mapping::default())
    }

    /// Reads the call out of a payload where the mapping says. A part that is not there is missing,
    /// whatever stands elsewhere.
    pub fn read_with(payload: &Value, mapping: &Mapping) -> Self {
        let mut call = Self {
            mapping: mapping.clone(),
            ..Self::default()
        };
        call.handle = call.take(payload, CallField::Handle, text);
        call.call_uuid = call.take(payload, CallField::CallUuid, uuid);
        call.caller_name = call.take(payload, CallField::CallerName, text);
        call.has_video = call.take(payload, CallField::HasVideo, |value| {
            value.as_bool().ok_or(Problem::NotABoolean)
        });
        call
    }

    fn take<T>(
        &mut self,
        payload: &Value,
        part: CallField,
        read: fn(&Value) -> Result<T, Problem>,
    ) -> Option<Field<T>> {
        let place = self.place(payload, part)?;
        let (value, path) = (place.find(payload)?, place.to_string());
        match read(value) {
            Ok(value) => Some(Field { path, value }),
            Err(value) => {
                self.problems.push(Unusable { part, path, value });
                None
            }
        }
    }

    fn place(&self, payload: &Value, part: CallField) -> Option<Path> {
        self.mapping
            .path(part)
            .cloned()
            .or_else(|| mapping::guess(payload, part))
    }

    /// What keeps a part that is there from being used.
    pub fn problem(&self, part: CallField) -> Option<&Unusable> {
        self.problems.iter().find(|problem| problem.part == part)
    }

    /// What the call screen shows in large letters: the name, or else the handle.
    pub fn title(&self) -> Option<&str> {
        self.caller_name
            .as_ref()
            .or(self.handle.as_ref())
            .map(|field| field.value.as_str())
    }

    /// Whether the call screen offers video.
    pub fn is_video(&self) -> bool {
        self.has_video.as_ref().is_some_and(|field| field.value)
    }
}

fn text(value: &Value) -> Result<String, Problem> {
    match value.as_str() {
        None => Err(Problem::NotText),
        Some(text) if text.trim().is_empty() => Err(Problem::Blank),
        Some(text) => Ok(text.to_owned()),
    }
}

fn uuid(value: &Value) -> Result<Uuid, Problem> {
    Uuid::parse(&text(value)?).ok_or(Problem::NotAUuid)
}
