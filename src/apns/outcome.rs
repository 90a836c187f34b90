//! The outcome of a send. Four, never two: "error, try again" rings a phone twice.

use crate::sentence::Wordings;

/// The response header in which the relay states the outcome.
pub const TRILL_OUTCOME: &str = "trill-outcome";

/// How a send ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// APNs took the push.
    Accepted,
    /// APNs refused it and said why.
    Rejected,
    /// It certainly was not processed; sending again is safe.
    NotSent,
    /// It may have been processed; sending again may ring twice.
    Unknown,
}

impl Outcome {
    /// All of them, best first.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Rejected, Self::NotSent, Self::Unknown];

    /// The word in headers and on the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not-sent",
            Self::Unknown => "unknown",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }

    /// What an answer of APNs means: 200 is acceptance, another 2xx is nothing APNs documents, so
    /// nobody can say; everything else is a refusal.
    pub fn of_status(status: u16) -> Self {
        match status {
            200 => Self::Accepted,
            201..=299 => Self::Unknown,
            _ => Self::Rejected,
        }
    }
}

/// What a sender says of each end, and what to do then.
pub(crate) const WORDINGS: Wordings = &[
    ("said", "{0}"),
    ("accepted", "APNs took the push for delivery."),
    (
        "accepted.simulator",
        "Watch the phone: what it does now is decided by the payload.",
    ),
    (
        "accepted.phone",
        "Accepted is not yet rung: if the phone stays silent, check that the app reports the call to CallKit.",
    ),
    ("no_reason", "APNs answered {0} and gave no reason."),
    (
        "no_reason.remedy",
        "Send again later; if it stays so, look at Apple’s system status page.",
    ),
    (
        "reason_undocumented",
        "APNs gave a reason that Apple has not documented.",
    ),
    (
        "relay_unreachable",
        "The relay does not answer: the program trill is not running any more, or the network is down.",
    ),
    (
        "simulator_stopped",
        "The relay has stopped, and its simulator with it. Start trill again: what stands here is over, and begins anew.",
    ),
    (
        "relay_unreachable.remedy",
        "Start trill again, then press Send. Everything you typed is still here.",
    ),
    (
        "relay_lost",
        "The connection to the relay broke while it had the push: it may have rung.",
    ),
    (
        "relay_timeout",
        "The relay did not answer within 20 seconds: the push may have rung.",
    ),
    (
        "look_first",
        "Look at the phone before you send again: a second push may ring it twice.",
    ),
];
