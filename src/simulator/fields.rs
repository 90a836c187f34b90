//! The fields of a JSON body, read strictly: an unknown or misspelt field is named and refused
//! instead of ignored, and no value is ever repeated in a refusal.

use http::StatusCode;
use serde_json::{Map, Value};

use super::control::ControlError;

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
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => {
                let cause = format!("The body has an unknown field, “{}”.", shown(name));
                Err(refuse("unknown_field", cause, format!("Leave it out, or use one of: {}.", known.join(", "))))
            }
            None => Ok(Self(fields)),
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
        let missing = || refuse("missing_field", format!("The field “{name}” is missing."), "Add it; its value is a text.".to_owned());
        self.text(name)?.ok_or_else(missing)
    }

    /// A list of texts; `None` when it is absent or null.
    pub(crate) fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, ControlError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts.map(Some).ok_or_else(|| wrong_type(name, "a list of texts"))
            }
            Some(_) => Err(wrong_type(name, "a list of texts")),
        }
    }
}

/// A name that somebody made up, fit to stand in a sentence.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(40).flat_map(char::escape_debug).take(60).collect()
}

fn not_json(error: &serde_json::Error) -> ControlError {
    let cause = format!("The body is not JSON: reading stopped at line {}, column {}.", error.line(), error.column());
    refuse("not_json", cause, "Send one JSON object in UTF-8.".to_owned())
}

fn wrong_type(name: &str, expected: &str) -> ControlError {
    refuse("wrong_type", format!("The field “{name}” is not {expected}."), format!("Send {expected}, or leave the field out."))
}

fn refuse(code: &'static str, cause: impl Into<String>, remedy: String) -> ControlError {
    ControlError::new(StatusCode::BAD_REQUEST, code, cause, remedy)
}
