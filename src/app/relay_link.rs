//! The connection to the relay, as the page knows it.

/// Connection of the page to its relay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelayLink {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It answers.
    Up,
    /// It answers, but has closed this page's event stream for another one.
    Displaced,
    /// It does not.
    Down,
}

impl RelayLink {
    /// What is known when a request was answered: nothing new of a stream that was closed.
    pub fn answered(self) -> Self {
        if self == Self::Displaced {
            self
        } else {
            Self::Up
        }
    }
}
