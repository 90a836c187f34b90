//! Repair: replaces the whole text by one in which every error of one kind is corrected.
//!
//! A repaired text is offered only if the error is gone from it. To find out, the result is parsed
//! again.

use std::ops::Range;

use super::lexer::{Sort, Token, tokens};
use super::name::is_false_space;
use super::number;
use super::outline::Member;
use super::quotes::straight;
use super::reader::read;
use super::syntax_error::{Problem, SyntaxError};
use crate::apns::char_name::code_point;
use crate::apns::json::quoted;

/// Maximum number of rounds for errors that are repaired one at a time.
const ROUNDS: usize = 64;

/// Text without this error, if it can be corrected unambiguously.
pub(super) fn repaired(text: &str, error: &SyntaxError) -> Option<String> {
    let mut repaired = once(text, error)?;
    for _ in 0..ROUNDS {
        match read(&repaired) {
            Ok(_) => return Some(repaired),
            // A guess about missing characters must give valid JSON; after other repairs, a
            // different error is reported in its own finding.
            Err(next) if next.problem.code() != error.problem.code() => {
                return (!is_guess(&error.problem)).then_some(repaired);
            }
            Err(next) => repaired = once(&repaired, &next)?,
        }
    }
    None
}

/// Replaces a range of the text.
pub(super) fn replaced(text: &str, place: &Range<usize>, replacement: &str) -> String {
    [&text[..place.start], replacement, &text[place.end..]].concat()
}

/// Renames a member in the text.
pub(super) fn renamed(text: &str, member: &Member<'_>, name: &str) -> String {
    replaced(text, member.name_place, &quoted(name))
}

fn is_guess(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::MissingColon | Problem::MissingComma | Problem::Unclosed(_)
    )
}

fn once(text: &str, error: &SyntaxError) -> Option<String> {
    let repaired = match &error.problem {
        Problem::ByteOrderMark => text.trim_start_matches('\u{feff}').to_owned(),
        Problem::MissingColon => with(text, error.offset, ":")?,
        Problem::MissingComma => with(text, error.offset, ",")?,
        Problem::Unclosed(_) => closed(text),
        problem => rewritten(text, problem),
    };
    (repaired != text).then_some(repaired)
}

/// Inserts `mark` after the last token before `offset`.
fn with(text: &str, offset: usize, mark: &str) -> Option<String> {
    let (before, behind) = text.split_at_checked(offset)?;
    let end = before.trim_ascii_end().len();
    Some([&before[..end], mark, &before[end..], behind].concat())
}

/// Appends the missing closing brackets.
fn closed(text: &str) -> String {
    let mut open = Vec::new();
    for token in tokens(text) {
        match token.sort {
            Sort::Character('{') => open.push('}'),
            Sort::Character('[') => open.push(']'),
            Sort::Character('}' | ']') => {
                open.pop();
            }
            _ => {}
        }
    }
    text.chars().chain(open.into_iter().rev()).collect()
}

fn rewritten(text: &str, problem: &Problem) -> String {
    let tokens = tokens(text);
    let mut repaired = String::with_capacity(text.len() + 16);
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens[index + 1..]
            .iter()
            .find(|token| !matches!(token.sort, Sort::Space | Sort::Comment))
            .map(|token| token.sort);
        match rewrite(token, next, problem) {
            Some(replacement) => repaired.push_str(&replacement),
            None => repaired.push_str(token.text),
        }
    }
    repaired
}

/// Replacement for a token; `None` leaves it. `next` is the following token, other than white space
/// and comments.
fn rewrite(token: &Token<'_>, next: Option<Sort>, problem: &Problem) -> Option<String> {
    let ends = matches!(next, Some(Sort::Character('}' | ']')));
    match (problem, token.sort) {
        (Problem::TrailingComma(_), Sort::Character(',')) if ends => Some(String::new()),
        (Problem::Comment, Sort::Comment) => Some(String::new()),
        (Problem::SingleQuotes, Sort::Quoted) if token.text.starts_with(['\'', '`']) => {
            requoted(token.text)
        }
        (Problem::SmartQuotes, Sort::Quoted)
            if token.text.starts_with(|quote| straight(quote) != quote) =>
        {
            requoted(token.text)
        }
        (Problem::ControlCharacter(_), Sort::Quoted) => {
            Some(token.text.chars().map(written).collect())
        }
        (Problem::Escape(_), Sort::Quoted) => Some(unescaped(token.text)),
        (Problem::NumberForm(_), Sort::Word)
            if matches!(number::problem(token.text), Some(Problem::NumberForm(_))) =>
        {
            number::repaired(token.text)
        }
        (Problem::NumberRange(number), Sort::Word) if token.text == number => Some(quoted(number)),
        (Problem::BareWord(_), Sort::Word) => worded(token.text, next),
        (Problem::Space(_), Sort::Character(character)) if is_false_space(character) => {
            Some(" ".to_owned())
        }
        _ => None,
    }
}

/// Converts a text in other quotes to a JSON string.
fn requoted(text: &str) -> Option<String> {
    let inner = text
        .strip_prefix(|_| true)?
        .strip_suffix(|quote| straight(quote) != quote || matches!(quote, '\'' | '`' | '"'))?;
    let mut repaired = String::from("\"");
    let mut escaped = false;
    for character in inner.chars() {
        match character {
            '\'' if escaped => {
                repaired.pop();
            }
            '"' if !escaped => repaired.push('\\'),
            _ => {}
        }
        repaired.push(character);
        escaped = character == '\\' && !escaped;
    }
    repaired.push('"');
    Some(repaired)
}

/// Escapes a character for a JSON string.
fn written(character: char) -> String {
    match character {
        // Many apps end a text at a zero character, even an escaped one.
        '\0' => String::new(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{0}'..='\u{1f}' => ["\\u", &code_point(character)].concat(),
        other => other.to_string(),
    }
}

/// Corrects escapes that JSON does not have: `\x41` becomes `\u0041`, `\'` loses its backslash, and
/// any other backslash is escaped.
fn unescaped(text: &str) -> String {
    let mut repaired = String::new();
    let mut rest = text;
    while let Some(backslash) = rest.find('\\') {
        let (before, escape) = rest.split_at(backslash);
        repaired.push_str(before);
        let hex = |from: usize, to: usize| {
            escape
                .get(from..to)
                .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
        };
        let character = escape[1..].chars().next();
        let (replacement, taken) = match character {
            Some('x') if hex(2, 4) => ("\\u00", 2),
            Some('\'') => ("", 1),
            Some('u') if hex(2, 6) => ("\\u", 2),
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => (&escape[..2], 2),
            _ => ("\\\\", 1),
        };
        repaired.push_str(replacement);
        rest = &escape[taken..];
    }
    repaired.push_str(rest);
    repaired
}

/// Converts a literal of another language to JSON, or puts a name in quotes.
fn worded(word: &str, next: Option<Sort>) -> Option<String> {
    if next == Some(Sort::Character(':')) {
        return Some(quoted(word));
    }
    let json = match word {
        "True" | "TRUE" | "YES" => "true",
        "False" | "FALSE" | "NO" => "false",
        "None" | "NULL" | "Null" | "nil" | "undefined" => "null",
        _ => return None,
    };
    Some(json.to_owned())
}
