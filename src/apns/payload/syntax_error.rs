//! Syntax error: the reason why a text is not JSON, and the position at which parsing stopped.
//! Source of the rules: RFC 8259.

use std::fmt;

use super::name::shown;
use crate::apns::char_name::{self, code_point};
use crate::apns::position::Position;

/// Kind of syntax error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A comma before the end of the object or list.
    TrailingComma(char),
    /// `'` in place of `"`.
    SingleQuotes,
    /// Typographic quotes in place of `"`.
    SmartQuotes,
    /// A comment: `//`, `/*` or `#`.
    Comment,
    /// `NaN` or `Infinity`.
    NotANumber(String),
    /// A key or a certificate in PEM.
    Pem,
    /// A number outside the range of a double.
    NumberRange(String),
    /// A number that is not written as in JSON.
    NumberForm(String),
    /// The first half of a surrogate pair without the second.
    FirstHalf(String),
    /// The second half of a surrogate pair without the first.
    SecondHalf(String),
    /// A line break or another control character inside a text.
    ControlCharacter(char),
    /// A byte that is not UTF-8, with its number from 1.
    NotUtf8(usize),
    /// Extra characters after the end.
    Trailing,
    /// Too many levels of nesting.
    TooDeep,
    /// A backslash before a character that cannot be escaped.
    Escape(char),
    /// A byte order mark at the start.
    ByteOrderMark,
    /// A name and a value without a colon.
    MissingColon,
    /// A comma or an end in place of a value.
    MissingValue,
    /// Two entries without a comma.
    MissingComma,
    /// A text that continues after its closing quote.
    InnerQuote,
    /// A text without its closing quote.
    UnclosedText,
    /// An object or list without its end.
    Unclosed(char),
    /// The end of an object while a list is open, or the reverse.
    WrongEnd(char),
    /// A word without quotes that is not `true`, `false` or `null`.
    BareWord(String),
    /// A character that looks like a space, but is not white space in JSON.
    Space(char),
    /// A character without a meaning at this place.
    Unexpected(char),
    /// An error found only by `serde_json`.
    Other,
}

impl Problem {
    /// Stable code of the problem.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TrailingComma(_) => "json_trailing_comma",
            Self::SingleQuotes => "json_single_quotes",
            Self::SmartQuotes => "json_smart_quotes",
            Self::Comment => "json_comment",
            Self::NotANumber(_) => "json_nan",
            Self::Pem => "json_pem",
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

/// Syntax error with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Kind of error.
    pub problem: Problem,
    /// Line and column.
    pub position: Position,
    /// Position in bytes from the start.
    pub(super) offset: usize,
}

impl SyntaxError {
    /// Makes an error at the byte `offset` of `text`.
    pub(super) fn at(text: &str, offset: usize, problem: Problem) -> Self {
        Self {
            problem,
            position: Position::at(text, offset),
            offset,
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.position;
        match &self.problem {
            Problem::TrailingComma(end) => write!(
                f,
                "Comma after the last entry, before the {end} at {at}. Take the comma away."
            ),
            Problem::SingleQuotes => write!(
                f,
                "Single quote at {at}. Use \"double quotes\" around names and strings."
            ),
            Problem::SmartQuotes => write!(
                f,
                "Curly quote at {at}: an editor made it. Straighten it to \"."
            ),
            Problem::Comment => {
                write!(f, "Comment at {at}. JSON has no comments: take it away.")
            }
            Problem::NotANumber(word) => write!(
                f,
                "{word} at {at} is not a JSON number. Leave the field out, or send a string."
            ),
            Problem::Pem => write!(
                f,
                "A key or certificate (PEM) stands at {at}, not JSON. \
                 Take it away: a payload is one object."
            ),
            Problem::NumberRange(word) => write!(
                f,
                "{} at {at} is too large for a number. Send it as a string?",
                shown(word)
            ),
            Problem::NumberForm(word) => write!(
                f,
                "{} at {at} is no JSON number: they start with 1–9 or a single 0. \
                 Correct it, or send a string.",
                shown(word)
            ),
            Problem::FirstHalf(half) => write!(
                f,
                "Half an emoji: the other half of {half} is missing at {at}. \
                 Paste the character itself."
            ),
            Problem::SecondHalf(half) => write!(
                f,
                "Half an emoji: {half} at {at} has no first half. Paste the character itself."
            ),
            Problem::ControlCharacter(character) => control_character(f, *character, at),
            Problem::NotUtf8(byte) => {
                write!(f, "Not UTF-8 at byte {byte}, {at}. Save the file as UTF-8.")
            }
            Problem::Trailing => write!(
                f,
                "Extra text after the end, at {at}. A payload is one object: take the rest away."
            ),
            Problem::TooDeep => write!(
                f,
                "Nested deeper than 127 levels at {at}. Put the value further out."
            ),
            Problem::Escape(character) => escape(f, *character, at),
            Problem::ByteOrderMark => write!(
                f,
                "An invisible byte order mark stands at {at}. Take it away."
            ),
            Problem::MissingColon => write!(
                f,
                "Colon missing between name and value, at {at}. Write \"name\": value."
            ),
            Problem::MissingValue => write!(
                f,
                "Value missing before {at}. Write one, or leave the entry out."
            ),
            Problem::MissingComma => write!(
                f,
                "Comma missing between two entries, before {at}. Put one there."
            ),
            Problem::InnerQuote => write!(
                f,
                "The string ended before {at}. For a quote inside a string write \\\"."
            ),
            Problem::UnclosedText => write!(
                f,
                "The string that starts at {at} is never closed. Put a \" where it ends."
            ),
            Problem::Unclosed(open) => write!(
                f,
                "The {open} at {at} is never closed: the end is missing. Was it cut off?"
            ),
            Problem::WrongEnd(end @ ']') => write!(
                f,
                "The {end} at {at} ends nothing: a {{ is open and wants }} first."
            ),
            Problem::WrongEnd(end) => write!(
                f,
                "The {end} at {at} ends nothing: a [ is open and wants ] first."
            ),
            Problem::BareWord(word) => write!(
                f,
                "{} at {at} is not in quotes. Names and texts are; \
                 only true, false, null and numbers go without.",
                shown(word)
            ),
            Problem::Space(character) => write!(
                f,
                "{} at {at} is no space to JSON. Put a plain space there.",
                char_name::char_name(*character)
            ),
            Problem::Unexpected(character) => write!(
                f,
                "{} at {at} does not belong here. Take it away.",
                char_name::char_name(*character)
            ),
            Problem::Other => write!(f, "Not JSON at {at}. Correct the text there."),
        }
    }
}

fn control_character(f: &mut fmt::Formatter<'_>, character: char, at: Position) -> fmt::Result {
    let number = code_point(character);
    match character {
        '\n' | '\r' => write!(
            f,
            "Line break inside a string at {at}. Write \\n, or close the string before it."
        ),
        '\t' => write!(f, "Tab inside a string at {at}. Write \\t."),
        '\0' => write!(
            f,
            "Zero character inside a string at {at}: many apps cut the string there. Take it away."
        ),
        _ => write!(
            f,
            "Control character U+{} inside a string at {at}. Take it away, or write \\u{number}.",
            number.to_ascii_uppercase()
        ),
    }
}

fn escape(f: &mut fmt::Formatter<'_>, character: char, at: Position) -> fmt::Result {
    match character {
        'u' => write!(
            f,
            "\\u at {at} wants four digits from 0 to f behind it, such as \\u0041."
        ),
        'x' => write!(
            f,
            "\\x at {at} is not JSON. Use \\u and four digits, such as \\u0041."
        ),
        '!'..='~' => write!(
            f,
            "\\{character} at {at} is not JSON. For a backslash write \\\\, else leave it out."
        ),
        _ => write!(
            f,
            "Backslash before nothing it can change, at {at}. Write \\\\, or leave it out."
        ),
    }
}
