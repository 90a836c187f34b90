//! The splice: the one place where two texts differ, and where the caret belongs after the change.

use std::ops::Range;

use super::form::{Field, Form};

/// A longer piece of new text is looked at from its start.
const IN_SIGHT: usize = 80;

/// A piece that was taken out of a text, and the one that was put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Splice {
    /// The bytes both texts begin with.
    pub start: usize,
    removed: usize,
    inserted: usize,
}

impl Splice {
    /// The smallest single change that makes `new` of `old`.
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

    /// Where the old text differs.
    pub fn removed(self) -> Range<usize> {
        self.start..self.start + self.removed
    }

    /// Where the new text differs.
    pub fn inserted(self) -> Range<usize> {
        self.start..self.start + self.inserted
    }

    /// Where the caret belongs in the new text, counted in UTF-16 units as browsers do: behind the new piece, or before
    /// it when that is too long to be seen at once.
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

/// Where something was changed in a form, and where the caret belongs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the field or list.
    pub name: &'static str,
    /// The caret, in UTF-16 units, where there is one.
    pub caret: Option<u32>,
}

impl Place {
    /// The place of the change that makes `after` of `before`; of several the payload's, or else the first on the page.
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
