//! Causes of the last outcome: how many are shown in full. Their prose, and that of the linter's
//! rules, which the relay supplies.

use serde_json::Value;

use super::state::State;
use super::verdict::Tone;
use crate::apns::{Finding, Outcome, Severity};
use crate::diagnosis::{Action, Rank};
use crate::lint;

/// Number of causes in full if no receipt came: there is no evidence for one of them.
const SHOWN: usize = 3;

impl State {
    /// Number of causes that are shown in full. An accepted push needs no explanation, unless the
    /// phone reports a problem or stays silent.
    pub fn causes_in_full(&self) -> usize {
        match self.diagnoses.first() {
            Some(_) if self.ring()["state"] == "nothing" => {
                let all = self.diagnoses.iter();
                let likely = all.take_while(|cause| cause.rank != Rank::RuledOut);
                likely.count().min(SHOWN)
            }
            Some(first) if first.rank == Rank::Certain || !self.is_well() => 1,
            _ => 0,
        }
    }

    /// Returns `true` if a cause shown in full offers to switch the simulator's faults off.
    pub fn offers_faults_off(&self) -> bool {
        let full = self.diagnoses.iter().take(self.causes_in_full());
        let mut actions = full.flat_map(|diagnosis| &diagnosis.actions);
        actions.any(|action| *action == Action::FaultsOff)
    }

    /// Returns `true` if a cause is shown in full without its prose.
    pub fn lacks_prose(&self) -> bool {
        let mut shown = self.diagnoses.iter().take(self.causes_in_full());
        self.causes.is_null() && shown.any(|diagnosis| diagnosis.cause.lacks_prose())
    }

    /// Returns `true` if the last push was accepted.
    pub fn is_accepted(&self) -> bool {
        let report = self.report.as_ref();
        report.is_some_and(|report| report.outcome == Outcome::Accepted)
    }

    /// Returns the tone of the verdict.
    pub fn tone(&self) -> Option<Tone> {
        self.verdict().map(|verdict| verdict.tone)
    }

    /// Returns `true` if the push was accepted and nothing speaks against a call.
    fn is_well(&self) -> bool {
        self.is_accepted() && matches!(self.tone(), Some(Tone::Good | Tone::Open))
    }

    /// Takes over prose of the causes or the rules.
    pub fn take_prose(&mut self, answer: &str) {
        let mut answer: Value = serde_json::from_str(answer).unwrap_or_default();
        for (name, prose) in [("causes", &mut self.causes), ("rules", &mut self.rules)] {
            if let Some(supplied) = answer.get_mut(name) {
                *prose = supplied.take();
            }
        }
    }

    /// Returns a text of a cause: its own, or else the one that the relay supplied.
    pub fn prose_of<'a>(&'a self, cause: &str, name: &str, own: &'a str) -> &'a str {
        supplied(&self.causes, cause, name, own)
    }

    /// Returns `true` if one of these findings is shown without the prose of its rule. Notes are
    /// shown once their list was opened.
    pub fn lacks_prose_of(&self, findings: &[Finding], with_notes: bool) -> bool {
        let is_bare = |finding: &Finding| {
            let is_shown = with_notes || finding.severity != Severity::Note;
            is_shown && lint::prose(finding.code).is_some_and(|prose| prose.fix.is_empty())
        };
        self.rules.is_null() && findings.iter().any(is_bare)
    }

    /// Returns consequence, fix and source of a finding's rule: its own, or else what the relay
    /// supplied. The consequence is empty if it would say too much.
    pub fn rule_prose<'a>(&'a self, finding: &Finding) -> [&'a str; 3] {
        let Some(prose) = lint::prose(finding.code) else {
            return [""; 3];
        };
        let mut texts = [
            ("why", prose.why),
            ("fix", prose.fix),
            ("source", prose.source),
        ]
        .map(|(name, own)| supplied(&self.rules, prose.id, name, own));
        if !prose.fits(finding.certainty) {
            texts[0] = "";
        }
        texts
    }
}

/// Returns a text of the entry with this ID: its own, or else the one in a list of the relay.
fn supplied<'a>(list: &'a Value, id: &str, name: &str, own: &'a str) -> &'a str {
    let all = list.as_array().filter(|_| own.is_empty());
    let found = all.and_then(|all| all.iter().find(|other| other["id"] == id));
    found.and_then(|found| found[name].as_str()).unwrap_or(own)
}
