//! The 36-character UUID (RFC 9562 §4), which names both a push (`apns-id`) and a call.

use std::fmt;

use serde::Serialize;

use super::hex::hex;

/// A UUID in canonical form: 32 lower-case hex digits in groups of 8-4-4-4-12.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Uuid(String);

impl Uuid {
    /// Reads the 36-character form in either case; nothing else, as Swift's `UUID(uuidString:)`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_uuid = text.len() == 36
            && text.bytes().enumerate().all(|(index, byte)| match index {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        is_uuid.then(|| Self(text.to_ascii_lowercase()))
    }

    /// A version 4 UUID made of 16 random bytes.
    pub fn from_random_bytes(mut bytes: [u8; 16]) -> Self {
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let mut text = String::with_capacity(36);
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            text.push_str(&hex(&[*byte]));
        }
        Self(text)
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
