//! Collapse ID: pushes with the same collapse ID replace each other on the lock screen.
//!
//! Apple allows 64 bytes. Trill allows printable ASCII only, because a browser cannot send other
//! characters unchanged.
//! Source: Apple, "Sending notification requests to APNs".

use thiserror::Error;

use super::char_name::char_name;

/// Value of `apns-collapse-id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CollapseId(String);

impl CollapseId {
    /// Maximum length in bytes.
    pub const LONGEST: usize = 64;

    /// Parses a collapse ID without changing it.
    pub fn parse(text: &str) -> Result<Self, CollapseIdError> {
        if text.is_empty() {
            return Err(CollapseIdError::Empty);
        }
        if text.len() > Self::LONGEST {
            return Err(CollapseIdError::Length {
                bytes: text.len(),
                characters: text.chars().count(),
            });
        }
        let last = text.chars().count() - 1;
        let is_outer_space = |index, character| character == ' ' && (index == 0 || index == last);
        let wrong = |(index, character): &(usize, char)| {
            !matches!(character, ' '..='~') || is_outer_space(*index, *character)
        };
        match text.chars().enumerate().find(wrong) {
            Some((index, character)) => Err(CollapseIdError::Character {
                character,
                position: index + 1,
            }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// Text of the header value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reason why a text is not a collapse ID.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CollapseIdError {
    /// The text is empty.
    #[error("An empty collapse ID is refused. Leave the header out, or name what replaces what.")]
    Empty,
    /// The text is too long.
    #[error("{}. Shorten it.", length(*bytes, *characters))]
    Length {
        /// Length in bytes.
        bytes: usize,
        /// Length in characters.
        characters: usize,
    },
    /// A character is not allowed at its position.
    #[error(
        "{} at position {position} is not allowed: plain ASCII, no space at either end.",
        char_name(*character)
    )]
    Character {
        /// Character in question.
        character: char,
        /// Position of the character, from 1.
        position: usize,
    },
}

impl CollapseIdError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "collapse_empty",
            Self::Length { .. } => "collapse_length",
            Self::Character { .. } => "collapse_char",
        }
    }
}

/// Length over the limit, given in characters too if they differ from the bytes.
fn length(bytes: usize, characters: usize) -> String {
    if bytes == characters {
        format!("{bytes} bytes; at most 64")
    } else {
        format!("{bytes} bytes ({characters} characters); at most 64 bytes")
    }
}
