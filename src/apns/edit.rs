//! Edit: the smallest change of a payload's text that changes one of its members.
//!
//! Parsing and serialising would lose the user's layout, and a text with placeholders need not be
//! valid JSON. Therefore the text is only scanned, and has to be well-formed only up to the member
//! in question.

use std::ops::Range;

use crate::apns::json::{quoted, unquoted};
use crate::apns::path::{Path, Step};

/// Change of one member of a payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Replaces the value of the member at this path with this JSON value.
    Replace(Path, String),
    /// Removes the member at this path.
    Remove(Path),
    /// Adds a member with this path and JSON value at the end of its object.
    Add(Path, String),
}

impl Edit {
    fn path(&self) -> &Path {
        match self {
            Self::Replace(path, _) | Self::Remove(path) | Self::Add(path, _) => path,
        }
    }

    /// Returns `true` if both change the same member, or one of them a member inside the other's.
    pub fn overlaps(&self, other: &Self) -> bool {
        let (one, other) = (self.path().steps(), other.path().steps());
        one.starts_with(other) || other.starts_with(one)
    }
}

/// Applies the edits to the text; `None` if the text has no such path.
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
        Some(replaced(&text, range, &new))
    })
}

/// Text with another one in the place of a range.
pub(super) fn replaced(text: &str, range: Range<usize>, new: &str) -> String {
    [&text[..range.start], new, &text[range.end..]].concat()
}

struct Member {
    key: Range<usize>,
    value: Range<usize>,
}

/// Object in the text: the range between its braces, and its members.
struct Object {
    inside: Range<usize>,
    members: Vec<Member>,
}

impl Object {
    /// Range to delete in order to remove a member and its comma.
    fn without(&self, index: usize) -> Range<usize> {
        let member = &self.members[index];
        match (index.checked_sub(1), self.members.get(index + 1)) {
            (_, Some(next)) => member.key.start..next.key.start,
            (Some(before), None) => self.members[before].value.end..member.value.end,
            (None, None) => self.inside.clone(),
        }
    }

    /// Range and text of a new last member, with the layout of the one before it.
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

/// Range of the value at this path in the text.
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

/// Object that contains the member at this path, and the index of the member.
fn member(text: &str, steps: &[Step]) -> Option<(Object, usize)> {
    let (Step::Name(name), outer) = steps.split_last()? else {
        return None;
    };
    let object = object(text, find(text, outer)?.start)?;
    let index = position(text, &object, name)?;
    Some((object, index))
}

/// Range of the value at this index in the list that starts at `start`.
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

/// Index of a member by name. Of duplicate names the last counts, as on the phone.
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

/// Parses the members of the object that starts at `start`.
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

/// End of the string that starts at `start`.
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

/// End of the value that starts at `start`. Brackets are counted, so a placeholder such as
/// `{{now}}` is one value.
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
