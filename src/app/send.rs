//! Sending: ask the relay for the issue time, sign in this page, hand the push over.

use std::rc::Rc;

use super::browser::{clock, http};
use super::form::Form;
use super::report::{Report, Silence};
use super::state::HeldKey;
use crate::apns::{ProviderToken, Push};

/// Sends one push and says how it ended.
pub async fn send(push: Push, key: Rc<HeldKey>, form: &Form) -> Report {
    let (key_id, team_id) = (form.key_id.trim(), form.team_id.trim());
    let start = clock::milliseconds();
    let took = || clock::milliseconds() - start;
    let path = format!("/api/tokens/{}/{}", escape(team_id), escape(key_id));
    let answer = http::get(&path).await.unwrap_or_default();
    let Some(iat) = answer["iat"].as_u64() else {
        return Report::of_silence(&push, Silence::NoRelay, took());
    };
    let clock_difference = clock::ahead_of(&answer["clock"]);
    let token = ProviderToken::sign(&key.key, key_id, team_id, iat);
    let report = match http::send(&push, &token).await {
        Ok(reply) => Report::of_reply(&push, &reply, took()),
        Err(silence) => Report::of_silence(&push, silence, took()),
    };
    Report { issued_at: Some(iat), clock_difference, ..report }
}

/// Percent-encodes a path segment: what is typed need not look like an identifier.
pub fn escape(segment: &str) -> String {
    let mut escaped = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}
