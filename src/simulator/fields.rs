//! The fields of a JSON body, read strictly: an unknown or misspelt field is named and refused
//! instead of ignored, and no value is ever repeated in a refusal.

use std::fmt;

use http::StatusCode;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::control_error::ControlError;

/// The fields of one body.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Reads a JSON object that has no other fields than `known`.
    pub(crate) fn read(body: &[u8], known: &[&str]) -> Result<Self, ControlError> {
        let value: Value = serde_json::from_slice(body).map_err(|error| not_json(&error))?;
        let Value::Object(fields) = value else {
            return Err(refuse(
                "not_an_object",
                "The body is JSON, but not an object.",
                format!("Send an object with: {}.", known.join(", ")),
            ));
        };
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            let cause = format!("The body has an unknown field, “{}”.", shown(name));
            return Err(refuse(
                "unknown_field",
                cause,
                format!("Leave it out, or use one of: {}.", known.join(", ")),
            ));
        }
        match serde_json::from_slice(body) {
            Ok(Repeated(Some(name))) => {
                let cause = format!("The body has the field “{}” twice.", shown(&name));
                Err(refuse(
                    "duplicate_field",
                    cause,
                    "Leave one of them: nobody can tell which is meant.".to_owned(),
                ))
            }
            _ => Ok(Self(fields)),
        }
    }

    /// A text; `None` when it is absent or null.
    pub(crate) fn text(&self, name: &'static str) -> Result<Option<&str>, ControlError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(name, "a text")),
        }
    }

    /// `true` or `false`; `None` when it is absent or null.
    pub(crate) fn flag(&self, name: &'static str) -> Result<Option<bool>, ControlError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(wrong_type(name, "true or false")),
        }
    }

    /// A value of any kind; `None` when it is absent or null.
    pub(crate) fn value(&self, name: &'static str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text that has to be there.
    pub(crate) fn required_text(&self, name: &'static str) -> Result<&str, ControlError> {
        let missing = || {
            refuse(
                "missing_field",
                format!("The field “{name}” is missing."),
                "Add it; its value is a text.".to_owned(),
            )
        };
        self.text(name)?.ok_or_else(missing)
    }

    /// A list of texts; `None` when it is absent or null.
    pub(crate) fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, ControlError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts
                    .map(Some)
                    .ok_or_else(|| wrong_type(name, "a list of texts"))
            }
            Some(_) => Err(wrong_type(name, "a list of texts")),
        }
    }
}

/// The first name that stands in an object twice, where a map keeps the last value without a word.
struct Repeated(Option<String>);

impl<'de> Deserialize<'de> for Repeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Names)
    }
}

struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Repeated;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Repeated, A::Error> {
        let (mut names, mut repeated) = (Vec::new(), None);
        while let Some((name, IgnoredAny)) = map.next_entry::<String, _>()? {
            if names.contains(&name) {
                repeated.get_or_insert(name);
            } else {
                names.push(name);
            }
        }
        Ok(Repeated(repeated))
    }
}

/// A name that somebody made up, fit to stand in a sentence.
pub(crate) fn shown(name: &str) -> String {
    name.chars()
        .take(40)
        .flat_map(char::escape_debug)
        .take(60)
        .collect()
}

fn not_json(error: &serde_json::Error) -> ControlError {
    let cause = format!(
        "The body is not JSON: reading stopped at line {}, column {}.",
        error.line(),
        error.column()
    );
    refuse(
        "not_json",
        cause,
        "Send one JSON object in UTF-8.".to_owned(),
    )
}

fn wrong_type(name: &str, expected: &str) -> ControlError {
    refuse(
        "wrong_type",
        format!("The field “{name}” is not {expected}."),
        format!("Send {expected}, or leave the field out."),
    )
}

fn refuse(code: &'static str, cause: impl Into<String>, remedy: String) -> ControlError {
    ControlError::new(StatusCode::BAD_REQUEST, code, cause, remedy)
}
