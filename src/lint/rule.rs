//! Rule: one function, and the entry that explains it.

use serde_json::Value;

use crate::apns::finding::{Certainty, Finding, Place, Severity};
use crate::apns::fix::Fix;
use crate::apns::path::Path;

/// Rule of the linter. `F` is the check: a function of a [`Request`](super::Request) or of a
/// [`call::Subject`](super::call::Subject).
#[derive(Clone, Copy, Debug)]
pub struct Rule<F> {
    /// Stable identifier, in kebab case.
    pub id: &'static str,
    /// Severity of the findings; a finding that is only likely is a warning at most.
    pub severity: Severity,
    /// Certainty of the findings about an unknown app.
    pub certainty: Certainty,
    /// Title in a few words.
    pub title: &'static str,
    /// Consequence: the reaction of the phone or of APNs.
    pub why: &'static str,
    /// Public report or documentation of the failure.
    pub source: &'static str,
    /// Instruction for the user.
    pub fix: &'static str,
    /// Check; returns `None` if there is nothing to report.
    pub check: F,
}

/// Result of a check: the part of a finding that differs from push to push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub(crate) place: Place,
    pub(crate) sentence: String,
    pub(crate) certainty: Option<Certainty>,
    pub(crate) app: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) fix: Option<Fix>,
}

impl Found {
    /// Result that concerns no single place in the payload.
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self::about(Place::Whole, sentence.into())
    }

    /// Result about one place in the payload. The sentence has its path, formatted for display,
    /// between `before` and `behind`.
    pub(crate) fn at(path: String, [before, behind]: [&str; 2]) -> Self {
        let sentence = [before, &shown(&path), behind].concat();
        Self::about(Place::Path(path), sentence)
    }

    #[inline(never)]
    fn about(place: Place, sentence: String) -> Self {
        Self {
            place,
            sentence,
            certainty: None,
            app: None,
            source: None,
            fix: None,
        }
    }

    /// Sets the place to a member of the payload, if the payload has it.
    pub(crate) fn at_member(self, payload: &Value, path: &str) -> Self {
        let is_there = Path::parse(path).is_ok_and(|path| path.find(payload).is_some());
        if !is_there {
            return self;
        }
        Self {
            place: Place::Path(path.to_owned()),
            ..self
        }
    }

    /// Sets the certainty, where it differs from that of the rule.
    pub(crate) fn certainty(self, certainty: Certainty) -> Self {
        Self {
            certainty: Some(certainty),
            ..self
        }
    }

    pub(crate) fn fix(self, fix: Option<Fix>) -> Self {
        Self { fix, ..self }
    }
}

/// Title, consequence, fix and source of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prose {
    /// Identifier of the rule.
    pub id: &'static str,
    /// Title in a few words.
    pub title: &'static str,
    /// Consequence: the reaction of the phone or of APNs.
    pub why: &'static str,
    /// Instruction for the user.
    pub fix: &'static str,
    /// Public report or documentation of the failure.
    pub source: &'static str,
    certainty: Certainty,
}

impl Prose {
    /// Returns `true` if a finding of this certainty may state the consequence; otherwise it would
    /// say too much.
    pub fn fits(&self, certainty: Certainty) -> bool {
        self.certainty.fits(certainty)
    }

    /// Consequence, for a finding of this certainty; empty if it would say too much.
    pub fn consequence(&self, certainty: Certainty) -> &'static str {
        if self.fits(certainty) { self.why } else { "" }
    }
}

/// Rules as the program holds them: on the page without their prose, which would be four kilobytes
/// of every first visit. The page loads it when it shows a finding.
pub(super) const fn held<F: Copy, const N: usize>(mut rules: [Rule<F>; N]) -> [Rule<F>; N] {
    let mut number = 0;
    while cfg!(target_arch = "wasm32") && number < N {
        rules[number].title = "";
        rules[number].why = "";
        rules[number].fix = "";
        rules[number].source = "";
        number += 1;
    }
    rules
}

impl<F> Rule<F> {
    /// Prose of the rule, which is the same for all its findings.
    pub fn prose(&self) -> Prose {
        Prose {
            id: self.id,
            title: self.title,
            why: self.why,
            fix: self.fix,
            source: self.source,
            certainty: self.certainty,
        }
    }

    pub(crate) fn finding(&self, found: Found) -> Finding {
        let certainty = found.certainty.unwrap_or(self.certainty);
        Finding {
            code: self.id,
            severity: match certainty {
                Certainty::Likely => self.severity.max(Severity::Warning),
                Certainty::Certain | Certainty::ThisApp => self.severity,
            },
            certainty,
            place: found.place,
            sentence: found.sentence,
            app: found.app,
            source: found.source,
            fix: found.fix,
        }
    }
}

/// Words about the others of several members; empty if there is one.
pub(crate) fn and_more(all: usize) -> String {
    match all {
        1 => String::new(),
        _ => [" (and ", &(all - 1).to_string(), " more)"].concat(),
    }
}

/// Formats a name or value of the user's for a sentence: shortened, and on one line.
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
