//! Device token error: the reason why a text is not a device token, and what it is instead.

use thiserror::Error;

use super::char_name::char_name;
use super::finding::Finding;
use super::token_bytes;
use super::uuid::Uuid;
use super::words::{is_alphanumeric, is_hex, words};

/// Number of digits from which a word is a token that lost a digit.
const NEARLY_A_TOKEN: usize = 50;

/// Reason why a text is not a device token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeviceTokenError {
    /// The text is empty.
    #[error("Paste the VoIP token your app prints from PushKit.")]
    Missing,
    /// A character is not a hex digit.
    #[error(
        "{} at position {position} is not a hex digit. Copy the token again, as hex.",
        char_name(*character)
    )]
    Character {
        /// Character in question.
        character: char,
        /// Position of the character, from 1.
        position: usize,
    },
    /// The number of digits is odd.
    #[error("{digits} digits: one was lost while copying. Copy the token again.")]
    Odd {
        /// Number of digits.
        digits: usize,
    },
    /// The text has more than one token.
    #[error("{count} tokens; here is room for one. Keep the one to ring.")]
    Several {
        /// Number of tokens.
        count: usize,
        /// The tokens, if there are two.
        both: Option<(String, String)>,
    },
    /// The token is encoded in base64.
    #[error("This looks like base64; APNs takes hex. Convert it?")]
    Base64 {
        /// Token in hex.
        hex: String,
    },
    /// The bytes are listed in decimal.
    #[error("These are the bytes of a token in decimal; APNs takes hex. Convert them?")]
    Decimal {
        /// Token in hex.
        hex: String,
    },
    /// The description leaves out the middle, as iOS 13 and later print it.
    #[error(
        "iOS shortened this text: the middle is missing. Print each byte of the token with %02x \
         instead."
    )]
    Description,
    /// The text has the number of bytes alone, as Swift prints it.
    #[error(
        "This is only the length of the token, as Swift prints it. Print each byte of the token \
         with %02x instead."
    )]
    ByteCount,
    /// The text was shortened.
    #[error("This token was shortened: a part of it is missing. Copy all its digits.")]
    Shortened,
    /// The text speaks of a token and has no digits of one.
    #[error(
        "There are no digits of a token in this text. Paste the VoIP token your app prints from \
         PushKit."
    )]
    NoDigits,
    /// The text is a UUID.
    #[error("This is a UUID, not a push token. Paste the VoIP token your app prints from PushKit.")]
    IsUuid,
    /// The text is the UDID of an iPhone.
    #[error(
        "This is a UDID: it names an iPhone, not an app on it. Paste the VoIP token your app \
         prints from PushKit."
    )]
    IsUdid,
    /// The text is a token of Firebase Cloud Messaging.
    #[error(
        "This is a Firebase (Android) token. Paste the VoIP token your app prints from PushKit."
    )]
    IsFcm,
    /// The text is a token of Expo's push service.
    #[error(
        "This is an Expo token, which only Expo can use. Paste the VoIP token your app prints \
         from PushKit."
    )]
    IsExpo,
    /// The text is a placeholder for a token.
    #[error("This is a sample, not a token. Paste the VoIP token your app prints from PushKit.")]
    Placeholder,
}

impl DeviceTokenError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Character { .. } => "token_char",
            Self::Odd { .. } => "token_odd",
            Self::Several { .. } => "token_several",
            Self::Base64 { .. } => "token_base64",
            Self::Decimal { .. } => "token_decimal",
            Self::Description | Self::ByteCount => "token_ios13_description",
            Self::Shortened => "token_shortened",
            Self::NoDigits => "token_no_digits",
            Self::IsUuid => "token_is_uuid",
            Self::IsUdid => "token_is_udid",
            Self::IsFcm => "token_is_fcm",
            Self::IsExpo => "token_is_expo",
            Self::Placeholder => "token_placeholder",
        }
    }

    /// Finding about the error, with the tokens that may have been meant.
    pub fn finding(&self) -> Finding {
        let finding = Finding::of_error(self.code(), self);
        match self {
            Self::Base64 { hex } | Self::Decimal { hex } => finding.with_text(hex.clone()),
            Self::Several {
                both: Some((one, other)),
                ..
            } => finding.with_either(one.clone(), other.clone()),
            _ => finding,
        }
    }

    /// Makes the error about several tokens.
    pub(super) fn several(tokens: &[String]) -> Self {
        let both = match tokens {
            [one, other] => Some((one.clone(), other.clone())),
            _ => None,
        };
        Self::Several {
            count: tokens.len(),
            both,
        }
    }
}

/// Error that tells what a text is instead of a token, if it is recognised.
pub(crate) fn foreign(text: &str) -> Option<DeviceTokenError> {
    let small = text.to_ascii_lowercase();
    if text.contains(":APA91") {
        return Some(DeviceTokenError::IsFcm);
    }
    let has = |word: &str| small.contains(word);
    if has("pushtoken[") {
        return Some(DeviceTokenError::IsExpo);
    }
    if has("length =") || has("bytes =") {
        return Some(DeviceTokenError::Description);
    }
    if is_byte_count(&small) {
        return Some(DeviceTokenError::ByteCount);
    }
    if Uuid::parse(text.trim_start_matches('{').trim_end_matches('}')).is_some() {
        return Some(DeviceTokenError::IsUuid);
    }
    if is_udid(text) || has("udid") && text.contains([' ', ':', '=']) {
        return Some(DeviceTokenError::IsUdid);
    }
    if let Some(hex) = token_bytes::of_base64(text) {
        return Some(DeviceTokenError::Base64 { hex });
    }
    if let Some(hex) = token_bytes::of_decimals(text) {
        return Some(DeviceTokenError::Decimal { hex });
    }
    if let Some(digits) = odd_run(text) {
        return Some(DeviceTokenError::Odd { digits });
    }
    let is_shortened = has("…") || has("...");
    if is_shortened && has_run(&small, 4) {
        return Some(DeviceTokenError::Shortened);
    }
    if has_run(&small, 8) {
        return None;
    }
    if is_shortened || has("your") || has("xxxx") || is_name(&small) {
        return Some(DeviceTokenError::Placeholder);
    }
    (has("device") && has("token")).then_some(DeviceTokenError::NoDigits)
}

/// Returns `true` if a word is a UDID such as `00008110-001A2C3E0E91801E`, the form of iPhones
/// since the XS.
fn is_udid(text: &str) -> bool {
    let words = words(text, |character| {
        is_alphanumeric(character) || character == '-'
    });
    words.iter().any(|word| match word.split_once('-') {
        Some((chip, unit)) => chip.len() == 8 && unit.len() == 16 && is_hex(chip) && is_hex(unit),
        None => false,
    })
}

/// Returns `true` for the name of a token instead of a token, such as `$DEVICE_TOKEN`.
fn is_name(small: &str) -> bool {
    let letters: String = small.chars().filter(char::is_ascii_alphabetic).collect();
    let is_alone = !small.trim_end().contains([' ', ':']);
    is_alone
        && matches!(
            letters.as_str(),
            "token" | "devicetoken" | "voiptoken" | "pushtoken"
        )
}

/// Number of digits of a word between others that is a token but for one digit.
fn odd_run(text: &str) -> Option<usize> {
    let whole = text.trim().len();
    let words = words(text, is_alphanumeric);
    let odd = words.iter().find(|word| {
        let digits = word.len();
        (NEARLY_A_TOKEN..whole).contains(&digits) && digits % 2 == 1 && is_hex(word)
    })?;
    Some(odd.len())
}

/// Returns `true` if the text has so many consecutive hex digits, at least one of them decimal.
fn has_run(small: &str, length: usize) -> bool {
    let runs = words(small, |character| character.is_ascii_hexdigit());
    let mut long = runs.iter().filter(|run| run.len() >= length);
    long.any(|run| run.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Returns `true` for a text such as `32 bytes`, which is what Swift prints for data.
fn is_byte_count(small: &str) -> bool {
    small
        .trim_matches(['(', ')'])
        .strip_suffix(" bytes")
        .is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
}
