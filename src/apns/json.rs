//! JSON, read and written in one way only: each further way of `serde_json` would weigh a kilobyte or two on the page.

use serde_json::Value;

/// A value as the shortest text.
pub(crate) fn written(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An object of these members.
pub(crate) fn object(members: Vec<(&str, Value)>) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A text that needs no escapes, in quotes.
pub(crate) fn quoted(text: &str) -> String {
    ["\"", text, "\""].concat()
}

/// What stands in the quotes; `None` when it is no JSON text.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}
