//! Words: the parts of a text between other characters.

/// Longest parts of a text whose characters all belong to words; no part is empty.
pub(super) fn words(text: &str, is_of_word: fn(char) -> bool) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split(|character| !is_of_word(character)) {
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// Returns `true` for an ASCII letter or digit.
pub(super) fn is_alphanumeric(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

/// Returns `true` for hex digits alone.
pub(super) fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
