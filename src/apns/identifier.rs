//! Identifiers: the key ID and the team ID, the two ten-character names in a provider token.
//!
//! Apple documents no grammar; all known identifiers are ten capital letters and digits. Any other
//! form is therefore reported but not refused: APNs decides.

use thiserror::Error;

use super::char_name::char_name;
use super::environment::Environment;

/// Length of all known identifiers, in characters.
const LENGTH: usize = 10;

/// Kind of identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// Identifier of the key, which is part of the name of its file.
    KeyId,
    /// Identifier of the developer team, found on Apple's membership page.
    TeamId,
}

/// Problem of an identifier.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IdentifierError {
    /// The text is empty.
    #[error("Enter the {name}: {place}.", name = .0.name(), place = .0.place())]
    Missing(Identifier),
    /// The text does not have ten characters.
    #[error("{1} characters; a {name} has 10: {place}.", name = .0.name(), place = .0.place())]
    Length(Identifier, usize),
    /// The text is correct except for the case.
    #[error("{name}s are in capitals. Use {1}?", name = .0.name())]
    Case(Identifier, String),
    /// A character does not occur in identifiers.
    #[error(
        "{character} at position {2} does not belong in a {name}: it has 10 capitals and digits.",
        character = char_name(*.1), name = .0.name()
    )]
    Character(Identifier, char, usize),
    /// The text is a bundle ID with the team ID before it.
    #[error("Only the first 10 characters are the Team ID; the rest is the bundle ID. Use those?")]
    HasBundle,
}

impl Identifier {
    /// Name of the identifier on the page.
    fn name(self) -> &'static str {
        match self {
            Self::KeyId => "Key ID",
            Self::TeamId => "Team ID",
        }
    }

    /// Place where the user finds the identifier.
    fn place(self) -> &'static str {
        match self {
            Self::KeyId => "the 10 characters in AuthKey_XXXXXXXXXX.p8",
            Self::TeamId => "the 10 characters on your Membership page",
        }
    }

    /// Checks a typed identifier.
    pub fn check(self, text: &str) -> Result<(), IdentifierError> {
        if text.trim().is_empty() {
            return Err(IdentifierError::Missing(self));
        }
        if self == Self::TeamId
            && text
                .split_once('.')
                .is_some_and(|(team, _)| team.len() == LENGTH && is_plain(team))
        {
            return Err(IdentifierError::HasBundle);
        }
        if let Some((index, character)) = text
            .chars()
            .enumerate()
            .find(|(_, character)| !character.is_ascii_alphanumeric())
        {
            return Err(IdentifierError::Character(self, character, index + 1));
        }
        if text.len() != LENGTH {
            return Err(IdentifierError::Length(self, text.len()));
        }
        if text.chars().any(|character| character.is_ascii_lowercase()) {
            return Err(IdentifierError::Case(self, text.to_ascii_uppercase()));
        }
        Ok(())
    }

    /// Identifier that was meant by `text`, if it can be determined: the ten characters in a file's
    /// name or before a bundle ID, without invisible characters, in capitals.
    pub fn fixed(self, text: &str) -> Option<String> {
        let text = text.trim();
        let inner = match self {
            Self::KeyId => key_id_of_file(text).unwrap_or(text),
            Self::TeamId => text.split_once('.').map_or(text, |(team, _)| team),
        };
        // Invisible characters are removed; a visible one was typed in place of an unknown
        // character.
        let fixed: String = inner
            .chars()
            .filter(|character| !is_hidden(*character))
            .map(|character| character.to_ascii_uppercase())
            .collect();
        (fixed.len() == LENGTH && is_plain(&fixed) && fixed != text).then_some(fixed)
    }
}

impl IdentifierError {
    /// Stable code of the error.
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
            Self::HasBundle => "team_has_bundle",
        }
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Returns `true` for spaces, hyphens and characters without width.
fn is_hidden(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
}

/// Key ID in a file name such as `AuthKey_XXXXXXXXXX.p8`, also after a browser has added ` (1)`.
pub fn key_id_of_file(name: &str) -> Option<&str> {
    let start = name.find("AuthKey_")? + "AuthKey_".len();
    let key_id = name.get(start..start + 10)?;
    let ends = !name[start + 10..].starts_with(|character: char| character.is_ascii_alphanumeric());
    (ends && Identifier::KeyId.check(key_id).is_ok()).then_some(key_id)
}

/// Environment that the name of a key's file speaks of, such as `AuthKey_XXXXXXXXXX_sandbox.p8`;
/// `None` if it speaks of none or of both.
pub fn environment_of_file(name: &str) -> Option<Environment> {
    let has = |words: &[&str]| {
        name.split(|character: char| !character.is_ascii_alphanumeric())
            .any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    };
    let is_sandbox = has(&["sandbox", "development", "dev"]);
    match (is_sandbox, has(&["production", "prod"])) {
        (true, false) => Some(Environment::Sandbox),
        (false, true) => Some(Environment::Production),
        _ => None,
    }
}
