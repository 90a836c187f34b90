//! JSON writer: lays out JSON with two spaces a level.

use serde_json::Value;

use super::json::quoted;

/// Deepest level that is indented, so that the text stays in proportion to its source.
const DEEPEST_INDENT: usize = 16;

/// JSON text while it is written.
#[derive(Debug, Default)]
pub(crate) struct JsonWriter {
    pub(crate) text: String,
    depth: usize,
}

impl JsonWriter {
    /// Opens an object or a list.
    pub(crate) fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.depth += 1;
    }

    /// Closes an object or a list.
    pub(crate) fn close(&mut self, bracket: char) {
        self.depth -= 1;
        if !self.text.ends_with(['{', '[']) {
            self.line();
        }
        self.text.push(bracket);
    }

    /// Begins an element of a list.
    pub(crate) fn element(&mut self) {
        if !self.text.ends_with(['{', '[']) {
            self.text.push(',');
        }
        self.line();
    }

    /// Begins a member of an object with its name.
    pub(crate) fn member(&mut self, name: &str) {
        self.element();
        self.string(name);
        self.text.push_str(": ");
    }

    /// Writes a text.
    pub(crate) fn string(&mut self, text: &str) {
        self.text.push_str(&quoted(text));
    }

    /// Writes a value.
    pub(crate) fn value(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                self.open('{');
                for (name, value) in members {
                    self.member(name);
                    self.value(value);
                }
                self.close('}');
            }
            Value::Array(values) => {
                self.open('[');
                for value in values {
                    self.element();
                    self.value(value);
                }
                self.close(']');
            }
            value => self.text.push_str(&value.to_string()),
        }
    }

    fn line(&mut self) {
        self.text.push('\n');
        for _ in 0..self.depth.min(DEEPEST_INDENT) {
            self.text.push_str("  ");
        }
    }
}
