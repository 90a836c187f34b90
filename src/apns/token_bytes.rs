//! Token bytes: a device token in another encoding than hex, or in hex of another encoding.

use super::base64url;
use super::device_token::USUAL_DIGITS;
use super::hex::hex;
use super::words::{is_alphanumeric, is_hex, words};

/// Possible sizes of a token in bytes.
const FEWEST: usize = 32;
const MOST: usize = 100;
/// Length of a token of the usual size in base64, without padding.
const USUAL_BASE64: usize = 43;

/// Hex digits of a token in base64: of the whole text, or of a word in it.
pub(super) fn of_base64(text: &str) -> Option<String> {
    if let Some(digits) = decoded(text.trim_end_matches('=')) {
        return Some(digits);
    }
    let words = words(text, |character| {
        is_alphanumeric(character) || matches!(character, '+' | '/' | '-' | '_')
    });
    let usual = words.iter().filter(|word| word.len() == USUAL_BASE64);
    usual.copied().find_map(decoded)
}

/// Hex digits of a token whose bytes are listed in decimal, as in `[176, 71, …]`. Java prints
/// negative ones.
pub(super) fn of_decimals(text: &str) -> Option<String> {
    let inside = text.rsplit(['[', '(', '{']).next().unwrap_or(text);
    let inside = inside.split([']', ')', '}']).next().unwrap_or(inside);
    let mut bytes = Vec::new();
    for number in inside.split(',') {
        let number = number.trim();
        let digits = number.strip_prefix('-');
        let value: u64 = digits.unwrap_or(number).parse().ok()?;
        bytes.push(match digits {
            Some(_) if value <= 128 => value.wrapping_neg() as u8,
            None if value <= 255 => value as u8,
            _ => return None,
        });
    }
    (FEWEST..=MOST).contains(&bytes.len()).then(|| hex(&bytes))
}

/// Hex digits of a token that was taken for another encoding before it was printed in hex again,
/// and the name of that encoding.
pub(super) fn of_digits(digits: &str) -> Option<(String, &'static str)> {
    let bytes: Vec<u8> = digits
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    let text = str::from_utf8(&bytes).unwrap_or_default();
    if is_token(text) {
        return Some((text.to_ascii_lowercase(), "text"));
    }
    // Base64 has four digits for three bytes.
    if !bytes.len().is_multiple_of(3) || bytes.len() > MOST {
        return None;
    }
    let text = base64url::encode(&bytes);
    is_token(&text).then(|| (text.to_ascii_lowercase(), "base64"))
}

/// Hex digits of a base64 text that decodes to at least 32 bytes and is not mostly hex itself.
fn decoded(body: &str) -> Option<String> {
    // Only letters count, because separators occur in grouped hex as well as in base64url.
    let foreign = body
        .bytes()
        .filter(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit())
        .count();
    if foreign * 4 < body.len() || body.len() > 2 * MOST * 4 / 3 + 3 {
        return None;
    }
    let bytes = base64url::decode_any(body)?;
    // The text of the token may have been encoded instead of its bytes.
    match str::from_utf8(&bytes) {
        Ok(text) if is_token(text) => Some(text.to_ascii_lowercase()),
        _ => (FEWEST..=MOST).contains(&bytes.len()).then(|| hex(&bytes)),
    }
}

fn is_token(text: &str) -> bool {
    text.len() >= USUAL_DIGITS && text.len().is_multiple_of(2) && is_hex(text)
}
