//! PEM error: the reason why a text is not a PEM block. Positions count from 1, as in editors.

use thiserror::Error;

use super::char_name::char_name;

/// Reason why a text is not a PEM block.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PemError {
    /// There is neither a BEGIN nor an END line.
    #[error("There is no BEGIN line here. Pick the AuthKey_XXXXXXXXXX.p8 file as Apple gave it.")]
    NoBlock,
    /// There is an END line without a BEGIN line.
    #[error("The first line is missing: copy from -----BEGIN on.")]
    CutStart,
    /// There is a BEGIN line without an END line.
    #[error("The last line is missing: the paste was cut off. Copy up to the END line.")]
    CutEnd,
    /// The labels of the BEGIN and END lines differ.
    #[error(
        "BEGIN says {}, END says {}. Copy the file again.",
        named(begin),
        named(end)
    )]
    LabelMismatch {
        /// Label of the BEGIN line.
        begin: &'static str,
        /// Label of the END line.
        end: &'static str,
    },
    /// BEGIN, END or the label is in lower case.
    #[error("The BEGIN and END lines must be in capitals. Use the original file.")]
    LabelCase,
    /// The dashes around BEGIN and END are not five hyphens.
    #[error("An editor changed the five dashes around BEGIN or END. Use the original file.")]
    Dashes,
    /// The headers before the body declare it encrypted.
    #[error(
        "This key has a passphrase; Apple’s keys have none. Decrypt it first: openssl pkey -in \
         KEY -out PLAIN.p8"
    )]
    Encrypted,
    /// There is a second key.
    #[error("Two keys found. Keep one.")]
    TwoBlocks,
    /// A character does not occur in base64.
    #[error("{}", bad_character(*character, *line, *column, *is_for_urls))]
    BadCharacter {
        /// Character in question.
        character: char,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// `true` if the whole body is base64url.
        is_for_urls: bool,
    },
    /// The base64 text ends in the middle of a byte.
    #[error("A piece of the key is missing: the copy was damaged. Copy the file again.")]
    CutMiddle,
}

impl PemError {
    /// Stable code of the error.
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

/// Label in a sentence; an empty one is unknown.
fn named(label: &'static str) -> &'static str {
    match label {
        "" => "something else",
        label => label,
    }
}

fn bad_character(character: char, line: usize, column: usize, is_for_urls: bool) -> String {
    let place = format!("at line {line}, column {column}");
    match character {
        '-' | '_' if is_for_urls => format!(
            "{} {place}: re-encoded for a URL. Use the original file.",
            char_name(character)
        ),
        '\0'..='\x7f' => format!(
            "{} {place} does not belong in a key. Copy the file again.",
            char_name(character)
        ),
        _ => format!("A non-Latin or hidden character {place}. Copy the file again."),
    }
}
