//! Receipt: the report of an app about one call. An app sends it to its push server; the virtual
//! iPhone makes the same.

use serde_json::{Value, json};

use super::call_error::CallError;

/// Receipt of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Event that it reports.
    pub event: ReceiptEvent,
    /// Error of a report that the system refused.
    pub error: Option<CallError>,
    /// Time by the clock of the device, in milliseconds since 1970. It is shown, and never computed
    /// with.
    pub device_ms: Option<i64>,
    /// Time at which the receipt arrived, in milliseconds since 1970.
    pub arrived_ms: u64,
}

/// Event that a receipt reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptEvent {
    /// The push reached the app.
    Received,
    /// The system accepted the report of the call, and the phone rings.
    Reported,
    /// The system refused the report of the call.
    Failed,
    /// The user answered.
    Answered,
    /// The user declined.
    Declined,
    /// The call ended.
    Ended,
}

impl Receipt {
    /// JSON of the receipt.
    pub fn to_value(&self) -> Value {
        let error = self.error.as_ref().map(|error| {
            json!({
                "domain": error.domain,
                "code": error.code,
                "name": error.name(),
                "sentence": error.phrase(),
            })
        });
        json!({
            "event": self.event.as_str(),
            "error": error,
            "device_at_ms": self.device_ms,
            "arrived_at_ms": self.arrived_ms,
        })
    }

    /// The same, with the time since the push left at `sent_ms`.
    pub fn to_value_since(&self, sent_ms: u64) -> Value {
        let mut value = self.to_value();
        value["after_ms"] = self.arrived_ms.saturating_sub(sent_ms).into();
        value
    }
}

impl ReceiptEvent {
    /// All events, in the order in which they happen.
    pub const ALL: [Self; 6] = [
        Self::Received,
        Self::Reported,
        Self::Failed,
        Self::Answered,
        Self::Declined,
        Self::Ended,
    ];

    /// Name of the event in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Reported => "reported",
            Self::Failed => "failed",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Ended => "ended",
        }
    }

    /// Parses the name of an event.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}
