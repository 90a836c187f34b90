//! Payload: one JSON object, sent exactly as it is shown.
//!
//! A parsed copy of the text is checked, and the text is sent as typed. Parsing and serialising
//! would lose duplicate keys, digits and layout, and the number of bytes on the page would differ
//! from the one APNs counts.
//!
//! Two parsers check the text. Our own is strict, and knows the position of every value and the
//! usual mistakes ([`syntax_error`]); `serde_json` then makes the values, and its errors count too.

mod aps;
pub mod command;
pub mod envelope;
pub mod error;
mod lexer;
mod minify;
mod name;
mod number;
mod other_form;
mod outline;
mod print;
mod quotes;
mod reader;
mod repair;
pub mod sizes;
pub mod syntax_error;
mod warnings;

use serde_json::Value;

pub use envelope::Service;
pub use error::PayloadError;
pub use sizes::FieldSize;
pub use syntax_error::{Problem, SyntaxError};

use super::finding::Finding;
use super::position::Position;
use super::push_type::PushType;
pub use minify::minified;
use outline::Outline;

/// Maximum length in bytes of a text that is parsed, fifty times the limit of APNs. For a longer
/// text, only the size is reported.
const LARGEST_TEXT: usize = 256 * 1024;

/// Maximum length in bytes of a text that is read in another form than JSON.
const LARGEST_FORM: usize = 64 * 1024;

/// Payload that APNs can accept: a JSON object within the size limit of its push type.
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
            let read = if text.len() > LARGEST_TEXT {
                Ok(Outline::default())
            } else {
                reader::read(text)
            };
            let largest = match read {
                Ok(outline) => sizes::largest(text, &outline).pop(),
                Err(error) => match other_form::find(text, &error) {
                    Some(finding) => return Err(PayloadError::OtherForm(Box::new(finding))),
                    None => None,
                },
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
        let document = match reader::read(text) {
            Ok(document) => document,
            Err(error) => {
                return Err(match other_form::find(text, &error) {
                    Some(finding) => PayloadError::OtherForm(Box::new(finding)),
                    None => PayloadError::NotJson(error),
                });
            }
        };
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

    /// Checks the bytes of a file or a pipe, which may not be text.
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

    /// Text, byte for byte as typed and as sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Parsed copy of the text.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Size in bytes, as APNs counts it.
    pub fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Findings about the payload, the most severe first. None of them prevents sending. Of the
    /// request of a push service, only that is said.
    pub fn findings(&self) -> Vec<Finding> {
        let outline = outline(&self.text);
        match envelope::finding(&self.text, &self.value, &outline) {
            Some(finding) => vec![finding],
            None => warnings::warnings(&self.text, &outline),
        }
    }

    /// Largest field, followed by the field inside it that makes up more than half of it, and so on
    /// inwards.
    pub fn largest(&self) -> Vec<FieldSize> {
        sizes::largest(&self.text, &outline(&self.text))
    }
}

/// Findings about a text as the body of a push of this type: the error that prevents sending, or
/// else the warnings.
pub fn findings(text: &str, push_type: PushType) -> Vec<Finding> {
    match Payload::parse(text, push_type) {
        Ok(payload) => payload.findings(),
        Err(error) => vec![error.finding(text)],
    }
}

/// Outline of a text; empty if the text is not JSON.
fn outline(text: &str) -> Outline {
    reader::read(text).unwrap_or_default()
}
