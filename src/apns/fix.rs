//! Fix: the change that corrects a finding with one click.

use super::edit::{self, Edit};
use super::environment::Environment;
use super::parts::Parts;

/// Change that corrects a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Label of its button.
    pub label: &'static str,
    /// Change to be made.
    pub change: Change,
}

/// Change made by a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Replaces the text of the field or payload that was parsed.
    Text(String),
    /// Replaces that text with one of two alternatives.
    EitherText(String, String),
    /// Edits places in the payload's text, and leaves the rest unchanged.
    Payload(Vec<Edit>),
    /// Sets several fields at once.
    Parts(Parts),
    /// Sets a header; `None` leaves it out.
    Header {
        /// Name of the header.
        name: &'static str,
        /// New value.
        value: Option<String>,
    },
    /// Switches to this environment.
    Environment(Environment),
    /// Swaps key ID and team ID.
    SwapIds,
}

impl Fix {
    /// Makes a fix that replaces the text that was parsed.
    pub fn text(text: String) -> Self {
        Self {
            label: "Fix it",
            change: Change::Text(text),
        }
    }

    /// Applies this fix to the payload's text. `None` if the fix changes something else, or if the
    /// text no longer has the place to change.
    pub fn payload(&self, text: &str) -> Option<String> {
        match &self.change {
            Change::Payload(edits) => edit::apply(text, edits),
            _ => None,
        }
    }
}
