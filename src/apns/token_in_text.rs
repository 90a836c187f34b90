//! Token in text: a device token inside a longer text, such as a log line, the output of `NSLog`
//! for data, or a `pn-prid` of SIP (RFC 8599).

use super::device_token::USUAL_DIGITS;

const OF_TEXT: &str = "The device token was taken out of the text around it.";
const OF_PRID: &str = "This is a pn-prid (RFC 8599). \
                       The part before :voip is the VoIP token, and was taken.";

/// Device tokens found in a text with other words.
pub(super) enum Found {
    /// One token, and a sentence about its origin.
    Token(String, &'static str),
    /// Several tokens, with their number.
    Several(usize),
}

/// Finds device tokens of at least the usual length among the words of one line.
pub(super) fn find(text: &str) -> Option<Found> {
    if text.contains(['\r', '\n']) {
        return None;
    }
    if let Some((before, _)) = text.split_once(":voip") {
        let token = last_word(before);
        return is_token(token).then(|| Found::Token(token.to_owned(), OF_PRID));
    }
    if words(text).all(is_hex) {
        return None;
    }
    let mut tokens: Vec<&str> = Vec::new();
    for word in words(text) {
        let token = word.strip_prefix("0x").unwrap_or(word);
        if is_token(token) && !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    match tokens[..] {
        [token] => Some(Found::Token(token.to_owned(), OF_TEXT)),
        [] => in_brackets(text).map(|token| Found::Token(token, OF_TEXT)),
        _ => Some(Found::Several(tokens.len())),
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

/// Token in the form `<6fa1c2d3 …>`, in which older systems print data.
fn in_brackets(text: &str) -> Option<String> {
    let (_, behind) = text.rsplit_once('<')?;
    let inside = behind.split_once('>').map_or(behind, |(inside, _)| inside);
    let token: String = inside.split(' ').collect();
    is_token(&token).then_some(token)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn last_word(text: &str) -> &str {
    text.rsplit(|character: char| !character.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default()
}

fn is_token(word: &str) -> bool {
    word.len() >= USUAL_DIGITS && word.len().is_multiple_of(2) && is_hex(word)
}

fn is_hex(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}
