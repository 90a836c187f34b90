//! Contents of a file that may be an identity: its certificates and keys, or the reason it is none.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as P12Error;
use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::error::IdentityError;
use crate::apns::der::{self, INTEGER, OBJECT_ID, Reader, SEQUENCE};
use crate::apns::signing_key::KeyError;
use crate::apns::{Certificate, SigningKey};

/// Largest file, in bytes. A certificate with its chain and key has a few KiB.
const LARGEST_FILE: usize = 64 * 1024;
const PEM_MARK: &[u8] = b"-----BEGIN ";
/// Marks of keys with a passphrase, in PKCS#8 and in the older format of openssl.
const ENCRYPTED_MARKS: [&[u8]; 2] = [
    b"-----BEGIN ENCRYPTED PRIVATE KEY-----",
    b"Proc-Type: 4,ENCRYPTED",
];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// 1.2.840.113549.1.7, the prefix of the PKCS#7 content types, with which a `.p12` begins too. One
/// more byte names the type.
const PKCS7: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
/// 1.2.840.113549.1.7.2 (signed data), as in the first bytes of a provisioning profile.
const SIGNED_DATA: &[u8] = &[
    OBJECT_ID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 2,
];
/// Number of leading bytes to search: enough for the header of a SEQUENCE and its first element.
const HEAD: usize = 32;

/// Format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// PKCS#12, binary.
    P12,
    /// PEM, text.
    Pem,
    /// One DER certificate, binary.
    Der,
}

/// Contents of a file. They have no `Debug`, so that keys are never printed.
pub struct Contents {
    /// Format of the file.
    pub form: Form,
    pub(super) certificates: Vec<CertificateDer<'static>>,
    pub(super) keys: Vec<PrivateKeyDer<'static>>,
    /// Error to return if the file has no usable key.
    pub(super) without_key: IdentityError,
}

impl Contents {
    /// Reads the bytes of a file. Without a password, a `.p12` is tried with the empty one.
    pub fn read(bytes: &[u8], password: Option<&str>) -> Result<Self, IdentityError> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        if bytes.trim_ascii().is_empty() {
            return Err(IdentityError::Empty);
        }
        if bytes.len() > LARGEST_FILE {
            return Err(IdentityError::TooBig);
        }
        match bytes {
            _ if holds(bytes, PEM_MARK) => read_pem(bytes),
            [SEQUENCE, ..] => read_der(bytes, password),
            _ => Err(lone_key(bytes).unwrap_or(IdentityError::Unknown)),
        }
    }

    /// Returns the certificate to describe, even if it cannot be used: the first one with topics,
    /// or else the first.
    pub fn certificate(&self) -> Option<Certificate> {
        let mut certificates = self
            .certificates
            .iter()
            .filter_map(|der| Certificate::read(der));
        let first = certificates.next();
        certificates
            .find(|certificate| {
                first.as_ref().is_some_and(|first| first.topics.is_empty())
                    && !certificate.topics.is_empty()
            })
            .or(first)
    }
}

fn read_pem(bytes: &[u8]) -> Result<Contents, IdentityError> {
    let mut contents = Contents::new(Form::Pem, IdentityError::NoKey);
    let mut other = None;
    for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(bytes) {
        let (kind, der) = section.map_err(|_| IdentityError::Damaged)?;
        match kind {
            SectionKind::Certificate if Certificate::read(&der).is_none() => {
                return Err(IdentityError::Damaged);
            }
            SectionKind::Certificate => contents.certificates.push(der.into()),
            SectionKind::PublicKey => other = Some(IdentityError::PublicKey),
            SectionKind::Csr => other = Some(IdentityError::Request),
            kind => contents.keys.extend(PrivateKeyDer::from_pem(kind, der)),
        }
    }
    if ENCRYPTED_MARKS.into_iter().any(|mark| holds(bytes, mark)) {
        contents.without_key = IdentityError::EncryptedKey;
    }
    match (contents.certificates.as_slice(), contents.keys.as_slice()) {
        ([], [_, ..]) => Err(lone_key(bytes).unwrap_or(IdentityError::BareKey)),
        ([], []) if contents.without_key == IdentityError::EncryptedKey => {
            Err(IdentityError::EncryptedKey)
        }
        ([], []) => Err(other.unwrap_or(IdentityError::Unknown)),
        _ => Ok(contents),
    }
}

fn read_der(bytes: &[u8], password: Option<&str>) -> Result<Contents, IdentityError> {
    let mut file = Reader(Reader(bytes).take(SEQUENCE).unwrap_or_default());
    let version = file.take(INTEGER);
    let content_type = file
        .take(SEQUENCE)
        .and_then(|info| Reader(info).take(OBJECT_ID));
    if version == Some(&[3]) && content_type.is_some_and(|id| id.starts_with(PKCS7)) {
        return read_p12(bytes, password);
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    if version.is_none() && content_type.is_none() && holds(head, SIGNED_DATA) {
        return Err(IdentityError::SignedData);
    }
    if Certificate::read(bytes).is_some() {
        let mut contents = Contents::new(Form::Der, IdentityError::BareCertificate);
        contents.certificates.push(bytes.to_vec().into());
        return Ok(contents);
    }
    Err(match lone_key(bytes) {
        Some(error) => error,
        // Only DER has a definite length; other programs may write a `.p12` in BER, which may have
        // none.
        None if der::length(bytes).is_some_and(|length| length != bytes.len()) => {
            IdentityError::Damaged
        }
        None if bytes.get(1) == Some(&0x80) => IdentityError::Unsupported,
        None => IdentityError::Unknown,
    })
}

fn read_p12(bytes: &[u8], password: Option<&str>) -> Result<Contents, IdentityError> {
    let archive = Pkcs12Archive::from_pkcs12(bytes, password.unwrap_or_default()).map_err(
        |error| match error {
            P12Error::MacError(_) => closed(password),
            // Without a MAC, a wrong password shows only in the decrypted data.
            P12Error::UnpadError | P12Error::Pkcs5Error(_) if !has_mac(bytes) => closed(password),
            P12Error::X509Error(_) | P12Error::InvalidPrivateKey => IdentityError::Damaged,
            P12Error::DerError(_) if der::length(bytes) != Some(bytes.len()) => {
                IdentityError::Damaged
            }
            _ => IdentityError::Unsupported,
        },
    )?;
    let mut contents = Contents::new(Form::P12, IdentityError::NoKey);
    contents.certificates = archive
        .certs
        .iter()
        .map(|bag| bag.cert.as_der().to_vec().into())
        .collect();
    contents.keys = archive
        .keys
        .iter()
        .map(|bag| PrivatePkcs8KeyDer::from(bag.key.as_der().to_vec()).into())
        .collect();
    match (contents.certificates.as_slice(), contents.keys.as_slice()) {
        ([], []) => Err(IdentityError::Empty),
        ([], _) => Err(IdentityError::BareKey),
        _ => Ok(contents),
    }
}

fn closed(password: Option<&str>) -> IdentityError {
    if password.is_some() {
        IdentityError::WrongPassword
    } else {
        IdentityError::PasswordMissing
    }
}

/// `true` if the file has a MAC, which follows the version and the contents.
fn has_mac(p12: &[u8]) -> bool {
    let mut file = Reader(Reader(p12).take(SEQUENCE).unwrap_or_default());
    file.take(INTEGER)
        .and_then(|_| file.take(SEQUENCE))
        .is_some()
        && file.peek().is_some()
}

impl Contents {
    fn new(form: Form, without_key: IdentityError) -> Self {
        Self {
            form,
            certificates: Vec::new(),
            keys: Vec::new(),
            without_key,
        }
    }
}

/// Returns the error for a file that contains only a key, if it does.
fn lone_key(bytes: &[u8]) -> Option<IdentityError> {
    match SigningKey::from_bytes(bytes) {
        Ok(_) => Some(IdentityError::SigningKey),
        Err(KeyError::IsPublic) => Some(IdentityError::PublicKey),
        Err(KeyError::Encrypted) => Some(IdentityError::EncryptedKey),
        Err(KeyError::Rsa | KeyError::WrongCurve { .. } | KeyError::WrongType { .. }) => {
            Some(IdentityError::BareKey)
        }
        Err(_) => None,
    }
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}
