//! The provider token: the ES256 JWT by which APNs knows who sends.
//!
//! Header `alg` and `kid`, claims `iss` and `iat`, nothing else: APNs tolerates `typ`, but Apple's
//! own validator does not. The signature is deterministic, so the same key, names and issue time
//! give the same token in every tab and on every colleague's machine.
//! Source: Apple, "Establishing a token-based connection to APNs"; RFC 7515; RFC 7518 §3.4.

use std::fmt;

use serde_json::Value;
use thiserror::Error;

use super::base64url;
use super::json;
use super::public_key::{PublicKey, SignatureForm};
use super::signing_key::SigningKey;

/// APNs refuses a token older than this, in seconds (Apple, "Establishing a token-based connection
/// to APNs").
pub const LONGEST_LIFE: u64 = 60 * 60;
/// APNs takes a new token of a team at most this often, in seconds (ibid.); the ones before go on
/// working.
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
    /// The issue time, `iat`, in whole seconds since 1970: a fraction is cut off.
    pub issued_at: u64,
    /// The form of `iat`.
    pub issue_time_form: IssueTimeForm,
    issue_time_text: String,
    signed: String,
    signature: Vec<u8>,
}

/// The form in which a token names its issue time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueTimeForm {
    /// A whole number, as Apple documents it.
    Whole,
    /// A number with a fraction or an exponent, as Python's `time.time()` makes it. RFC 7519 §2
    /// allows it.
    Fraction,
    /// Digits in quotes, as in Apple's own sample.
    Text,
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
            return Err(TokenError::Length);
        }
        let pieces: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = pieces.as_slice() else {
            return Err(TokenError::Shape);
        };
        let signed = &token[..header.len() + 1 + claims.len()];
        let header = object(decode(header)).ok_or(TokenError::Damaged(TokenPart::Header))?;
        let claims = object(decode(claims)).ok_or(TokenError::Damaged(TokenPart::Claims))?;
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
                .ok_or(TokenError::IssuedAt)?;
        Ok(Self {
            algorithm: text(&header["alg"]),
            key_id,
            team_id,
            issued_at,
            issue_time_form,
            issue_time_text: claims["iat"].to_string(),
            signed: signed.to_owned(),
            signature,
        })
    }

    /// The issue time as it was written, which tells tokens of the same second apart.
    pub fn issue_time_text(&self) -> &str {
        &self.issue_time_text
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

/// Reads one of the first two parts as JSON; `None` when it is damaged.
pub(crate) fn part(text: &str) -> Option<Value> {
    object(base64url::decode(text))
}

fn object(bytes: Option<Vec<u8>>) -> Option<Value> {
    let json = String::from_utf8(bytes?).ok()?;
    serde_json::from_str(&json).ok().filter(Value::is_object)
}

/// Reads `iat`: a number or, as in Apple's sample and in APNSwift, digits in quotes. `None` when it
/// is no time.
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

/// The number without its fraction; `None` for one that is negative or has no exact seconds any
/// more.
fn whole(number: f64) -> Option<u64> {
    const LARGEST: f64 = (1_u64 << 53) as f64;
    (0.0..LARGEST).contains(&number).then_some(number as u64)
}

/// Why a text is not a provider token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Longer than any provider token.
    #[error("This is longer than any provider token (over 1 KiB). Copy the token alone.")]
    Length,
    /// Not three parts joined by dots.
    #[error("A token has three parts joined by dots; this has more or fewer. Copy it whole.")]
    Shape,
    /// A part that is not base64url or, of the first two, holds no JSON object.
    #[error(
        "A part of the token is damaged: each is base64url, the first two hold JSON. Copy it again."
    )]
    Damaged(TokenPart),
    /// Signed by another algorithm.
    #[error("The token {}; APNs takes ES256 only. Sign it anew.", algorithm(.0))]
    Algorithm(String),
    /// No `kid`.
    #[error("The Key ID (kid) is missing from the token’s header.")]
    KeyId,
    /// No `iss`.
    #[error("The Team ID (iss) is missing from the token’s claims.")]
    TeamId,
    /// No `iat`.
    #[error("iat must be there, as whole seconds since 1970.")]
    NoIssueTime,
    /// An `iat` that is no time.
    #[error("The issue time (iat) must be a number of seconds since 1970.")]
    IssuedAt,
}

/// A part of a token, of which there are three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenPart {
    /// The first, with `alg` and `kid`.
    Header,
    /// The second, with `iss` and `iat`.
    Claims,
    /// The third.
    Signature,
}

impl TokenError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Length | Self::Shape | Self::Damaged(_) => "jwt_shape",
            Self::Algorithm(_) => "jwt_alg",
            Self::KeyId => "jwt_kid",
            Self::TeamId => "jwt_iss",
            Self::NoIssueTime | Self::IssuedAt => "jwt_iat_form",
        }
    }
}

/// A foreign algorithm; a name that could be anything is not repeated.
fn algorithm(name: &str) -> String {
    if name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        format!("is signed with “{name}”")
    } else {
        "names another algorithm".to_owned()
    }
}
