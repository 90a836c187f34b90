//! The payload: one JSON object, sent exactly as it is shown.
//!
//! The text is checked on a parsed copy and sent as typed: parsing and writing anew would lose
//! duplicate keys, digits and layout, and the byte count on the page would not be the one APNs sees.
//!
//! Two readers look at it. Ours is strict, knows where everything stands and what people get wrong
//! ([`fault`]); `serde_json` then makes the values, and its word counts too.

mod aps;
mod document;
pub mod error;
pub mod fault;
mod mark;
mod mend;
mod minify;
mod name;
mod number;
mod reader;
mod remark;
mod token;
pub mod weight;

use serde_json::Value;

pub use error::PayloadError;
pub use fault::{Fault, Problem};
pub use weight::Weight;

use super::finding::Finding;
use super::position::Position;
use super::push_type::PushType;
use document::Document;
pub use minify::minified;

/// The longest text that is read at all: fifty times what APNs takes. Beyond it only the size counts.
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
            let heaviest = if text.len() > LARGEST_TEXT {
                None
            } else {
                weight::heaviest(text, &outline(text)).pop()
            };
            return Err(PayloadError::TooLarge {
                bytes: text.len(),
                limit,
                characters: text.chars().count(),
                heaviest,
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
                Err(PayloadError::NotJson(Fault::at(
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
        remark::remarks(&self.text, &outline(&self.text))
    }

    /// The heaviest field, then the one inside it that makes up more than half of it, and so on inwards.
    pub fn heaviest(&self) -> Vec<Weight> {
        weight::heaviest(&self.text, &outline(&self.text))
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
fn outline(text: &str) -> Document {
    reader::read(text).unwrap_or_default()
}
