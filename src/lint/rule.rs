//! A rule: one function, and the entry that explains it.

use crate::apns::finding::{Finding, Place, Severity};
use crate::apns::fix::Fix;

/// A rule of the linter. `F` is the function that looks: at a [`Request`](super::Request), or at a
/// [`call::Subject`](super::call::Subject).
#[derive(Clone, Copy, Debug)]
pub struct Rule<F> {
    /// The stable word for it, in kebab case.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The rule in a few words.
    pub title: &'static str,
    /// What the phone or APNs will do.
    pub why: &'static str,
    /// Where that was seen or is documented.
    pub source: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Looks, and says what is there.
    pub check: F,
}

/// What a rule found: the part of a finding that differs from push to push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub(crate) place: Place,
    pub(crate) sentence: String,
    pub(crate) fix: Option<Fix>,
}

impl Found {
    /// Something to say that is about no one place in the payload.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            place: Place::Whole,
            sentence: sentence.into(),
            fix: None,
        }
    }

    /// Something to say about one place in the payload; `sentence` is given its path, fit to be
    /// shown.
    pub(crate) fn at(path: String, sentence: impl FnOnce(&str) -> String) -> Self {
        Self {
            sentence: sentence(&shown(&path)),
            place: Place::Path(path),
            fix: None,
        }
    }

    pub(crate) fn fix(self, fix: Option<Fix>) -> Self {
        Self { fix, ..self }
    }
}

/// Title, reason, fix and source of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prose {
    /// The rule's ID.
    pub id: &'static str,
    /// The rule in a few words.
    pub title: &'static str,
    /// What the phone or APNs will do.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Where that was seen or is documented.
    pub source: &'static str,
}

impl<F> Rule<F> {
    /// What is said about it whenever it finds something.
    pub fn prose(&self) -> Prose {
        Prose {
            id: self.id,
            title: self.title,
            why: self.why,
            fix: self.fix,
            source: self.source,
        }
    }

    pub(crate) fn finding(&self, found: Found) -> Finding {
        Finding {
            code: self.id,
            severity: self.severity,
            place: found.place,
            sentence: found.sentence,
            fix: found.fix,
        }
    }
}

/// A name or value of the user's in a sentence: short, and on one line.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 28;
    let visible = |character: char| {
        if matches!(character, '\0'..='\x1f' | '\x7f'..='\u{9f}') {
            ' '
        } else {
            character
        }
    };
    let mut shown: String = text.chars().take(MOST).map(visible).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}
