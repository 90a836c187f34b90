//! A value that was read of what people paste, with what was cleaned up.

use super::finding::Finding;

/// A value that was read, with what there is to say about how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned<T> {
    /// What was meant.
    pub value: T,
    /// What was cleaned up, and what is odd about it.
    pub notes: Vec<Finding>,
}

/// Adds something worth knowing to what is said already.
pub(crate) fn push_note(notes: &mut Vec<Finding>, code: &'static str, sentence: &str) {
    notes.push(Finding::note(code, sentence));
}
