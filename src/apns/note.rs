//! A note: one thing there is to say about something typed or pasted, and the mended text where there is one.
//!
//! Intake is forgiving and never silent. What was cleaned up on the way in is a note, what may go wrong a warning, and
//! what APNs will refuse an error; each has a stable code and a sentence of at most 160 characters.

use super::finding::Severity;

/// One thing there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The stable word for it.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, where, and what to do.
    pub sentence: String,
    /// What the field should hold instead.
    pub fix: Option<String>,
    /// Another text that may have been meant.
    pub other_fix: Option<String>,
}

impl Note {
    fn new(severity: Severity, code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            sentence: sentence.into(),
            fix: None,
            other_fix: None,
        }
    }

    /// Worth knowing.
    pub fn remark(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, sentence)
    }

    /// May go wrong.
    pub fn warning(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, sentence)
    }

    /// Will be refused.
    pub fn error(code: &'static str, sentence: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, sentence)
    }

    /// The same with the text that mends it.
    pub fn with_fix(self, fix: impl Into<Option<String>>) -> Self {
        Self {
            fix: fix.into(),
            ..self
        }
    }

    /// The same with another text that may have been meant.
    pub fn or_fix(self, other_fix: String) -> Self {
        Self {
            other_fix: Some(other_fix),
            ..self
        }
    }

    /// The worst of several, and of equals the first.
    pub fn worst(notes: Vec<Self>) -> Option<Self> {
        notes.into_iter().min_by_key(|note| note.severity)
    }
}

/// A value that was read, with what there is to say about how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned<T> {
    /// What was meant.
    pub value: T,
    /// What was cleaned up, and what is odd about it.
    pub notes: Vec<Note>,
}

/// Adds something worth knowing to what is said already.
pub(crate) fn push_remark(notes: &mut Vec<Note>, code: &'static str, sentence: &str) {
    notes.push(Note::remark(code, sentence));
}
