//! The signing key that the page holds in memory.

use crate::apns::SigningKey;

/// A signing key in memory, and its source.
#[derive(Debug)]
pub struct HeldKey {
    /// The signing key.
    pub key: SigningKey,
    /// File name, or a description of how the key was given.
    pub source: String,
}
