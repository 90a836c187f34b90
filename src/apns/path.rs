//! Path: the address of a value in a payload, such as `metadata.call_id` or `calls[0].id`.
//!
//! Names are separated by full stops. A name that contains a full stop, a quote or a bracket is
//! written as a JSON string: `"my.key".id`. A list index is written in brackets.

use std::fmt;

use serde_json::Value;
use thiserror::Error;

use super::json::{self, quoted, unquoted};

/// Step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Member with this name.
    Name(String),
    /// List index, from 0.
    Index(usize),
}

impl Step {
    /// Member or element of a value that this step leads to.
    pub fn find<'a>(&self, value: &'a Value) -> Option<&'a Value> {
        match self {
            Self::Name(name) => json::member(value.as_object()?, name),
            Self::Index(index) => value.as_array()?.get(*index),
        }
    }
}

/// Address of a value in a payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

/// Maximum number of steps in a typed path. Calls are one or two levels deep; this limit is for
/// unusual input.
const MOST_STEPS: usize = 16;

impl Path {
    /// Parses a typed path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        Reader { text, at: 0 }.path()
    }

    /// Makes a path from the names of nested members.
    pub fn of_names(names: &[&str]) -> Self {
        Self(
            names
                .iter()
                .map(|name| Step::Name((*name).to_owned()))
                .collect(),
        )
    }

    /// Steps, from the top.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Value at this path.
    pub fn find<'a>(&self, payload: &'a Value) -> Option<&'a Value> {
        self.0
            .iter()
            .try_fold(payload, |value, step| step.find(value))
    }

    /// Last step, and the path of the object or list it applies to.
    pub(crate) fn split_last(&self) -> Option<(&Step, Self)> {
        let (last, outer) = self.0.split_last()?;
        Some((last, Self(outer.to_vec())))
    }

    pub(crate) fn push(&mut self, name: &str) {
        self.0.push(Step::Name(name.to_owned()));
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) => {
                    f.write_str(if index > 0 { "." } else { "" })?;
                    if needs_quotes(name) {
                        f.write_str(&quoted(name))?
                    } else {
                        f.write_str(name)?
                    }
                }
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

fn needs_quotes(name: &str) -> bool {
    name.is_empty()
        || name.trim() != name
        || name.contains(|character| matches!(character, '.' | '"' | '[' | ']' | '\0'..='\x1f'))
}

/// Reason why a text is not a path, with the number of the character in question, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PathError {
    /// A name is missing.
    #[error("There is no name at character {0}: type the name of a member, such as callUUID.")]
    EmptyName(usize),
    /// A quote is not closed.
    #[error("There is no closing quote for the one at character {0}: put one behind the name.")]
    MissingQuote(usize),
    /// The text in quotes is not a JSON string.
    #[error(
        "The quotes hold no JSON string at character {0}: write a quote in a name as \\\" and a \
         backslash as \\\\."
    )]
    BadQuotes(usize),
    /// A quote or bracket occurs inside a name.
    #[error(
        "There is a quote or bracket inside a name at character {0}: put the whole name in quotes."
    )]
    StrayCharacter(usize),
    /// The text in brackets is not a list index, or the closing bracket is missing.
    #[error(
        "There is no position in a list at character {0}: write a number from 0 in brackets, such \
         as items[0]."
    )]
    BadIndex(usize),
    /// A quoted name or an index is followed by something other than a full stop or a bracket.
    #[error("There is no full stop at character {0}: put one between two names.")]
    MissingStop(usize),
    /// The path has too many steps.
    #[error(
        "The path is too deep at character {0}: take steps away, at most 16 may lead to a value."
    )]
    TooDeep(usize),
}

impl PathError {
    /// Stable code of the error.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmptyName(_) => "path_empty_name",
            Self::MissingQuote(_) => "path_missing_quote",
            Self::BadQuotes(_) => "path_bad_quotes",
            Self::StrayCharacter(_) => "path_stray_character",
            Self::BadIndex(_) => "path_bad_index",
            Self::MissingStop(_) => "path_missing_stop",
            Self::TooDeep(_) => "path_too_deep",
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn path(mut self) -> Result<Path, PathError> {
        let mut steps = Vec::new();
        loop {
            self.skip_space();
            steps.push(Step::Name(self.name()?));
            self.skip_space();
            while self.rest().starts_with('[') {
                self.enough(&steps)?;
                steps.push(Step::Index(self.index()?));
                self.skip_space();
            }
            if self.rest().is_empty() {
                return Ok(Path(steps));
            }
            if !self.rest().starts_with('.') {
                return Err(PathError::MissingStop(self.position(self.at)));
            }
            self.at += 1;
            self.enough(&steps)?;
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Number of the character at a byte offset, from 1.
    fn position(&self, at: usize) -> usize {
        self.text[..at].chars().count() + 1
    }

    fn enough(&self, steps: &[Step]) -> Result<(), PathError> {
        if steps.len() < MOST_STEPS {
            Ok(())
        } else {
            Err(PathError::TooDeep(self.position(self.at)))
        }
    }

    fn name(&mut self) -> Result<String, PathError> {
        if self.rest().starts_with('"') {
            return self.quoted();
        }
        let rest = self.rest();
        let length = rest.find(['.', '[', ']', '"']).unwrap_or(rest.len());
        let name = rest[..length].trim_end().to_owned();
        let stray = matches!(rest.as_bytes().get(length), Some(b']' | b'"'));
        if name.is_empty() {
            return Err(PathError::EmptyName(self.position(self.at)));
        }
        self.at += length;
        if stray {
            Err(PathError::StrayCharacter(self.position(self.at)))
        } else {
            Ok(name)
        }
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        let start = self.at;
        let mut escaped = false;
        let end = self.rest().bytes().skip(1).position(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        });
        let Some(end) = end else {
            return Err(PathError::MissingQuote(self.position(start)));
        };
        self.at += end + 2;
        unquoted(&self.text[start..self.at])
            .ok_or_else(|| PathError::BadQuotes(self.position(start)))
    }

    fn index(&mut self) -> Result<usize, PathError> {
        let wrong = PathError::BadIndex(self.position(self.at + 1));
        let digits = self.rest()[1..].split_once(']').ok_or(wrong)?.0.to_owned();
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        self.at += digits.len() + 2;
        digits.parse().ok().filter(|_| is_number).ok_or(wrong)
    }
}
