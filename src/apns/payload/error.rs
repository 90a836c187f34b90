//! Why a text cannot be sent as a payload: the only four things that keep it here.

use std::fmt;

use super::fault::{Fault, Problem};
use super::finding::{Finding, Position};
use super::name::shown;
use super::weight::{Weight, grouped};
use super::{LARGEST_TEXT, mend, minify, reader};
use crate::apns::finding::Severity;

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
            Self::TooLarge { limit, heaviest: Some(_), .. } => Some(minify::minified(text)).filter(|text| text.len() <= *limit),
            _ => None,
        };
        Finding { code: self.code(), severity: Severity::Error, position: self.position(), sentence: self.to_string(), fix }
    }

    /// What `serde_json` has against a text the reader has let pass; its columns count bytes.
    pub(super) fn from_serde(text: &str, error: &serde_json::Error) -> Self {
        let line_start = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
        let problem = error.to_string().split(" at line ").next().unwrap_or_default().to_owned();
        Self::NotJson(Fault::at(text, line_start + error.column().saturating_sub(1), Problem::Other(problem)))
    }
}

/// The object inside a text: a payload that was encoded twice.
fn unwrapped(text: &str) -> Option<String> {
    let inner: String = serde_json::from_str::<serde_json::Value>(text).ok()?.as_str()?.to_owned();
    let document = reader::read(&inner).ok()?;
    document.is_object().then_some(inner)
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "The payload is empty. Type a JSON object, or start from the sample payload."),
            Self::NotJson(fault) => fault.fmt(f),
            Self::NotAnObject { found, position } => {
                write!(f, "This is {found}, at {position}; a payload is a JSON object: it starts with {{ and ends with }}.")
            }
            Self::TooLarge { bytes, limit, characters, heaviest } => {
                if *bytes > LARGEST_TEXT {
                    return write!(
                        f,
                        "{} bytes: far over the limit of {}. Send only what the call needs.",
                        grouped(*bytes),
                        grouped(*limit)
                    );
                }
                if bytes == characters {
                    write!(f, "{} bytes; at most {}.", grouped(*bytes), grouped(*limit))?;
                } else {
                    write!(f, "{} characters but {} bytes; at most {}.", grouped(*characters), grouped(*bytes), grouped(*limit))?;
                }
                match heaviest {
                    Some(Weight { path, bytes }) => write!(f, " Largest field: \"{}\" {}. Shorten it.", shown(path), grouped(*bytes)),
                    None => write!(f, " Take away {}.", grouped(bytes - limit)),
                }
            }
        }
    }
}

impl std::error::Error for PayloadError {}
