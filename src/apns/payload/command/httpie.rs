//! HTTPie: the request of an `http` command.

use serde_json::{Map, Value};

use super::request::Request;
use super::shell_words::Input;
use crate::apns::json;

/// Options that are followed by a value.
const WITH_VALUE: [&str; 20] = [
    "-A",
    "-a",
    "-o",
    "-p",
    "-s",
    "--auth",
    "--auth-type",
    "--boundary",
    "--cert",
    "--cert-key",
    "--cert-key-pass",
    "--ciphers",
    "--output",
    "--pretty",
    "--print",
    "--proxy",
    "--raw",
    "--session",
    "--timeout",
    "--verify",
];

/// Deepest level of a name such as `aps[alert][body]`.
const DEEPEST: usize = 16;

/// Request of the words behind `http`.
pub(super) fn request(words: &[String], input: Option<&Input>) -> Request {
    let mut request = Request::default();
    let mut fields = Value::Object(Map::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            let (name, attached) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (word.as_str(), None),
            };
            if WITH_VALUE.contains(&name) {
                let value = attached.or_else(|| words.next().map(String::as_str));
                apply(&mut request, name, value.unwrap_or_default());
            }
        } else if request.url.is_empty() {
            let is_method = word.bytes().all(|byte| byte.is_ascii_uppercase());
            if !is_method {
                request.url.clone_from(word);
            }
        } else {
            add_item(&mut request, &mut fields, word);
        }
    }
    if !request.url.contains(['/', '.', ':']) {
        return Request::default();
    }
    match input {
        _ if fields.as_object().is_some_and(|fields| !fields.is_empty()) => {
            request.body = Some(json::compact(&fields));
        }
        Some(Input::Text(text)) => request.body = Some(text.clone()),
        Some(Input::File(file)) => request.file = Some(file.clone()),
        None => {}
    }
    request
}

fn apply(request: &mut Request, name: &str, value: &str) {
    match name {
        "--raw" => request.body = Some(value.to_owned()),
        "-a" | "--auth" => {
            let (_, password) = value.split_once(':').unwrap_or(("", value));
            request.add_secret(password);
        }
        "--cert-key-pass" => request.add_secret(value),
        _ => {}
    }
}

/// Adds a header or a field of the body, such as `apns-topic:com.example.app` or `handle=alice`.
fn add_item(request: &mut Request, fields: &mut Value, word: &str) {
    let Some(at) = word.find([':', '=', '@']) else {
        return;
    };
    let (name, mark) = word.split_at(at);
    // The longer marks come first.
    let marks = [":=@", ":=", "=@", "==", ":", "=", "@"];
    let Some((mark, value)) = marks
        .iter()
        .find_map(|known| Some((*known, mark.strip_prefix(known)?)))
    else {
        return;
    };
    match mark {
        ":" => request.add_header(name, value),
        "=" => set(fields, name, Value::from(value)),
        ":=" => {
            let json = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            set(fields, name, json);
        }
        "==" => {}
        _ => request.file = Some(value.to_owned()),
    }
}

/// Sets the field with a name such as `aps[alert]`.
fn set(fields: &mut Value, name: &str, value: Value) {
    let (first, inner) = match name.split_once('[') {
        Some((first, inner)) if inner.ends_with(']') => (first, &inner[..inner.len() - 1]),
        _ => (name, ""),
    };
    let steps: Vec<&str> = inner.split("][").filter(|_| !inner.is_empty()).collect();
    if steps.len() > DEEPEST {
        return;
    }
    let mut place = fields;
    for step in std::iter::once(&first).chain(&steps) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(members) = place else {
            return;
        };
        place = members.entry(*step).or_insert(Value::Null);
    }
    *place = value;
}
