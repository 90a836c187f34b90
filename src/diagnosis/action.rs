//! An action: what a diagnosis offers to do, with one click where one is enough.

use crate::apns::fix::Fix;

/// What to do about a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Change the form: a header, the environment, the payload, or key ID and team ID.
    Fix(Fix),
    /// Sign with a new provider token, in so many seconds.
    NewToken {
        /// 0 is now.
        seconds: u64,
    },
    /// Send the same push once more, in so many seconds. Never offered where it may ring twice.
    SendAgain {
        /// 0 is now.
        seconds: u64,
    },
    /// Put a new UUID into the payload.
    NewUuid,
    /// Enrol key and phone with the simulator.
    Enrol,
    /// Switch all faults of the simulator off.
    FaultsOff,
    /// Choose another key or certificate.
    OtherKey,
    /// Enter another device token.
    OtherDeviceToken,
    /// No click does it: the fix of the cause says what to do.
    ByHand,
}

impl Action {
    /// What its button says; `None` when it has no button.
    pub fn label(&self) -> Option<String> {
        Some(match self {
            Self::Fix(fix) => fix.label.to_owned(),
            Self::NewToken { seconds } => later("Make a new token", *seconds),
            Self::SendAgain { seconds } => later("Send again", *seconds),
            Self::NewUuid => "Use a new UUID".to_owned(),
            Self::Enrol => "Enrol key and phone".to_owned(),
            Self::FaultsOff => "Switch all faults off".to_owned(),
            Self::OtherKey => "Choose another key".to_owned(),
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

/// A time in the largest unit that tells enough, rounded up.
pub(super) fn span(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..=90 => (seconds, " s"),
        91..=7_200 => (seconds.div_ceil(60), " min"),
        7_201..=172_800 => (seconds.div_ceil(3_600), " h"),
        _ => (seconds.div_ceil(86_400), " days"),
    };
    [&number.to_string(), unit].concat()
}
