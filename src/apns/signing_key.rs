//! The signing key: the P-256 private key inside an `AuthKey_XXXXXXXXXX.p8` file, with which a
//! provider token is signed.
//!
//! Apple issues PKCS#8 (RFC 5208) with the curve named twice, 150 bytes; OpenSSL re-saves it as
//! 138, some tools as 67 bytes; people also paste the older SEC1 form (RFC 5915). All four are the
//! same key and all are read. The key cannot be cloned, printed or serialised, and is wiped when
//! dropped.

use std::fmt;

use p256::ecdsa;
use p256::ecdsa::Signature;
use p256::ecdsa::signature::Signer;
use p256::pkcs8::PrivateKeyInfoRef;
use p256::pkcs8::der::asn1::ObjectIdentifier;
use sec1::EcPrivateKey;

use super::pem::{self, PemError};
use super::public_key::PublicKey;

/// Far above any key file, far below anything that would make a browser stutter.
const LARGEST_FILE: usize = 16 * 1024;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P_521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const SECP256K1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

/// A key that can sign provider tokens.
pub struct SigningKey(ecdsa::SigningKey);

impl SigningKey {
    /// Reads the bytes of a key file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        if bytes.len() > LARGEST_FILE {
            return Err(KeyError::TooBig { bytes: bytes.len() });
        }
        if bytes.starts_with(&[0x30, 0x82]) || bytes.starts_with(&[0x30, 0x80]) {
            return Err(KeyError::IsP12);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Self::from_text(text),
            _ => Err(KeyError::NotText),
        }
    }

    /// Reads the text of a key file, as pasted.
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        if text.trim().is_empty() {
            return Err(KeyError::Empty);
        }
        if text.len() > LARGEST_FILE {
            return Err(KeyError::TooBig { bytes: text.len() });
        }
        let block = pem::read(text)?;
        match block.label.as_str() {
            "PRIVATE KEY" => from_pkcs8(&block.der),
            "EC PRIVATE KEY" => from_sec1(&block.der),
            "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
            "RSA PRIVATE KEY" => Err(KeyError::Rsa),
            "PUBLIC KEY" => Err(KeyError::IsPublic),
            "OPENSSH PRIVATE KEY" => Err(KeyError::IsSsh),
            label if label.contains("CERTIFICATE") => Err(KeyError::IsCertificate),
            label => Err(KeyError::WrongLabel { label: label.to_owned() }),
        }
    }

    /// The key whose secret number is these 32 bytes; `None` for zero and for numbers the curve
    /// does not have (one draw in 2³² at most).
    pub fn from_random_bytes(bytes: &[u8; 32]) -> Option<Self> {
        ecdsa::SigningKey::from_slice(bytes).ok().map(Self)
    }

    /// The public half, which may go anywhere.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::from(*self.0.verifying_key())
    }

    /// ECDSA over SHA-256 with the nonce of RFC 6979: the same message always gives the same
    /// 64 bytes, R then S.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey([redacted])")
    }
}

fn from_pkcs8(bytes: &[u8]) -> Result<SigningKey, KeyError> {
    check_length(bytes)?;
    let Ok(info) = PrivateKeyInfoRef::try_from(bytes) else {
        // Some tools write the older form under the newer label.
        return from_ec(bytes, None);
    };
    match info.algorithm.oid {
        EC => from_ec(info.private_key.as_bytes(), Some(info.algorithm.parameters_oid().ok())),
        RSA => Err(KeyError::Rsa),
        ED25519 => Err(KeyError::WrongType { name: "an Ed25519" }),
        _ => Err(KeyError::WrongType { name: "not an elliptic-curve" }),
    }
}

fn from_sec1(bytes: &[u8]) -> Result<SigningKey, KeyError> {
    check_length(bytes)?;
    from_ec(bytes, None)
}

/// Reads an `ECPrivateKey`. `outer` is the curve named around it, if anything is around it.
fn from_ec(bytes: &[u8], outer: Option<Option<ObjectIdentifier>>) -> Result<SigningKey, KeyError> {
    let ec = EcPrivateKey::try_from(bytes).map_err(|_| KeyError::NotAKey)?;
    let inner = ec.parameters.map(|parameters| parameters.named_curve());
    for curve in [outer, inner].into_iter().flatten() {
        check_curve(curve)?;
    }
    if outer.is_none() && inner.is_none() && ec.private_key.len() != 32 {
        return Err(KeyError::WrongCurve { name: "another curve" });
    }
    let key = ecdsa::SigningKey::from_slice(ec.private_key).map_err(|_| KeyError::InvalidNumber)?;
    match ec.public_key {
        Some(public) if public != key.verifying_key().to_sec1_point(false).as_bytes() => Err(KeyError::InvalidNumber),
        _ => Ok(SigningKey(key)),
    }
}

fn check_curve(curve: Option<ObjectIdentifier>) -> Result<(), KeyError> {
    match curve {
        Some(P_256) => Ok(()),
        Some(P_384) => Err(KeyError::WrongCurve { name: "P-384" }),
        Some(P_521) => Err(KeyError::WrongCurve { name: "P-521" }),
        Some(SECP256K1) => Err(KeyError::WrongCurve { name: "secp256k1" }),
        Some(_) => Err(KeyError::WrongCurve { name: "another curve" }),
        None => Err(KeyError::ExplicitCurve),
    }
}

/// A DER text says its own length; comparing it with what is there tells a cut copy from a wrong file.
fn check_length(bytes: &[u8]) -> Result<(), KeyError> {
    let said = match bytes {
        [0x30, length @ ..=0x7f, ..] => 2 + usize::from(*length),
        [0x30, 0x81, length, ..] => 3 + usize::from(*length),
        [0x30, 0x82, high, low, ..] => 4 + usize::from(*high) * 256 + usize::from(*low),
        _ => return Err(KeyError::NotAKey),
    };
    match bytes.len() {
        have if have < said => Err(KeyError::CutMiddle { have }),
        have if have > said => Err(KeyError::Trailing { extra: have - said }),
        _ => Ok(()),
    }
}

/// Why a file is not a signing key. The sentence says what it is instead and what to do; it never
/// repeats a byte of the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Nothing, or only blank lines.
    Empty,
    /// Too large to be a key.
    TooBig {
        /// The size found.
        bytes: usize,
    },
    /// Not text in UTF-8.
    NotText,
    /// A PKCS#12 bundle, or some other bare DER.
    IsP12,
    /// A certificate.
    IsCertificate,
    /// A public key.
    IsPublic,
    /// A key for SSH.
    IsSsh,
    /// Protected by a passphrase.
    Encrypted,
    /// An RSA key.
    Rsa,
    /// An elliptic curve, but not P-256.
    WrongCurve {
        /// What the field calls the curve.
        name: &'static str,
    },
    /// Another kind of key.
    WrongType {
        /// What it is, with its article.
        name: &'static str,
    },
    /// The curve is given by its numbers instead of its name.
    ExplicitCurve,
    /// A PEM block of some other kind.
    WrongLabel {
        /// The label found.
        label: String,
    },
    /// The PEM text around the key is damaged.
    Pem(PemError),
    /// Bytes are missing.
    CutMiddle {
        /// How many are there.
        have: usize,
    },
    /// Bytes are left over.
    Trailing {
        /// How many.
        extra: usize,
    },
    /// The bytes do not describe a key.
    NotAKey,
    /// The number inside is not a P-256 key, or the two halves do not belong together.
    InvalidNumber,
}

impl From<PemError> for KeyError {
    fn from(error: PemError) -> Self {
        Self::Pem(error)
    }
}

impl KeyError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "key_empty",
            Self::TooBig { .. } => "key_too_big",
            Self::NotText => "key_not_text",
            Self::IsP12 => "key_is_p12",
            Self::IsCertificate => "key_is_cert",
            Self::IsPublic => "key_is_public",
            Self::IsSsh => "key_ssh",
            Self::Encrypted => "key_encrypted",
            Self::Rsa => "key_rsa",
            Self::WrongCurve { .. } => "key_wrong_curve",
            Self::WrongType { .. } | Self::WrongLabel { .. } | Self::NotAKey => "key_wrong_type",
            Self::ExplicitCurve => "key_explicit_params",
            Self::Pem(error) => error.code(),
            Self::CutMiddle { .. } => "key_cut_middle",
            Self::Trailing { .. } => "key_trailing",
            Self::InvalidNumber => "key_invalid_number",
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "The file is empty. Download the .p8 again or pick another file."),
            Self::TooBig { bytes } => {
                write!(f, "An APNs key is about 250 bytes; this file has {} KiB. Pick the AuthKey_….p8 file.", bytes / 1024)
            }
            Self::NotText => write!(f, "This is not a text file, so not a .p8 key. Pick the AuthKey_….p8 file."),
            Self::IsP12 => write!(f, "This is a certificate bundle or another binary file. Use a token key (.p8) instead."),
            Self::IsCertificate => write!(f, "This is a certificate, not a private key. Pick the AuthKey_….p8 file."),
            Self::IsPublic => write!(f, "This is the public half; the .p8 holds the private one. Pick the AuthKey_….p8 file."),
            Self::IsSsh => write!(f, "This is an SSH key. APNs needs the .p8 key from your Apple developer account."),
            Self::Encrypted => {
                write!(f, "This key has a passphrase; Apple’s keys have none. Decrypt it first: openssl pkcs8 -in KEY -out PLAIN.p8")
            }
            Self::Rsa => write!(f, "This is an RSA key. APNs needs an EC key on curve P-256: the .p8 from your developer account."),
            Self::WrongCurve { name } => write!(f, "This key is on {name}; APNs needs P-256. Pick the AuthKey_….p8 file."),
            Self::WrongType { name } => write!(f, "This is {name} key; APNs needs EC P-256. Pick the AuthKey_….p8 file."),
            Self::ExplicitCurve => {
                write!(f, "The curve is spelled out instead of named. Re-export the key as named P-256, or use Apple’s file.")
            }
            Self::WrongLabel { label } => write!(f, "This is a “{label:.30}”, not a private key. Pick the AuthKey_….p8 file."),
            Self::Pem(error) => error.fmt(f),
            Self::CutMiddle { have } => write!(f, "A line is missing: only {have} bytes of the key are there. Copy the whole file again."),
            Self::Trailing { extra } => write!(f, "{extra} extra bytes follow the key. Copy the file again."),
            Self::NotAKey => write!(f, "The text inside is not a private key; it may be damaged. Download or copy the .p8 again."),
            Self::InvalidNumber => {
                write!(f, "The number inside is not a valid P-256 key: the file was edited or damaged. Use the original .p8.")
            }
        }
    }
}

impl std::error::Error for KeyError {}
