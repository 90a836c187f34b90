//! JSON writer: lays out an object that is read from another form, two spaces a level.

use crate::apns::json::quoted;

/// Deepest level that is indented, so that the text stays in proportion to its source.
const DEEPEST_INDENT: usize = 16;

/// JSON text while it is written.
#[derive(Debug, Default)]
pub(super) struct JsonWriter {
    pub(super) text: String,
    depth: usize,
}

impl JsonWriter {
    /// Opens an object or a list.
    pub(super) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
    }

    /// Closes an object or a list.
    pub(super) fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.text.ends_with(['{', '[']) {
            self.line();
        }
        self.text.push(bracket);
    }

    /// Begins an element of a list.
    pub(super) fn element(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
        self.line();
    }

    /// Begins a member of an object with its name.
    pub(super) fn member(&mut self, name: &str) {
        self.element();
        self.string(name);
        self.text.push_str(": ");
    }

    /// Writes a text.
    pub(super) fn string(&mut self, text: &str) {
        self.text.push_str(&quoted(text));
    }

    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth.min(DEEPEST_INDENT) {
            self.text.push_str("  ");
        }
    }
}
