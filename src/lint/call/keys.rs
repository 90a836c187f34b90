//! The keys of a payload, with the words they are made of.

use serde_json::Value;

use crate::apns::path::Path;

/// A member of the payload, and where it stands.
pub(super) struct Member<'a> {
    pub(super) path: Path,
    pub(super) value: &'a Value,
}

/// Every member that `wanted` wants, in the payload's order; lists are not looked into.
pub(super) fn members<'a>(
    payload: &'a Value,
    wanted: &dyn Fn(&str, &Value) -> bool,
) -> Vec<Member<'a>> {
    let mut found = Vec::new();
    walk(payload, &mut Path::default(), wanted, &mut found);
    found
}

fn walk<'a>(
    value: &'a Value,
    path: &mut Path,
    wanted: &dyn Fn(&str, &Value) -> bool,
    found: &mut Vec<Member<'a>>,
) {
    for (key, value) in value.as_object().into_iter().flatten() {
        path.push(key);
        if wanted(key, value) {
            found.push(Member {
                path: path.clone(),
                value,
            });
        }
        walk(value, path, wanted, found);
        path.pop();
    }
}

/// Whether one of these lower-case words is in a text. A word ends where a capital follows a small
/// letter, and at whatever is no letter.
pub(super) fn has_word(text: &str, words: &[&str]) -> bool {
    let mut word = String::new();
    let mut was_small = false;
    for byte in text.bytes().chain([b' ']) {
        if !word.is_empty()
            && (!byte.is_ascii_alphabetic() || (was_small && byte.is_ascii_uppercase()))
        {
            if words.contains(&word.as_str()) {
                return true;
            }
            word.clear();
        }
        if byte.is_ascii_alphabetic() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        was_small = byte.is_ascii_lowercase();
    }
    false
}
