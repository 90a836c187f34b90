//! JSON writer: lays out JSON on one line, or with two spaces a level.

use serde_json::Value;

use super::char_name::code_point;

/// Deepest level that is indented, so that the text stays in proportion to its source.
const DEEPEST_INDENT: usize = 16;

/// JSON text while it is written.
#[derive(Debug, Default)]
pub(crate) struct JsonWriter {
    pub(crate) text: String,
    is_on_one_line: bool,
    depth: usize,
}

impl JsonWriter {
    /// Writer without line breaks and spaces.
    pub(crate) fn on_one_line() -> Self {
        Self {
            is_on_one_line: true,
            ..Self::default()
        }
    }

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
        self.text
            .push_str(if self.is_on_one_line { ":" } else { ": " });
    }

    /// Writes a text.
    pub(crate) fn string(&mut self, text: &str) {
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                '\t' => self.text.push_str("\\t"),
                '\u{8}' => self.text.push_str("\\b"),
                '\u{c}' => self.text.push_str("\\f"),
                '\0'..='\x1f' => self.text.extend(["\\u", &code_point(character)]),
                character => self.text.push(character),
            }
        }
        self.text.push('"');
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
            Value::String(text) => self.string(text),
            Value::Number(number) => self.text.push_str(&number.to_string()),
            Value::Bool(true) => self.text.push_str("true"),
            Value::Bool(false) => self.text.push_str("false"),
            Value::Null => self.text.push_str("null"),
        }
    }

    fn line(&mut self) {
        if self.is_on_one_line {
            return;
        }
        self.text.push('\n');
        for _ in 0..self.depth.min(DEEPEST_INDENT) {
            self.text.push_str("  ");
        }
    }
}
