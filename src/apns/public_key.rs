//! Public key: the public half of a signing key, which verifies provider tokens.

use std::fmt;

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use p256::elliptic_curve::point::AffineCoordinates;
use p256::pkcs8::DecodePublicKey;

use super::{base64url, pem};

/// Prefix of the point in a SubjectPublicKeyInfo (RFC 5480), which is the same for every P-256 key.
const INFO: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";

/// P-256 public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Encoding of a verified signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureForm {
    /// R then S, 32 bytes each, as JWS requires (RFC 7518 §3.4).
    Raw,
    /// ASN.1 DER, as written by `openssl dgst -sign`; APNs accepts it too.
    Der,
}

impl PublicKey {
    /// Parses a PEM SubjectPublicKeyInfo (`-----BEGIN PUBLIC KEY-----`).
    pub fn from_pem(text: &str) -> Result<Self, PublicKeyError> {
        let block = pem::read(text).map_err(|_| PublicKeyError::NotPem)?;
        match block.label {
            "PUBLIC KEY" => VerifyingKey::from_public_key_der(&block.der)
                .map(Self)
                .map_err(|_| PublicKeyError::NotP256),
            label if label.contains("PRIVATE") => Err(PublicKeyError::IsPrivate),
            _ => Err(PublicKeyError::NotPem),
        }
    }

    /// Encodes the key as a PEM SubjectPublicKeyInfo with 64 columns, as the openssl program does.
    pub fn to_pem(&self) -> String {
        let point = self.0.as_affine();
        let der = [INFO, &[4], &point.x(), &point.y()].concat();
        let body = base64url::encode_padded(&der);
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        let mut rest = body.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = after;
        }
        pem.push_str("-----END PUBLIC KEY-----\n");
        pem
    }

    /// Returns `true` if `bytes` are this point, uncompressed or compressed (SEC 1, 2.3.3).
    pub(crate) fn is(&self, bytes: &[u8]) -> bool {
        let point = self.0.as_affine();
        match bytes {
            [4, rest @ ..] => *rest == *[point.x(), point.y()].concat(),
            [kind @ (2 | 3), rest @ ..] => {
                *rest == *point.x() && (*kind == 3) == bool::from(point.y_is_odd())
            }
            _ => false,
        }
    }

    /// Verifies `signature` over `message`; `None` if it is not valid in either encoding.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Option<SignatureForm> {
        let (form, signature) = read_signature(signature)?;
        self.0.verify(message, &signature).ok().map(|()| form)
    }

    /// Public keys that could have made `signature` over `message`: two, except for one signature
    /// in 2³² (SEC 1, 4.1.6).
    pub fn possible_signers(message: &[u8], signature: &[u8]) -> Vec<Self> {
        let Some((_, signature)) = read_signature(signature) else {
            return Vec::new();
        };
        let recovered = |id: u8| {
            VerifyingKey::recover_from_msg(message, &signature, RecoveryId::from_byte(id)?).ok()
        };
        (0..=RecoveryId::MAX)
            .filter_map(recovered)
            .map(Self)
            .collect()
    }
}

fn read_signature(bytes: &[u8]) -> Option<(SignatureForm, Signature)> {
    match Signature::from_slice(bytes) {
        Ok(raw) => Some((SignatureForm::Raw, raw)),
        Err(_) => Some((SignatureForm::Der, Signature::from_der(bytes).ok()?)),
    }
}

impl From<VerifyingKey> for PublicKey {
    fn from(key: VerifyingKey) -> Self {
        Self(key)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PublicKey").field(&self.to_pem()).finish()
    }
}

/// Reason why a text is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublicKeyError {
    /// The text is not a PEM `PUBLIC KEY` block.
    NotPem,
    /// The text is a private key, which must not be sent.
    IsPrivate,
    /// The key is a public key, but not on P-256.
    NotP256,
}

impl fmt::Display for PublicKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotPem => "This is not a PEM public key; send the BEGIN PUBLIC KEY block.",
            Self::IsPrivate => "This is a private key; it must stay with its owner. Send the public half: openssl pkey -pubout",
            Self::NotP256 => "This public key is not on P-256, the only curve APNs takes.",
        })
    }
}

impl std::error::Error for PublicKeyError {}
