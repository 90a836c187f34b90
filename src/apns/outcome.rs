//! The outcome of a send. Four, never two: "error, try again" rings a phone twice.

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
