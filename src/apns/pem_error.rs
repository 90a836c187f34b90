//! Why a text is not a PEM block. Positions count from 1, as editors do.

use std::fmt;

use super::shown::shown;
use crate::sentence::{Sentence, Wordings};

/// Why a text is not a PEM block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PemError {
    /// There is neither a BEGIN nor an END line.
    NoBlock,
    /// An END line without a BEGIN line.
    CutStart,
    /// A BEGIN line without an END line.
    CutEnd,
    /// The labels of the two lines differ.
    LabelMismatch {
        /// The label of the BEGIN line.
        begin: &'static str,
        /// The label of the END line.
        end: &'static str,
    },
    /// BEGIN, END or the label in small letters.
    LabelCase,
    /// The dashes around BEGIN and END are no longer five plain hyphens.
    Dashes,
    /// The lines before the body say that it is encrypted.
    Encrypted,
    /// A second key.
    TwoBlocks,
    /// A character that base64 does not have.
    BadCharacter {
        /// The character.
        character: char,
        /// Its line.
        line: usize,
        /// Its column.
        column: usize,
    },
    /// The base64 text ends in the middle of a byte.
    CutMiddle,
}

impl PemError {
    /// The stable word for this mistake.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoBlock => "key_no_block",
            Self::CutStart => "key_cut_start",
            Self::CutEnd => "key_cut_end",
            Self::LabelMismatch { .. } => "key_label_mismatch",
            Self::LabelCase => "key_label_case",
            Self::Dashes => "key_smart_dashes",
            Self::Encrypted => "key_encrypted",
            Self::TwoBlocks => "key_two",
            Self::BadCharacter { .. } => "key_bad_char",
            Self::CutMiddle => "key_cut_middle",
        }
    }
}

impl PemError {
    /// What is wrong, where, and what to do.
    pub fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(self.code());
        match self {
            Self::LabelMismatch { begin: "", end } => {
                Sentence::new("key_label_mismatch.begin").gap(end)
            }
            Self::LabelMismatch { begin, end: "" } => {
                Sentence::new("key_label_mismatch.end").gap(begin)
            }
            Self::LabelMismatch { begin, end } => sentence.gap(begin).gap(end),
            Self::BadCharacter {
                character,
                line,
                column,
            } => match character {
                '-' | '_' => Sentence::new("key_bad_char.url")
                    .number(*line)
                    .number(*column)
                    .gap(&shown(*character)),
                '\0'..='\x7f' => sentence
                    .number(*line)
                    .number(*column)
                    .gap(&shown(*character)),
                _ => Sentence::new("key_bad_char.foreign")
                    .number(*line)
                    .number(*column),
            },
            Self::CutMiddle => Sentence::new("key_cut_middle.piece"),
            _ => sentence,
        }
    }
}

pub(crate) const WORDINGS: Wordings = &[
    (
        "key_no_block",
        "There is no BEGIN line here. Pick the AuthKey_XXXXXXXXXX.p8 file as Apple gave it.",
    ),
    (
        "key_cut_start",
        "The first line is missing: copy from -----BEGIN on.",
    ),
    (
        "key_cut_end",
        "The last line is missing: the paste was cut off. Copy up to the END line.",
    ),
    (
        "key_label_mismatch",
        "BEGIN says {0}, END says {1}. Copy the file again.",
    ),
    (
        "key_label_mismatch.begin",
        "BEGIN says something else, END says {0}. Copy the file again.",
    ),
    (
        "key_label_mismatch.end",
        "BEGIN says {0}, END says something else. Copy the file again.",
    ),
    (
        "key_label_case",
        "The BEGIN and END lines must be in capitals. Use the original file.",
    ),
    (
        "key_smart_dashes",
        "An editor changed the five dashes around BEGIN or END. Use the original file.",
    ),
    ("key_two", "Two keys found. Keep one."),
    (
        "key_bad_char",
        "{2} at line {0}, column {1} does not belong in a key. Copy the file again.",
    ),
    (
        "key_bad_char.url",
        "{2} at line {0}, column {1}: re-encoded for a URL. Use the original file.",
    ),
    (
        "key_bad_char.foreign",
        "A non-Latin or hidden character at line {0}, column {1}. Copy the file again.",
    ),
    (
        "key_cut_middle.piece",
        "A piece of the key is missing: the copy was damaged. Copy the file again.",
    ),
];

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}
