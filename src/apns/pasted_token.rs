//! Pasted token: a provider token made elsewhere, decoded as far as possible, with findings about
//! everything that is wrong with it.
//!
//! APNs is more lenient than the standard in places, without documentation; deviations that it has
//! been seen to accept are warnings, not errors. Sentences never repeat a part of the token.

use serde_json::Value;

use super::base64url;
use super::finding::Finding;
use super::provider_token::{
    IssueTimeForm, LONGEST_LIFE, LONGEST_TEXT, TokenError, TokenPart, TokenParts, issue_time,
    object,
};
use super::secret::{self, Secret};

/// Largest clock difference, in seconds, that gives no finding.
const TOLERANCE: u64 = 60;
/// Smallest number that is taken for milliseconds; as seconds it would be in the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;
/// Length of a key ID and of a team ID.
const ID_LENGTH: usize = 10;

/// Result of parsing a pasted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedToken {
    /// Decoded token, if it is complete.
    pub parts: Option<TokenParts>,
    /// Findings, in the order of the token.
    pub notes: Vec<Finding>,
}

impl PastedToken {
    /// Parses a token, or an `authorization` header or its value. `now` is in seconds since 1970.
    pub fn read(text: &str, now: u64) -> Self {
        match token(text) {
            None => Self::nothing(
                "jwt_missing",
                "There is no provider token here. Paste the text after “bearer”, or the token \
                 alone.",
            ),
            Some(token) => Self::of_token(token, now),
        }
    }

    /// Parses the provider token in a file or a longer text; `None` if there is nothing like one.
    pub fn find(text: &str, now: u64) -> Option<Self> {
        let found = secret::find(text).filter(|found| found.secret == Secret::ProviderToken);
        let part = found.and_then(|found| text.get(found.place));
        let token = token(part.unwrap_or(text))?;
        let first = token.split('.').next().unwrap_or_default();
        let is_one = part.is_some() || token.contains('.') && object(first).is_some();
        is_one.then(|| Self::of_token(token, now))
    }

    fn nothing(code: &'static str, sentence: &str) -> Self {
        Self {
            parts: None,
            notes: vec![Finding::error(code, sentence)],
        }
    }

    fn refused(error: &TokenError) -> Self {
        Self::nothing(error.code(), &error.to_string())
    }

    fn of_token(token: &str, now: u64) -> Self {
        if token.len() > LONGEST_TEXT {
            return Self::refused(&TokenError::Length);
        }
        let pieces: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = pieces.as_slice() else {
            return Self::refused(&TokenError::Shape);
        };
        let (Some(header), Some(claims), Some(signature)) = (
            object(header),
            object(claims),
            base64url::decode_any(signature),
        ) else {
            return Self::refused(&TokenError::Damaged(TokenPart::Header));
        };
        let mut notes = Vec::new();
        if pieces
            .iter()
            .any(|piece| base64url::decode(piece).is_none())
        {
            notes.push(Finding::warning(
                "jwt_shape",
                "A part is padded (=) or in standard base64; a JWT has base64url without padding. \
                 APNs has been seen to take it.",
            ));
        }
        notes.extend(algorithm(&header["alg"]));
        notes.extend(identifier(
            &header["kid"],
            TokenError::KeyId,
            "The Key ID (kid) in the token’s header does not have 10 capitals and digits. Compare \
             it with the key’s file name.",
        ));
        notes.extend(identifier(
            &claims["iss"],
            TokenError::TeamId,
            "The Team ID (iss) in the token’s claims does not have 10 capitals and digits. \
             Compare it with your Membership page.",
        ));
        notes.extend(issued_at(&claims["iat"], now));
        notes.extend(signature_form(&signature));
        Self {
            parts: TokenParts::read_as_apns(token).ok(),
            notes,
        }
    }
}

/// Token in a header line, in a header value, or alone, without surrounding quotes and white space.
fn token(text: &str) -> Option<&str> {
    const NAME: &str = "authorization:";
    const SCHEME: &str = "bearer";
    let blank =
        |character: char| character.is_whitespace() || matches!(character, '"' | '\'' | '\u{feff}');
    let text = text.trim_matches(blank);
    let after = |text: &'_ str, word: &str| {
        text.get(..word.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    let is_header = after(text, NAME);
    let value = if is_header {
        text[NAME.len()..].trim_matches(blank)
    } else {
        text
    };
    let has_scheme = after(value, SCHEME);
    let token = if has_scheme {
        value[SCHEME.len()..].trim_matches(blank)
    } else {
        value
    };
    let has_other_scheme = !has_scheme && (is_header || token.contains(' '));
    (!token.is_empty() && !has_other_scheme).then_some(token)
}

fn algorithm(value: &Value) -> Option<Finding> {
    match value {
        Value::String(name) if name == "ES256" => None,
        Value::Null => Some(Finding::warning(
            "jwt_alg",
            "The header names no algorithm. APNs takes that, as in Apple’s sample; a JWT says \
             ES256.",
        )),
        other => {
            let error = TokenError::Algorithm(other.as_str().unwrap_or_default().to_owned());
            Some(Finding::of_error(error.code(), &error))
        }
    }
}

/// Checks an identifier: `missing` is the error if it is absent, `odd` the sentence if it has an
/// unusual form.
fn identifier(value: &Value, missing: TokenError, odd: &str) -> Option<Finding> {
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
        return Some(Finding::of_error(missing.code(), &missing));
    };
    let is_usual = text.len() == ID_LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (!is_usual).then(|| Finding::warning(missing.code(), odd))
}

fn issued_at(value: &Value, now: u64) -> Option<Finding> {
    if value.is_string() && issue_time(value).is_none() {
        return Some(Finding::error(
            "jwt_iat_form",
            "iat is a string that is no number, such as a date; APNs refuses it. Write whole \
             seconds since 1970.",
        ));
    }
    let Some((seconds, form)) = issue_time(value) else {
        return Some(Finding::error(
            "jwt_iat_form",
            "iat must be there, as whole seconds since 1970.",
        ));
    };
    if seconds >= MILLISECONDS {
        return Some(Finding::error(
            "jwt_iat_form",
            "iat is in milliseconds; it must be whole seconds. Divide by 1000 before signing.",
        ));
    }
    if seconds > now.saturating_add(TOLERANCE) {
        let minutes = (seconds - now).div_ceil(60);
        return Some(Finding::error(
            "jwt_future",
            format!("The token is from the future: check this computer’s clock (+{minutes} min)."),
        ));
    }
    let age = now.saturating_sub(seconds);
    if age > LONGEST_LIFE {
        let minutes = age.div_ceil(60);
        return Some(Finding::error(
            "jwt_expired",
            format!("The token is {minutes} min old; the limit is 60. Sign a new one."),
        ));
    }
    match form {
        IssueTimeForm::Whole => None,
        IssueTimeForm::Fraction => Some(Finding::warning(
            "jwt_iat_form",
            "iat has a fraction; Apple documents whole seconds. APNs most likely takes it.",
        )),
        IssueTimeForm::Text => Some(Finding::warning(
            "jwt_iat_form",
            "iat is a string; it should be a number, whole seconds. APNs has been seen to take it.",
        )),
    }
}

/// Finding about the length of the signature. ES256 gives 64 bytes; DER encodes the same two
/// numbers in 70 to 72 bytes, or slightly fewer.
fn signature_form(signature: &[u8]) -> Option<Finding> {
    match signature {
        signature if signature.len() == 64 => None,
        [0x30, length, 0x02, ..] if usize::from(*length) + 2 == signature.len() => {
            Some(Finding::warning(
                "jwt_der_signature",
                "The signature is in DER form; a JWT needs the 64-byte form. APNs takes both, \
                 other Apple services do not.",
            ))
        }
        other => Some(Finding::error(
            "jwt_signature",
            format!(
                "The signature has {} bytes; ES256 makes 64. Keep leading zeros when you join R \
                 and S.",
                other.len()
            ),
        )),
    }
}
