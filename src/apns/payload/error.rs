//! Why a text cannot be sent as a payload: the only four things that keep it here.

use thiserror::Error;

use super::name::shown;
use super::sizes::{FieldSize, grouped};
use super::syntax_error::{Problem, SyntaxError};
use super::{LARGEST_TEXT, minify, reader, repair};
use crate::apns::finding::Finding;
use crate::apns::json::unquoted;
use crate::apns::position::Position;

/// Why a text cannot be sent as a payload.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PayloadError {
    /// Nothing typed.
    #[error("The payload is empty. Type a JSON object, or start from the sample payload.")]
    Empty,
    /// Not JSON.
    #[error("{0}")]
    NotJson(SyntaxError),
    /// JSON, but not an object.
    #[error(
        "This is {found}, at {position}; \
         a payload is a JSON object: it starts with {{ and ends with }}."
    )]
    NotAnObject {
        /// What it is instead.
        found: &'static str,
        /// Where it starts.
        position: Position,
    },
    /// Over the limit.
    #[error("{}", too_large(*bytes, *limit, *characters, largest.as_ref()))]
    TooLarge {
        /// The size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
        /// The size in characters, which is what people count.
        characters: usize,
        /// The field that weighs most, when the text can be read.
        largest: Option<FieldSize>,
    },
}

impl PayloadError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "json_empty",
            Self::NotJson(error) => error.problem.code(),
            Self::NotAnObject { .. } => "json_not_object",
            Self::TooLarge { .. } => "payload_too_big",
        }
    }

    /// Where it stands, when it stands somewhere.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::NotJson(error) => Some(error.position),
            Self::NotAnObject { position, .. } => Some(*position),
            Self::Empty | Self::TooLarge { .. } => None,
        }
    }

    /// The error as a finding about `text`, which it was made from.
    pub fn finding(&self, text: &str) -> Finding {
        let fix = match self {
            Self::NotJson(error) if text.len() <= LARGEST_TEXT => repair::repaired(text, error),
            Self::NotAnObject { .. } => unwrapped(text),
            Self::TooLarge {
                limit,
                largest: Some(_),
                ..
            } => Some(minify::minified(text)).filter(|text| text.len() <= *limit),
            _ => None,
        };
        let finding = Finding::error(self.code(), self.to_string()).with_text(fix);
        match self.position() {
            Some(position) => finding.at(position),
            None => finding,
        }
    }

    /// What `serde_json` has against a text the reader has let pass; its columns count bytes.
    pub(super) fn from_serde(text: &str, error: &serde_json::Error) -> Self {
        let line_start = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum::<usize>();
        Self::NotJson(SyntaxError::at(
            text,
            line_start + error.column().saturating_sub(1),
            Problem::Other,
        ))
    }
}

/// The object inside a text: a payload that was encoded twice.
fn unwrapped(text: &str) -> Option<String> {
    let inner = unquoted(text)?;
    let document = reader::read(&inner).ok()?;
    document.is_object().then_some(inner)
}

/// A text over the limit, with the field to shorten where it can be told.
fn too_large(bytes: usize, limit: usize, characters: usize, largest: Option<&FieldSize>) -> String {
    let (size, most) = (grouped(bytes), grouped(limit));
    if bytes > LARGEST_TEXT {
        return format!(
            "{size} bytes: far over the limit of {most}. Send only what the call needs."
        );
    }
    let size = if bytes == characters {
        format!("{size} bytes; at most {most}.")
    } else {
        format!(
            "{} characters but {size} bytes; at most {most}.",
            grouped(characters)
        )
    };
    match largest {
        Some(FieldSize { path, bytes }) => format!(
            "{size} Largest field: \"{}\" {}. Shorten it.",
            shown(path),
            grouped(*bytes)
        ),
        None => format!("{size} Take away {}.", grouped(bytes.saturating_sub(limit))),
    }
}
