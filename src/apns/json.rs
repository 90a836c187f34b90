//! JSON apart from the payload: strings, and objects with a few entries.

use serde_json::{Map, Value};

use super::json_writer::JsonWriter;

/// Most members that are compared one by one.
const FEW_MEMBERS: usize = 8;

/// Formats a text as a JSON string.
pub fn quoted(text: &str) -> String {
    let mut json = JsonWriter::default();
    json.string(text);
    json.text
}

/// Formats a value on one line, as `serde_json::to_string` does. Its serialiser would be a second
/// one in the page.
pub fn compact(value: &Value) -> String {
    let mut json = JsonWriter::on_one_line();
    json.value(value);
    json.text
}

/// Formats a value with two spaces a level, as `serde_json::to_string_pretty` does.
pub fn pretty(value: &Value) -> String {
    let mut json = JsonWriter::default();
    json.value(value);
    json.text
}

/// Member of an object with this name. Of a few members it is found by comparing, which is quicker
/// than hashing.
pub fn member<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if object.len() > FEW_MEMBERS {
        return object.get(name);
    }
    let mut members = object.iter();
    members
        .find(|(other, _)| *other == name)
        .map(|(_, value)| value)
}

/// Sets a member of an object; another value has none.
pub fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), value);
    }
}

/// Parses a JSON string; `None` if it is not one.
pub(crate) fn unquoted(text: &str) -> Option<String> {
    // Parsing a `Value` avoids a second deserialiser, which would add two kilobytes.
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => Some(text),
        _ => None,
    }
}

/// Formats an object whose values are JSON already.
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
