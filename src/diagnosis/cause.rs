//! A cause: one thing that may be behind a send that went wrong, with its prose and its check.

use super::action::Action;
use super::circumstances::Circumstances;
use crate::apns::finding::{Change, Mend};
use crate::apns::{Environment, Outcome, Reason};
use crate::sentence::Sentence;

/// How likely a cause is, in view of this form; the likeliest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The form or APNs says so.
    Certain,
    /// The first thing to try.
    Likely,
    /// Nothing speaks for it, nor against it.
    Possible,
    /// The form says that it is not this.
    RuledOut,
}

impl Rank {
    /// All of them, the likeliest first.
    pub const ALL: [Self; 4] = [Self::Certain, Self::Likely, Self::Possible, Self::RuledOut];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::RuledOut => "ruled-out",
        }
    }
}

/// One cause, judged in view of one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The stable word for the cause; its prose is the [`Entry`] of this word.
    pub id: &'static str,
    /// How likely it is.
    pub rank: Rank,
    /// The fact in this form that ranks it so; `None` when APNs's word is all there is.
    pub because: Option<Sentence>,
    /// What to do, the best first; never empty.
    pub actions: Vec<Action>,
}

/// The prose of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stable word for it.
    pub id: &'static str,
    /// The rows of the failure map it stands for.
    pub rows: &'static [u8],
    /// The cause in a few words.
    pub title: &'static str,
    /// Why it has this effect.
    pub why: &'static str,
    /// What to do.
    pub advice: &'static str,
    /// Where that was seen or is documented; empty when it needs no witness.
    pub source: &'static str,
}

/// Everything about a cause. Used in constants only, so that its prose is linked where it is shown.
#[derive(Clone, Copy)]
pub(super) struct Cause {
    pub(super) id: &'static str,
    pub(super) rows: &'static [u8],
    /// It is looked at when APNs gave one of these reasons,
    pub(super) reasons: &'static [Reason],
    /// or when the relay or the form gave one of these codes,
    pub(super) codes: &'static [&'static str],
    /// or when the send ended like this,
    pub(super) outcome: Option<Outcome>,
    /// or when a fault of the simulator is known.
    pub(super) of_fault: bool,
    /// Whether it is about Apple's servers or the way to them, which the simulator knows nothing of.
    pub(super) of_apple: bool,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
    pub(super) advice: &'static str,
    pub(super) source: &'static str,
    pub(super) look: Look,
}

/// Judges a cause in view of a send; `None` when it has nothing to do with it.
pub(super) type Look = fn(&Circumstances<'_>) -> Option<Found>;

/// What is left of a cause without its prose.
#[derive(Clone, Copy)]
pub(super) struct Check {
    pub(super) id: &'static str,
    /// A bit for each reason.
    reasons: u32,
    pub(super) codes: &'static [&'static str],
    outcome: Option<Outcome>,
    of_fault: bool,
    of_apple: bool,
    pub(super) look: Look,
}

impl Cause {
    /// A cause of nothing, to build others on.
    pub(super) const NONE: Self = Self {
        id: "",
        rows: &[],
        reasons: &[],
        codes: &[],
        outcome: None,
        of_fault: false,
        of_apple: false,
        title: "",
        why: "",
        advice: "",
        source: "",
        look: |_| None,
    };

    pub(super) const fn check(&self) -> Check {
        let mut reasons = 0;
        let mut index = 0;
        while index < self.reasons.len() {
            reasons |= bit(self.reasons[index]);
            index += 1;
        }
        let Self {
            id,
            codes,
            outcome,
            of_fault,
            of_apple,
            look,
            ..
        } = *self;
        Check {
            id,
            reasons,
            codes,
            outcome,
            of_fault,
            of_apple,
            look,
        }
    }

    pub(super) const fn entry(&self) -> Entry {
        Entry {
            id: self.id,
            rows: self.rows,
            title: self.title,
            why: self.why,
            advice: self.advice,
            source: self.source,
        }
    }
}

impl Check {
    pub(super) fn is_about(
        &self,
        circumstances: &Circumstances<'_>,
        reason: Option<Reason>,
    ) -> bool {
        if self.of_fault {
            return circumstances.fault.is_some();
        }
        if self.of_apple && circumstances.is_simulator() {
            return false;
        }
        // That it may have rung stays true, whatever kept the answer back.
        if circumstances.is_fault_alone() && self.outcome != Some(Outcome::Unknown) {
            return false;
        }
        self.outcome == Some(circumstances.outcome)
            || reason.is_some_and(|reason| self.reasons & bit(reason) != 0)
            || circumstances
                .reason
                .is_some_and(|code| self.codes.contains(&code))
    }
}

const fn bit(reason: Reason) -> u32 {
    1 << reason as u32
}

/// What a look found: a diagnosis that does not know its name.
pub(super) struct Found {
    rank: Rank,
    because: Option<Sentence>,
    actions: Vec<Action>,
}

impl Found {
    pub(super) fn new(rank: Rank) -> Self {
        Self {
            rank,
            because: None,
            actions: Vec::new(),
        }
    }

    /// APNs's word is enough, and one action answers it.
    pub(super) fn certain(action: Action) -> Option<Self> {
        Some(Self::new(Rank::Certain).act(action))
    }

    /// What the form says against it: a sentence and its gaps.
    pub(super) fn ruled_out(id: &'static str, gaps: &[&str]) -> Option<Self> {
        Some(Self::new(Rank::RuledOut).because(id, gaps))
    }

    /// The fact: a sentence and its gaps.
    pub(super) fn because(mut self, id: &'static str, gaps: &[&str]) -> Self {
        let mut sentence = Sentence::new(id);
        for gap in gaps {
            sentence = sentence.gap(gap);
        }
        self.because = Some(sentence);
        self
    }

    pub(super) fn act(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Offers a header with another value, or without one.
    pub(super) fn header(
        self,
        label: &'static str,
        name: &'static str,
        value: Option<String>,
    ) -> Self {
        self.act(Action::Mend(Mend {
            label,
            change: Change::Header { name, value },
        }))
    }

    /// Offers another environment, if there is one.
    pub(super) fn environment(self, environment: Option<Environment>) -> Self {
        let Some(environment) = environment else {
            return self;
        };
        let label = match environment {
            Environment::Simulator | Environment::SimulatorProduction => {
                "Try the simulator instead"
            }
            Environment::Sandbox => "Try sandbox instead",
            Environment::Production => "Try production instead",
        };
        self.act(Action::Mend(Mend {
            label,
            change: Change::Environment(environment),
        }))
    }

    /// The diagnosis of a send that ended like this: what may have rung is not sent again.
    pub(super) fn diagnosis(self, id: &'static str, outcome: Outcome) -> Diagnosis {
        let mut actions = self.actions;
        if matches!(outcome, Outcome::Accepted | Outcome::Unknown) {
            actions.retain(|action| !matches!(action, Action::SendAgain { .. }));
        }
        if actions.is_empty() {
            actions.push(Action::Advice);
        }
        Diagnosis {
            id,
            rank: self.rank,
            because: self.because,
            actions,
        }
    }
}
