//! State of the page's connection to the relay.

/// Connection of the page to its relay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelayLink {
    /// Not known yet.
    #[default]
    Unknown,
    /// The relay answers.
    Up,
    /// The relay answers, but has closed this page's event stream in favour of another.
    Displaced,
    /// The relay does not answer.
    Down,
}

impl RelayLink {
    /// Returns the state after a request was answered. A closed event stream stays closed.
    pub fn answered(self) -> Self {
        if self == Self::Displaced {
            self
        } else {
            Self::Up
        }
    }
}
