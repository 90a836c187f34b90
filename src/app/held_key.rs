//! The signing key that the page holds in memory.

use crate::apns::SigningKey;

/// A key in memory, and where it came from.
#[derive(Debug)]
pub struct HeldKey {
    /// The key itself.
    pub key: SigningKey,
    /// A file's name, or how it was given.
    pub source: String,
}
