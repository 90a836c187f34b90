//! A sentence: something to say, as the word it is known by and the values that stand in its gaps.
//!
//! How it is worded stands beside the error, rule or cause that says it, in a table `WORDINGS` of
//! its file.

use std::fmt;

/// Wordings by the word of their sentence. `{0}`, `{1}` and so on are the gaps.
pub(crate) type Wordings = &'static [(&'static str, &'static str)];

/// A sentence that is still to be worded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// The stable word for it: a code or a rule, with a full stop and more behind it where one of
    /// those says several things.
    pub id: &'static str,
    /// What stands in its gaps: numbers, places, and what somebody has typed.
    pub gaps: Vec<String>,
}

impl Sentence {
    /// A sentence without gaps, or with gaps still to be filled.
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            gaps: Vec::new(),
        }
    }

    /// The same with this in its next gap.
    pub fn gap(mut self, text: &str) -> Self {
        self.gaps.push(text.to_owned());
        self
    }

    /// The same with this number in its next gap.
    pub fn number(mut self, number: usize) -> Self {
        self.gaps.push(number.to_string());
        self
    }

    /// The code, rule or cause that says it.
    pub fn code(&self) -> &'static str {
        match self.id.split_once('.') {
            Some((code, _)) => code,
            None => self.id,
        }
    }

    /// The sentence in this wording.
    pub fn worded(&self, wording: &str) -> String {
        let mut text = String::new();
        for (index, piece) in wording.split('{').enumerate() {
            match self.gap_of(piece) {
                Some(gap) => {
                    text.push_str(gap);
                    text.push_str(&piece[2..]);
                }
                // A brace of the sentence itself.
                None => {
                    text.push_str(if index > 0 { "{" } else { "" });
                    text.push_str(piece);
                }
            }
        }
        text
    }

    /// The gap whose number, with its closing brace, `piece` begins with.
    fn gap_of(&self, piece: &str) -> Option<&str> {
        match piece.as_bytes() {
            [digit @ b'0'..=b'9', b'}', ..] => {
                self.gaps.get(usize::from(digit - b'0')).map(String::as_str)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wording = wordings().find(|(id, _)| *id == self.id);
        f.write_str(
            &wording.map_or_else(|| self.id.to_owned(), |(_, wording)| self.worded(wording)),
        )
    }
}

/// All wordings, each with the word of its sentence.
pub fn wordings() -> impl Iterator<Item = (&'static str, &'static str)> {
    let tables = crate::apns::wordings::TABLES
        .iter()
        .chain(crate::call::wordings::TABLES)
        .chain(crate::lint::TABLES)
        .chain(crate::diagnosis::TABLES);
    tables.copied().flatten().copied().flatten().copied()
}
