//! The device token: where a push goes. For a call it is the one PushKit hands out
//! (`PKPushCredentials.token`), which is not the token of ordinary notifications.

use std::fmt;

use super::shown::Shown;

/// The length of nearly every token: 32 bytes.
const USUAL_DIGITS: usize = 64;

/// A device token as APNs wants it: lower-case hex digits, two to a byte.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceToken(String);

impl DeviceToken {
    /// Reads a token as people paste it: either case, with spaces, line breaks, `<` and `>`.
    ///
    /// Any even number of digits will do: Apple promises no length.
    pub fn parse(text: &str) -> Result<Self, DeviceTokenError> {
        let mut digits = String::with_capacity(USUAL_DIGITS);
        for (index, character) in text.chars().enumerate() {
            match character {
                '<' | '>' => {}
                _ if character.is_whitespace() => {}
                _ if character.is_ascii_hexdigit() => digits.push(character.to_ascii_lowercase()),
                _ => return Err(DeviceTokenError::Character { character, position: index + 1 }),
            }
        }
        match digits.len() {
            0 => Err(DeviceTokenError::Missing),
            length if length % 2 == 1 => Err(DeviceTokenError::Odd { digits: length }),
            _ => Ok(Self(digits)),
        }
    }

    /// The token of these bytes.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A sentence when the length is not the usual one; it is sent all the same.
    pub fn note(&self) -> Option<String> {
        (self.0.len() != USUAL_DIGITS).then(|| {
            format!("{} digits; nearly every token has {USUAL_DIGITS}. It is sent as it is; check that it was copied whole.", self.0.len())
        })
    }
}

impl fmt::Display for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A token rings a phone: logs and panics see its last four digits only.
impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceToken(…{})", &self.0[self.0.len().saturating_sub(4)..])
    }
}

/// Why a text is not a device token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceTokenError {
    /// Nothing typed.
    Missing,
    /// Something that is not a hex digit.
    Character {
        /// What it is.
        character: char,
        /// Where, counted from 1.
        position: usize,
    },
    /// Half a byte.
    Odd {
        /// The number of digits.
        digits: usize,
    },
}

impl DeviceTokenError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Character { .. } => "token_char",
            Self::Odd { .. } => "token_odd",
        }
    }
}

impl fmt::Display for DeviceTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "Paste the VoIP token your app prints from PushKit."),
            Self::Character { character, position } => {
                write!(f, "{} at position {position} is not a hex digit. Copy the token again, as hex.", Shown(*character))
            }
            Self::Odd { digits } => write!(f, "{digits} digits: one was lost while copying. Copy the token again."),
        }
    }
}

impl std::error::Error for DeviceTokenError {}
