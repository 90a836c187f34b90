//! NSLog: the form in which `NSLog` and `po` print a dictionary of Foundation.

use super::cursor::{Cursor, Read};

/// Number of digits after `\U`.
const WIDE: usize = 4;

/// Position of the dictionary in a text, which may have the words of a console line before it.
pub(super) fn start(text: &str) -> Option<usize> {
    let (before, inside) = text.split_once('{')?;
    let words = before.trim();
    let is_other = words.starts_with(['[', '(', '"', '\'']) && !words.contains("] ");
    if is_other || words.contains('\n') || !inside.contains(';') {
        return None;
    }
    let mut cursor = Cursor::new(inside, 0);
    cursor.skip_space();
    key(&mut cursor).ok()?;
    cursor.skip_space();
    (cursor.peek() == Some('=')).then_some(before.len())
}

/// Reads a value.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Read {
    cursor.skip_space();
    match cursor.peek() {
        Some('{') => dictionary(cursor),
        Some('(') => list(cursor),
        Some('"') => {
            let text = cursor.quoted(WIDE)?;
            if text == "<null>" {
                cursor.json.text.push_str("null");
            } else {
                cursor.json.string(&text);
            }
            Ok(())
        }
        Some('<') => {
            let data = cursor.until(|character| matches!(character, '>' | ';' | '\n'));
            if !cursor.take(">") {
                return Err(cursor.stop("a > is missing"));
            }
            match data {
                "<null" => cursor.json.text.push_str("null"),
                _ => cursor.json.string(&[data, ">"].concat()),
            }
            Ok(())
        }
        _ => {
            let word = word(cursor)?;
            cursor.bare(word);
            Ok(())
        }
    }
}

fn dictionary(cursor: &mut Cursor<'_>) -> Read {
    cursor.enter('{')?;
    loop {
        cursor.skip_space();
        if cursor.take("}") {
            cursor.leave('}');
            return Ok(());
        }
        let name = key(cursor)?;
        cursor.json.member(&name);
        cursor.expect("=", "an = is missing")?;
        value(cursor)?;
        cursor.skip_space();
        // `NSData` prints its length and bytes with a comma between them.
        if !cursor.take(";") && !cursor.take(",") && cursor.peek() != Some('}') {
            return Err(cursor.stop("a ; is missing"));
        }
    }
}

/// Reads a list; the cursor is at its opening parenthesis.
pub(super) fn list(cursor: &mut Cursor<'_>) -> Read {
    cursor.enter('[')?;
    loop {
        cursor.skip_space();
        if cursor.take(")") {
            cursor.leave(']');
            return Ok(());
        }
        cursor.json.element();
        value(cursor)?;
        cursor.skip_space();
        if !cursor.take(",") && cursor.peek() != Some(')') {
            return Err(cursor.stop("a comma is missing"));
        }
    }
}

fn key(cursor: &mut Cursor<'_>) -> Read<String> {
    match cursor.peek() {
        Some('"') => cursor.quoted(WIDE),
        _ => word(cursor).map(str::to_owned),
    }
}

fn word<'a>(cursor: &mut Cursor<'a>) -> Read<&'a str> {
    let ends = |character: char| {
        character.is_whitespace()
            || matches!(character, ';' | ',' | '=' | '{' | '}' | '(' | ')' | '"')
    };
    match cursor.until(ends) {
        "" => Err(cursor.stop("a name or a value is missing")),
        word => Ok(word),
    }
}
