//! The `apns-id`: the name of one push, which APNs repeats in its answer.

use std::fmt;

use super::note::{Cleaned, push_remark};
use super::shown::shown;
use super::uuid::Uuid;
use crate::sentence::{Sentence, Wordings};

/// The UUID that names nothing (RFC 9562 §5.9).
const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// A canonical, lower-case `apns-id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApnsId(Uuid);

impl ApnsId {
    /// Reads an `apns-id` in either case. Apple documents lower case; answers have been seen in upper case.
    pub fn parse(text: &str) -> Option<Self> {
        Uuid::parse(text).map(Self)
    }

    /// Reads an `apns-id` as typed, and says what is wrong with it or was mended.
    pub fn read(text: &str) -> Result<Cleaned<Self>, ApnsIdError> {
        let Some(id) = Self::parse(text).filter(|id| id.as_str() != NIL) else {
            return Err(ApnsIdError::of(text));
        };
        let mut notes = Vec::new();
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            push_remark(&mut notes, "apns_id_case");
        }
        Ok(Cleaned { value: id, notes })
    }

    /// A new `apns-id` from 16 random bytes.
    pub fn from_random_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_random_bytes(bytes))
    }

    /// The text as it travels.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for ApnsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text is not an `apns-id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApnsIdError {
    /// The first character no UUID has there, and its position counted from 1.
    foreign: Option<(char, usize)>,
    /// The number of digits.
    digits: usize,
    /// The UUID that was meant.
    fix: Option<String>,
}

impl ApnsIdError {
    fn of(text: &str) -> Self {
        let mut digits = String::new();
        let mut foreign = None;
        for (index, character) in text.chars().enumerate() {
            match character {
                _ if character.is_ascii_hexdigit() => digits.push(character.to_ascii_lowercase()),
                '-' => {}
                _ => foreign = foreign.or(Some((character, index + 1))),
            }
        }
        let fix = with_hyphens(&digits).filter(|id| id != NIL);
        Self {
            foreign,
            digits: digits.len(),
            fix,
        }
    }

    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        "apns_id_form"
    }

    /// The UUID that was meant, if its 32 digits are there.
    pub fn fix(&self) -> Option<String> {
        self.fix.clone()
    }
}

impl ApnsIdError {
    /// What is wrong, where, and what to do.
    pub fn sentence(&self) -> Sentence {
        match (self.foreign, self.digits, &self.fix) {
            (Some((character, position)), ..) => Sentence::new("apns_id_form.char")
                .gap(&shown(character))
                .number(position),
            (None, 32, Some(_)) => Sentence::new("apns_id_form.hyphens"),
            (None, 32, None) => Sentence::new("apns_id_form.nil"),
            (None, digits, _) => Sentence::new("apns_id_form.length").number(digits),
        }
    }
}

pub(crate) const WORDINGS: Wordings = &[
    (
        "apns_id_case",
        "Capitals were made small: APNs documents the lower-case form.",
    ),
    (
        "apns_id_form.char",
        "{0} at position {1} is not part of a UUID such as db1dff98-bfef-4ec0-8ac6-8187a3b0c645. Make a new one?",
    ),
    (
        "apns_id_form.hyphens",
        "The hyphens of the UUID are missing or misplaced. Write it as 8-4-4-4-12 digits?",
    ),
    (
        "apns_id_form.nil",
        "This UUID is all zeros and names nothing. Make a new one, or leave the field empty.",
    ),
    (
        "apns_id_form.length",
        "{0} digits; a UUID has 32, in groups of 8-4-4-4-12. Make a new one?",
    ),
];

impl fmt::Display for ApnsIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for ApnsIdError {}

fn with_hyphens(digits: &str) -> Option<String> {
    let groups =
        [0..8, 8..12, 12..16, 16..20, 20..32].map(|group| digits.get(group).unwrap_or_default());
    (digits.len() == 32).then(|| groups.join("-"))
}
