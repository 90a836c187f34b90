//! Key file: the signing key in a file or a text, whatever stands around it. The page and the
//! program read keys through this file alone, so that both take the same ones and name the same
//! errors.

use zeroize::Zeroizing;

use super::secret;
use super::signing_key::{KeyError, SigningKey};

/// Reads the bytes of a file.
pub fn read(bytes: &[u8]) -> Result<SigningKey, KeyError> {
    SigningKey::from_bytes(bytes).or_else(|error| in_part(&text(bytes)).ok_or(error))
}

/// Reads a pasted text.
pub fn read_text(text: &str) -> Result<SigningKey, KeyError> {
    SigningKey::from_text(text).or_else(|error| in_part(text).ok_or(error))
}

/// Text of a file. A comment beside a key may be in another encoding than UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(String::from_utf8_lossy(bytes).into_owned())
}

/// Reads the part of a text that looks like a key.
fn in_part(text: &str) -> Option<SigningKey> {
    let found = secret::find(text)?;
    SigningKey::from_text(text.get(found.place)?).ok()
}
