//! Swift: the form in which `print` shows a dictionary of Swift.

use super::cursor::{Cursor, Read};
use super::nslog;

/// Wrapper that Swift prints around a key of any type.
const ANY_KEY: &str = "AnyHashable(";

/// Number of digits after `\U`, which only dictionaries of Foundation have.
const WIDE: usize = 4;

/// Surroundings of a value without quotes, which say where it ends.
#[derive(Clone, Copy, PartialEq)]
enum Around {
    /// Dictionary with keys in `AnyHashable(…)`.
    AnyKeys,
    /// Dictionary with other keys.
    Keys,
    List,
    /// `Optional(…)`.
    Wrapper,
}

/// Position of the dictionary in a text, which may have the words of a console line before it.
pub(super) fn start(text: &str) -> Option<usize> {
    if let Some(start) = text.find("[AnyHashable(") {
        let before = text[..start].trim();
        let is_start = !before.contains('\n') && !before.starts_with(['{', '[']);
        return is_start.then_some(start);
    }
    let start = text.len() - text.trim_start().len();
    let start = start
        + if text[start..].starts_with("Optional([") {
            9
        } else {
            0
        };
    let mut cursor = Cursor::new(text, start);
    let is_dictionary = cursor.take("[") && cursor.peek() == Some('"') && key(&mut cursor).is_ok();
    (is_dictionary && cursor.peek() == Some(':')).then_some(start)
}

/// Reads a dictionary or a list; the cursor is at its opening bracket.
pub(super) fn collection(cursor: &mut Cursor<'_>) -> Read {
    let start = cursor.at;
    cursor.next();
    cursor.skip_space();
    let is_empty = cursor.take(":");
    let is_dictionary = is_empty || (key(cursor).is_ok() && cursor.peek() == Some(':'));
    cursor.at = start;
    let (open, close) = if is_dictionary {
        ('{', '}')
    } else {
        ('[', ']')
    };
    cursor.enter(open)?;
    if is_empty {
        cursor.skip_space();
        cursor.next();
    }
    loop {
        cursor.skip_space();
        if cursor.take("]") {
            cursor.leave(close);
            return Ok(());
        }
        let mut around = Around::List;
        if is_dictionary {
            around = if cursor.rest().starts_with(ANY_KEY) {
                Around::AnyKeys
            } else {
                Around::Keys
            };
            let name = key(cursor)?;
            cursor.json.member(&name);
            cursor.expect(":", "a colon is missing")?;
        } else {
            cursor.json.element();
        }
        value(cursor, around)?;
        cursor.skip_space();
        if !cursor.take(",") && cursor.peek() != Some(']') {
            return Err(cursor.stop("a comma is missing"));
        }
    }
}

/// Reads a key.
fn key(cursor: &mut Cursor<'_>) -> Read<String> {
    let is_any = cursor.take(ANY_KEY);
    let name = match cursor.peek() {
        Some('"') => cursor.quoted(WIDE)?,
        _ => {
            let ends = |character: char| {
                character.is_whitespace() || matches!(character, ':' | ')' | ',' | '[' | ']')
            };
            cursor.until(ends).to_owned()
        }
    };
    if name.is_empty() {
        return Err(cursor.stop("a key is missing"));
    }
    if is_any && !cursor.take(")") {
        return Err(cursor.stop("a ) is missing"));
    }
    Ok(name)
}

fn value(cursor: &mut Cursor<'_>, around: Around) -> Read {
    cursor.skip_space();
    if cursor.take("Optional(") || cursor.take(ANY_KEY) {
        cursor.descend()?;
        value(cursor, Around::Wrapper)?;
        cursor.ascend();
        return cursor.expect(")", "a ) is missing");
    }
    let rest = cursor.rest();
    match cursor.peek() {
        Some('[') => return collection(cursor),
        Some('{') => return nslog::value(cursor),
        Some('(') if rest[1..].starts_with(['\n', '\r']) => return nslog::list(cursor),
        Some('"') => {
            let start = cursor.at;
            let text = cursor.quoted(WIDE)?;
            if cursor.rest().trim_start().starts_with([',', ']', ')']) {
                cursor.json.string(&text);
                return Ok(());
            }
            // The quotes are a part of a text that is printed without quotes.
            cursor.at = start;
        }
        _ => {}
    }
    let length = bare_length(rest, around);
    cursor.at += length;
    match rest[..length].trim_end() {
        "" => return Err(cursor.stop("a value is missing")),
        "nil" | "<null>" => cursor.json.text.push_str("null"),
        word @ ("true" | "false") => cursor.json.text.push_str(word),
        word => cursor.bare(word),
    }
    Ok(())
}

/// Length of a value that is printed without quotes.
fn bare_length(rest: &str, around: Around) -> usize {
    let mut open = 0_usize;
    for (index, character) in rest.char_indices() {
        let behind = || rest[index + 1..].trim_start();
        let ends = match character {
            '[' => {
                open += 1;
                false
            }
            ']' if open > 0 => {
                open -= 1;
                false
            }
            ']' => true,
            ')' => around == Around::Wrapper,
            ',' => match around {
                Around::AnyKeys => behind().starts_with(ANY_KEY),
                Around::Keys => behind().starts_with('"'),
                Around::List | Around::Wrapper => true,
            },
            _ => false,
        };
        if ends {
            return index;
        }
    }
    rest.len()
}
