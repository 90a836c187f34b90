//! Priority: the amount of battery power a push may use.
//! Source: Apple, "Sending notification requests to APNs".

use thiserror::Error;

/// Value of `apns-priority`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// 10: delivered immediately.
    Immediate,
    /// 5: delivered when the power state of the device allows it.
    Considerate,
    /// 1: saves power above all; never wakes the device.
    Saving,
}

impl Priority {
    /// All priorities, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Immediate, Self::Considerate, Self::Saving];

    /// Number of the priority.
    pub fn value(self) -> u8 {
        match self {
            Self::Immediate => 10,
            Self::Considerate => 5,
            Self::Saving => 1,
        }
    }

    /// Text of the header value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "10",
            Self::Considerate => "5",
            Self::Saving => "1",
        }
    }

    /// Parses the number; surrounding blanks are ignored.
    pub fn parse(text: &str) -> Result<Self, PriorityError> {
        Self::ALL
            .into_iter()
            .find(|priority| priority.as_str() == text.trim())
            .ok_or(PriorityError)
    }
}

/// The text is not one of the three numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "Use 10 (now), 5 (considers the battery) or 1 (never wakes the device); a VoIP push uses 10."
)]
pub struct PriorityError;

impl PriorityError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        "priority_value"
    }

    /// Value for a call.
    pub fn fix(&self) -> Option<String> {
        Some("10".to_owned())
    }
}
