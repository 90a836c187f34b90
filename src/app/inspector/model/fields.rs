//! Fields of a JSON object. Each is read by name and type; `None` if it is absent or something
//! else.
//!
//! Derived readers of these few lists would be a fifth of the code that a first visit loads.

use serde_json::Value;

pub(super) fn text(object: &Value, name: &str) -> Option<String> {
    object[name].as_str().map(str::to_owned)
}

pub(super) fn number(object: &Value, name: &str) -> Option<u64> {
    object[name].as_u64()
}

/// Reads a list whose entries are read by `read`.
pub(super) fn list<T>(object: &Value, name: &str, read: fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    let mut list = Vec::new();
    for entry in object[name].as_array()? {
        list.push(read(entry)?);
    }
    Some(list)
}

pub(super) fn texts(object: &Value, name: &str) -> Option<Vec<String>> {
    list(object, name, |entry| entry.as_str().map(str::to_owned))
}
