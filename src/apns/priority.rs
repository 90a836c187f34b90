//! The priority: how much a push may cost the device's battery.
//! Source: Apple, "Sending notification requests to APNs".

use thiserror::Error;

/// The value of `apns-priority`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Priority {
    /// 10: at once.
    Immediate,
    /// 5: when the device's power allows.
    Considerate,
    /// 1: power above everything; never wakes the device.
    Saving,
}

impl Priority {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Immediate, Self::Considerate, Self::Saving];

    /// The number.
    pub fn value(self) -> u8 {
        match self {
            Self::Immediate => 10,
            Self::Considerate => 5,
            Self::Saving => 1,
        }
    }

    /// The text as it travels.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "10",
            Self::Considerate => "5",
            Self::Saving => "1",
        }
    }

    /// Reads the text, with blanks around it or not.
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
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        "priority_value"
    }

    /// What a call is sent with.
    pub fn fix(&self) -> Option<String> {
        Some("10".to_owned())
    }
}
