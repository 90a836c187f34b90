//! Why a text is not a PEM block. Positions count from 1, as editors do.

use std::fmt;

use super::shown::Shown;

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
            Self::TwoBlocks => "key_two",
            Self::BadCharacter { .. } => "key_bad_char",
            Self::CutMiddle => "key_cut_middle",
        }
    }
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoBlock => "There is no BEGIN line here. Pick the AuthKey_….p8 file as Apple gave it.",
            Self::CutStart => "The first line is missing: copy from -----BEGIN on.",
            Self::CutEnd => "The last line is missing: the paste was cut off. Copy up to the END line.",
            Self::LabelMismatch { begin, end } => {
                let known = |label: &'static str| if label.is_empty() { "something else" } else { label };
                return write!(f, "BEGIN says {}, END says {}. Copy the file again.", known(begin), known(end));
            }
            Self::LabelCase => "The BEGIN and END lines must be in capitals. Use the original file.",
            Self::Dashes => "An editor changed the five dashes around BEGIN or END. Use the original file.",
            Self::TwoBlocks => "Two keys found. Keep one.",
            Self::BadCharacter { character, line, column } => return bad_character(f, *character, *line, *column),
            Self::CutMiddle => "A piece of the key is missing: the copy was damaged. Copy the file again.",
        })
    }
}

fn bad_character(f: &mut fmt::Formatter<'_>, character: char, line: usize, column: usize) -> fmt::Result {
    match character {
        '-' | '_' => write!(f, "{} at line {line}, column {column}: re-encoded for a URL. Use the original file.", Shown(character)),
        character if !character.is_ascii() => {
            write!(f, "A non-Latin or hidden character at line {line}, column {column}. Copy the file again.")
        }
        character => write!(f, "{} at line {line}, column {column} does not belong in a key. Copy the file again.", Shown(character)),
    }
}
