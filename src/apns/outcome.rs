//! Outcome: the result of a send. There are four outcomes and not two, because sending again after
//! an unknown one may ring a phone twice.

/// Response header in which the relay states the outcome.
pub const TRILL_OUTCOME: &str = "trill-outcome";

/// Result of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// APNs accepted the push.
    Accepted,
    /// APNs refused the push and gave a reason.
    Rejected,
    /// The push was certainly not processed; it may be sent again.
    NotSent,
    /// The push may have been processed; sending it again may ring twice.
    Unknown,
}

impl Outcome {
    /// All outcomes, the best first.
    pub const ALL: [Self; 4] = [Self::Accepted, Self::Rejected, Self::NotSent, Self::Unknown];

    /// Name of the outcome in headers and on the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not-sent",
            Self::Unknown => "unknown",
        }
    }

    /// Parses the name of an outcome.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }

    /// Outcome for a status of APNs: 200 is acceptance, any other 2xx is undocumented and therefore
    /// unknown, everything else is a refusal.
    pub fn of_status(status: u16) -> Self {
        match status {
            200 => Self::Accepted,
            201..=299 => Self::Unknown,
            _ => Self::Rejected,
        }
    }
}
