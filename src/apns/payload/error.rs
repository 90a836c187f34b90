//! Payload error: the reason why a text cannot be sent as a payload. There are only five.

use thiserror::Error;

use super::name::shown;
use super::sizes::{FieldSize, grouped};
use super::syntax_error::{Problem, SyntaxError};
use super::{LARGEST_TEXT, envelope, minify, reader, repair};
use crate::apns::finding::Finding;
use crate::apns::json::unquoted;
use crate::apns::position::Position;

/// Reason why a text cannot be sent as a payload.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PayloadError {
    /// The text is empty.
    #[error("The payload is empty. Type a JSON object, or start from the sample payload.")]
    Empty,
    /// The text is not JSON.
    #[error("{0}")]
    NotJson(SyntaxError),
    /// The text holds a payload in another form, such as a command.
    #[error("{}", .0.sentence)]
    OtherForm(Box<Finding>),
    /// The text is JSON, but not an object.
    #[error(
        "This is {found}, at {position}; \
         a payload is a JSON object: it starts with {{ and ends with }}."
    )]
    NotAnObject {
        /// Type of the value, with its article.
        found: &'static str,
        /// Start of the value.
        position: Position,
    },
    /// The text is over the size limit.
    #[error("{}", too_large(*bytes, *limit, *characters, largest.as_ref()))]
    TooLarge {
        /// Size in bytes.
        bytes: usize,
        /// Limit in bytes.
        limit: usize,
        /// Size in characters, which is what users count.
        characters: usize,
        /// Largest field, if the text can be parsed.
        largest: Option<FieldSize>,
    },
}

impl PayloadError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "json_empty",
            Self::NotJson(error) => error.problem.code(),
            Self::OtherForm(finding) => finding.code,
            Self::NotAnObject { .. } => "json_not_object",
            Self::TooLarge { .. } => "payload_too_big",
        }
    }

    /// Position of the error, if it has one.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::NotJson(error) => Some(error.position),
            Self::OtherForm(finding) => finding.position(),
            Self::NotAnObject { position, .. } => Some(*position),
            Self::Empty | Self::TooLarge { .. } => None,
        }
    }

    /// Converts the error to a finding about `text`, from which it was made.
    pub fn finding(&self, text: &str) -> Finding {
        if let Some(finding) = self.other_finding(text) {
            return finding;
        }
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
        let finding = Finding::of_error(self.code(), self).with_text(fix);
        match self.position() {
            Some(position) => finding.at(position),
            None => finding,
        }
    }

    /// Finding about a text that is no payload at all: a command, a print, or the request of a push
    /// service, which may be larger than a payload.
    fn other_finding(&self, text: &str) -> Option<Finding> {
        match self {
            Self::OtherForm(finding) => Some((**finding).clone()),
            Self::TooLarge { .. } if text.len() <= LARGEST_TEXT => {
                let value = serde_json::from_str(text).ok()?;
                envelope::finding(text, &value, &reader::read(text).ok()?)
            }
            _ => None,
        }
    }

    /// Converts an error of `serde_json` about a text that the reader accepted. Its columns count
    /// bytes.
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

/// Object inside a JSON string: a payload that was encoded twice.
fn unwrapped(text: &str) -> Option<String> {
    let inner = unquoted(text)?;
    let document = reader::read(&inner).ok()?;
    document.is_object().then_some(inner)
}

/// Sentence about a text over the limit, with the largest field if it is known.
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
