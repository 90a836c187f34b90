//! Why a text cannot be sent as a payload: the only four things that keep it here.

use std::fmt;

use super::fault::{Fault, Problem};
use super::finding::{Finding, Position};
use super::name::shown;
use super::weight::{Weight, grouped};
use super::{LARGEST_TEXT, mend, minify, reader};
use crate::apns::finding::Severity;
use crate::apns::json::unquoted;
use crate::sentence::{Sentence, Wordings};

/// Why a text cannot be sent as a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayloadError {
    /// Nothing typed.
    Empty,
    /// Not JSON.
    NotJson(Fault),
    /// JSON, but not an object.
    NotAnObject {
        /// What it is instead.
        found: &'static str,
        /// Where it starts.
        position: Position,
    },
    /// Over the limit.
    TooLarge {
        /// The size in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
        /// The size in characters, which is what people count.
        characters: usize,
        /// The field that weighs most, when the text can be read.
        heaviest: Option<Weight>,
    },
}

impl PayloadError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "json_empty",
            Self::NotJson(fault) => fault.problem.code(),
            Self::NotAnObject { .. } => "json_not_object",
            Self::TooLarge { .. } => "payload_too_big",
        }
    }

    /// Where it stands, when it stands somewhere.
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::NotJson(fault) => Some(fault.position),
            Self::NotAnObject { position, .. } => Some(*position),
            Self::Empty | Self::TooLarge { .. } => None,
        }
    }

    /// The error as a finding about `text`, which it was made from.
    pub fn finding(&self, text: &str) -> Finding {
        let fix = match self {
            Self::NotJson(fault) if text.len() <= LARGEST_TEXT => mend::mended(text, fault),
            Self::NotAnObject { .. } => unwrapped(text),
            Self::TooLarge {
                limit,
                heaviest: Some(_),
                ..
            } => Some(minify::minified(text)).filter(|text| text.len() <= *limit),
            _ => None,
        };
        Finding {
            code: self.code(),
            severity: Severity::Error,
            position: self.position(),
            sentence: self.sentence(),
            fix,
        }
    }

    /// What `serde_json` has against a text the reader has let pass; its columns count bytes.
    pub(super) fn from_serde(text: &str, error: &serde_json::Error) -> Self {
        let line_start = text
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum::<usize>();
        Self::NotJson(Fault::at(
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

impl PayloadError {
    /// What is wrong, where, and what to do.
    pub fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(self.code());
        match self {
            Self::Empty => sentence,
            Self::NotJson(fault) => fault.sentence(),
            Self::NotAnObject { found, position } => sentence.at(*position).gap(found),
            Self::TooLarge {
                bytes,
                limit,
                characters,
                heaviest,
            } => {
                let id = match (heaviest, bytes == characters) {
                    _ if *bytes > LARGEST_TEXT => "payload_too_big.far",
                    (Some(_), true) => "payload_too_big",
                    (Some(_), false) => "payload_too_big.characters",
                    (None, true) => "payload_too_big.over",
                    (None, false) => "payload_too_big.characters_over",
                };
                let sentence = Sentence::new(id)
                    .gap(&grouped(*bytes))
                    .gap(&grouped(*limit))
                    .gap(&grouped(*characters));
                match heaviest {
                    Some(Weight { path, bytes }) => {
                        sentence.gap(&shown(path)).gap(&grouped(*bytes))
                    }
                    None => sentence.gap(&grouped(bytes.saturating_sub(*limit))),
                }
            }
        }
    }
}

pub(super) const WORDINGS: Wordings = &[
    (
        "json_empty",
        "The payload is empty. Type a JSON object, or start from the sample payload.",
    ),
    (
        "json_not_object",
        "This is {2}, at line {0}, column {1}; a payload is a JSON object: it starts with { and ends with }.",
    ),
    (
        "payload_too_big",
        "{0} bytes; at most {1}. Largest field: \"{3}\" {4}. Shorten it.",
    ),
    (
        "payload_too_big.characters",
        "{2} characters but {0} bytes; at most {1}. Largest field: \"{3}\" {4}. Shorten it.",
    ),
    (
        "payload_too_big.over",
        "{0} bytes; at most {1}. Take away {3}.",
    ),
    (
        "payload_too_big.characters_over",
        "{2} characters but {0} bytes; at most {1}. Take away {3}.",
    ),
    (
        "payload_too_big.far",
        "{0} bytes: far over the limit of {1}. Send only what the call needs.",
    ),
];

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for PayloadError {}
