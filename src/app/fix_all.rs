//! *Fix all*: one step that applies every fix that is certain.

use super::action::Action;
use super::composed::Composed;
use super::form::Field;
use super::state::State;
use crate::apns::finding::Certainty;
use crate::apns::fix::{Change, Fix};
use crate::apns::{Finding, Severity};

/// Most fixes of one step. No payload has as many kinds of mistakes.
const MOST: usize = 32;

impl State {
    /// Applies every fix that is certain, and those of the findings that come to light thereby.
    /// Returns their number.
    pub(super) fn fix_all(&mut self) -> usize {
        let mut done: Vec<&'static str> = Vec::new();
        while done.len() < MOST {
            let composed = self.composed();
            let fixes = composed.certain_fixes();
            let Some((code, fix)) = fixes.into_iter().find(|(code, _)| !done.contains(code)) else {
                break;
            };
            let action = Action::of_fix(Field::Payload, fix.clone());
            self.apply(action);
            done.push(code);
        }
        done.len()
    }

    /// Returns the number of fixes that *Fix all* applies; 0 if it has no more than one.
    pub fn all_fixes(&self, composed: &Composed) -> usize {
        let listed = composed.certain_fixes().len();
        let all = match composed.payload {
            // A mistake in the text of the payload hides the others.
            Err(_) if listed > 0 => self.trial().fix_all(),
            _ => listed,
        };
        if all > 1 { all } else { 0 }
    }

    /// Returns a state with the same findings, in which fixes can be tried. Of the rest it has
    /// nothing, because a copy of every part would be a kilobyte of the page.
    fn trial(&self) -> Self {
        Self {
            form: self.form.clone(),
            key: self.key.clone(),
            left: self.left.clone(),
            stops: self.stops.clone(),
            relay_info: self.relay_info.clone(),
            values: self.values.clone(),
            utc_offset: self.utc_offset,
            used: self.used.clone(),
            memory: self.memory.clone(),
            refused_key: self.refused_key.clone(),
            ..Self::default()
        }
    }
}

impl Composed {
    /// Returns the code and the fix of each error and warning whose fix is certain and conflicts
    /// with no other.
    fn certain_fixes(&self) -> Vec<(&'static str, &Fix)> {
        let mut fixes = Vec::new();
        for finding in self.payload_finding.iter().chain(&self.remarks) {
            if let Some(fix) = finding.fix.as_ref().filter(|fix| is_certain(finding, fix)) {
                fixes.push((finding.code, fix));
            }
        }
        let all: Vec<&Fix> = fixes.iter().map(|(_, fix)| *fix).collect();
        fixes.retain(|(_, fix)| {
            !all.iter()
                .any(|other| do_conflict(&fix.change, &other.change))
        });
        fixes
    }
}

/// Returns `true` if nobody has to choose: the finding is no guess and no mere note, and the fix
/// has one result. The environment decides which phones ring, so it is left to its user.
fn is_certain(finding: &Finding, fix: &Fix) -> bool {
    finding.severity != Severity::Note
        && finding.certainty != Certainty::Likely
        && !matches!(fix.change, Change::EitherText(..) | Change::Environment(_))
}

/// Returns `true` if two fixes change one thing in different ways.
fn do_conflict(one: &Change, other: &Change) -> bool {
    match (one, other) {
        _ if one == other => false,
        (Change::Header { name, .. }, Change::Header { name: other, .. }) => name == other,
        (Change::Payload(edits), Change::Payload(others)) => edits
            .iter()
            .any(|edit| others.iter().any(|other| edit.overlaps(other))),
        _ => false,
    }
}
