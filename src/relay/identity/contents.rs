//! Contents of a file that may be an identity: its certificates and keys, or the reason it is none.

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as P12Error;
use rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer,
};

use super::error::IdentityError;
use crate::apns::der::{self, INTEGER, OBJECT_ID, Reader, SEQUENCE};
use crate::apns::signing_key::{KeyError, PemError};
use crate::apns::{Certificate, key_file, pem};

/// Largest file, in bytes. A certificate with its chain and key has a few KiB.
const LARGEST_FILE: usize = 64 * 1024;
const PEM_MARK: &[u8] = b"-----BEGIN ";
/// Beginning of the label of a certificate or of a request for one.
const CERTIFICATE: &str = "BEGIN CERTIFICATE";
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// First bytes of a `.p12` of indefinite length: a SEQUENCE with the version 3.
const INDEFINITE_P12: &[u8] = &[SEQUENCE, 0x80, INTEGER, 1, 3];
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
    /// A DER certificate, binary.
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
            _ if holds(bytes, PEM_MARK) => read_text(&key_file::text(bytes), password),
            [SEQUENCE, ..] => read_der(bytes, password),
            _ if str::from_utf8(bytes).is_ok() => read_text(&key_file::text(bytes), password),
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

/// Reads PEM, also if all of it was encoded in base64 once more, or the base64 of binary data.
fn read_text(typed: &str, password: Option<&str>) -> Result<Contents, IdentityError> {
    let decoded = if typed.contains(CERTIFICATE) {
        None
    } else {
        pem::decoded(typed)
    };
    let text = decoded.as_ref().map_or(typed, |decoded| decoded.as_str());
    let lone_key = || lone_key(typed.as_bytes());
    match pem::read_all(text) {
        Ok(blocks) => match blocks.as_slice() {
            [block] if block.label == pem::NO_LABEL => match lone_key() {
                Some(error) => Err(error),
                None => read_der(&block.der, password),
            },
            blocks => read_blocks(blocks, lone_key),
        },
        Err(_) if text.contains(CERTIFICATE) => Err(IdentityError::Damaged),
        Err(_) => Err(lone_key().unwrap_or(IdentityError::Unknown)),
    }
}

fn read_blocks(
    blocks: &[pem::Block],
    lone_key: impl FnOnce() -> Option<IdentityError>,
) -> Result<Contents, IdentityError> {
    let mut contents = Contents::new(Form::Pem, IdentityError::NoKey);
    let mut other = None;
    for block in blocks {
        let der = block.der.to_vec();
        match block.label {
            "CERTIFICATE" if Certificate::read(&der).is_none() => {
                return Err(IdentityError::Damaged);
            }
            "CERTIFICATE" => contents.certificates.push(der.into()),
            "PRIVATE KEY" => contents.keys.push(PrivatePkcs8KeyDer::from(der).into()),
            "RSA PRIVATE KEY" => contents.keys.push(PrivatePkcs1KeyDer::from(der).into()),
            "EC PRIVATE KEY" => contents.keys.push(PrivateSec1KeyDer::from(der).into()),
            pem::ENCRYPTED => contents.without_key = IdentityError::EncryptedKey,
            "PUBLIC KEY" => other = Some(IdentityError::PublicKey),
            "CERTIFICATE REQUEST" => other = Some(IdentityError::Request),
            "PKCS7" => other = Some(IdentityError::SignedData),
            _ => {}
        }
    }
    match (contents.certificates.as_slice(), contents.keys.as_slice()) {
        ([], [_, ..]) => Err(lone_key().unwrap_or(IdentityError::BareKey)),
        ([], []) if contents.without_key == IdentityError::EncryptedKey => {
            Err(IdentityError::Key(KeyError::Encrypted))
        }
        ([], []) => Err(other.or_else(lone_key).unwrap_or(IdentityError::Unknown)),
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
        // Of binary data, only what certainly is a key is called one.
        Some(IdentityError::Key(error)) if error != KeyError::Encrypted => IdentityError::Damaged,
        Some(error) => error,
        // Only DER has a definite length; other programs may write a `.p12` in BER, which may have
        // none.
        None if der::length(bytes).is_some_and(|length| length != bytes.len()) => {
            IdentityError::Damaged
        }
        None if bytes.starts_with(INDEFINITE_P12) => IdentityError::Unsupported,
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

/// Returns the error for a file that contains only a key, or the remains of one, as
/// [`key_file`] names it.
fn lone_key(bytes: &[u8]) -> Option<IdentityError> {
    match key_file::read(bytes) {
        Ok(_) => Some(IdentityError::SigningKey),
        Err(KeyError::IsPublic) => Some(IdentityError::PublicKey),
        Err(KeyError::Rsa | KeyError::WrongCurve { .. } | KeyError::WrongType { .. }) => {
            Some(IdentityError::BareKey)
        }
        // These may be an identity, or are no credential at all.
        Err(
            KeyError::Empty
            | KeyError::TooBig { .. }
            | KeyError::NotText
            | KeyError::IsHtml
            | KeyError::IsP12
            | KeyError::IsCertificate
            | KeyError::NotAKey
            | KeyError::WrongLabel { .. }
            | KeyError::Pem(PemError::NoBlock),
        ) => None,
        Err(error) => Some(IdentityError::Key(error)),
    }
}

fn holds(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|window| window == mark)
}
