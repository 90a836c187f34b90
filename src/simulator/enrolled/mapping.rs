//! Mapping: the paths at which the app of a phone reads the fields of a call, as scripts give them.
//!
//! A field without a path is found by name. A field with a path is read only at that path, as the
//! app does.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::apns::path::Path;
use crate::call::{AppChoice, CallField, OwnApp, Profile};

/// Paths of the fields of a call in a payload, in the order of [`CallField::ALL`]; a field with
/// `None` is found by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mapping([Option<Path>; 4]);

impl Mapping {
    /// Returns `true` if every field is found by name.
    pub(crate) fn is_automatic(&self) -> bool {
        *self == Self::default()
    }

    /// Parses an object with one path per field; `None` if one of the paths is invalid.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let paths = value.as_object()?;
        let mut mapping = Self::default();
        for part in CallField::ALL {
            if let Some(path) = paths.get(part.as_str()) {
                mapping.0[part as usize] = Some(Path::parse(path.as_str()?).ok()?);
            }
        }
        Some(mapping)
    }

    /// Returns the mapping as the JSON that [`from_value`](Self::from_value) reads.
    pub(crate) fn to_value(&self) -> Value {
        let path = |part: CallField| {
            let path = self.0[part as usize].as_ref()?;
            Some((part.as_str().to_owned(), path.to_string().into()))
        };
        Value::Object(
            CallField::ALL
                .into_iter()
                .filter_map(path)
                .collect::<Map<_, _>>(),
        )
    }

    /// Returns the app that reads this payload. The app looks for the call at the paths, and
    /// returns without reporting a call if there is none.
    pub(crate) fn app(&self, payload: &Value) -> AppChoice {
        let own = OwnApp::of_paths(|part| self.0[part as usize].clone(), payload);
        match Profile::parse(&own.to_json()) {
            Ok(profile) => AppChoice::Profile(Arc::new(profile)),
            Err(_) => AppChoice::Recognise,
        }
    }
}
