//! A provider token made elsewhere and pasted here: taken apart as far as it goes, with everything that is wrong with it.
//!
//! APNs is more lenient than the standard in places, and says so nowhere; what it has been seen to take is a warning
//! here, not an error. Sentences never repeat a part of the token.

use serde_json::Value;

use super::base64url;
use super::finding::Severity;
use super::note::Note;
use super::provider_token::{
    IssueTimeForm, LONGEST_LIFE, LONGEST_TEXT, TokenError, TokenParts, issue_time, part,
};
use crate::sentence::{Sentence, Wordings};

/// Clocks may differ this much, in seconds, before it is worth a word.
const TOLERANCE: u64 = 60;
/// A number of seconds that is none: the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;
/// A Key ID and a Team ID.
const ID_LENGTH: usize = 10;

/// What was found in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastedToken {
    /// The token taken apart, if it is whole.
    pub parts: Option<TokenParts>,
    /// What there is to say, in the order of the token.
    pub notes: Vec<Note>,
}

impl PastedToken {
    /// Reads a token, or an `authorization` header or its value, at `now`, in seconds since 1970.
    pub fn read(text: &str, now: u64) -> Self {
        match token(text) {
            None => Self::nothing("jwt_missing"),
            Some(token) => Self::of_token(token, now),
        }
    }

    fn nothing(id: &'static str) -> Self {
        Self {
            parts: None,
            notes: vec![Note::error(id)],
        }
    }

    fn of_token(token: &str, now: u64) -> Self {
        if token.len() > LONGEST_TEXT {
            return Self::nothing("jwt_shape.long");
        }
        if token.contains('=') {
            return Self::nothing("jwt_shape.padding");
        }
        let pieces: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = pieces.as_slice() else {
            return Self::nothing("jwt_shape.dots");
        };
        let (Some(header), Some(claims), Some(signature)) =
            (part(header), part(claims), base64url::decode(signature))
        else {
            return Self::nothing("jwt_shape.damaged");
        };
        let mut notes = Vec::new();
        notes.extend(algorithm(&header["alg"]));
        notes.extend(identifier(&header["kid"], "jwt_kid", "jwt_kid.odd"));
        notes.extend(identifier(&claims["iss"], "jwt_iss", "jwt_iss.odd"));
        notes.extend(issued_at(&claims["iat"], now));
        notes.extend(signature_form(&signature));
        Self {
            parts: TokenParts::read(token).ok(),
            notes,
        }
    }
}

/// The token in a header line, in a header's value, or alone; without quotes and white space around it.
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

fn algorithm(value: &Value) -> Option<Note> {
    match value {
        Value::String(name) if name == "ES256" => None,
        Value::Null => Some(Note::warning("jwt_alg.none")),
        other => {
            let error = TokenError::Algorithm(other.as_str().unwrap_or_default().to_owned());
            Some(Note::new(Severity::Error, error.sentence()))
        }
    }
}

/// `missing` and `odd`: what to say about one that is not there, and about one of another form.
fn identifier(value: &Value, missing: &'static str, odd: &'static str) -> Option<Note> {
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
        return Some(Note::error(missing));
    };
    let is_usual = text.len() == ID_LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (!is_usual).then(|| Note::warning(odd))
}

fn issued_at(value: &Value, now: u64) -> Option<Note> {
    let Some((seconds, form)) = issue_time(value) else {
        return Some(Note::error("jwt_iat_form"));
    };
    if seconds >= MILLISECONDS {
        return Some(Note::error("jwt_iat_form.milliseconds"));
    }
    if seconds > now.saturating_add(TOLERANCE) {
        let minutes = (seconds - now).div_ceil(60);
        return Some(Note::new(
            Severity::Error,
            Sentence::new("jwt_future").gap(&minutes.to_string()),
        ));
    }
    let age = now.saturating_sub(seconds);
    if age > LONGEST_LIFE {
        let minutes = age.div_ceil(60);
        return Some(Note::new(
            Severity::Error,
            Sentence::new("jwt_expired").gap(&minutes.to_string()),
        ));
    }
    match form {
        IssueTimeForm::Whole => None,
        IssueTimeForm::Fraction => Some(Note::warning("jwt_iat_form.fraction")),
        IssueTimeForm::Text => Some(Note::warning("jwt_iat_form.text")),
    }
}

/// ES256 makes 64 bytes; DER wraps the same two numbers in 70 to 72, or a few less.
fn signature_form(signature: &[u8]) -> Option<Note> {
    match signature {
        signature if signature.len() == 64 => None,
        [0x30, length, 0x02, ..] if usize::from(*length) + 2 == signature.len() => {
            Some(Note::warning("jwt_der_signature"))
        }
        other => Some(Note::new(
            Severity::Error,
            Sentence::new("jwt_signature").number(other.len()),
        )),
    }
}

pub(crate) const WORDINGS: Wordings = &[
    (
        "jwt_missing",
        "There is no provider token here. Paste the text after “bearer”, or the token alone.",
    ),
    (
        "jwt_shape.long",
        "This is longer than any provider token (over 1 KiB). Copy the token alone.",
    ),
    (
        "jwt_shape.padding",
        "The token has padding (=), which no JWT has. Encode it as base64url without padding.",
    ),
    (
        "jwt_shape.dots",
        "A token has three parts joined by dots; this has more or fewer. Copy it whole.",
    ),
    (
        "jwt_shape.damaged",
        "A part of the token is damaged: each is base64url, the first two hold JSON. Copy it again.",
    ),
    (
        "jwt_alg.none",
        "The header names no algorithm. APNs takes that, as in Apple’s sample; a JWT says ES256.",
    ),
    (
        "jwt_kid.odd",
        "The Key ID (kid) in the token’s header does not have 10 capitals and digits. Compare it with the key’s file name.",
    ),
    (
        "jwt_iss.odd",
        "The Team ID (iss) in the token’s claims does not have 10 capitals and digits. Compare it with your Membership page.",
    ),
    (
        "jwt_iat_form",
        "iat must be there, as whole seconds since 1970.",
    ),
    (
        "jwt_iat_form.fraction",
        "iat has a fraction; Apple documents whole seconds. APNs most likely takes it.",
    ),
    (
        "jwt_iat_form.text",
        "iat is a text; it should be a number, whole seconds. APNs has been seen to take it.",
    ),
    (
        "jwt_iat_form.milliseconds",
        "iat is in milliseconds; it must be whole seconds. Divide by 1000 before signing.",
    ),
    (
        "jwt_future",
        "The token is from the future: check this computer’s clock (+{0} min).",
    ),
    (
        "jwt_expired",
        "The token is {0} min old; the limit is 60. Sign a new one.",
    ),
    (
        "jwt_der_signature",
        "The signature is in DER form; a JWT needs the 64-byte form. APNs takes both, other Apple services do not.",
    ),
    (
        "jwt_signature",
        "The signature has {0} bytes; ES256 makes 64. Keep leading zeros when you join R and S.",
    ),
];
