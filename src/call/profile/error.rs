//! Error of reading a profile.

use thiserror::Error;

use crate::apns::path::PathError;

/// Reason why a text is not a profile. `at` is the place in it, such as `rules[2].if`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProfileError {
    /// The text is too long.
    #[error(
        "The profile has {0} bytes; at most 65,536 are read. Leave out what does not describe the \
         app."
    )]
    TooLarge(usize),
    /// The text is not JSON.
    #[error("The profile is not JSON at line {line}, column {column}: correct the text there.")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// A key is not known.
    #[error("The profile has an unknown key at {at}. {hint}")]
    UnknownKey {
        /// Place of the object that has the key.
        at: String,
        /// Known keys, or the one that is meant.
        hint: String,
    },
    /// A key is missing.
    #[error("The profile has no {key} at {at}: add it.")]
    Missing {
        /// Place of the object.
        at: String,
        /// Key.
        key: &'static str,
    },
    /// A value has the wrong form.
    #[error("The profile’s {at} is not {wanted}.")]
    Wrong {
        /// Place of the value.
        at: String,
        /// Form that is wanted, with an article.
        wanted: String,
    },
    /// A path cannot be read.
    #[error("The profile’s {at} is not a path. {error}")]
    BadPath {
        /// Place of the path.
        at: String,
        /// Reason.
        error: PathError,
    },
    /// Conditions are nested too deeply.
    #[error(
        "The conditions at {0} are nested more than 8 deep: split the rule into several, the \
         first that holds decides."
    )]
    TooDeep(String),
    /// A list is too long.
    #[error("The profile’s {at} has more than {most} entries: leave some out.")]
    TooMany {
        /// Place of the list.
        at: String,
        /// Maximum number of entries.
        most: usize,
    },
}

impl ProfileError {
    /// Stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "profile_too_large",
            Self::NotJson { .. } => "profile_not_json",
            Self::UnknownKey { .. } => "profile_unknown_key",
            Self::Missing { .. } => "profile_missing_key",
            Self::Wrong { .. } => "profile_wrong_value",
            Self::BadPath { .. } => "profile_bad_path",
            Self::TooDeep(_) => "profile_too_deep",
            Self::TooMany { .. } => "profile_too_many",
        }
    }
}
