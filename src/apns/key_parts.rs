//! Key parts: the contents of a key file, which is PKCS#8 (RFC 5208, RFC 5958) around an
//! `ECPrivateKey` (RFC 5915), or the latter alone.
//!
//! Parsing stops at the first element that shows the file to be of another kind.

use super::der::{
    BIT_STRING, CONTEXT_0, CONTEXT_1, INTEGER, OBJECT_ID, OCTET_STRING, Reader, SEQUENCE, length,
};
use super::key_error::KeyError;

const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P_384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P_521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// OID prefixes of the encryption schemes of PKCS#5 and PKCS#12.
const PASSWORD_BASED: [&[u8]; 2] = [
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05],
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c],
];

/// Format of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    /// PKCS#8, the format Apple issues.
    Pkcs8,
    /// SEC1, the older format without the outer structure that names the curve.
    Sec1,
}

/// Parts of a P-256 private key.
pub(crate) struct KeyParts<'a> {
    /// Format of the key.
    pub(crate) form: KeyForm,
    /// Private number, big-endian.
    pub(crate) scalar: &'a [u8],
    /// Public key as a SEC1 point, if present.
    pub(crate) public: Option<&'a [u8]>,
    /// `true` if the curve is named in both the outer and the inner structure, as in Apple's files.
    pub(crate) named_twice: bool,
}

/// Curve named in one structure.
enum Curve<'a> {
    Named(&'a [u8]),
    Explicit,
    Absent,
}

impl<'a> KeyParts<'a> {
    /// Parses DER.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, KeyError> {
        check_length(bytes)?;
        let mut key = Reader(Reader(bytes).take(SEQUENCE).ok_or(KeyError::NotAKey)?);
        let Some(version) = key.take(INTEGER) else {
            return Err(other_file(key));
        };
        match key.peek() {
            Some(SEQUENCE) => pkcs8(version, key),
            Some(OCTET_STRING) => ec_private_key(version, key, Curve::Absent, KeyForm::Sec1),
            // PKCS#1: nine consecutive integers.
            Some(INTEGER) => Err(KeyError::Rsa),
            _ => Err(KeyError::NotAKey),
        }
    }
}

/// Compares the length given in the DER header with the actual one, which distinguishes a truncated
/// copy from another kind of file.
fn check_length(bytes: &[u8]) -> Result<(), KeyError> {
    match length(bytes).filter(|_| bytes.first() == Some(&SEQUENCE)) {
        None => Err(KeyError::Beheaded),
        Some(whole) if bytes.len() < whole => Err(KeyError::CutMiddle {
            have: bytes.len(),
            whole,
        }),
        Some(whole) if bytes.len() > whole => Err(KeyError::Trailing {
            extra: bytes.len() - whole,
        }),
        Some(_) => Ok(()),
    }
}

/// Error for a file that starts with a sequence instead of a version.
fn other_file(mut file: Reader<'_>) -> KeyError {
    let Some(first) = file.take(SEQUENCE) else {
        return KeyError::NotAKey;
    };
    match (Reader(first).take(OBJECT_ID), file.peek()) {
        (Some(id), Some(OCTET_STRING))
            if PASSWORD_BASED.iter().any(|scheme| id.starts_with(scheme)) =>
        {
            KeyError::Encrypted
        }
        (Some(_), Some(BIT_STRING)) => KeyError::IsPublic,
        (None, Some(SEQUENCE)) => KeyError::IsCertificate,
        _ => KeyError::NotAKey,
    }
}

fn pkcs8<'a>(version: &[u8], mut key: Reader<'a>) -> Result<KeyParts<'a>, KeyError> {
    let mut algorithm = Reader(key.take(SEQUENCE).ok_or(KeyError::NotAKey)?);
    let id = algorithm.take(OBJECT_ID).ok_or(KeyError::NotAKey)?;
    match version {
        [0 | 1] => {}
        // PKCS#12 is version 3 of another format.
        [3] => return Err(KeyError::IsP12),
        [version] => return Err(KeyError::Version { version: *version }),
        _ => return Err(KeyError::NotAKey),
    }
    match id {
        EC => {}
        ED25519 => return Err(KeyError::WrongType { name: "an Ed25519" }),
        id if id.starts_with(RSA) => return Err(KeyError::Rsa),
        _ => {
            return Err(KeyError::WrongType {
                name: "not an elliptic-curve",
            });
        }
    }
    let outer = curve(&mut algorithm);
    let mut shell = Reader(key.take(OCTET_STRING).ok_or(KeyError::NotAKey)?);
    let mut inner = Reader(shell.take(SEQUENCE).ok_or(KeyError::NotAKey)?);
    if !shell.0.is_empty() {
        return Err(KeyError::Trailing {
            extra: shell.0.len(),
        });
    }
    let version = inner.take(INTEGER).ok_or(KeyError::NotAKey)?;
    ec_private_key(version, inner, outer, KeyForm::Pkcs8)
}

fn ec_private_key<'a>(
    version: &[u8],
    mut key: Reader<'a>,
    outer: Curve<'a>,
    form: KeyForm,
) -> Result<KeyParts<'a>, KeyError> {
    match version {
        [1] => {}
        [version] => return Err(KeyError::Version { version: *version }),
        _ => return Err(KeyError::NotAKey),
    }
    let scalar = key.take(OCTET_STRING).ok_or(KeyError::NotAKey)?;
    let inner = match key.take(CONTEXT_0) {
        Some(parameters) => curve(&mut Reader(parameters)),
        None => Curve::Absent,
    };
    let public = match key.take(CONTEXT_1) {
        // The first byte of a bit string is the number of unused bits, which is 0.
        Some(shell) => Some(
            Reader(shell)
                .take(BIT_STRING)
                .and_then(|bits| bits.strip_prefix(&[0]))
                .ok_or(KeyError::NotAKey)?,
        ),
        None => None,
    };
    if !key.0.is_empty() {
        return Err(KeyError::NotAKey);
    }
    check_curve(&outer)?;
    check_curve(&inner)?;
    if matches!((&outer, &inner), (Curve::Absent, Curve::Absent)) && scalar.len() > 33 {
        return Err(KeyError::WrongCurve {
            name: "another curve",
        });
    }
    let named_twice = matches!((&outer, &inner), (Curve::Named(_), Curve::Named(_)));
    Ok(KeyParts {
        form,
        scalar,
        public,
        named_twice,
    })
}

fn curve<'a>(parameters: &mut Reader<'a>) -> Curve<'a> {
    match parameters.next() {
        Some((OBJECT_ID, id)) => Curve::Named(id),
        Some((SEQUENCE, _)) => Curve::Explicit,
        _ => Curve::Absent,
    }
}

fn check_curve(curve: &Curve<'_>) -> Result<(), KeyError> {
    let name = match curve {
        Curve::Absent => return Ok(()),
        Curve::Explicit => return Err(KeyError::ExplicitCurve),
        Curve::Named(id) => match *id {
            P_256 => return Ok(()),
            P_384 => "P-384",
            P_521 => "P-521",
            SECP256K1 => "secp256k1",
            _ => "another curve",
        },
    };
    Err(KeyError::WrongCurve { name })
}
