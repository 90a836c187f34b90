//! `apns-id`: the identifier of one push, which APNs repeats in its answer.

use std::fmt;

use super::uuid::Uuid;

/// `apns-id` in canonical, lower-case form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApnsId(Uuid);

impl ApnsId {
    /// Parses an `apns-id` in either case. Apple documents lower case; answers have been seen in
    /// upper case.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::parse(text).map(Self)
    }

    /// Makes a new `apns-id` from 16 random bytes.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_random_bytes(bytes))
    }

    /// Text of the header value.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for ApnsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
