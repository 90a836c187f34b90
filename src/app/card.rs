//! The card of the page that shows a finding. Each finding is shown on one card only.

use crate::apns::Severity;
use crate::apns::expiration::Clock;

use super::form::{Field, Form};

/// A card of the page that shows findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// The signing key.
    Signer,
    /// The app and the device.
    Device,
    /// The headers.
    Headers,
    /// The payload.
    Payload,
}

impl Card {
    /// Returns the card that shows the findings of a rule.
    pub fn of(rule: &str) -> Self {
        match rule {
            "ids-swapped"
            | "demo-key-unknown"
            | "key-id-not-of-file"
            | "key-other-environment"
            | "other-sender-of-team"
            | "certificate-other-environment"
            | "certificate-not-for-topic" => Self::Signer,
            "topic-missing"
            | "topic-without-suffix"
            | "topic-suffix-twice"
            | "push-type-not-of-topic"
            | "token-not-for-calls"
            | "token-only-for-calls"
            | "token-other-environment" => Self::Device,
            "expiration-long"
            | "expiration-short"
            | "expiration-missing"
            | "priority-not-10"
            | "background-priority"
            | "collapse-id-on-call" => Self::Headers,
            _ => Self::Payload,
        }
    }
}

/// Returns `true` if the mistake a rule looks for is already reported beside a field.
pub fn is_told_beside_field(rule: &str, form: &Form, clock: Clock) -> bool {
    let is_wrong = |field| {
        form.finding(field, clock)
            .is_some_and(|finding| finding.severity != Severity::Note)
    };
    match rule {
        "ids-swapped" | "key-id-not-of-file" => true,
        "expiration-long" | "expiration-short" => is_wrong(Field::Expiration),
        "collapse-id-on-call" => is_wrong(Field::CollapseId),
        _ => false,
    }
}
