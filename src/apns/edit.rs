//! An edit: the smallest change of a payload's text that changes one member of it.
//!
//! Parsing and writing anew would lose the user's layout, and a text with placeholders in it need
//! not be JSON yet. So the text is walked, not parsed: it only has to be well-formed on the way to
//! the member in question.

use std::ops::Range;

use crate::apns::json::{quoted, unquoted};
use crate::apns::path::{Path, Step};

/// A change at one place of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The member at this path gets another value, given as JSON.
    Replace(Path, String),
    /// The member at this path goes.
    Remove(Path),
    /// A member at this path, of this JSON value, comes last in its object.
    Add(Path, String),
}

/// The text after these edits, or `None` when it has no such place.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    edits.iter().try_fold(text.to_owned(), |text, edit| {
        let (range, new) = match edit {
            Edit::Replace(path, value) => (find(&text, path.steps())?, value.clone()),
            Edit::Remove(path) => {
                let (object, index) = member(&text, path.steps())?;
                (object.without(index), String::new())
            }
            Edit::Add(path, value) => match path.split_last()? {
                (Step::Name(name), outer) => {
                    object(&text, find(&text, outer.steps())?.start)?.with(&text, name, value)
                }
                (Step::Index(_), _) => return None,
            },
        };
        let mut text = text;
        text.replace_range(range, &new);
        Some(text)
    })
}

struct Member {
    key: Range<usize>,
    value: Range<usize>,
}

/// An object in the text: what is between its braces, and its members.
struct Object {
    inside: Range<usize>,
    members: Vec<Member>,
}

impl Object {
    /// What to take away so that a member and its comma are gone.
    fn without(&self, index: usize) -> Range<usize> {
        let member = &self.members[index];
        match (index.checked_sub(1), self.members.get(index + 1)) {
            (_, Some(next)) => member.key.start..next.key.start,
            (Some(before), None) => self.members[before].value.end..member.value.end,
            (None, None) => self.inside.clone(),
        }
    }

    /// Where a new last member goes, laid out as the one before it.
    fn with(&self, text: &str, name: &str, value: &str) -> (Range<usize>, String) {
        let name = quoted(name);
        let Some(last) = self.members.last() else {
            return (self.inside.clone(), [&name, ":", value].concat());
        };
        let gap = text[..last.key.start]
            .rfind(['{', ','])
            .map_or("", |start| &text[start + 1..last.key.start]);
        let colon = &text[last.key.end..last.value.start];
        (
            last.value.end..last.value.end,
            [",", gap, &name, colon, value].concat(),
        )
    }
}

/// Where the value at this path stands in the text.
fn find(text: &str, steps: &[Step]) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = space(bytes, 0);
    let mut value = start..start;
    for step in steps {
        value = match step {
            Step::Name(name) => {
                let object = object(text, value.start)?;
                object.members[position(text, &object, name)?].value.clone()
            }
            Step::Index(index) => element(bytes, value.start, *index)?,
        };
    }
    Some(value)
}

/// The member at this path, and the object it is in.
fn member(text: &str, steps: &[Step]) -> Option<(Object, usize)> {
    let (Step::Name(name), outer) = steps.split_last()? else {
        return None;
    };
    let object = object(text, find(text, outer)?.start)?;
    let index = position(text, &object, name)?;
    Some((object, index))
}

/// The value at this position of the list that starts here.
fn element(bytes: &[u8], start: usize, index: usize) -> Option<Range<usize>> {
    if bytes.get(start) != Some(&b'[') {
        return None;
    }
    let mut at = space(bytes, start + 1);
    for _ in 0..index {
        at = space(bytes, end_of_value(bytes, at)?);
        if *bytes.get(at)? != b',' {
            return None;
        }
        at = space(bytes, at + 1);
    }
    Some(at..end_of_value(bytes, at)?)
}

/// Of two members with one name the last counts, as it does for the phone.
fn position(text: &str, object: &Object, name: &str) -> Option<usize> {
    object.members.iter().rposition(|member| {
        let raw = &text[member.key.clone()];
        if raw.contains('\\') {
            unquoted(raw).is_some_and(|key| key == name)
        } else {
            raw.trim_matches('"') == name
        }
    })
}

/// Reads the members of the object that starts here.
fn object(text: &str, start: usize) -> Option<Object> {
    let bytes = text.as_bytes();
    if bytes.get(start) != Some(&b'{') {
        return None;
    }
    let mut members = Vec::new();
    let mut at = space(bytes, start + 1);
    while *bytes.get(at)? != b'}' {
        let key = at..string(bytes, at)?;
        at = space(bytes, key.end);
        if *bytes.get(at)? != b':' {
            return None;
        }
        let first = space(bytes, at + 1);
        let value = first..end_of_value(bytes, first)?;
        at = space(bytes, value.end);
        members.push(Member { key, value });
        match *bytes.get(at)? {
            b',' => at = space(bytes, at + 1),
            b'}' => {}
            _ => return None,
        }
    }
    Some(Object {
        inside: start + 1..at,
        members,
    })
}

fn space(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..]
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count()
}

/// The end of the string that starts here.
fn string(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The end of the value that starts here. Brackets are counted, so a placeholder such as `{{now}}` is one value.
fn end_of_value(bytes: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match *bytes.get(at)? {
            b'"' => at = string(bytes, at)? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => depth -= 1,
            byte if depth == 0
                && (byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']')) =>
            {
                return (at > start).then_some(at);
            }
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(bytes[at - 1], b'"' | b'}' | b']') {
            return Some(at);
        }
    }
}
