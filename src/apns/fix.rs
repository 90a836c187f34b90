//! A fix: the change that corrects what a finding is about, one click away.

use super::edit::{self, Edit};
use super::environment::Environment;

/// A change that corrects a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The label of its button.
    pub label: &'static str,
    /// What it changes.
    pub change: Change,
}

/// What a fix changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The text of the field or payload that was read.
    Text(String),
    /// The same, where either of two texts may have been meant.
    EitherText(String, String),
    /// Places in the payload's text; everything around them stays as typed.
    Payload(Vec<Edit>),
    /// A header; `None` leaves it out.
    Header {
        /// Its name on the wire.
        name: &'static str,
        /// Its new value.
        value: Option<String>,
    },
    /// The environment.
    Environment(Environment),
    /// Key ID and team ID change places.
    SwapIds,
}

impl Fix {
    /// Another text for what was read.
    pub fn text(text: String) -> Self {
        Self {
            label: "Fix it",
            change: Change::Text(text),
        }
    }

    /// The payload's text after this fix. `None` when the fix is about something else, or when the
    /// text no longer has the place it is about.
    pub fn payload(&self, text: &str) -> Option<String> {
        match &self.change {
            Change::Payload(edits) => edit::apply(text, edits),
            _ => None,
        }
    }
}
