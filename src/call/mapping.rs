//! The mapping: where an app looks for the parts of a call, as far as somebody has said so.
//!
//! What it leaves out is found by name. A part that it names is looked for there and nowhere
//! else, as the app does.

use serde_json::{Map, Value};

use super::call_field::CallField;
use crate::apns::json;
use crate::apns::path::Path;

/// Where the parts of a call stand in a payload; `None` is found by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Who calls.
    pub handle: Option<Path>,
    /// The name to show.
    pub caller_name: Option<Path>,
    /// The call's own UUID.
    pub call_uuid: Option<Path>,
    /// Whether it is a video call.
    pub has_video: Option<Path>,
}

impl Mapping {
    /// The mapping that says what automatic reading finds in this payload.
    pub fn guess(payload: &Value) -> Self {
        let mut mapping = Self::default();
        for part in CallField::ALL {
            mapping.set(part, guess(payload, part));
        }
        mapping
    }

    /// Where a part stands, if the mapping says so.
    pub fn path(&self, part: CallField) -> Option<&Path> {
        match part {
            CallField::Handle => self.handle.as_ref(),
            CallField::CallerName => self.caller_name.as_ref(),
            CallField::CallUuid => self.call_uuid.as_ref(),
            CallField::HasVideo => self.has_video.as_ref(),
        }
    }

    /// Says where a part stands, or leaves it to be found by name.
    pub fn set(&mut self, part: CallField, path: Option<Path>) {
        *match part {
            CallField::Handle => &mut self.handle,
            CallField::CallerName => &mut self.caller_name,
            CallField::CallUuid => &mut self.call_uuid,
            CallField::HasVideo => &mut self.has_video,
        } = path;
    }

    /// Whether every part is found by name.
    pub fn is_automatic(&self) -> bool {
        CallField::ALL
            .into_iter()
            .all(|part| self.path(part).is_none())
    }

    /// The mapping as a text: a JSON object of path by part.
    pub fn to_text(&self) -> String {
        let entry = |part| {
            Some((
                CallField::as_str(part),
                json::quoted(&self.path(part)?.to_string()),
            ))
        };
        json::object(
            &CallField::ALL
                .into_iter()
                .filter_map(entry)
                .collect::<Vec<_>>(),
        )
    }

    pub(crate) fn to_value(&self) -> Value {
        let path = |part| {
            Some((
                CallField::as_str(part).to_owned(),
                self.path(part)?.to_string().into(),
            ))
        };
        Value::Object(
            CallField::ALL
                .into_iter()
                .filter_map(path)
                .collect::<Map<_, _>>(),
        )
    }

    /// Reads an object of path by part; `None` unless every path in it can be read.
    pub fn from_value(value: &Value) -> Option<Self> {
        let paths = value.as_object()?;
        let mut mapping = Self::default();
        for part in CallField::ALL {
            if let Some(path) = paths.get(part.as_str()) {
                mapping.set(part, Some(Path::parse(path.as_str()?).ok()?));
            }
        }
        Some(mapping)
    }
}

/// Where a part stands by its name: at the top of the payload first, then one object down, never inside `aps`.
pub(super) fn guess(payload: &Value, part: CallField) -> Option<Path> {
    let object = payload.as_object()?;
    let names = part.names();
    if let Some(name) = names.iter().find(|name| object.contains_key(**name)) {
        return Some(Path::of_names(&[name]));
    }
    object
        .iter()
        .filter(|(key, _)| *key != "aps")
        .find_map(|(key, inner)| {
            let inner = inner.as_object()?;
            let name = names.iter().find(|name| inner.contains_key(**name))?;
            Some(Path::of_names(&[key, name]))
        })
}
