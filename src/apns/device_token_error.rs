//! Why a text is not a device token, and what it is instead.

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};
use thiserror::Error;

use super::char_name::char_name;
use super::hex::hex;
use super::uuid::Uuid;

/// Why a text is not a device token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DeviceTokenError {
    /// Nothing typed.
    #[error("Paste the VoIP token your app prints from PushKit.")]
    Missing,
    /// Something that is not a hex digit.
    #[error(
        "{} at position {position} is not a hex digit. Copy the token again, as hex.",
        char_name(*character)
    )]
    Character {
        /// What it is.
        character: char,
        /// Where, counted from 1.
        position: usize,
    },
    /// Half a byte.
    #[error("{digits} digits: one was lost while copying. Copy the token again.")]
    Odd {
        /// The number of digits.
        digits: usize,
    },
    /// More than one token.
    #[error("{count} tokens; here is room for one. Keep the one to ring.")]
    Several {
        /// How many.
        count: usize,
    },
    /// The bytes in base64.
    #[error("This looks like base64; APNs takes hex. Convert it?")]
    Base64 {
        /// The same in hex.
        hex: String,
    },
    /// A description that leaves out the middle, as iOS 13 and later print it.
    #[error(
        "iOS shortened this text: the middle is missing. Print each byte of the token with %02x \
         instead."
    )]
    Description,
    /// A UUID.
    #[error("This is a UUID, not a push token. Paste the VoIP token your app prints from PushKit.")]
    IsUuid,
    /// The UDID of an iPhone.
    #[error(
        "This is a UDID: it names an iPhone, not an app on it. Paste the VoIP token your app \
         prints from PushKit."
    )]
    IsUdid,
    /// A token of Firebase Cloud Messaging.
    #[error(
        "This is a Firebase (Android) token. Paste the VoIP token your app prints from PushKit."
    )]
    IsFcm,
    /// A token of Expo's push service.
    #[error(
        "This is an Expo token, which only Expo can use. Paste the VoIP token your app prints \
         from PushKit."
    )]
    IsExpo,
    /// A place where a token should be put.
    #[error("This is a sample, not a token. Paste the VoIP token your app prints from PushKit.")]
    Placeholder,
}

impl DeviceTokenError {
    /// The stable word for this mistake.
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

    /// The token that was meant, where that can be known.
    pub fn fix(&self) -> Option<String> {
        match self {
            Self::Base64 { hex } => Some(hex.clone()),
            _ => None,
        }
    }
}

/// What else a text is that cannot be a token, if it can be told.
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
    // Words for a token without anything that could be one.
    if has("…") || has("...") || has("your") || has("device") && has("token") && !has_digits(&small)
    {
        return Some(DeviceTokenError::Placeholder);
    }
    from_base64(text).map(|hex| DeviceTokenError::Base64 { hex })
}

/// `00008110-001A2C3E0E91801E`, as iPhones since the XS have it.
fn is_udid(text: &str) -> bool {
    let is_hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    text.split_once('-')
        .is_some_and(|(chip, unit)| is_hex(chip, 8) && is_hex(unit, 16))
}

/// Looks for eight hex digits in a row, one of them no letter.
fn has_digits(small: &str) -> bool {
    let mut runs = small.split(|character: char| !character.is_ascii_hexdigit());
    runs.any(|run| run.len() >= 8 && run.bytes().any(|byte| byte.is_ascii_digit()))
}

/// `32 bytes`, which is all Swift prints of data.
fn is_byte_count(small: &str) -> bool {
    small
        .strip_suffix(" bytes")
        .is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The hex of a text that decodes to 32 bytes or more and is mostly not hex itself.
fn from_base64(text: &str) -> Option<String> {
    const LEAST_BYTES: usize = 32;
    const MOST_BYTES: usize = 100;
    let body = text.trim_end_matches('=');
    // Letters only: grouped hex has separators, which base64 for URLs has too.
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
