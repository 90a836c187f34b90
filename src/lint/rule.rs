//! A rule: one function, and the entry that explains it.

use crate::apns::finding::{Finding, Mend, Severity};
use crate::sentence::Sentence;

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
    pub(crate) what: Sentence,
    pub(crate) mend: Option<Mend>,
}

impl Found {
    /// Something to say that is about no one place in the payload.
    pub(crate) fn new(what: Sentence) -> Self {
        Self {
            path: String::new(),
            what,
            mend: None,
        }
    }

    /// The same without anything else to tell.
    pub(crate) fn plain(id: &'static str) -> Self {
        Self::new(Sentence::new(id))
    }

    /// Something to say about one place in the payload, which it names first.
    pub(crate) fn at(path: String, id: &'static str) -> Self {
        let what = Sentence::new(id).gap(&shown(&path));
        Self {
            path,
            what,
            mend: None,
        }
    }

    /// The same with one thing more to tell.
    pub(crate) fn gap(mut self, text: &str) -> Self {
        self.what = self.what.gap(text);
        self
    }

    pub(crate) fn mend(self, mend: Option<Mend>) -> Self {
        Self { mend, ..self }
    }
}

/// What of a rule the looking needs. The prose stays behind in its entry: the page loads it later, as data.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check<F> {
    id: &'static str,
    severity: Severity,
    pub(crate) check: F,
}

impl<F: Copy> Rule<F> {
    const fn without_prose(&self) -> Check<F> {
        Check {
            id: self.id,
            severity: self.severity,
            check: self.check,
        }
    }
}

/// The checks of a list of rules.
pub(crate) const fn checks<F: Copy, const N: usize>(rules: &[Rule<F>; N]) -> [Check<F>; N] {
    let mut checks = [rules[0].without_prose(); N];
    let mut index = 0;
    while index < N {
        checks[index] = rules[index].without_prose();
        index += 1;
    }
    checks
}

impl<F> Check<F> {
    pub(crate) fn finding(&self, found: Found) -> Finding {
        Finding {
            rule: self.id,
            severity: self.severity,
            path: found.path,
            sentence: found.what,
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
