//! A cause: one thing that may be behind a send that went wrong, with its prose and its check.

use super::action::Action;
use super::circumstances::Circumstances;
use crate::apns::fix::{Change, Fix};
use crate::apns::{Environment, Outcome, Reason};

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
    /// What it is.
    pub cause: &'static Cause,
    /// How likely it is.
    pub rank: Rank,
    /// The fact in this form that ranks it so; `None` when APNs's word is all there is.
    pub because: Option<String>,
    /// What to do, the best first; never empty.
    pub actions: Vec<Action>,
}

/// A cause: its prose, when it is looked at, and the check.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// The stable word for it.
    pub id: &'static str,
    /// The rows of the failure map it stands for.
    pub rows: &'static [u8],
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
    /// The cause in a few words.
    pub title: &'static str,
    /// Why it has this effect.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Where that was seen or is documented; empty when it needs no witness.
    pub source: &'static str,
    pub(super) look: Look,
}

/// A cause is known by its word.
impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Cause {}

/// Judges a cause in view of a send; `None` when it has nothing to do with it.
pub(super) type Look = fn(&Circumstances<'_>) -> Option<Found>;

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
        fix: "",
        source: "",
        look: |_| None,
    };

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
            || reason.is_some_and(|reason| self.reasons.contains(&reason))
            || circumstances
                .reason
                .is_some_and(|code| self.codes.contains(&code))
    }
}

/// What a look found: a diagnosis that does not know its name.
pub(super) struct Found {
    rank: Rank,
    because: Option<String>,
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

    /// What the form says against it.
    pub(super) fn ruled_out(because: impl Into<String>) -> Option<Self> {
        Some(Self::new(Rank::RuledOut).because(because))
    }

    /// The fact that ranks it so.
    pub(super) fn because(mut self, because: impl Into<String>) -> Self {
        self.because = Some(because.into());
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
        self.act(Action::Fix(Fix {
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
        self.act(Action::Fix(Fix {
            label,
            change: Change::Environment(environment),
        }))
    }

    /// The diagnosis of a send that ended like this: what may have rung is not sent again.
    pub(super) fn diagnosis(self, cause: &'static Cause, outcome: Outcome) -> Diagnosis {
        let mut actions = self.actions;
        if matches!(outcome, Outcome::Accepted | Outcome::Unknown) {
            actions.retain(|action| !matches!(action, Action::SendAgain { .. }));
        }
        if actions.is_empty() {
            actions.push(Action::ByHand);
        }
        Diagnosis {
            cause,
            rank: self.rank,
            because: self.because,
            actions,
        }
    }
}
