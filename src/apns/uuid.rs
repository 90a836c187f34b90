//! UUID: the 36-character form (RFC 9562 §4), which identifies a push (`apns-id`) or a call.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

/// UUID in canonical form: 32 lower-case hex digits in groups of 8-4-4-4-12.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Uuid(Arc<str>);

impl Uuid {
    /// Length of the text.
    pub const LENGTH: usize = 36;

    /// Parses the 36-character form in either case, and no other form, like Swift's
    /// `UUID(uuidString:)`.
    pub fn parse(text: &str) -> Option<Self> {
        let uuid = uuid::Uuid::try_parse(text).ok()?;
        // Other forms have other lengths.
        (text.len() == Self::LENGTH).then(|| Self::of(uuid))
    }

    /// Makes a version 4 UUID from 16 random bytes.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self::of(uuid::Builder::from_random_bytes(bytes).into_uuid())
    }

    fn of(uuid: uuid::Uuid) -> Self {
        let mut text = uuid::Uuid::encode_buffer();
        Self((&*uuid.hyphenated().encode_lower(&mut text)).into())
    }

    /// Canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Canonical text, shared with the UUID.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
