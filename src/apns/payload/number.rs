//! Number: the spelling of a number, checked for validity in JSON and for loss of digits.

use serde_json::Value;

use super::syntax_error::Problem;
use crate::apns::json::quoted;

/// Largest integer up to which a double represents every integer: 2⁵³.
const EXACT: &str = "9007199254740992";
/// Largest integer of the device, and the largest one with a minus sign.
const LARGEST: &str = "18446744073709551615";
const LARGEST_NEGATIVE: &str = "9223372036854775808";

/// Maximum number of significant digits that a double preserves.
const DIGITS: usize = 17;

/// Run of letters, digits, signs and points at the start of a text.
pub(super) fn word(text: &str) -> &str {
    let end = text
        .bytes()
        .position(|byte| !is_of_word(byte))
        .unwrap_or(text.len());
    &text[..end]
}

pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_' | b'$')
}

/// Returns `true` if a word is a number by the grammar of JSON.
pub(super) fn is_number(word: &str) -> bool {
    let rest = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = rest
        .split_once(['e', 'E'])
        .map_or((rest, None), |(mantissa, exponent)| {
            (mantissa, Some(exponent))
        });
    let (whole, fraction) = mantissa
        .split_once('.')
        .map_or((mantissa, None), |(whole, fraction)| {
            (whole, Some(fraction))
        });
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent
            .is_none_or(|exponent| is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Problem of a word that is not a JSON value.
pub(super) fn problem(word: &str) -> Option<Problem> {
    let unsigned = word.trim_start_matches(['+', '-']);
    if ["nan", "inf", "infinity"]
        .iter()
        .any(|name| unsigned.eq_ignore_ascii_case(name))
    {
        return Some(Problem::NotANumber(word.to_owned()));
    }
    match unsigned.trim_start_matches('.').bytes().next() {
        Some(b'0'..=b'9') => Some(Problem::NumberForm(word.to_owned())),
        // A sign that is not followed by a number.
        None if unsigned.len() + 1 == word.len() => Some(Problem::NumberForm(word.to_owned())),
        Some(b'e' | b'E') if unsigned.len() < word.len() && is_digits(&unsigned[1..]) => {
            Some(Problem::NumberForm(word.to_owned()))
        }
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'$') => Some(Problem::BareWord(word.to_owned())),
        _ => None,
    }
}

/// Loss of precision of a number in the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// The integer exceeds the range of the device.
    Device,
    /// The integer exceeds the exact range of JavaScript.
    JavaScript,
    /// The number has more digits than a double preserves.
    Digits,
    /// The number is so small that it becomes zero.
    Vanishes,
}

/// Returns `true` for digits, without zeros before them, of a number up to another one.
fn is_at_most(digits: &str, most: &str) -> bool {
    digits.len() < most.len() || (digits.len() == most.len() && digits <= most)
}

/// Loss of precision of a valid JSON number, if any.
pub(super) fn loss(number: &str) -> Option<Loss> {
    let unsigned = number.strip_prefix('-').unwrap_or(number);
    if is_digits(unsigned) {
        let largest = if unsigned.len() < number.len() {
            LARGEST_NEGATIVE
        } else {
            LARGEST
        };
        return if is_at_most(unsigned, EXACT) {
            None
        } else if is_at_most(unsigned, largest) {
            Some(Loss::JavaScript)
        } else {
            Some(Loss::Device)
        };
    }
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let significant = digits.trim_matches('0');
    if significant.len() > DIGITS {
        return Some(Loss::Digits);
    }
    let value: Value = serde_json::from_str(number).ok()?;
    (!significant.is_empty() && value.as_f64() == Some(0.0)).then_some(Loss::Vanishes)
}

/// Repairs a word that is nearly a number. A word that can only be a text, such as a phone number
/// with a plus sign, is put in quotes.
pub(super) fn repaired(word: &str) -> Option<String> {
    let negative = word.starts_with('-');
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    if is_digits(unsigned) && unsigned.len() >= 7 && (!negative || unsigned.starts_with('0')) {
        return Some(quoted(word));
    }
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let whole = whole.trim_start_matches('0');
    let sign = if negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    let number = [
        sign,
        if whole.is_empty() { "0" } else { whole },
        point,
        fraction,
    ]
    .concat();
    is_number(&number).then_some(number)
}
