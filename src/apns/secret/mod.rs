//! The secret: a private key or a provider token inside a text or file that is no place for one.
//!
//! A key is known by its armour (`BEGIN … PRIVATE KEY`), by how its DER begins in base64 (RFC 5208,
//! 5915, 5958, 7292, 8017), or by the part that holds the public half, for a copy that lost its
//! beginning. All of it may be folded, quoted, escaped or encoded once more. A bare number of 32
//! bytes looks like a device token, and cannot be told from one.

mod armour;
mod base64_key;
mod joined;
mod token;

use std::ops::Range;

use self::joined::Joined;

/// What a text holds that must not stand there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// A private key, a bundle with one, or any PEM that stands alone.
    Key,
    /// A provider token, or an `Authorization` header.
    ProviderToken,
}

/// A secret and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its kind.
    pub secret: Secret,
    /// The bytes of the text that belong to it, as far as they can be told.
    pub place: Range<usize>,
}

/// More pieces than this are not cut out one by one.
const MOST_PIECES: usize = 16;

/// The first secret of a text.
pub fn find(text: &str) -> Option<Found> {
    let found = |secret| move |place| Found { secret, place };
    let bytes = text.as_bytes();
    let key = || {
        armour::alone(text)
            .or_else(|| armour::find(&bytes.to_ascii_uppercase(), bytes))
            .or_else(|| base64_key::find(bytes))
    };
    let token = || token::header(text).or_else(|| token::find(bytes));
    let plain = key()
        .map(found(Secret::Key))
        .or_else(|| token().map(found(Secret::ProviderToken)));
    plain.or_else(|| find_joined(&Joined::of(bytes)))
}

/// The text without its secrets. What surrounds them stays.
pub fn without(text: &str) -> String {
    let mut rest = text.to_owned();
    for _ in 0..MOST_PIECES {
        match find(&rest) {
            Some(Found { place, .. }) => rest.replace_range(whole_characters(&rest, place), ""),
            None => return rest,
        }
    }
    String::new()
}

/// The secret in the bytes of a file, be it a text or not.
pub fn in_file(bytes: &[u8]) -> Option<Secret> {
    if base64_key::is_key(bytes) || armour::is_key_store(bytes) {
        return Some(Secret::Key);
    }
    // UTF-16 is Latin text with a zero beside every letter.
    let plain: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    find(&String::from_utf8_lossy(&plain)).map(|found| found.secret)
}

/// Whether a part of a request holds a private key; looked for without a copy, because every push
/// is. Other PEM may pass.
pub fn holds_key(bytes: &[u8]) -> bool {
    armour::find(bytes, bytes).is_some()
        || (bytes.len() >= base64_key::SHORTEST && base64_key::find(bytes).is_some())
}

/// Whether a part of a request holds a provider token.
pub fn holds_provider_token(bytes: &[u8]) -> bool {
    token::find(bytes).is_some()
}

/// Looks at a text whose folds, quotes and escapes were taken out, and at what is encoded in it.
fn find_joined(joined: &Joined) -> Option<Found> {
    let bytes = joined.bytes();
    let found = |secret, place| Found {
        secret,
        place: joined.place(place),
    };
    if let Some(place) = base64_key::find(bytes) {
        return Some(found(Secret::Key, place));
    }
    if let Some(place) = token::find(bytes) {
        return Some(found(Secret::ProviderToken, place));
    }
    joined.encoded().find_map(|(place, decoded)| {
        let inner = armour::find(&decoded, &decoded)
            .or_else(|| base64_key::find(&decoded))
            .map(|_| Secret::Key);
        let secret = inner.or_else(|| token::find(&decoded).map(|_| Secret::ProviderToken))?;
        Some(found(secret, place))
    })
}

/// The place, widened to whole characters of the text.
fn whole_characters(text: &str, place: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (place.start.min(text.len()), place.end.min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
