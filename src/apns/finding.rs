//! A finding: one thing there is to say about a push before it is sent, and the change that mends it.
//!
//! Findings never stop a send. An *error* means that APNs will refuse, or that the phone will kill
//! the app or drop the call; APNs has the last word all the same.

use super::edit::{self, Edit};
use super::environment::Environment;

/// How bad a finding is; the worst comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// APNs will refuse, or the phone will kill the app or drop the call.
    Error,
    /// It may go wrong.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Puts one thing more into a list that is in the order of `key`, behind its equals.
pub(crate) fn insert<T, K: Ord>(list: &mut Vec<T>, item: T, key: impl Fn(&T) -> K) {
    let place = list
        .iter()
        .rposition(|other| key(other) <= key(&item))
        .map_or(0, |last| last + 1);
    list.insert(place, item);
}

/// One thing there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable word for it.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the payload, such as `metadata.call_id`; empty when it is not one place in it.
    pub path: String,
    /// What is there. What the phone or APNs will do, what to do, and where that is written down
    /// stands in its rule.
    pub sentence: String,
    /// The change that mends it, where one is certain.
    pub mend: Option<Mend>,
}

impl Finding {
    /// An error that speaks for itself, such as a payload that cannot be read.
    pub fn error(rule: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            path: String::new(),
            sentence: sentence.into(),
            mend: None,
        }
    }
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// What its button says.
    pub label: &'static str,
    /// What it changes.
    pub change: Change,
}

/// What a mend changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
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

impl Mend {
    /// The payload's text after this mend. `None` when the mend is about something else, or when
    /// the text no longer has the place it is about.
    pub fn payload(&self, text: &str) -> Option<String> {
        match &self.change {
            Change::Payload(edits) => edit::apply(text, edits),
            _ => None,
        }
    }
}
