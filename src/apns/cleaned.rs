//! Cleaned value: a value parsed from pasted text, with notes about what was corrected.

use super::finding::Finding;

/// Parsed value, with findings about the text it was parsed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned<T> {
    /// Value after correction.
    pub value: T,
    /// Corrections that were made, and oddities that were found.
    pub notes: Vec<Finding>,
}

/// Adds a note to the findings.
pub(crate) fn push_note(notes: &mut Vec<Finding>, code: &'static str, sentence: &str) {
    notes.push(Finding::note(code, sentence));
}
