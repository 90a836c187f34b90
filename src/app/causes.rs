//! Causes of the last outcome: how many are shown in full, and their prose, which the relay supplies.

use serde_json::Value;

use super::state::State;
use super::verdict::Tone;
use crate::apns::Outcome;
use crate::diagnosis::Rank;

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

    /// Takes over the prose of the causes.
    pub fn take_causes(&mut self, answer: &str) {
        if let Ok(Value::Object(mut answer)) = serde_json::from_str(answer) {
            self.causes = answer.remove("causes").unwrap_or_default();
        }
    }

    /// Returns a text of a cause: its own, or else the one that the relay supplied.
    pub fn prose_of<'a>(&'a self, cause: &str, name: &str, own: &'a str) -> &'a str {
        let all = self.causes.as_array().filter(|_| own.is_empty());
        let found = all.and_then(|all| all.iter().find(|other| other["id"] == cause));
        found.and_then(|found| found[name].as_str()).unwrap_or(own)
    }
}
