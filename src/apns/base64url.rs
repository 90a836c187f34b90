//! Base64url without padding, the alphabet of every part of a provider token (RFC 7515 §2).

use base64ct::{Base64UrlUnpadded, Encoding};

/// The text form of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The bytes behind `text`; `None` for padding, foreign characters or an impossible length.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}
