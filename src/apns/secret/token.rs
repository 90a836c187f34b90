//! Token: a provider token in a text, which is a JWT (RFC 7515) with only the claims that Apple
//! requires, or an `Authorization` header.
//!
//! A payload may contain a JWT of the app, which is not a secret in this sense. Such a token has
//! claims about its audience (`sub`, `aud`, `grants` and others), another algorithm, or a URL as
//! its issuer.

use std::ops::Range;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::needle::Needle;
use crate::apns::base64url;

/// Start of a JSON object in base64: followed by a quote or a space, or by a line break.
const OBJECTS: [&[u8]; 2] = [b"ey", b"ew"];
/// Possible lengths of a part in characters. Shorter parts cannot contain an algorithm and a key
/// ID; longer ones do not occur in provider tokens.
const PART: Range<usize> = 16..1024;
/// Minimum length of a token in an `Authorization` header; shorter ones are examples.
const SHORTEST_CREDENTIAL: usize = 20;
/// Claims that a provider token may have.
const CLAIMS: [&str; 3] = ["iss", "iat", "exp"];

static NEEDLES: LazyLock<[Needle<'static>; 2]> = LazyLock::new(|| OBJECTS.map(Needle::new));

/// Range of a provider token.
pub(super) fn find(text: &[u8]) -> Option<Range<usize>> {
    NEEDLES.iter().find_map(|needle| {
        needle
            .find_iter(text)
            .find_map(|start| Some(start..start + length(&text[start..])?))
    })
}

/// Whole range of a text that is an `Authorization` header or its value, unless the token is a JWT.
pub(super) fn header(text: &str) -> Option<Range<usize>> {
    let start = text.trim_start_matches(|character: char| {
        character.is_whitespace() || matches!(character, '"' | '\'' | '\u{feff}')
    });
    let value = after(start, "authorization:").unwrap_or(start).trim_start();
    let credential = after(value, "bearer")?;
    let token = credential
        .strip_prefix([' ', '\t', '\n', '\r'])?
        .trim_start();
    let length = token.bytes().take_while(|byte| is_token(*byte)).count();
    (length >= SHORTEST_CREDENTIAL && !is_jwt(&token.as_bytes()[..length])).then_some(0..text.len())
}

/// Length of the provider token at the start of a text.
fn length(text: &[u8]) -> Option<usize> {
    let header = part(text)?;
    let rest = text[header.len()..].strip_prefix(b".")?;
    let claims = part(rest)?;
    if !(names_a_key(&object(header)?) && is_for_apple(&object(claims)?)) {
        return None;
    }
    let whole = header.len() + 1 + claims.len();
    let signature = text[whole..]
        .strip_prefix(b".")
        .map_or(0, |rest| 1 + run(rest));
    Some(whole + signature)
}

fn names_a_key(header: &Map<String, Value>) -> bool {
    header
        .get("alg")
        .is_some_and(|algorithm| algorithm == "ES256")
        && header.get("kid").is_some_and(Value::is_string)
}

fn is_for_apple(claims: &Map<String, Value>) -> bool {
    let is_team = claims
        .get("iss")
        .and_then(Value::as_str)
        .is_some_and(|issuer| !issuer.contains([':', '/', '.', '@']));
    is_team
        && claims.contains_key("iat")
        && claims.keys().all(|claim| CLAIMS.contains(&claim.as_str()))
}

fn is_jwt(token: &[u8]) -> bool {
    token.contains(&b'.')
        && part(token)
            .and_then(object)
            .is_some_and(|header| header.contains_key("alg"))
}

fn part(text: &[u8]) -> Option<&[u8]> {
    let length = run(text);
    PART.contains(&length).then(|| &text[..length])
}

fn run(text: &[u8]) -> usize {
    text.iter()
        .take_while(|byte| is_token(**byte) && **byte != b'.')
        .count()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'=' | b'.')
}

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    let json = String::from_utf8(base64url::decode_any(std::str::from_utf8(part).ok()?)?).ok()?;
    // Read as text, as everywhere else: a reader of bytes would be a second one in the page.
    match serde_json::from_str(&json).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Text after a word, which is matched in either case.
fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(word.len())?;
    head.eq_ignore_ascii_case(word).then_some(rest)
}
