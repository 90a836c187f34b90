//! A note: one thing there is to say about something typed or pasted, and the mended text where there is one.
//!
//! Intake is forgiving and never silent. What was cleaned up on the way in is a note, what may go wrong a warning, and
//! what APNs will refuse an error; each has a stable code and a sentence of at most 160 characters.

use std::borrow::Cow;

use super::finding::Severity;

/// One thing there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The stable word for it.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, where, and what to do.
    pub text: Cow<'static, str>,
    /// What the field should hold instead.
    pub fix: Option<String>,
}

impl Note {
    /// Worth knowing.
    pub fn remark(code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { code, severity: Severity::Note, text: text.into(), fix: None }
    }

    /// May go wrong.
    pub fn warning(code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { severity: Severity::Warning, ..Self::remark(code, text) }
    }

    /// Will be refused.
    pub fn error(code: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self { severity: Severity::Error, ..Self::remark(code, text) }
    }

    /// The same with the text that mends it.
    pub fn with_fix(self, fix: impl Into<Option<String>>) -> Self {
        Self { fix: fix.into(), ..self }
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
