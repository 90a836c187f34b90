//! Finding: one statement about something that was typed, pasted or is about to be sent.
//!
//! Parsing is tolerant, but reports everything: a correction is a note, a risk is a warning.
//! Findings never prevent a send. An *error* means that APNs will refuse the push, or that the
//! phone will kill the app or drop the call; APNs nevertheless makes the decision.

use std::fmt::Display;

use super::fix::{Change, Fix};
use super::position::Position;

/// Severity of a finding; the most severe comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// APNs will refuse the push, the phone will kill the app or drop the call, or the text is not
    /// the payload of an app.
    Error,
    /// The push may fail.
    Warning,
    /// For information.
    Note,
}

impl Severity {
    /// Name of the severity in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Certainty of a finding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// APNs or iOS does this to every app.
    #[default]
    Certain,
    /// The app does this, by its profile or by its user's description.
    ThisApp,
    /// Widely used apps do this; the app at hand is unknown.
    Likely,
}

impl Certainty {
    /// Name of the certainty.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::ThisApp => "this app",
            Self::Likely => "likely",
        }
    }

    /// Returns `true` if a text written for findings of this certainty fits one of certainty
    /// `found`: what is only likely gets no text that says what a phone does.
    pub fn fits(self, found: Self) -> bool {
        found != Self::Likely || self == Self::Likely
    }

    /// Word before a sentence that is only likely; empty before any other.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Likely => "Likely: ",
            Self::Certain | Self::ThisApp => "",
        }
    }
}

/// Inserts an item into a list sorted by `key`, after items with an equal key.
pub(crate) fn insert<T, K: Ord>(list: &mut Vec<T>, item: T, key: impl Fn(&T) -> K) {
    let place = list
        .iter()
        .rposition(|other| key(other) <= key(&item))
        .map_or(0, |last| last + 1);
    list.insert(place, item);
}

/// Subject of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The whole text, or no particular place.
    Whole,
    /// Member of the payload, such as `metadata.call_id`.
    Path(String),
    /// Position in the text of the payload.
    Position(Position),
}

/// Statement about something that was typed, pasted or is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code: that of the error or of the linter's rule.
    pub code: &'static str,
    /// Severity of the finding.
    pub severity: Severity,
    /// Certainty of the finding.
    pub certainty: Certainty,
    /// Subject of the finding.
    pub place: Place,
    /// Problem, place and fix. For a rule of the linter it states the problem only; the rest is
    /// in the rule's [prose](crate::lint::prose).
    pub sentence: String,
    /// Name of the app that the finding is about; `None` if it is about every app.
    pub app: Option<String>,
    /// Source of the finding, if it is not that of its rule.
    pub source: Option<String>,
    /// Change that corrects the problem, if there is an unambiguous one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// Makes a finding about the whole, without a fix.
    pub fn new(severity: Severity, code: &'static str, sentence: impl Into<String>) -> Self {
        Self::of_text(severity, code, sentence.into())
    }

    #[inline(never)]
    fn of_text(severity: Severity, code: &'static str, sentence: String) -> Self {
        Self {
            code,
            severity,
            certainty: Certainty::Certain,
            place: Place::Whole,
            sentence,
            app: None,
            source: None,
            fix: None,
        }
    }

    /// Makes a finding of severity `Note`.
    pub fn note(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, sentence)
    }

    /// Makes a finding of severity `Warning`.
    pub fn warning(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, sentence)
    }

    /// Makes a finding of severity `Error` with the words of an error.
    #[inline(never)]
    pub fn of_error(code: &'static str, error: &dyn Display) -> Self {
        Self::error(code, error.to_string())
    }

    /// Makes a finding of severity `Error`.
    pub fn error(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, sentence)
    }

    /// Sets the position in the payload's text.
    pub fn at(self, position: Position) -> Self {
        Self {
            place: Place::Position(position),
            ..self
        }
    }

    /// Sets the fix to a corrected text.
    pub fn with_text(self, text: impl Into<Option<String>>) -> Self {
        Self {
            fix: text.into().map(Fix::text),
            ..self
        }
    }

    /// Sets the fix to two alternative texts, the likelier first.
    pub fn with_either(self, text: String, other: String) -> Self {
        let change = Change::EitherText(text, other);
        Self {
            fix: Some(Fix {
                label: "Fix it",
                change,
            }),
            ..self
        }
    }

    /// Corrected text; of two alternatives, the likelier, and of several fields, the payload.
    pub fn text(&self) -> Option<&str> {
        match &self.fix.as_ref()?.change {
            Change::Text(text) | Change::EitherText(text, _) => Some(text),
            Change::Parts(parts) => parts.payload.as_deref(),
            _ => None,
        }
    }

    /// Position in the payload's text, if known.
    pub fn position(&self) -> Option<Position> {
        match self.place {
            Place::Position(position) => Some(position),
            Place::Whole | Place::Path(_) => None,
        }
    }

    /// Path of the member of the payload; empty if the finding is not about one.
    pub fn path(&self) -> &str {
        match &self.place {
            Place::Path(path) => path,
            Place::Whole | Place::Position(_) => "",
        }
    }

    /// Most severe of several findings, and of equals the first.
    pub fn worst(findings: Vec<Self>) -> Option<Self> {
        findings.into_iter().min_by_key(|finding| finding.severity)
    }
}
