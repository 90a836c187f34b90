//! The answer of APNs to one push.

use serde_json::Value;

use super::reason::Reason;

/// What APNs said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The reason in APNs's words, known to us or not.
    pub reason: Option<String>,
    /// With 410: when APNs learnt that the token is dead, in milliseconds since 1970.
    pub timestamp: Option<u64>,
}

impl Answer {
    /// Reads a status and a body. A body that is no JSON, or not APNs's, leaves the status to speak alone.
    pub fn read(status: u16, body: &[u8]) -> Self {
        let body: Value = std::str::from_utf8(body)
            .ok()
            .and_then(|body| serde_json::from_str(body).ok())
            .unwrap_or_default();
        Self {
            status,
            reason: body["reason"].as_str().map(str::to_owned),
            timestamp: milliseconds(&body["timestamp"]),
        }
    }

    /// The documented reason, if it is one.
    pub fn known_reason(&self) -> Option<Reason> {
        self.reason.as_deref().and_then(Reason::parse)
    }
}

/// A number; some have met it in quotes.
fn milliseconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
