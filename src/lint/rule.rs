//! A rule: one function, and the entry that explains it.

use crate::apns::finding::{Finding, Mend, Severity};

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
    pub(crate) path: String,
    pub(crate) sentence: String,
    pub(crate) mend: Option<Mend>,
}

impl Found {
    /// Something to say that is about no one place in the payload.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self {
            path: String::new(),
            sentence: sentence.into(),
            mend: None,
        }
    }

    /// Something to say about one place in the payload; `sentence` is given its path, fit to be
    /// shown.
    pub(crate) fn at(path: String, sentence: impl FnOnce(&str) -> String) -> Self {
        Self {
            sentence: sentence(&shown(&path)),
            path,
            mend: None,
        }
    }

    pub(crate) fn mend(self, mend: Option<Mend>) -> Self {
        Self { mend, ..self }
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
            rule: self.id,
            severity: self.severity,
            path: found.path,
            sentence: found.sentence,
            mend: found.mend,
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
