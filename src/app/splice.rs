//! A splice: the one place where two texts differ, and the position of the caret after the change.

use std::ops::Range;

use super::form::{Field, Form};

/// Length in bytes beyond which an inserted text is shown from its start.
const IN_SIGHT: usize = 80;

/// A part of a text that was replaced by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Splice {
    /// Number of bytes both texts begin with.
    pub start: usize,
    removed: usize,
    inserted: usize,
}

impl Splice {
    /// Returns the smallest single replacement that turns `old` into `new`.
    pub fn between(old: &str, new: &str) -> Self {
        let mut start = old
            .bytes()
            .zip(new.bytes())
            .take_while(|(one, other)| one == other)
            .count();
        while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
            start -= 1;
        }
        let tails = old.as_bytes()[start..]
            .iter()
            .rev()
            .zip(new.as_bytes()[start..].iter().rev());
        let mut tail = tails.take_while(|(one, other)| one == other).count();
        while !old.is_char_boundary(old.len() - tail) || !new.is_char_boundary(new.len() - tail) {
            tail -= 1;
        }
        Self {
            start,
            removed: old.len() - tail - start,
            inserted: new.len() - tail - start,
        }
    }

    /// Byte range of the replaced part in the old text.
    pub fn removed(self) -> Range<usize> {
        self.start..self.start + self.removed
    }

    /// Byte range of the inserted part in the new text.
    pub fn inserted(self) -> Range<usize> {
        self.start..self.start + self.inserted
    }

    /// Returns the caret's position in the new text, in UTF-16 units as browsers count: after the
    /// inserted part, or before it if that is too long to be seen at once.
    pub fn caret(self, new: &str) -> u32 {
        let piece = &new[self.inserted()];
        let is_in_sight = piece.len() <= IN_SIGHT && !piece.contains('\n');
        let at = if is_in_sight {
            self.inserted().end
        } else {
            self.start
        };
        new[..at].encode_utf16().count() as u32
    }
}

/// The changed field or list of a form, and the caret's position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Name of the field or list.
    pub name: &'static str,
    /// Caret position in UTF-16 units; `None` for a list.
    pub caret: Option<u32>,
}

impl Place {
    /// Returns the place where two forms differ: the payload if it differs, or else the first place
    /// on the page.
    pub fn between(before: &Form, after: &Form) -> Option<Self> {
        let of = |field: Field| {
            let (old, new) = (before.text(field), after.text(field));
            (old != new).then(|| Self {
                name: field.name(),
                caret: Some(Splice::between(old, new).caret(new)),
            })
        };
        let typed = || {
            Field::ALL
                .into_iter()
                .filter(|field| *field != Field::Certificate)
                .find_map(of)
        };
        let chosen = || {
            (before.push_type != after.push_type).then_some(Self {
                name: "push-type",
                caret: None,
            })
        };
        of(Field::Payload).or_else(typed).or_else(chosen)
    }
}
