//! Key ID and team ID: the two ten-character names in a provider token.
//!
//! Apple states no grammar; every one ever seen is ten capitals and digits. Another shape is
//! therefore pointed out but never refused: APNs has the last word.

use std::fmt;

use super::shown::Shown;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// Names the key; part of the key's file name.
    KeyId,
    /// Names the developer team; on Apple's membership page.
    TeamId,
}

/// What is odd about an identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentifierError {
    /// Nothing typed.
    Missing(Identifier),
    /// Not ten characters.
    Length(Identifier, usize),
    /// Right but for the case.
    Case(Identifier, String),
    /// A character no identifier has.
    Character(Identifier, char, usize),
}

impl Identifier {
    /// Looks at what was typed.
    pub fn check(self, text: &str) -> Result<(), IdentifierError> {
        if text.trim().is_empty() {
            return Err(IdentifierError::Missing(self));
        }
        if let Some((index, character)) = text.chars().enumerate().find(|(_, character)| !character.is_ascii_alphanumeric()) {
            return Err(IdentifierError::Character(self, character, index + 1));
        }
        if text.len() != 10 {
            return Err(IdentifierError::Length(self, text.len()));
        }
        if text.chars().any(|character| character.is_ascii_lowercase()) {
            return Err(IdentifierError::Case(self, text.to_ascii_uppercase()));
        }
        Ok(())
    }

    fn name(self) -> &'static str {
        match self {
            Self::KeyId => "Key ID",
            Self::TeamId => "Team ID",
        }
    }

    fn place(self) -> &'static str {
        match self {
            Self::KeyId => "the 10 characters in AuthKey_….p8",
            Self::TeamId => "the 10 characters on your Membership page",
        }
    }
}

impl IdentifierError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing(Identifier::KeyId) => "key_id_missing",
            Self::Missing(Identifier::TeamId) => "team_missing",
            Self::Length(Identifier::KeyId, _) => "key_id_length",
            Self::Length(Identifier::TeamId, _) => "team_length",
            Self::Case(Identifier::KeyId, _) => "key_id_case",
            Self::Case(Identifier::TeamId, _) => "team_case",
            Self::Character(Identifier::KeyId, ..) => "key_id_char",
            Self::Character(Identifier::TeamId, ..) => "team_char",
        }
    }
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(kind) => write!(f, "Enter the {}: {}.", kind.name(), kind.place()),
            Self::Length(kind, length) => write!(f, "{length} characters; a {} has 10: {}.", kind.name(), kind.place()),
            Self::Case(kind, upper) => write!(f, "{}s are in capitals. Use {upper}?", kind.name()),
            Self::Character(kind, character, position) => write!(
                f,
                "{} at position {position} does not belong in a {}: it has 10 capitals and digits.",
                Shown(*character),
                kind.name()
            ),
        }
    }
}

impl std::error::Error for IdentifierError {}

/// The key ID in the name Apple gives a key file, `AuthKey_XXXXXXXXXX.p8`, also after a browser
/// has added ` (1)` to it.
pub fn key_id_of_file(name: &str) -> Option<&str> {
    let start = name.find("AuthKey_")? + "AuthKey_".len();
    let key_id = name.get(start..start + 10)?;
    let ends = !name[start + 10..].starts_with(|character: char| character.is_ascii_alphanumeric());
    (ends && Identifier::KeyId.check(key_id).is_ok()).then_some(key_id)
}
