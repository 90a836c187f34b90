//! The topic: the app a push is for, and which of its doors it comes in by.

use std::fmt;

use super::push_type::PushType;
use super::shown::Shown;

/// The value of `apns-topic`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Topic(String);

impl Topic {
    /// The VoIP topic of an app: its bundle ID and `.voip`, written once even when it was typed already.
    ///
    /// Only what no header can carry is refused; whether a name is a bundle ID, APNs decides.
    pub fn voip(bundle_id: &str) -> Result<Self, TopicError> {
        let typed = bundle_id.trim();
        refuse(typed, |character| character.is_ascii_graphic() || character == ' ')?;
        let suffix = PushType::Voip.topic_suffix();
        let bundle_id = typed.strip_suffix(suffix).unwrap_or(typed);
        Ok(Self(format!("{bundle_id}{suffix}")))
    }

    /// Looks at what was typed as a bundle ID.
    pub fn check(bundle_id: &str) -> Result<(), TopicError> {
        refuse(bundle_id.trim(), is_bundle_character)
    }

    /// The text as it travels.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Letters, digits, hyphen and full stop (Apple, `CFBundleIdentifier`); the underscore is seen in the wild.
pub(crate) fn is_bundle_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

fn refuse(typed: &str, allowed: impl Fn(char) -> bool) -> Result<(), TopicError> {
    if typed.is_empty() {
        return Err(TopicError::Missing);
    }
    match typed.chars().enumerate().find(|(_, character)| !allowed(*character)) {
        Some((index, character)) => Err(TopicError::Character { character, position: index + 1 }),
        None => Ok(()),
    }
}

/// Why a text is not a bundle ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TopicError {
    /// Nothing typed.
    Missing,
    /// A character no bundle ID has.
    Character {
        /// What it is.
        character: char,
        /// Where, counted from 1.
        position: usize,
    },
}

impl TopicError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "topic_missing",
            Self::Character { .. } => "topic_char",
        }
    }
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "Enter the bundle ID of your app, such as com.example.calls; .voip is added for you."),
            Self::Character { character, position } => {
                write!(f, "{} at position {position} is not allowed in a bundle ID: letters, digits, “-” and “.” only.", Shown(*character))
            }
        }
    }
}

impl std::error::Error for TopicError {}
