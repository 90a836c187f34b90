//! A fault: what keeps a text from being JSON, and the place where reading had to stop.
//! Source of the rules: RFC 8259.

use std::fmt;

use super::finding::Position;
use super::name::shown;
use crate::apns::shown::{self, code_point};
use crate::sentence::{Sentence, Wordings};

/// The kinds of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A comma, and then the end of the object or list.
    TrailingComma(char),
    /// `'` where `"` belongs.
    SingleQuotes,
    /// Typographic quotes where `"` belongs.
    SmartQuotes,
    /// `//`, `/*` or `#`.
    Comment,
    /// `NaN` or `Infinity`.
    NotANumber(String),
    /// A number no double can hold.
    NumberRange(String),
    /// Digits, but not a number as JSON writes it.
    NumberForm(String),
    /// The first half of a surrogate pair without the second.
    FirstHalf(String),
    /// The second half of a surrogate pair without the first.
    SecondHalf(String),
    /// A line break or another control character inside a text.
    ControlCharacter(char),
    /// A byte that is not UTF-8; counted from 1.
    NotUtf8(usize),
    /// Something behind the end.
    Trailing,
    /// Too many levels.
    TooDeep,
    /// A backslash before a character that takes none.
    Escape(char),
    /// A byte order mark before the first character.
    ByteOrderMark,
    /// A name and a value without a colon.
    MissingColon,
    /// A comma or an end where a value belongs.
    MissingValue,
    /// Two entries without a comma.
    MissingComma,
    /// A text that goes on behind its closing quote.
    InnerQuote,
    /// A text without its closing quote.
    UnclosedText,
    /// An object or list without its end.
    Unclosed(char),
    /// The end of an object where a list is open, or the other way round.
    WrongEnd(char),
    /// A word that is neither in quotes nor one of JSON's three.
    BareWord(String),
    /// A character that looks like a space and is none to JSON.
    Space(char),
    /// A character that means nothing here.
    Unexpected(char),
    /// What only `serde_json` has something against.
    Other,
}

impl Problem {
    /// The stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TrailingComma(_) => "json_trailing_comma",
            Self::SingleQuotes => "json_single_quotes",
            Self::SmartQuotes => "json_smart_quotes",
            Self::Comment => "json_comment",
            Self::NotANumber(_) => "json_nan",
            Self::NumberRange(_) => "json_number_range",
            Self::NumberForm(_) => "json_number_form",
            Self::FirstHalf(_) | Self::SecondHalf(_) => "json_surrogate",
            Self::ControlCharacter(_) => "json_control_char",
            Self::NotUtf8(_) => "json_utf8",
            Self::Trailing => "json_trailing",
            Self::TooDeep => "json_depth",
            Self::Escape(_) => "json_escape",
            Self::ByteOrderMark => "json_bom",
            Self::MissingColon => "json_missing_colon",
            Self::MissingValue => "json_missing_value",
            Self::MissingComma => "json_missing_comma",
            Self::InnerQuote => "json_inner_quote",
            Self::UnclosedText => "json_unclosed_string",
            Self::Unclosed(_) => "json_unclosed",
            Self::WrongEnd(_) => "json_wrong_end",
            Self::BareWord(_) => "json_bare_word",
            Self::Space(_) => "json_space",
            Self::Unexpected(_) => "json_unexpected",
            Self::Other => "json_syntax",
        }
    }
}

/// A fault and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub position: Position,
    /// The same place in bytes from the start.
    pub(super) offset: usize,
}

impl Fault {
    /// A fault at the byte `offset` of `text`.
    pub(super) fn at(text: &str, offset: usize, problem: Problem) -> Self {
        Self {
            problem,
            position: Position::at(text, offset),
            offset,
        }
    }
}

impl Fault {
    /// What is wrong, where, and what to do.
    pub(super) fn sentence(&self) -> Sentence {
        let sentence = Sentence::new(self.problem.sentence_id()).at(self.position);
        match &self.problem {
            Problem::TrailingComma(character)
            | Problem::Unclosed(character)
            | Problem::WrongEnd(character) => sentence.gap(&String::from(*character)),
            Problem::Escape(character @ '!'..='~') => sentence.gap(&String::from(*character)),
            Problem::NumberRange(word) | Problem::NumberForm(word) | Problem::BareWord(word) => {
                sentence.gap(&shown(word))
            }
            Problem::NotANumber(word) | Problem::FirstHalf(word) | Problem::SecondHalf(word) => {
                sentence.gap(word)
            }
            Problem::ControlCharacter(character) => {
                let number = code_point(*character);
                sentence.gap(&number.to_ascii_uppercase()).gap(&number)
            }
            Problem::NotUtf8(byte) => sentence.number(*byte),
            Problem::Space(character) | Problem::Unexpected(character) => {
                sentence.gap(&shown::shown(*character))
            }
            _ => sentence,
        }
    }
}

impl Problem {
    fn sentence_id(&self) -> &'static str {
        match self {
            Self::SecondHalf(_) => "json_surrogate.second",
            Self::ControlCharacter('\n' | '\r') => "json_control_char.line",
            Self::ControlCharacter('\t') => "json_control_char.tab",
            Self::ControlCharacter('\0') => "json_control_char.zero",
            Self::Escape('u') => "json_escape.digits",
            Self::Escape('x') => "json_escape.x",
            Self::Escape('!'..='~') => "json_escape",
            Self::Escape(_) => "json_escape.nothing",
            Self::WrongEnd(']') => "json_wrong_end.object",
            _ => self.code(),
        }
    }
}

pub(super) const WORDINGS: Wordings = &[
    (
        "json_trailing_comma",
        "Comma after the last entry, before the {2} at line {0}, column {1}. Take the comma away.",
    ),
    (
        "json_single_quotes",
        "Single quote at line {0}, column {1}. Use \"double quotes\" around names and texts.",
    ),
    (
        "json_smart_quotes",
        "Curly quote at line {0}, column {1}: an editor made it. Straighten it to \".",
    ),
    (
        "json_comment",
        "Comment at line {0}, column {1}. JSON has no comments: take it away.",
    ),
    (
        "json_nan",
        "{2} at line {0}, column {1} is not a JSON number. Leave the field out, or send a text.",
    ),
    (
        "json_number_range",
        "{2} at line {0}, column {1} is too large for a number. Send it as a text?",
    ),
    (
        "json_number_form",
        "{2} at line {0}, column {1} is no JSON number: they start with 1–9 or a single 0. Mend it, or send a text.",
    ),
    (
        "json_surrogate",
        "Half an emoji: the other half of {2} is missing at line {0}, column {1}. Paste the character itself.",
    ),
    (
        "json_surrogate.second",
        "Half an emoji: {2} at line {0}, column {1} has no first half. Paste the character itself.",
    ),
    (
        "json_control_char.line",
        "Line break inside a text at line {0}, column {1}. Write \\n, or close the text before it.",
    ),
    (
        "json_control_char.tab",
        "Tab inside a text at line {0}, column {1}. Write \\t.",
    ),
    (
        "json_control_char.zero",
        "Zero character inside a text at line {0}, column {1}: many apps cut the text there. Take it away.",
    ),
    (
        "json_control_char",
        "Control character U+{2} inside a text at line {0}, column {1}. Take it away, or write \\u{3}.",
    ),
    (
        "json_utf8",
        "Not UTF-8 at byte {2}, line {0}, column {1}. Save the file as UTF-8.",
    ),
    ("json_utf8.byte", "Not UTF-8 at byte {0}."),
    (
        "json_trailing",
        "Extra text after the end, at line {0}, column {1}. A payload is one object: take the rest away.",
    ),
    (
        "json_depth",
        "Nested deeper than 127 levels at line {0}, column {1}. Put the value further out.",
    ),
    (
        "json_escape.digits",
        "\\u at line {0}, column {1} wants four digits from 0 to f behind it, such as \\u0041.",
    ),
    (
        "json_escape.x",
        "\\x at line {0}, column {1} is not JSON. Use \\u and four digits, such as \\u0041.",
    ),
    (
        "json_escape",
        "\\{2} at line {0}, column {1} is not JSON. For a backslash write \\\\, else leave it out.",
    ),
    (
        "json_escape.nothing",
        "Backslash before nothing it can change, at line {0}, column {1}. Write \\\\, or leave it out.",
    ),
    (
        "json_bom",
        "An invisible byte order mark stands at line {0}, column {1}. Take it away.",
    ),
    (
        "json_missing_colon",
        "Colon missing between name and value, at line {0}, column {1}. Write \"name\": value.",
    ),
    (
        "json_missing_value",
        "Value missing before line {0}, column {1}. Write one, or leave the entry out.",
    ),
    (
        "json_missing_comma",
        "Comma missing between two entries, before line {0}, column {1}. Put one there.",
    ),
    (
        "json_inner_quote",
        "The text ended before line {0}, column {1}. For a quote inside a text write \\\".",
    ),
    (
        "json_unclosed_string",
        "The text that starts at line {0}, column {1} is never closed. Put a \" where it ends.",
    ),
    (
        "json_unclosed",
        "The {2} at line {0}, column {1} is never closed: the end is missing. Was it cut off?",
    ),
    (
        "json_wrong_end",
        "The {2} at line {0}, column {1} ends nothing: a [ is open and wants ] first.",
    ),
    (
        "json_wrong_end.object",
        "The {2} at line {0}, column {1} ends nothing: a { is open and wants } first.",
    ),
    (
        "json_bare_word",
        "{2} at line {0}, column {1} is not in quotes. Names and texts are; only true, false, null and numbers go without.",
    ),
    (
        "json_space",
        "{2} at line {0}, column {1} is no space to JSON. Put a plain space there.",
    ),
    (
        "json_unexpected",
        "{2} at line {0}, column {1} does not belong here. Take it away.",
    ),
    (
        "json_syntax",
        "Not JSON at line {0}, column {1}. Mend the text there.",
    ),
];

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}
