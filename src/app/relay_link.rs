//! The connection to the relay, as the page knows it.

/// Connection of the page to its relay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelayLink {
    /// Not asked yet.
    #[default]
    Unknown,
    /// The relay answers.
    Up,
    /// The relay answers, but has closed this page's event stream for another one.
    Displaced,
    /// The relay does not answer.
    Down,
}

impl RelayLink {
    /// The link after a request was answered. An answer does not bring back a closed event stream.
    pub fn answered(self) -> Self {
        if self == Self::Displaced {
            self
        } else {
            Self::Up
        }
    }
}
