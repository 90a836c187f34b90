//! Device token: the address of an app on a device. For calls it is the token that PushKit issues
//! (`PKPushCredentials.token`), which differs from the token for notifications.
//!
//! Apple guarantees no length: 64 digits are usual, 160 have been seen. Therefore every even number
//! of hex digits can be sent, and unusual lengths only give a finding.

use std::fmt;
use std::sync::Arc;

use super::cleaned::{Cleaned, push_note};
pub use super::device_token_error::DeviceTokenError;
use super::device_token_error::foreign;
use super::finding::Finding;
use super::hex::hex;
use super::token_bytes;
use super::token_in_text::{self, Found};
use super::token_list;

/// Usual length of a device token: 64 digits, or 32 bytes.
pub(crate) const USUAL_DIGITS: usize = 64;
/// Length of the UDID of an iPhone up to the X, in digits.
const UDID_DIGITS: usize = 40;
/// Length and start of the UDID of newer iPhones without its hyphen.
const NEW_UDID_DIGITS: usize = 24;
const NEW_UDID_START: &str = "0000";
/// Maximum length Apple ever announced: 200 digits, or 100 bytes (WWDC 2015, session 720).
pub(crate) const LONGEST_DIGITS: usize = 200;
/// Longest period, in digits, of a repeated pattern that marks a token as made up.
const LONGEST_PERIOD: usize = 16;

/// Device token in the form APNs expects: lower-case hex digits, two per byte.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceToken(Arc<str>);

impl DeviceToken {
    /// Parses a pasted token, and discards the notes about corrections.
    pub fn parse(text: &str) -> Result<Self, DeviceTokenError> {
        Self::read(text).map(|read| read.value)
    }

    /// Parses a pasted token: in either case, with spaces, line breaks, colons or dashes between
    /// the digits, in `<…>`, quotes or `Optional("…")`, after `0x`, or as
    /// the only one in a longer text.
    pub fn read(text: &str) -> Result<Cleaned<Self>, DeviceTokenError> {
        let (inner, offset) = unwrapped(text);
        match token_in_text::find(inner) {
            Some(Found::Token(digits, origin)) => {
                let mut notes = vec![origin.with_text(digits.clone())];
                let token = Self(digits.into());
                notes.extend(token.sample_note());
                return Ok(Cleaned {
                    value: token,
                    notes,
                });
            }
            Some(Found::Several(tokens)) => return Err(DeviceTokenError::several(&tokens)),
            None => {}
        }
        if let Some(error) = foreign(inner) {
            return Err(error);
        }
        if let count @ 2.. = token_list::lines_of_tokens(inner) {
            return Err(DeviceTokenError::Several { count, both: None });
        }
        let mut notes = Vec::new();
        if inner.len() != text.trim().len() {
            push_note(
                &mut notes,
                "token_wrapping",
                "What stood around the digits (quotes, <>, 0x or Optional) was left out.",
            );
        }
        let mut digits = digits(text, inner, offset)?;
        if let Some(once) = token_in_text::repeated(&digits) {
            digits.truncate(once);
            push_note(&mut notes, "token_twice", token_in_text::TWICE);
        }
        match digits.len() {
            0 => return Err(DeviceTokenError::Missing),
            length if length % 2 == 1 => return Err(DeviceTokenError::Odd { digits: length }),
            _ => {}
        }
        if inner.bytes().any(|byte| !byte.is_ascii_hexdigit()) {
            push_note(
                &mut notes,
                "token_separators",
                "Spaces, line breaks, colons or dashes between the digits were left out.",
            );
        }
        if inner.bytes().any(|byte| byte.is_ascii_uppercase()) {
            push_note(
                &mut notes,
                "token_capitals",
                "Capitals were made small, as APNs writes tokens.",
            );
        }
        let token = Self(digits.into());
        notes.extend(token.length_note());
        notes.extend(token.sample_note());
        Ok(Cleaned {
            value: token,
            notes,
        })
    }

    /// Parses a token as APNs does: hex digits in either case, without any correction.
    pub fn from_hex(text: &str) -> Option<Self> {
        if text.is_empty() || !text.len().is_multiple_of(2) {
            return None;
        }
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        // Without an early end several bytes are looked at together.
        if text
            .bytes()
            .fold(true, |are_all, byte| are_all & is_digit(byte))
        {
            return Some(Self(text.into()));
        }
        let is_token = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_token.then(|| Self(text.to_ascii_lowercase().into()))
    }

    /// Makes a token from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(hex(bytes).into())
    }

    /// Hex digits of the token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Hex digits, shared with the token.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    fn length_note(&self) -> Option<Finding> {
        let digits = self.0.len();
        if let Some((token, encoding)) = token_bytes::of_digits(&self.0) {
            let sentence = format!(
                "{digits} digits: a token that was read as {encoding} before it was printed. \
                 Use the token itself?"
            );
            return Some(Finding::warning("token_recoded", sentence).with_text(token));
        }
        let is_udid = digits == UDID_DIGITS
            || digits == NEW_UDID_DIGITS && self.0.starts_with(NEW_UDID_START);
        if is_udid {
            let sentence = format!(
                "{digits} digits, as a UDID has: that names an iPhone. \
                 Paste the VoIP token your app prints from PushKit."
            );
            return Some(Finding::warning("token_udid", sentence));
        }
        let (code, question) = match digits {
            USUAL_DIGITS => return None,
            ..USUAL_DIGITS => ("token_short", "was it cut?"),
            LONGEST_DIGITS.. if digits > LONGEST_DIGITS => {
                ("token_long", "two tokens pasted together?")
            }
            _ => ("token_unusual", "check that it was copied whole."),
        };
        Some(Finding::warning(
            code,
            format!("{digits} digits; nearly every token has 64. It is sent as it is: {question}"),
        ))
    }

    fn sample_note(&self) -> Option<Finding> {
        let digits = self.0.as_bytes();
        let repeats = |period: usize| {
            digits.len() >= 2 * period
                && digits
                    .iter()
                    .zip(&digits[period..])
                    .all(|(one, next)| one == next)
        };
        let sample = (1..=LONGEST_PERIOD).any(repeats);
        sample.then(|| Finding::warning("token_placeholder",
            "This is a sample token: no phone has it. Paste the one your app prints from PushKit."))
    }
}

/// Text inside quotes, `<…>`, `Optional(…)` and after `0x`, and the number of characters before it.
fn unwrapped(text: &str) -> (&str, usize) {
    let mut inner = text.trim();
    loop {
        let before = inner;
        if let Some(rest) = inner.strip_prefix("Optional(") {
            inner = rest.strip_suffix(')').unwrap_or(rest);
        }
        inner = inner
            .strip_prefix("0x")
            .or_else(|| inner.strip_prefix("0X"))
            .unwrap_or(inner);
        inner = inner
            .strip_prefix(['"', '\'', '`', '“', '<'])
            .unwrap_or(inner);
        inner = inner
            .strip_suffix(['"', '\'', '`', '”', '>', ',', ';'])
            .unwrap_or(inner)
            .trim();
        if inner.len() == before.len() {
            let offset = inner.as_ptr().addr() - text.as_ptr().addr();
            return (inner, text[..offset].chars().count());
        }
    }
}

/// Digits of `inner`, which starts `offset` characters into `text`.
fn digits(text: &str, inner: &str, offset: usize) -> Result<String, DeviceTokenError> {
    let mut digits = String::with_capacity(USUAL_DIGITS);
    let mut line_break = None;
    for (index, character) in inner.chars().enumerate() {
        let position = offset + index + 1;
        match character {
            _ if character.is_ascii_hexdigit() => digits.push(character.to_ascii_lowercase()),
            '\r' | '\n' if line_break.is_none() => {
                line_break = Some((digits.len(), character, position))
            }
            '<' | '>' => {}
            ':' | '-' if !digits.is_empty() => {}
            _ if character.is_whitespace() => {}
            // A whole token is followed by other text on its own line.
            _ => match line_break {
                Some((USUAL_DIGITS, character, position)) => {
                    return Err(DeviceTokenError::Character {
                        character,
                        position,
                    });
                }
                _ => return Err(wrong_digit(text, character, position)),
            },
        }
    }
    Ok(digits)
}

fn wrong_digit(text: &str, character: char, position: usize) -> DeviceTokenError {
    match token_list::count(text) {
        count @ 2.. => DeviceTokenError::Several { count, both: None },
        _ => DeviceTokenError::Character {
            character,
            position,
        },
    }
}

impl fmt::Display for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Shows only the last four digits, because a token in a log or panic could be used to ring the
/// phone.
impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "DeviceToken(…{})",
            &self.0[self.0.len().saturating_sub(4)..]
        )
    }
}
