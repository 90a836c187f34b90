//! Hash key: the key of the hashes that identify accounts and pushes without storing their
//! contents.

use std::fmt;

use ring::hmac::{self, HMAC_SHA256};
use zeroize::Zeroizing;

use crate::apns::hex::hex;
use crate::random_bytes;

/// Size in bytes. RFC 2104 §3 requires at least that of the hash.
pub(crate) const KEY_BYTES: usize = 32;

/// Key of an HMAC. Without it, the hashed values cannot be guessed.
#[derive(Clone)]
pub(crate) struct HashKey(hmac::Key);

/// First half of an HMAC-SHA256: 128 bits, enough to make a collision practically impossible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KeyedHash([u8; 16]);

impl HashKey {
    /// Creates a random key. Returns `None` if the system provides no random bytes.
    pub(crate) fn random() -> Option<Self> {
        let bytes = random_bytes()?;
        Some(Self::from_bytes(&bytes))
    }

    /// Creates a key from its bytes.
    pub(crate) fn from_bytes(bytes: &[u8; KEY_BYTES]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, bytes))
    }

    /// Hashes several parts. Their lengths are included, so that different divisions have different
    /// hashes.
    pub(crate) fn hash(&self, parts: &[&[u8]]) -> KeyedHash {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let tag = context.sign();
        KeyedHash(std::array::from_fn(|index| tag.as_ref()[index]))
    }
}

/// Formats a number as hex digits, without the detour through [`fmt`].
pub(super) fn digits(number: u128) -> [u8; 32] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut digits = [0; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(number.to_be_bytes()) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    digits
}

/// Returns random bytes for a new key.
pub(crate) fn random_bytes() -> Option<Zeroizing<[u8; KEY_BYTES]>> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    random_bytes::fill(&mut *bytes).ok()?;
    Some(bytes)
}

impl KeyedHash {
    /// Digits of [`fmt::Display`].
    pub(crate) fn digits(&self) -> [u8; 32] {
        digits(u128::from_be_bytes(self.0))
    }

    /// Reads the output of [`fmt::Display`].
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_hash = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hash {
            u128::from_str_radix(text, 16)
                .ok()
                .map(|number| Self(number.to_be_bytes()))
        } else {
            None
        }
    }
}

impl fmt::Display for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::{HashKey, KeyedHash};

    #[test]
    fn a_hash_depends_on_the_key_on_every_part_and_on_where_parts_end() {
        let (key, other) = (HashKey::from_bytes(&[1; 32]), HashKey::from_bytes(&[2; 32]));
        let hash = key.hash(&[b"ab", b"c"]);
        assert_eq!(hash, HashKey::from_bytes(&[1; 32]).hash(&[b"ab", b"c"]));
        for different in [
            other.hash(&[b"ab", b"c"]),
            key.hash(&[b"a", b"bc"]),
            key.hash(&[b"abc"]),
            key.hash(&[b"ab", b"c", b""]),
        ] {
            assert_ne!(hash, different);
        }
        let (one, two) = (
            HashKey::random().expect("random"),
            HashKey::random().expect("random"),
        );
        assert_ne!(one.hash(&[]), two.hash(&[]));
    }

    #[test]
    fn a_hash_is_read_as_it_was_written() {
        let hash = HashKey::from_bytes(&[1; 32]).hash(&[b"x"]);
        assert_eq!(KeyedHash::parse(&hash.to_string()), Some(hash));
        for wrong in [
            "",
            "0",
            "+0000000000000000000000000000000",
            &format!("{hash}0"),
            &"g".repeat(32),
        ] {
            assert_eq!(KeyedHash::parse(wrong), None, "{wrong}");
        }
    }
}
