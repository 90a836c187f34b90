//! Base64url without padding, the alphabet of every part of a provider token (RFC 7515 §2), and the
//! standard alphabet with padding.

use base64ct::{Base64Unpadded, Encoding};

/// Encodes `bytes` as text.
pub(crate) fn encode(bytes: &[u8]) -> String {
    // By way of the standard alphabet, which keys have: another coder would be a second one in the
    // page.
    Base64Unpadded::encode_string(bytes)
        .replace('+', "-")
        .replace('/', "_")
}

/// Encodes `bytes` in the standard alphabet with padding, as in PEM.
pub(crate) fn encode_padded(bytes: &[u8]) -> String {
    let mut text = Base64Unpadded::encode_string(bytes);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Decodes `text`; returns `None` for padding, foreign characters or an impossible length.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let is_standard = text.contains(['+', '/']);
    decode_any(text).filter(|_| !is_standard && !text.contains('='))
}

/// Decodes like `decode`, and also accepts padding and the standard alphabet, which some libraries
/// write and APNs accepts.
pub(crate) fn decode_any(text: &str) -> Option<Vec<u8>> {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    if padding > 2 || padding > 0 && !text.len().is_multiple_of(4) {
        return None;
    }
    let has_both = body.contains(['-', '_']) && body.contains(['+', '/']);
    let standard = body.replace('-', "+").replace('_', "/");
    Base64Unpadded::decode_vec(&standard)
        .ok()
        .filter(|_| !has_both)
}
