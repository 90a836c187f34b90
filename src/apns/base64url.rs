//! Base64url without padding, the alphabet of every part of a provider token (RFC 7515 §2).

use base64ct::{Base64Unpadded, Base64UrlUnpadded, Encoding};

/// Encodes `bytes` as text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes `text`; returns `None` for padding, foreign characters or an impossible length.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Same as `decode`, but also accepts padding and the standard alphabet, which some libraries write
/// and APNs accepts.
pub(crate) fn decode_any(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if padding > 2 || padding > 0 && !text.len().is_multiple_of(4) {
        return None;
    }
    decode(body).or_else(|| Base64Unpadded::decode_vec(body).ok())
}
