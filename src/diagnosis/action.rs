//! Action: a fix that a diagnosis offers, with one click where one is enough.

use crate::apns::fix::Fix;

/// Fix offered by a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Change to the form: a header, the environment, the payload, or key ID and team ID.
    Fix(Fix),
    /// Sign with a new provider token after a delay.
    NewToken {
        /// Delay in seconds; 0 means now.
        seconds: u64,
    },
    /// Send the same push again after a delay. Not offered when the phone might ring twice.
    SendAgain {
        /// Delay in seconds; 0 means now.
        seconds: u64,
    },
    /// Put a new UUID into the payload.
    NewUuid,
    /// Enrol key and phone with the simulator.
    Enrol,
    /// Switch all faults of the simulator off.
    FaultsOff,
    /// Choose another key.
    OtherKey,
    /// Choose another certificate.
    OtherCertificate,
    /// Enter another device token.
    OtherDeviceToken,
    /// No button: the user follows the fix of the cause.
    ByHand,
}

impl Action {
    /// Label of the button; `None` if the action has no button.
    pub fn label(&self) -> Option<String> {
        Some(match self {
            Self::Fix(fix) => fix.label.to_owned(),
            Self::NewToken { seconds } => later("Make a new token", *seconds),
            Self::SendAgain { seconds } => later("Send again", *seconds),
            Self::NewUuid => "Use a new UUID".to_owned(),
            Self::Enrol => "Enrol key and phone".to_owned(),
            Self::FaultsOff => "Switch all faults off".to_owned(),
            Self::OtherKey => "Choose another key".to_owned(),
            Self::OtherCertificate => "Choose another certificate".to_owned(),
            Self::OtherDeviceToken => "Enter another device token".to_owned(),
            Self::ByHand => return None,
        })
    }
}

fn later(what: &str, seconds: u64) -> String {
    if seconds == 0 {
        what.to_owned()
    } else {
        [what, " in ", &span(seconds)].concat()
    }
}

/// Duration in the largest unit that is precise enough, rounded up.
pub(super) fn span(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds, " s"),
        91..=7_200 => (seconds.div_ceil(60), " min"),
        7_201..=172_800 => (seconds.div_ceil(3_600), " h"),
        _ => (seconds.div_ceil(86_400), " days"),
    };
    [&number.to_string(), unit].concat()
}
