//! Keys of a payload, and the words they consist of.

use serde_json::Value;

use crate::apns::path::Path;

/// Member of the payload, with its path.
pub(super) struct Member<'a> {
    pub(super) path: Path,
    pub(super) value: &'a Value,
}

/// Members for which `wanted` returns `true`, in the order of the payload. Lists are skipped.
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

/// Returns `true` if the text contains one of these lower-case words. A word ends before a capital
/// that follows a lower-case letter, and at any character that is not a letter.
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
