//! A text in quotes, as JSON writes it.

use serde_json::Value;

/// A text that needs no escapes, in quotes.
pub(crate) fn quoted(text: &str) -> String {
    ["\"", text, "\""].concat()
}

/// What stands in the quotes; `None` when it is no JSON text.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    // Read as a value like everything else: a second kind of reader would weigh two kilobytes.
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}
