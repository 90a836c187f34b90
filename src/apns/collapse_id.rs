//! The collapse ID: pushes that share one replace each other on the lock screen.
//!
//! Apple allows 64 bytes. Trill allows printable ASCII only: other characters cannot leave a browser as written.
//! Source: Apple, "Sending notification requests to APNs".

use thiserror::Error;

use super::char_name::char_name;

/// The value of `apns-collapse-id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CollapseId(String);

impl CollapseId {
    /// The most bytes it may have.
    pub const LONGEST: usize = 64;

    /// Reads a collapse ID exactly as it will travel.
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

    /// The text as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is not a collapse ID.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CollapseIdError {
    /// Nothing typed.
    #[error("An empty collapse ID is refused. Leave the header out, or name what replaces what.")]
    Empty,
    /// Too many bytes.
    #[error("{}. Shorten it.", length(*bytes, *characters))]
    Length {
        /// How many.
        bytes: usize,
        /// In how many characters.
        characters: usize,
    },
    /// A character it may not have there.
    #[error(
        "{} at position {position} is not allowed: plain ASCII, no space at either end.",
        char_name(*character)
    )]
    Character {
        /// What it is.
        character: char,
        /// Where, counted from 1.
        position: usize,
    },
}

impl CollapseIdError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "collapse_empty",
            Self::Length { .. } => "collapse_length",
            Self::Character { .. } => "collapse_char",
        }
    }
}

/// A length over the limit, in characters too where they differ from bytes.
fn length(bytes: usize, characters: usize) -> String {
    if bytes == characters {
        format!("{bytes} bytes; at most 64")
    } else {
        format!("{bytes} bytes ({characters} characters); at most 64 bytes")
    }
}
