//! Python: the form in which Python prints a dict.

use super::cursor::{Cursor, Read};
use crate::apns::payload::number::{is_number, is_of_word};

/// Number of digits after `\U`.
const WIDE: usize = 8;

/// Reads a value.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Read {
    skip_space(cursor);
    match cursor.peek() {
        Some('{') => return dict(cursor),
        Some('[') => return list(cursor, "]"),
        Some('(') => return list(cursor, ")"),
        _ => {}
    }
    if let Some(text) = text(cursor)? {
        cursor.json.string(&text);
        return Ok(());
    }
    let word = word(cursor);
    let json = match word {
        "True" => "true",
        "False" => "false",
        "None" => "null",
        _ if is_number(word) => word,
        // A value printed as it is made, such as `UUID('…')`.
        _ if !word.is_empty() && cursor.take("(") => {
            cursor.descend()?;
            value(cursor)?;
            cursor.ascend();
            return cursor.expect(")", "a ) is missing");
        }
        _ => return Err(cursor.stop("a value is missing")),
    };
    cursor.json.text.push_str(json);
    Ok(())
}

fn dict(cursor: &mut Cursor<'_>) -> Read {
    cursor.enter('{')?;
    loop {
        skip_space(cursor);
        if cursor.take("}") {
            cursor.leave('}');
            return Ok(());
        }
        let name = match text(cursor)? {
            Some(name) => name,
            None => match word(cursor) {
                "" => return Err(cursor.stop("a key is missing")),
                word => word.to_owned(),
            },
        };
        cursor.json.member(&name);
        cursor.expect(":", "a colon is missing")?;
        value(cursor)?;
        skip_space(cursor);
        if !cursor.take(",") && cursor.peek() != Some('}') {
            return Err(cursor.stop("a comma is missing"));
        }
    }
}

fn list(cursor: &mut Cursor<'_>, end: &str) -> Read {
    cursor.enter('[')?;
    loop {
        skip_space(cursor);
        if cursor.take(end) {
            cursor.leave(']');
            return Ok(());
        }
        cursor.json.element();
        value(cursor)?;
        skip_space(cursor);
        if !cursor.take(",") && !cursor.rest().starts_with(end) {
            return Err(cursor.stop("a comma is missing"));
        }
    }
}

/// Text in quotes, which may have a prefix such as `u`; `None` if something else comes next.
fn text(cursor: &mut Cursor<'_>) -> Read<Option<String>> {
    let rest = cursor.rest();
    let quotes = rest.trim_start_matches(['u', 'U', 'b', 'B']);
    if !quotes.starts_with(['\'', '"']) || rest.len() - quotes.len() > 1 {
        return Ok(None);
    }
    cursor.at += rest.len() - quotes.len();
    cursor.quoted(WIDE).map(Some)
}

fn word<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    cursor.until(|character| !character.is_ascii() || !is_of_word(character as u8))
}

/// Passes white space and comments.
fn skip_space(cursor: &mut Cursor<'_>) {
    cursor.skip_space();
    while cursor.peek() == Some('#') {
        cursor.until(|character| character == '\n');
        cursor.skip_space();
    }
}
