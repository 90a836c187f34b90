//! Base64url without padding, the alphabet of every part of a provider token (RFC 7515 §2).

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding};

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
    let standard = || {
        Base64::decode_vec(text)
            .or_else(|_| Base64Unpadded::decode_vec(text))
            .ok()
    };
    decode(text)
        .or_else(|| Base64Url::decode_vec(text).ok())
        .or_else(standard)
}
