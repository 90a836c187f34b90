//! JSON as the page reads and writes it beside the payload: texts in quotes, and objects of a few entries.

use serde_json::Value;

/// A text in quotes.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// What stands in the quotes; `None` when it is no JSON text.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    // Read as a value like everything else: a second kind of reader would weigh two kilobytes.
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// An object; each value is JSON already.
pub fn object(entries: &[(&str, String)]) -> String {
    let mut json = String::from("{");
    for (name, value) in entries {
        if json.len() > 1 {
            json.push(',');
        }
        json.push_str(&quoted(name));
        json.push(':');
        json.push_str(value);
    }
    json + "}"
}
