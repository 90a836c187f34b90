//! Answer of APNs to one push.

use serde_json::Value;

use super::reason::Reason;

/// Answer of APNs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Reason as APNs wrote it, documented or not.
    pub reason: Option<String>,
    /// Time from which APNs knew that the token was no longer valid, in milliseconds since 1970.
    /// Sent with status 410.
    pub timestamp: Option<u64>,
}

impl Answer {
    /// Parses a status and a body. A body that is not JSON, or not in APNs's format, leaves
    /// `reason` and `timestamp` empty.
    pub fn read(status: u16, body: &[u8]) -> Self {
        if body.is_empty() {
            // That of an accepted push.
            return Self {
                status,
                ..Self::default()
            };
        }
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

    /// Documented reason, if APNs gave one.
    pub fn known_reason(&self) -> Option<Reason> {
        self.reason.as_deref().and_then(Reason::parse)
    }
}

/// Parses a number of milliseconds; numbers in quotes have been seen too.
fn milliseconds(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
