//! A sentence: what a person is told, whatever they pasted. Every target holds each one to the same promise.

use trill::apns::Finding;

/// The most characters a sentence may have.
const LONGEST: usize = 160;

/// One line of 160 characters at most, and nothing in it that cannot be seen or turns the writing around.
pub(crate) fn check(sentence: &str) {
    let length = sentence.chars().count();
    assert!((1..=LONGEST).contains(&length), "{length} characters: {sentence:?}");
    assert!(!sentence.contains(is_unseen), "{sentence:?}");
}

/// Notes are sentences with a stable code.
#[allow(dead_code, reason = "payloads have findings instead")]
pub(crate) fn check_notes(notes: &[Finding]) {
    for note in notes {
        check_code(note.code);
        check(&note.sentence);
    }
}

/// A code is a word of small letters, as in a program.
pub(crate) fn check_code(code: &str) {
    assert!(!code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'), "{code:?}");
}

fn is_unseen(character: char) -> bool {
    character.is_control() || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
