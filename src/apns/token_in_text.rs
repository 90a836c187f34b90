//! Token in text: a device token inside a longer text, such as a log line, a row of a table, the
//! output of `NSLog` for data, or a `pn-prid` of SIP (RFC 8599).

use super::device_token::{LONGEST_DIGITS, USUAL_DIGITS};
use super::finding::Finding;
use super::words::{is_alphanumeric, is_hex, words};

const CODE: &str = "token_in_text";
const OF_TEXT: &str = "The device token was taken out of the text around it.";
const OF_PRID: &str = "This is a pn-prid (RFC 8599). \
                       The part before :voip is the VoIP token, and was taken.";
const OF_REMOTE: &str = "This is a pn-prid (RFC 8599) with a token for notifications alone. \
                         Calls need the one before :voip.";

pub(super) const TWICE: &str = "The token was pasted twice; it is used once.";

/// Device tokens found in a text with other words.
pub(super) enum Found {
    /// Token, and a finding about its origin.
    Token(String, Box<Finding>),
    /// Several different tokens.
    Several(Vec<String>),
}

/// Finds device tokens of at least the usual length among the words of a text.
pub(super) fn find(text: &str) -> Option<Found> {
    let unescaped = unescaped(text);
    let text = unescaped.as_deref().unwrap_or(text);
    // A header or another line behind a whole token is a mistake of its own.
    let first_line = text.split(['\r', '\n']).next().unwrap_or_default();
    if is_hex(first_line.trim()) && !is_grouped_hex(text) {
        return None;
    }
    if let Some(found) = in_prid(text) {
        return Some(found);
    }
    let words = words(text, is_alphanumeric);
    let mut tokens: Vec<String> = Vec::new();
    for word in &words {
        match token(word) {
            Some(token) if !tokens.contains(&token) => tokens.push(token),
            _ => {}
        }
    }
    let are_tokens = words.iter().all(|word| is_token(word));
    let is_wrapped = is_grouped_hex(text) && are_wrapped(&words);
    match tokens.len() {
        0 if is_grouped_hex(text) => None,
        0 => in_brackets(text)
            .or_else(|| in_groups(&words))
            .map(|token| Found::Token(token, Box::new(Finding::note(CODE, OF_TEXT)))),
        1 if is_wrapped => None,
        1 => {
            let origin = if words.len() > 1 && are_tokens {
                Finding::note("token_twice", TWICE)
            } else {
                Finding::note(CODE, OF_TEXT)
            };
            Some(Found::Token(tokens.pop()?, Box::new(origin)))
        }
        _ if is_wrapped && !are_tokens => None,
        _ => Some(Found::Several(tokens)),
    }
}

/// Length of one token in the digits of a token that was pasted twice or more; `None` if they do
/// not repeat.
pub(super) fn repeated(digits: &str) -> Option<usize> {
    let once = (2..=4)
        .rev()
        .filter(|times| digits.len().is_multiple_of(*times))
        .map(|times| digits.len() / times);
    let mut once = once.filter(|length| *length >= USUAL_DIGITS && length.is_multiple_of(2));
    once.find(|length| {
        digits
            .as_bytes()
            .chunks(*length)
            .all(|chunk| chunk == &digits.as_bytes()[..*length])
    })
}

/// Text without the escapes of a URI, in which a `pn-prid` stands in a contact; `None` if it has
/// none of these.
fn unescaped(text: &str) -> Option<String> {
    text.contains('%').then(|| {
        text.replace("%3A", ":")
            .replace("%3a", ":")
            .replace("%26", "&")
    })
}

/// Token of a `pn-prid`, such as `T1:remote&T2:voip`.
fn in_prid(text: &str) -> Option<Found> {
    let before = |word: &str| {
        let (before, _) = text.split_once(word)?;
        token(words(before, is_alphanumeric).last()?)
            .filter(|_| before.ends_with(|c: char| c.is_ascii_hexdigit()))
    };
    if let Some(token) = before(":voip") {
        return Some(Found::Token(token, Box::new(Finding::note(CODE, OF_PRID))));
    }
    let token = before(":remote")?;
    Some(Found::Token(
        token,
        Box::new(Finding::warning(CODE, OF_REMOTE)),
    ))
}

/// Token in the forms in which systems print data: `<6fa1c2d3 …>`, `<Buffer 6f a1 …>` and
/// `{length = 32, bytes = 0x6fa1c2d3 … }`.
fn in_brackets(text: &str) -> Option<String> {
    [("<", '>'), ("bytes = 0x", '}')]
        .into_iter()
        .find_map(|(open, close)| {
            let behind = text.split(open).skip(1).last()?;
            let inside = behind.split(close).next().unwrap_or(behind);
            let inside = inside.strip_prefix("Buffer ").unwrap_or(inside);
            let digits: String = inside.split_ascii_whitespace().collect();
            is_token(&digits).then(|| digits.to_ascii_lowercase())
        })
}

/// Token of the usual length in groups of equal size, between other words.
fn in_groups(words: &[&str]) -> Option<String> {
    let mut digits = String::new();
    let mut size = 0;
    for word in words.iter().copied().chain([""]) {
        if is_hex(word) && word.len() == size {
            digits.push_str(word);
            continue;
        }
        if size > 1 && digits.len() == USUAL_DIGITS {
            return Some(digits.to_ascii_lowercase());
        }
        size = word.len();
        digits.clear();
        if is_hex(word) {
            digits.push_str(word);
        }
    }
    None
}

/// Token in a word, also after `0x`, the `x` of a database, or the letter of an escape such as
/// `\n`.
fn token(word: &str) -> Option<String> {
    let short = word.get(1..).unwrap_or_default();
    let bare = match word.as_bytes() {
        [b'0', b'x' | b'X', ..] => word.get(2..).unwrap_or_default(),
        [b'x' | b'X' | b'n' | b'r' | b't', ..] => short,
        _ => word,
    };
    is_token(bare).then(|| bare.to_ascii_lowercase())
}

fn is_token(word: &str) -> bool {
    (USUAL_DIGITS..=LONGEST_DIGITS).contains(&word.len())
        && word.len().is_multiple_of(2)
        && is_hex(word)
}

/// Returns `true` for hex digits with nothing between them but what separates their groups.
fn is_grouped_hex(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_ascii_hexdigit()
            || character.is_whitespace()
            || matches!(character, ':' | '-' | '<' | '>')
    })
}

/// Returns `true` for groups of equal size, of which the last may be shorter: one long token in
/// lines, or one token twice.
fn are_wrapped(groups: &[&str]) -> bool {
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else {
        return true;
    };
    let whole = &groups[..groups.len() - 1];
    whole.iter().all(|group| group.len() == first.len()) && last.len() <= first.len()
}
