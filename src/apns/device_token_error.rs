//! Device token error: the reason why a text is not a device token, and what it is instead.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use thiserror::Error;

use super::char_name::char_name;
use super::hex::hex;
use super::uuid::Uuid;

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
    },
    /// The token is encoded in base64.
    #[error("This looks like base64; APNs takes hex. Convert it?")]
    Base64 {
        /// Token in hex.
        hex: String,
    },
    /// The description leaves out the middle, as iOS 13 and later print it.
    #[error(
        "iOS shortened this text: the middle is missing. Print each byte of the token with %02x \
         instead."
    )]
    Description,
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
            Self::Description => "token_ios13_description",
            Self::IsUuid => "token_is_uuid",
            Self::IsUdid => "token_is_udid",
            Self::IsFcm => "token_is_fcm",
            Self::IsExpo => "token_is_expo",
            Self::Placeholder => "token_placeholder",
        }
    }

    /// Token that was meant, if it can be determined.
    pub fn fix(&self) -> Option<String> {
        match self {
            Self::Base64 { hex } => Some(hex.clone()),
            _ => None,
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
    if has("length =") || has("bytes =") || is_byte_count(&small) {
        return Some(DeviceTokenError::Description);
    }
    if Uuid::parse(text.trim_start_matches('{').trim_end_matches('}')).is_some() {
        return Some(DeviceTokenError::IsUuid);
    }
    if is_udid(text) {
        return Some(DeviceTokenError::IsUdid);
    }
    // The text speaks of a token, but has no digits of one.
    if has("…") || has("...") || has("your") || has("device") && has("token") && !has_digits(&small)
    {
        return Some(DeviceTokenError::Placeholder);
    }
    from_base64(text).map(|hex| DeviceTokenError::Base64 { hex })
}

/// Returns `true` for a UDID such as `00008110-001A2C3E0E91801E`, the form of iPhones since the XS.
fn is_udid(text: &str) -> bool {
    let is_hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    text.split_once('-')
        .is_some_and(|(chip, unit)| is_hex(chip, 8) && is_hex(unit, 16))
}

/// Returns `true` if the text has eight consecutive hex digits, at least one of them decimal.
fn has_digits(small: &str) -> bool {
    let mut runs = small.split(|character: char| !character.is_ascii_hexdigit());
    runs.any(|run| run.len() >= 8 && run.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Returns `true` for a text such as `32 bytes`, which is what Swift prints for data.
fn is_byte_count(small: &str) -> bool {
    small
        .strip_suffix(" bytes")
        .is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Hex digits of a base64 text that decodes to at least 32 bytes and is not mostly hex itself.
fn from_base64(text: &str) -> Option<String> {
    const LEAST_BYTES: usize = 32;
    const MOST_BYTES: usize = 100;
    let body = text.trim_end_matches('=');
    // Only letters count, because separators occur in grouped hex as well as in base64url.
    let foreign = body
        .bytes()
        .filter(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit())
        .count();
    if foreign * 4 < body.len() || body.len() > MOST_BYTES * 4 / 3 + 3 {
        return None;
    }
    let bytes = Base64Unpadded::decode_vec(body)
        .or_else(|_| Base64UrlUnpadded::decode_vec(body))
        .ok()?;
    (bytes.len() >= LEAST_BYTES).then(|| hex(&bytes))
}
