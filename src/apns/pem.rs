//! A tolerant reader for PEM text (RFC 7468): the damage that copying does is mended here,
//! so that the DER parser behind it only meets bytes.

use std::fmt;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::shown::Shown;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// One block of a PEM text: its label and the bytes inside.
pub(crate) struct Block {
    /// What stands between `BEGIN` and the dashes, such as `PRIVATE KEY`.
    pub(crate) label: String,
    /// The decoded body, wiped when dropped.
    pub(crate) der: Zeroizing<Vec<u8>>,
}

/// Why a text is not a PEM block. Positions count from 1, as editors do.
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
        begin: String,
        /// The label of the END line.
        end: String,
    },
    /// A second BEGIN line.
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
            Self::TwoBlocks => "key_two",
            Self::BadCharacter { .. } => "key_bad_char",
            Self::CutMiddle => "key_cut_middle",
        }
    }
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBlock => write!(f, "There is no BEGIN line here. Pick the AuthKey_….p8 file as Apple gave it."),
            Self::CutStart => write!(f, "The first line is missing: copy from -----BEGIN on."),
            Self::CutEnd => write!(f, "The last line is missing: the paste was cut off. Copy up to the END line."),
            Self::LabelMismatch { begin, end } => {
                write!(f, "BEGIN says {begin:.30}, END says {end:.30}. Copy the file again.")
            }
            Self::TwoBlocks => write!(f, "Two keys found. Keep one."),
            Self::BadCharacter { character, line, column } => {
                write!(f, "{} at line {line}, column {column} does not belong in a key. Copy the file again.", Shown(*character))
            }
            Self::CutMiddle => write!(f, "A piece of the key is missing: the copy was damaged. Copy the file again."),
        }
    }
}

/// Reads the only block of `text`.
///
/// A byte order mark, surrounding quotes, indentation, any line length, CR and LF in any mixture,
/// text before and after the block, and a literal `\n` from an environment file are all taken in
/// stride.
pub(crate) fn read(text: &str) -> Result<Block, PemError> {
    let text = Zeroizing::new(text.replace("\\r", "").replace("\\n", "\n"));
    let Some(begin) = text.find(BEGIN) else {
        return Err(if text.contains(END) { PemError::CutStart } else { PemError::NoBlock });
    };
    let label_start = begin + BEGIN.len();
    let label_length = text[label_start..].find(DASHES).ok_or(PemError::CutEnd)?;
    let label = text[label_start..label_start + label_length].trim().to_owned();

    let body_start = label_start + label_length + DASHES.len();
    let body_length = text[body_start..].find(END).ok_or(PemError::CutEnd)?;
    let body_end = body_start + body_length;
    let after = &text[body_end + END.len()..];
    let end_length = after.find(DASHES).ok_or(PemError::CutEnd)?;
    let end_label = after[..end_length].trim();

    if end_label != label {
        return Err(PemError::LabelMismatch { begin: label, end: end_label.to_owned() });
    }
    if after.contains(BEGIN) || text[body_start..body_end].contains(BEGIN) {
        return Err(PemError::TwoBlocks);
    }
    let der = decode(&text, body_start, body_end)?;
    Ok(Block { label, der })
}

fn decode(text: &str, start: usize, end: usize) -> Result<Zeroizing<Vec<u8>>, PemError> {
    let mut body = Zeroizing::new(String::with_capacity(end - start));
    for (offset, character) in text[start..end].char_indices() {
        match character {
            _ if character.is_whitespace() => {}
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' | '=' => body.push(character),
            _ => {
                let before = &text[..start + offset];
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                return Err(PemError::BadCharacter {
                    character,
                    line: before.matches('\n').count() + 1,
                    column: before[line_start..].chars().count() + 1,
                });
            }
        }
    }
    Base64::decode_vec(&body).map(Zeroizing::new).map_err(|_| PemError::CutMiddle)
}
