//! Mapping: the paths at which an app reads the fields of a call, as far as they are known.
//!
//! A field without a path is found by name. A field with a path is looked for only there, as the
//! app does.

use serde_json::{Map, Value};

use super::call_field::CallField;
use crate::apns::json;
use crate::apns::path::Path;

/// Paths of the fields of a call in a payload; a field with `None` is found by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// Path of the caller's number, address or user name.
    pub handle: Option<Path>,
    /// Path of the caller's display name.
    pub caller_name: Option<Path>,
    /// Path of the UUID of the call.
    pub call_uuid: Option<Path>,
    /// Path of the video flag.
    pub has_video: Option<Path>,
}

impl Mapping {
    /// Mapping with the paths that automatic reading finds in this payload.
    pub fn guess(payload: &Value) -> Self {
        let mut mapping = Self::default();
        for part in CallField::ALL {
            mapping.set(part, guess(payload, part));
        }
        mapping
    }

    /// Path of a field, if the mapping has one.
    pub fn path(&self, part: CallField) -> Option<&Path> {
        match part {
            CallField::Handle => self.handle.as_ref(),
            CallField::CallerName => self.caller_name.as_ref(),
            CallField::CallUuid => self.call_uuid.as_ref(),
            CallField::HasVideo => self.has_video.as_ref(),
        }
    }

    /// Sets the path of a field; `None` lets it be found by name.
    pub fn set(&mut self, part: CallField, path: Option<Path>) {
        *match part {
            CallField::Handle => &mut self.handle,
            CallField::CallerName => &mut self.caller_name,
            CallField::CallUuid => &mut self.call_uuid,
            CallField::HasVideo => &mut self.has_video,
        } = path;
    }

    /// Returns `true` if every field is found by name.
    pub fn is_automatic(&self) -> bool {
        CallField::ALL
            .into_iter()
            .all(|part| self.path(part).is_none())
    }

    /// Serialises the mapping as JSON: an object with one path per field.
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

    /// Returns the mapping as the JSON that [`from_value`](Self::from_value) reads.
    pub fn to_value(&self) -> Value {
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

    /// Parses an object with one path per field; `None` if one of the paths is invalid.
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

/// Finds a field by name: first at the top level of the payload, then one level down, but not
/// inside `aps`.
pub(super) fn guess(payload: &Value, part: CallField) -> Option<Path> {
    let object = payload.as_object()?;
    if let Some(name) = likeliest(object, part) {
        return Some(Path::of_names(&[name]));
    }
    object
        .iter()
        .filter(|(key, _)| *key != "aps")
        .find_map(|(key, inner)| {
            let name = likeliest(inner.as_object()?, part)?;
            Some(Path::of_names(&[key, name]))
        })
}

/// Likeliest name of a field among the members of an object. Objects have few members, so comparing
/// is quicker than hashing.
fn likeliest(object: &Map<String, Value>, part: CallField) -> Option<&'static str> {
    let is_member = |name: &&str| object.keys().any(|key| key == name);
    part.names().iter().copied().find(is_member)
}
