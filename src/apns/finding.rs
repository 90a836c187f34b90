//! A finding: one thing there is to say about something typed, pasted or about to be sent.
//!
//! Reading is forgiving and never silent: what was cleaned up is a note, what may go wrong a warning.
//! Findings never stop a send. An *error* means that APNs will refuse, or that the phone will kill
//! the app or drop the call; APNs has the last word all the same.

use super::fix::{Change, Fix};
use super::position::Position;

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

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// All of it, or no one place in it.
    Whole,
    /// A member of the payload, such as `metadata.call_id`.
    Path(String),
    /// A position in the payload's text.
    Position(Position),
}

/// One thing there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable word for it: that of the error or of the linter's rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub place: Place,
    /// What is there, where, and what to do. Of a rule it is only what is there: the rest stands in
    /// the rule's [prose](crate::lint::prose).
    pub sentence: String,
    /// The change that corrects it, where one is certain.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding about the whole, without a fix.
    pub fn new(severity: Severity, code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            place: Place::Whole,
            sentence: sentence.into(),
            fix: None,
        }
    }

    /// Worth knowing.
    pub fn note(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, sentence)
    }

    /// May go wrong.
    pub fn warning(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, sentence)
    }

    /// Will be refused, or cannot be read.
    pub fn error(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, sentence)
    }

    /// The same about this position of the payload's text.
    pub fn at(self, position: Position) -> Self {
        Self {
            place: Place::Position(position),
            ..self
        }
    }

    /// The same with another text for what was read.
    pub fn with_text(self, text: impl Into<Option<String>>) -> Self {
        Self {
            fix: text.into().map(Fix::text),
            ..self
        }
    }

    /// The same with two texts of which either may have been meant, the likelier first.
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

    /// The other text for what was read, the likelier of two.
    pub fn text(&self) -> Option<&str> {
        match &self.fix.as_ref()?.change {
            Change::Text(text) | Change::EitherText(text, _) => Some(text),
            _ => None,
        }
    }

    /// Where in the payload's text it is.
    pub fn position(&self) -> Option<Position> {
        match self.place {
            Place::Position(position) => Some(position),
            Place::Whole | Place::Path(_) => None,
        }
    }

    /// The member of the payload it is about; empty when it is about none.
    pub fn path(&self) -> &str {
        match &self.place {
            Place::Path(path) => path,
            Place::Whole | Place::Position(_) => "",
        }
    }

    /// The worst of several, and of equals the first.
    pub fn worst(findings: Vec<Self>) -> Option<Self> {
        findings.into_iter().min_by_key(|finding| finding.severity)
    }
}
