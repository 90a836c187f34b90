//! Provider token: an ES256 JWT that authenticates a provider with APNs.
//!
//! It has the header fields `alg` and `kid`, the claims `iss` and `iat`, and no others: APNs
//! tolerates `typ`, but Apple's own validator does not. The signature is deterministic, so the same
//! key, identifiers and issue time give the same token in every tab and on every machine.
//! Source: Apple, "Establishing a token-based connection to APNs"; RFC 7515; RFC 7518 §3.4.

use std::fmt;

use serde_json::Value;
use thiserror::Error;

use super::base64url;
use super::json;
use super::public_key::{PublicKey, SignatureForm};
use super::signing_key::SigningKey;

/// Maximum age, in seconds, of a token that APNs accepts (Apple, "Establishing a token-based
/// connection to APNs").
pub const LONGEST_LIFE: u64 = 60 * 60;
/// Minimum time, in seconds, between new tokens of a team that APNs accepts (ibid.). Earlier tokens
/// remain valid.
pub const SHORTEST_USE: u64 = 20 * 60;

/// Maximum length in bytes of a token. Ours have 184 bytes; none that APNs accepts is nearly this
/// long.
pub(crate) const LONGEST_TEXT: usize = 1024;

/// Signed token for `authorization: bearer …`.
pub struct ProviderToken {
    text: String,
    issued_at: u64,
}

impl ProviderToken {
    /// Signs a token issued at `issued_at`, in seconds since 1970.
    pub fn sign(key: &SigningKey, key_id: &str, team_id: &str, issued_at: u64) -> Self {
        let part = |entries: &[(&str, String)]| base64url::encode(json::object(entries).as_bytes());
        let header = part(&[
            ("alg", json::quoted("ES256")),
            ("kid", json::quoted(key_id)),
        ]);
        let mut text = header
            + "."
            + &part(&[
                ("iss", json::quoted(team_id)),
                ("iat", issued_at.to_string()),
            ]);
        let signature = key.sign(text.as_bytes());
        text.push('.');
        text.push_str(&base64url::encode(&signature));
        Self { text, issued_at }
    }

    /// Text of the token. It is a credential for an hour, and belongs only in the `authorization`
    /// header.
    pub fn secret(&self) -> &str {
        &self.text
    }

    /// Value of the `authorization` header.
    pub fn authorization(&self) -> String {
        ["bearer ", &self.text].concat()
    }
}

impl fmt::Debug for ProviderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderToken([redacted], iat {})", self.issued_at)
    }
}

/// Decoded token; its statements are not verified.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenParts {
    /// Signing algorithm, `alg`; missing in Apple's own sample.
    pub algorithm: Option<String>,
    /// Key ID, `kid`.
    pub key_id: String,
    /// Team ID, `iss`.
    pub team_id: String,
    /// Issue time, `iat`, in whole seconds since 1970; a fraction is discarded.
    pub issued_at: u64,
    /// JSON form of `iat`.
    pub issue_time_form: IssueTimeForm,
    issue_time_text: String,
    signed: String,
    signature: Vec<u8>,
}

/// JSON form of the issue time of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueTimeForm {
    /// Integer, as Apple documents it.
    Whole,
    /// Number with a fraction or an exponent, as Python's `time.time()` gives. RFC 7519 §2 allows
    /// it.
    Fraction,
    /// Digits in quotes, as in Apple's own sample.
    Text,
}

impl TokenParts {
    /// Decodes `token` without checking its signature.
    pub fn read(token: &str) -> Result<Self, TokenError> {
        Self::read_with(token, base64url::decode)
    }

    /// Decodes `token` as APNs does: the parts may also be padded or in standard base64, as some
    /// libraries send them.
    pub fn read_as_apns(token: &str) -> Result<Self, TokenError> {
        Self::read_with(token, base64url::decode_any)
    }

    fn read_with(token: &str, decode: fn(&str) -> Option<Vec<u8>>) -> Result<Self, TokenError> {
        if token.len() > LONGEST_TEXT {
            return Err(TokenError::Length);
        }
        let pieces: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = pieces.as_slice() else {
            return Err(TokenError::Shape);
        };
        let signed = &token[..header.len() + 1 + claims.len()];
        let header = json_object(decode(header)).ok_or(TokenError::Damaged(TokenPart::Header))?;
        let claims = json_object(decode(claims)).ok_or(TokenError::Damaged(TokenPart::Claims))?;
        let signature = decode(signature)
            .filter(|bytes| !bytes.is_empty())
            .ok_or(TokenError::Damaged(TokenPart::Signature))?;
        let text = |value: &Value| {
            value
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        match &header["alg"] {
            Value::Null => {}
            Value::String(name) if name == "ES256" => {}
            other => {
                return Err(TokenError::Algorithm(
                    other.as_str().unwrap_or("something else").to_owned(),
                ));
            }
        }
        let key_id = text(&header["kid"]).ok_or(TokenError::KeyId)?;
        let team_id = text(&claims["iss"]).ok_or(TokenError::TeamId)?;
        let (issued_at, issue_time_form) =
            issue_time(claims.get("iat").ok_or(TokenError::NoIssueTime)?)
                .ok_or_else(|| bad_issue_time(&claims["iat"]))?;
        Ok(Self {
            algorithm: text(&header["alg"]),
            key_id,
            team_id,
            issued_at,
            issue_time_form,
            issue_time_text: json::compact(&claims["iat"]),
            signed: signed.to_owned(),
            signature,
        })
    }

    /// Issue time as it is written in the token, which distinguishes tokens of the same second.
    pub fn issue_time_text(&self) -> &str {
        &self.issue_time_text
    }

    /// Verifies the signature; `None` if it was not made with `key`.
    pub fn verify(&self, key: &PublicKey) -> Option<SignatureForm> {
        key.verify(self.signed.as_bytes(), &self.signature)
    }

    /// Public keys that could have made the signature. One of them did.
    pub fn possible_signers(&self) -> Vec<PublicKey> {
        PublicKey::possible_signers(self.signed.as_bytes(), &self.signature)
    }

    /// Seconds since the token was issued; negative if its issue time is in the future.
    pub fn age(&self, now: u64) -> i64 {
        // A foreign token can have any number of seconds, up to the maximum.
        let between =
            |from: u64, to: u64| i64::try_from(to.saturating_sub(from)).unwrap_or(i64::MAX);
        between(self.issued_at, now) - between(now, self.issued_at)
    }
}

impl fmt::Debug for TokenParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "TokenParts(kid {:?}, iss {:?}, iat {}, [redacted])",
            self.key_id, self.team_id, self.issued_at
        )
    }
}

/// Decodes one of the first two parts as JSON, as APNs does; `None` if it is damaged.
pub(crate) fn object(text: &str) -> Option<Value> {
    json_object(base64url::decode_any(text))
}

fn json_object(bytes: Option<Vec<u8>>) -> Option<Value> {
    let json = String::from_utf8(bytes?).ok()?;
    serde_json::from_str(&json).ok().filter(Value::is_object)
}

/// Parses `iat`: a number or, as in Apple's sample and in APNSwift, digits in quotes. `None` if it
/// is not a time.
pub(crate) fn issue_time(value: &Value) -> Option<(u64, IssueTimeForm)> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(seconds) => Some((seconds, IssueTimeForm::Whole)),
            None => whole(number.as_f64()?).map(|seconds| (seconds, IssueTimeForm::Fraction)),
        },
        Value::String(text) => text
            .parse()
            .ok()
            .map(|seconds| (seconds, IssueTimeForm::Text)),
        _ => None,
    }
}

fn bad_issue_time(value: &Value) -> TokenError {
    if value.is_string() {
        TokenError::IssuedAtString
    } else {
        TokenError::IssuedAt
    }
}

/// Integer part of the number; `None` if it is negative or too large to be exact.
fn whole(number: f64) -> Option<u64> {
    const LARGEST: f64 = (1_u64 << 53) as f64;
    (0.0..LARGEST).contains(&number).then_some(number as u64)
}

/// Reason why a text is not a provider token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The text is longer than any provider token.
    #[error("This is longer than any provider token (over 1 KiB). Copy the token alone.")]
    Length,
    /// The text does not have three parts separated by dots.
    #[error("A token has three parts joined by dots; this has more or fewer. Copy it whole.")]
    Shape,
    /// A part is not base64url or, if one of the first two, not a JSON object.
    #[error(
        "A part of the token is damaged: each is base64url, the first two hold JSON. Copy it again."
    )]
    Damaged(TokenPart),
    /// The token is signed with another algorithm.
    #[error("The token {}; APNs takes ES256 only. Sign it anew.", algorithm(.0))]
    Algorithm(String),
    /// `kid` is missing.
    #[error("The Key ID (kid) is missing from the token’s header.")]
    KeyId,
    /// `iss` is missing.
    #[error("The Team ID (iss) is missing from the token’s claims.")]
    TeamId,
    /// `iat` is missing.
    #[error("iat must be there, as whole seconds since 1970.")]
    NoIssueTime,
    /// `iat` is a string other than digits, such as a date.
    #[error("The issue time (iat) is a string; it must be a number of seconds since 1970.")]
    IssuedAtString,
    /// `iat` is not a time.
    #[error("The issue time (iat) must be a number of seconds since 1970.")]
    IssuedAt,
}

/// Part of a token, of which there are three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPart {
    /// First part, with `alg` and `kid`.
    Header,
    /// Second part, with `iss` and `iat`.
    Claims,
    /// Third part.
    Signature,
}

impl TokenError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length | Self::Shape | Self::Damaged(_) => "jwt_shape",
            Self::Algorithm(_) => "jwt_alg",
            Self::KeyId => "jwt_kid",
            Self::TeamId => "jwt_iss",
            Self::NoIssueTime | Self::IssuedAtString | Self::IssuedAt => "jwt_iat_form",
        }
    }
}

/// Phrase about a foreign algorithm. A name that could be anything is not repeated.
fn algorithm(name: &str) -> String {
    if name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        format!("is signed with “{name}”")
    } else {
        "names another algorithm".to_owned()
    }
}
