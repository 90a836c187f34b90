//! Sends a push: gets the issue time from the relay, signs the provider token in this page, and
//! passes the push to the relay. If a certificate is used, only its name is sent.

use std::rc::Rc;

use serde_json::Value;

use super::browser::{clock, http};
use super::form::Form;
use super::held_key::HeldKey;
use super::report::{Reply, Report, Silence};
use crate::apns::headers::{AUTHORIZATION, TRILL_CALL, TRILL_IDENTITY};
use crate::apns::{Outcome, ProviderToken, Push};

/// Sends a push and reports the outcome. Without a key, the form's certificate is used.
pub async fn send(push: Push, key: Option<Rc<HeldKey>>, form: &Form) -> Report {
    let start = clock::milliseconds();
    let took = || clock::milliseconds() - start;
    let (mut issued_at, mut clock_difference) = (None, None);
    let credential = match key {
        None => (TRILL_IDENTITY, form.certificate.clone()),
        Some(key) => {
            let (key_id, team_id) = (form.key_id.trim(), form.team_id.trim());
            let environment = push.environment.as_str();
            let path = [
                "/api/tokens/",
                &escape(team_id),
                "/",
                &escape(key_id),
                "?environment=",
                environment,
            ]
            .concat();
            let reply = match http::look(&path).await {
                Ok(reply) => reply,
                Err(_) => return Report::of_silence(&push, Silence::NoRelay, took()),
            };
            let answer: Value = serde_json::from_str(&reply.body).unwrap_or_default();
            let Some(iat) = answer["iat"].as_u64() else {
                // The relay's error response; the push was not sent.
                let outcome = Some(Outcome::NotSent.as_str().to_owned());
                return Report::of_reply(&push, &Reply { outcome, ..reply }, took());
            };
            issued_at = Some(iat);
            clock_difference = clock::ahead_of(&answer["clock"]);
            (
                AUTHORIZATION,
                ProviderToken::sign(&key.key, key_id, team_id, iat).authorization(),
            )
        }
    };
    let mut more = vec![credential];
    let payload = push.payload.value();
    let name = form.app_choice().resolve(payload).call_name(payload);
    more.extend(name.map(|name| (TRILL_CALL, name)));
    let report = match http::send(&push, more).await {
        Ok(reply) => Report::of_reply(&push, &reply, took()),
        Err(silence) => Report::of_silence(&push, silence, took()),
    };
    Report {
        issued_at,
        clock_difference,
        ..report
    }
}

/// Percent-encodes a path segment: a typed ID may contain any character.
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
