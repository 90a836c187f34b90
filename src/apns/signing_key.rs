//! Signing key: the P-256 private key in an `AuthKey_XXXXXXXXXX.p8` file, which signs provider
//! tokens.
//!
//! Apple issues PKCS#8 (RFC 5208) with the curve named twice, which has 150 bytes. OpenSSL saves it
//! in 138 bytes, some tools in 67 bytes, and users also paste the older SEC1 form (RFC 5915). All
//! four forms are accepted. The key cannot be cloned, printed or serialised, and is zeroed on drop.

use std::fmt;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{self, Signature};
use zeroize::Zeroizing;

use super::cleaned::push_note;
use super::finding::Finding;
pub use super::key_error::KeyError;
use super::key_parts::{KeyForm, KeyParts};
use super::pem;
pub use super::pem_error::PemError;
use super::public_key::PublicKey;

/// Maximum size of a key file in bytes: far larger than any key, and small enough to be parsed in a
/// browser without a delay.
const LARGEST_FILE: usize = 16 * 1024;
/// Number of bytes at the start of a file in which a web page is recognised.
const HEAD: usize = 1024;
/// First bytes of PNG, ZIP, PDF, JPEG, GIF and gzip files.
const BINARY: [&[u8]; 6] = [
    b"\x89PNG",
    b"PK\x03\x04",
    b"%PDF",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
];

/// Key that signs provider tokens.
pub struct SigningKey {
    key: ecdsa::SigningKey,
    notes: Vec<Finding>,
}

impl SigningKey {
    /// Reads the bytes of a key file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if BINARY.iter().any(|magic| bytes.starts_with(magic)) {
            return Err(KeyError::NotText);
        }
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            return Err(KeyError::Utf16);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if !is_der(bytes) => Self::from_text(text),
            _ if is_der(bytes) => from_der_file(bytes),
            _ if bytes.contains(&0) => Err(KeyError::Utf16),
            _ => Err(KeyError::NotText),
        }
    }

    /// Reads the pasted text of a key file.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let head = &text.as_bytes()[..text.len().min(HEAD)];
        let has = |words: &[u8]| {
            head.windows(words.len())
                .any(|window| window.eq_ignore_ascii_case(words))
        };
        if has(b"<html") || has(b"<!doctype html") {
            return Err(KeyError::IsHtml);
        }
        if text.len() > LARGEST_FILE {
            return Err(KeyError::TooBig { bytes: text.len() });
        }
        if text.contains('\0') {
            return Err(KeyError::Utf16);
        }
        if text.trim_matches(['\u{feff}', '"', '\'']).trim().is_empty() {
            return Err(KeyError::Empty);
        }
        // Such a file contains an RSA key; an error about the file is more helpful than one about
        // the key.
        if text.contains("\"private_key_id\"")
            || text.contains("\"service_account\"")
            || text.contains("\"project_info\"")
        {
            return Err(KeyError::IsFirebase);
        }
        match pem::read(text) {
            Ok(block) => Self::of_block(block),
            Err(error @ PemError::NoBlock) => match pem::decoded(text).map(|text| pem::read(&text))
            {
                Some(Ok(mut block)) => {
                    push_note(
                        &mut block.notes,
                        "key_encoded",
                        "The whole file was encoded in base64 once more; it was decoded.",
                    );
                    Self::of_block(block)
                }
                Some(Err(inner)) => Err(inner.into()),
                None => Err(error.into()),
            },
            Err(error) => Err(error.into()),
        }
    }

    fn of_block(block: pem::Block) -> Result<Self, KeyError> {
        match block.label {
            "PRIVATE KEY" | "EC PRIVATE KEY" | pem::NO_LABEL => {
                from_der(&block.der, block.label, block.notes)
            }
            pem::ENCRYPTED => Err(KeyError::Encrypted),
            "RSA PRIVATE KEY" => Err(KeyError::Rsa),
            "PUBLIC KEY" => Err(KeyError::IsPublic),
            "OPENSSH PRIVATE KEY" => Err(KeyError::IsSsh),
            label if label.contains("CERTIFICATE") => Err(KeyError::IsCertificate),
            label => Err(KeyError::WrongLabel { label }),
        }
    }

    /// Makes a key whose private number is these 32 bytes; `None` for zero and for numbers outside
    /// the curve's range (at most one in 2³²).
    pub fn from_random_bytes(bytes: &[u8; 32]) -> Option<Self> {
        ecdsa::SigningKey::from_slice(bytes).ok().map(|key| Self {
            key,
            notes: Vec::new(),
        })
    }

    /// Corrections that were made to the file, and oddities that were found.
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }

    /// Public key, which is not secret.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(*self.key.verifying_key())
    }

    /// Signs with ECDSA over SHA-256 and the nonce of RFC 6979: the same message always gives the
    /// same 64 bytes, R then S.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.key.sign(message);
        signature.to_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}

/// Returns `true` for binary DER, which begins with a sequence and is not text. A zero as the next
/// byte would mean UTF-16.
fn is_der(bytes: &[u8]) -> bool {
    let is_text = || std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0);
    matches!(bytes, [0x30, 1..=0xff, ..]) && !is_text()
}

fn from_der_file(bytes: &[u8]) -> Result<SigningKey, KeyError> {
    if bytes.len() > LARGEST_FILE {
        return Err(KeyError::IsP12);
    }
    let note = Finding::note(
        "key_der",
        "The file is binary (DER) instead of text; it was read as it is.",
    );
    from_der(bytes, pem::NO_LABEL, vec![note]).map_err(|error| match error {
        // A file of this length without a key is a bundle, usually a truncated one.
        KeyError::NotAKey
        | KeyError::Beheaded
        | KeyError::CutMiddle { .. }
        | KeyError::Trailing { .. }
            if bytes.get(1) != Some(&0x81) =>
        {
            KeyError::IsP12
        }
        error => error,
    })
}

fn from_der(bytes: &[u8], label: &str, mut notes: Vec<Finding>) -> Result<SigningKey, KeyError> {
    let parts = KeyParts::read(bytes)?;
    match (parts.form, label) {
        (KeyForm::Sec1, "PRIVATE KEY") => {
            push_note(
                &mut notes,
                "key_sec1",
                "Labelled PKCS#8, but the older EC form (SEC1) is inside. It was read all the \
                 same.",
            );
        }
        (KeyForm::Sec1, _) => {
            push_note(
                &mut notes,
                "key_sec1",
                "The older EC form (SEC1), which Apple does not issue. It was read all the same.",
            );
        }
        (KeyForm::Pkcs8, "EC PRIVATE KEY") => {
            push_note(
                &mut notes,
                "key_label",
                "Labelled EC PRIVATE KEY, but PKCS#8 is inside. It was read all the same.",
            );
        }
        (KeyForm::Pkcs8, _) if parts.named_twice => {
            push_note(
                &mut notes,
                "key_apple_form",
                "In the form Apple issues, with the curve named twice.",
            );
        }
        _ => {}
    }
    let key = from_scalar(parts.scalar, &mut notes)?;
    if let Some(public) = parts.public {
        check_pair(&key, public)?;
    }
    Ok(SigningKey { key, notes })
}

fn from_scalar(scalar: &[u8], notes: &mut Vec<Finding>) -> Result<ecdsa::SigningKey, KeyError> {
    let mut whole = Zeroizing::new([0; 32]);
    match scalar.len() {
        32 => {}
        // Some tools remove leading zeros, but the cause can also be damage.
        30 | 31 => {
            notes.push(Finding::warning(
                "key_suspicious",
                "The key is a byte or two short; it may be damaged. It is used as it is, and APNs \
                 will decide.",
            ));
        }
        bytes => return Err(KeyError::NumberLength { bytes }),
    }
    whole[32 - scalar.len()..].copy_from_slice(scalar);
    ecdsa::SigningKey::from_slice(&*whole).map_err(|_| KeyError::InvalidNumber)
}

/// Compares the public key in the file with the one of the private key, as bytes. A damaged key and
/// another key both give `PairMismatch`.
fn check_pair(key: &ecdsa::SigningKey, public: &[u8]) -> Result<(), KeyError> {
    if PublicKey::from(*key.verifying_key()).is(public) {
        Ok(())
    } else {
        Err(KeyError::PairMismatch)
    }
}
