//! The payload: one JSON object, sent exactly as it is shown.
//!
//! The text is checked on a parsed copy and sent as typed: parsing and writing anew would lose
//! duplicate keys, digits and layout, and the byte count on the page would not be the one APNs
//! sees.
//!
//! Two readers look at it. Ours is strict, knows where everything stands and what people get wrong
//! ([`syntax_error`]); `serde_json` then makes the values, and its word counts too.

mod aps;
pub mod error;
mod lexer;
mod minify;
mod name;
mod number;
mod outline;
mod quotes;
mod reader;
mod repair;
pub mod sizes;
pub mod syntax_error;
mod warnings;

use serde_json::Value;

pub use error::PayloadError;
pub use sizes::FieldSize;
pub use syntax_error::{Problem, SyntaxError};

use super::finding::Finding;
use super::position::Position;
use super::push_type::PushType;
pub use minify::minified;
use outline::Outline;

/// The longest text that is read at all: fifty times what APNs takes. Beyond it only the size
/// counts.
const LARGEST_TEXT: usize = 256 * 1024;

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
            let largest = if text.len() > LARGEST_TEXT {
                None
            } else {
                sizes::largest(text, &outline(text)).pop()
            };
            return Err(PayloadError::TooLarge {
                bytes: text.len(),
                limit,
                characters: text.chars().count(),
                largest,
            });
        }
        if text.trim().is_empty() {
            return Err(PayloadError::Empty);
        }
        let document = reader::read(text).map_err(PayloadError::NotJson)?;
        if let Some(whole) = document.nodes.first()
            && !document.is_object()
        {
            return Err(PayloadError::NotAnObject {
                found: whole.sort.noun(),
                position: Position::at(text, whole.place.start),
            });
        }
        let value =
            serde_json::from_str(text).map_err(|error| PayloadError::from_serde(text, &error))?;
        Ok(Self {
            text: text.to_owned(),
            value,
        })
    }

    /// Checks the bytes of a file or a pipe, which need not be text.
    pub fn from_bytes(bytes: &[u8], push_type: PushType) -> Result<Self, PayloadError> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text, push_type),
            Err(error) => {
                let end = error.valid_up_to();
                let before = std::str::from_utf8(&bytes[..end]).unwrap_or_default();
                Err(PayloadError::NotJson(SyntaxError::at(
                    before,
                    end,
                    Problem::NotUtf8(end + 1),
                )))
            }
        }
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

    /// What is odd about it, the worst first. None of it keeps the payload from being sent.
    pub fn findings(&self) -> Vec<Finding> {
        warnings::warnings(&self.text, &outline(&self.text))
    }

    /// The largest field, then the one inside it that makes up more than half of it, and so on
    /// inwards.
    pub fn largest(&self) -> Vec<FieldSize> {
        sizes::largest(&self.text, &outline(&self.text))
    }
}

/// Everything there is to say about a text as the body of a push of this type: what keeps it from
/// being sent, else what is odd about it.
pub fn findings(text: &str, push_type: PushType) -> Vec<Finding> {
    match Payload::parse(text, push_type) {
        Ok(payload) => payload.findings(),
        Err(error) => vec![error.finding(text)],
    }
}

/// The outline of a text, empty when the text is not JSON.
fn outline(text: &str) -> Outline {
    reader::read(text).unwrap_or_default()
}
