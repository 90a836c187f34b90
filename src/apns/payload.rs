//! The payload: one JSON object, sent exactly as it is shown.
//!
//! The text is checked on a parsed copy and sent as typed: parsing and writing anew would lose
//! duplicate keys, digits and layout, and the byte count on the page would not be the one APNs sees.

use std::fmt;

use serde_json::Value;

use super::push_type::PushType;

/// A payload APNs can take: a JSON object within the size limit of its push type.
#[derive(Clone, Debug, PartialEq)]
pub struct Payload {
    text: String,
    value: Value,
}

impl Payload {
    /// Checks `text` as the body of a push of this type.
    pub fn parse(text: &str, push_type: PushType) -> Result<Self, PayloadError> {
        let limit = push_type.largest_payload();
        if text.len() > limit {
            return Err(PayloadError::TooLarge { bytes: text.len(), limit, characters: text.chars().count() });
        }
        if text.trim().is_empty() {
            return Err(PayloadError::Empty);
        }
        let value: Value = serde_json::from_str(text).map_err(|error| PayloadError::not_json(text, &error))?;
        if !value.is_object() {
            return Err(PayloadError::NotAnObject { found: kind(&value) });
        }
        Ok(Self { text: text.to_owned(), value })
    }

    /// The text, byte for byte as typed and as sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parsed copy.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// The number of bytes APNs counts.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Why a text cannot be sent as a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadError {
    /// Nothing typed.
    Empty,
    /// Not JSON.
    NotJson {
        /// The line of the fault, from 1.
        line: usize,
        /// The column of the fault in characters, from 1.
        column: usize,
        /// What the reader of JSON says.
        problem: String,
    },
    /// JSON, but not an object.
    NotAnObject {
        /// What it is instead.
        found: &'static str,
    },
    /// Over the limit.
    TooLarge {
        /// The size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
        /// The size in characters, which is what people count.
        characters: usize,
    },
}

impl PayloadError {
    fn not_json(text: &str, error: &serde_json::Error) -> Self {
        // serde_json counts columns in bytes; people count characters.
        let line_text = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
        let before = line_text.get(..error.column().saturating_sub(1)).unwrap_or(line_text);
        let whole = error.to_string();
        let problem = whole.split(" at line ").next().unwrap_or_default().to_owned();
        Self::NotJson { line: error.line(), column: before.chars().count() + 1, problem }
    }
}

impl PayloadError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "json_empty",
            Self::NotJson { .. } => "json_syntax",
            Self::NotAnObject { .. } => "json_not_object",
            Self::TooLarge { .. } => "payload_too_big",
        }
    }
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "The payload is empty. Type a JSON object, or start from a template."),
            Self::NotJson { line, column, problem } => write!(f, "Not JSON at line {line}, column {column}: {problem:.90}."),
            Self::NotAnObject { found } => write!(f, "This is {found}; a payload is a JSON object: it starts with {{ and ends with }}."),
            Self::TooLarge { bytes, limit, characters } if bytes == characters => {
                write!(f, "{bytes} bytes; at most {limit}. Take away {}.", bytes - limit)
            }
            Self::TooLarge { bytes, limit, characters } => {
                write!(f, "{characters} characters are {bytes} bytes; at most {limit}. Take away {} bytes.", bytes - limit)
            }
        }
    }
}

impl std::error::Error for PayloadError {}
