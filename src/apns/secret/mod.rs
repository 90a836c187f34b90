//! Secret: a private key or a provider token in a text or file that must not contain one.
//!
//! A key is detected by its armour (`BEGIN … PRIVATE KEY`), by the first bytes of its DER in base64
//! (RFC 5208, 5915, 5958, 7292, 8017), or, if its beginning is missing, by the part that holds the
//! public key. All of these may be split into lines, quoted, escaped or encoded once more. A bare
//! number of 32 bytes cannot be distinguished from a device token.

mod armour;
mod base64_key;
mod clue;
mod joined;
mod needle;
mod token;

use std::ops::Range;

use self::joined::Joined;
use super::edit::replaced;

/// Kind of secret in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Private key, a bundle with one, or a text that is only PEM.
    Key,
    /// Provider token, or an `Authorization` header.
    ProviderToken,
}

/// Secret and its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Kind of secret.
    pub secret: Secret,
    /// Range of bytes that belong to the secret, as far as can be determined.
    pub place: Range<usize>,
}

/// Maximum number of secrets that are cut out; a text with more is discarded.
const MOST_PIECES: usize = 16;

/// First secret of a text.
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

/// Removes the secrets from a text, and leaves the rest.
pub fn without(text: &str) -> String {
    let mut rest = text.to_owned();
    for _ in 0..MOST_PIECES {
        match find(&rest) {
            Some(Found { place, .. }) => {
                rest = replaced(&rest, whole_characters(&rest, place), "");
            }
            None => return rest,
        }
    }
    String::new()
}

/// Secret in the bytes of a file, which may be text or binary.
pub fn in_file(bytes: &[u8]) -> Option<Secret> {
    if base64_key::is_key(bytes) || armour::is_key_store(bytes) {
        return Some(Secret::Key);
    }
    // In UTF-16, Latin text has a zero byte beside every letter.
    let plain: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    find(&String::from_utf8_lossy(&plain)).map(|found| found.secret)
}

/// Returns `true` if a part of a request contains a private key. Makes no copy, because every push
/// is checked. Other PEM is allowed.
pub fn holds_key(bytes: &[u8]) -> bool {
    clue::is_in(bytes)
        && (armour::find(bytes, bytes).is_some()
            || (bytes.len() >= base64_key::SHORTEST && base64_key::find(bytes).is_some()))
}

/// Returns `true` if a part of a request contains a provider token.
pub fn holds_provider_token(bytes: &[u8]) -> bool {
    token::find(bytes).is_some()
}

/// First secret of a text without separators, or of the base64 in it.
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

/// Extends the range to whole characters of the text.
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

#[cfg(test)]
mod tests {
    use base64ct::{Base64UrlUnpadded, Encoding};

    use super::{armour, base64_key, clue};

    #[test]
    fn everything_that_begins_a_key_has_a_clue() {
        let marks = base64_key::marks().chain([armour::WORD]);
        for mark in marks.chain([&b"MIG"[..], b"M\nI", b"M\\n"]) {
            assert!(clue::is_in(mark), "{mark:?}");
        }
        for length in 0x20..=0x83 {
            for tag in [0x02, 0x04, 0x30] {
                let sequence = Base64UrlUnpadded::encode_string(&[0x30, length, tag]);
                assert!(clue::is_in(sequence.as_bytes()), "{sequence}");
                for split in 1..4 {
                    let split = [&sequence[..split], "\n", &sequence[split..]].concat();
                    assert!(clue::is_in(split.as_bytes()), "{split:?}");
                }
            }
        }
        for text in [
            "com.example.calls.voip",
            "bearer eyJhbGciOiJFUzI1NiJ9",
            "MAE",
            "MCB",
            "MIQ",
            "My",
            "",
        ] {
            assert!(!clue::is_in(text.as_bytes()), "{text}");
        }
    }
}
