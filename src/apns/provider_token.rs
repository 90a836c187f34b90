//! The provider token: the ES256 JWT by which APNs knows who sends.
//!
//! Header `alg` and `kid`, claims `iss` and `iat`, nothing else: APNs tolerates `typ`, but Apple's
//! own validator does not. The signature is deterministic, so the same key, names and issue time
//! give the same token in every tab and on every colleague's machine.
//! Source: Apple, "Establishing a token-based connection to APNs"; RFC 7515; RFC 7518 §3.4.

use std::fmt;

use serde_json::Value;

use super::base64url;
use super::json;
use super::public_key::{PublicKey, SignatureForm};
use super::signing_key::SigningKey;
use crate::sentence::{Sentence, Wordings};

/// APNs refuses a token older than this, in seconds (Apple, "Establishing a token-based connection to APNs").
pub const LONGEST_LIFE: u64 = 60 * 60;
/// APNs takes a new token of a team at most this often, in seconds (ibid.); the ones before go on working.
pub const SHORTEST_USE: u64 = 20 * 60;

/// Our tokens have 184 bytes; nothing APNs takes comes near this.
pub(crate) const LONGEST_TEXT: usize = 1024;

/// A signed token, ready for `authorization: bearer …`.
pub struct ProviderToken {
    text: String,
    issued_at: u64,
}

impl ProviderToken {
    /// Signs a token issued at `issued_at`, seconds since 1970.
    pub fn sign(key: &SigningKey, key_id: &str, team_id: &str, issued_at: u64) -> Self {
        let part = |entries: &[(&str, String)]| base64url::encode(json::object(entries).as_bytes());
        let header = part(&[("alg", json::quoted("ES256")), ("kid", json::quoted(key_id))]);
        let mut text = header + "." + &part(&[("iss", json::quoted(team_id)), ("iat", issued_at.to_string())]);
        let signature = key.sign(text.as_bytes());
        text.push('.');
        text.push_str(&base64url::encode(&signature));
        Self { text, issued_at }
    }

    /// The token itself. It is a credential for an hour: it belongs in one header and nowhere else.
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// The value of the `authorization` header.
    pub fn authorization(&self) -> String {
        ["bearer ", &self.text].concat()
    }
}

impl fmt::Debug for ProviderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderToken([redacted], iat {})", self.issued_at)
    }
}

/// A token taken apart: what it says, not whether it is true.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenParts {
    /// The signing algorithm; Apple's own sample leaves it out.
    pub algorithm: Option<String>,
    /// The key ID, `kid`.
    pub key_id: String,
    /// The team ID, `iss`.
    pub team_id: String,
    /// The issue time, `iat`, in seconds since 1970.
    pub issued_at: u64,
    signed: String,
    signature: Vec<u8>,
}

impl TokenParts {
    /// Takes `token` apart without checking its signature.
    pub fn read(token: &str) -> Result<Self, TokenError> {
        Self::read_with(token, base64url::decode)
    }

    /// The same as APNs does it: parts may also be padded or in standard base64, as some libraries
    /// send them.
    pub fn read_as_apns(token: &str) -> Result<Self, TokenError> {
        Self::read_with(token, base64url::decode_any)
    }

    fn read_with(token: &str, decode: fn(&str) -> Option<Vec<u8>>) -> Result<Self, TokenError> {
        if token.len() > LONGEST_TEXT {
            return Err(TokenError::Shape);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Shape)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Shape)?;
        let (header, claims) = (object(decode(header))?, object(decode(claims))?);
        let text = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let signature = decode(signature).filter(|bytes| !bytes.is_empty()).ok_or(TokenError::Shape)?;
        match &header["alg"] {
            Value::Null => {}
            Value::String(name) if name == "ES256" => {}
            other => return Err(TokenError::Algorithm(other.as_str().unwrap_or("something else").to_owned())),
        }
        Ok(Self {
            algorithm: text(&header["alg"]),
            key_id: text(&header["kid"]).ok_or(TokenError::KeyId)?,
            team_id: text(&claims["iss"]).ok_or(TokenError::TeamId)?,
            issued_at: seconds(&claims["iat"]).ok_or(TokenError::IssuedAt)?,
            signed: signed.to_owned(),
            signature,
        })
    }

    /// Checks the signature; `None` when `key` did not make it.
    pub fn verify(&self, key: &PublicKey) -> Option<SignatureForm> {
        key.verify(self.signed.as_bytes(), &self.signature)
    }

    /// The keys of which one made the signature, whoever that was.
    pub fn possible_signers(&self) -> Vec<PublicKey> {
        PublicKey::possible_signers(self.signed.as_bytes(), &self.signature)
    }

    /// Seconds since it was issued; negative for a token from the future.
    pub fn age(&self, now: u64) -> i64 {
        // A foreign token can name any number of seconds, the largest included.
        let between = |from: u64, to: u64| i64::try_from(to.saturating_sub(from)).unwrap_or(i64::MAX);
        between(self.issued_at, now) - between(now, self.issued_at)
    }
}

impl fmt::Debug for TokenParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenParts(kid {:?}, iss {:?}, iat {}, [redacted])", self.key_id, self.team_id, self.issued_at)
    }
}

/// One of the first two parts, as JSON.
pub(crate) fn part(text: &str) -> Result<Value, TokenError> {
    object(base64url::decode(text))
}

fn object(bytes: Option<Vec<u8>>) -> Result<Value, TokenError> {
    let json = bytes.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(TokenError::Shape)?;
    serde_json::from_str(&json).ok().filter(Value::is_object).ok_or(TokenError::Shape)
}

/// APNs reads a number or, as in Apple's sample and in APNSwift, digits in quotes.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Why a text is not a provider token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// Not three base64url parts holding JSON.
    Shape,
    /// Signed by another algorithm.
    Algorithm(String),
    /// No `kid`.
    KeyId,
    /// No `iss`.
    TeamId,
    /// No usable `iat`.
    IssuedAt,
}

impl TokenError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Shape => "jwt_shape",
            Self::Algorithm(_) => "jwt_alg",
            Self::KeyId => "jwt_kid",
            Self::TeamId => "jwt_iss",
            Self::IssuedAt => "jwt_iat_form",
        }
    }
}

impl TokenError {
    /// What is wrong, and what to do.
    pub fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(self.code());
        match self {
            Self::Shape => Sentence::new("jwt_shape.parts"),
            Self::Algorithm(name) if name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => sentence.gap(name),
            Self::Algorithm(_) => Sentence::new("jwt_alg.other"),
            Self::IssuedAt => Sentence::new("jwt_iat_form.unusable"),
            Self::KeyId | Self::TeamId => sentence,
        }
    }
}

pub(crate) const WORDINGS: Wordings = &[
    ("jwt_shape.parts", "A provider token has three base64url parts joined by dots. Copy it again."),
    ("jwt_alg", "The token is signed with “{0}”; APNs takes ES256 only. Sign it anew."),
    ("jwt_alg.other", "The token names another algorithm; APNs takes ES256 only. Sign it anew."),
    ("jwt_kid", "The Key ID (kid) is missing from the token’s header."),
    ("jwt_iss", "The Team ID (iss) is missing from the token’s claims."),
    ("jwt_iat_form.unusable", "The issue time (iat) must be whole seconds since 1970."),
];

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for TokenError {}
