//! Cause: one possible explanation of a failed send, with its prose and its check.

use super::action::Action;
use super::circumstances::Circumstances;
use crate::apns::finding::Certainty;
use crate::apns::fix::{Change, Fix};
use crate::apns::{Environment, Outcome, PushType, Reason};

/// Likelihood of a cause for one send; the likeliest comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Stated by the form or by APNs.
    Certain,
    /// Most likely, to be tried first.
    Likely,
    /// No evidence for or against it.
    Possible,
    /// Excluded by the form.
    RuledOut,
}

impl Rank {
    /// All ranks, the likeliest first.
    pub const ALL: [Self; 4] = [Self::Certain, Self::Likely, Self::Possible, Self::RuledOut];

    /// Name of the rank in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::RuledOut => "ruled-out",
        }
    }
}

/// Cause judged for one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Cause that was judged.
    pub cause: &'static Cause,
    /// Likelihood of the cause.
    pub rank: Rank,
    /// Certainty of the explanation: that the cause has this effect.
    pub certainty: Certainty,
    /// Source of the explanation, if it is not that of the cause.
    pub source: Option<String>,
    /// Fact in the form that justifies the rank; `None` if it rests on APNs's reason alone.
    pub because: Option<String>,
    /// Fixes, the best first; never empty.
    pub actions: Vec<Action>,
}

impl Diagnosis {
    /// Title in a few words.
    pub fn title(&self) -> &'static str {
        if self.is_explained() {
            self.cause.title
        } else {
            "The app may not report this call"
        }
    }

    /// Returns `true` if the explanation is certain enough for the words of the cause.
    pub fn is_explained(&self) -> bool {
        self.cause.certainty.fits(self.certainty)
    }

    /// Explanation of the effect; empty if it is not certain enough for the words of the cause.
    pub fn why(&self) -> &'static str {
        if self.is_explained() {
            self.cause.why
        } else {
            ""
        }
    }

    /// Source of the explanation.
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or(self.cause.source)
    }
}

/// Cause: its prose, the conditions under which it is considered, and its check.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// Stable identifier.
    pub id: &'static str,
    /// Rows of the failure map that this cause covers.
    pub rows: &'static [u8],
    /// APNs reasons for which this cause is considered.
    pub(super) reasons: &'static [Reason],
    /// Codes of the relay or the form for which this cause is considered.
    pub(super) codes: &'static [&'static str],
    /// Outcome for which this cause is considered.
    pub(super) outcome: Option<Outcome>,
    /// `true` if this cause is considered only when a fault of the simulator is known.
    pub(super) of_fault: bool,
    /// `true` if this cause concerns Apple's servers or the network path to them, so that it cannot
    /// apply to the simulator.
    pub(super) of_apple: bool,
    /// `true` if the page has the prose at once, because the relay may be silent then, or because
    /// every first call shows it.
    pub(super) is_at_hand: bool,
    /// Certainty of the explanation, unless the check knows better.
    pub certainty: Certainty,
    /// Title in a few words.
    pub title: &'static str,
    /// Explanation of the effect.
    pub why: &'static str,
    /// Instruction for the user.
    pub fix: &'static str,
    /// Public report or documentation of the cause; empty if none is needed.
    pub source: &'static str,
    pub(super) look: Look,
}

/// Causes are equal if their identifiers are equal.
impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Cause {}

/// Check of a cause for one send; returns `None` if the cause does not apply.
pub(super) type Look = fn(&Circumstances<'_>) -> Option<Found>;

impl Cause {
    /// Empty cause, used as the base of struct updates.
    pub(super) const NONE: Self = Self {
        id: "",
        rows: &[],
        reasons: &[],
        codes: &[],
        outcome: None,
        of_fault: false,
        of_apple: false,
        is_at_hand: false,
        certainty: Certainty::Certain,
        title: "",
        why: "",
        fix: "",
        source: "",
        look: |_| None,
    };

    /// Base of the causes that apply when APNs accepted the push.
    pub(super) const AFTER: Self = Self {
        outcome: Some(Outcome::Accepted),
        ..Self::NONE
    };

    /// Returns `true` if the prose is still to be supplied.
    pub fn lacks_prose(&self) -> bool {
        self.fix.is_empty()
    }

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
        // A cause of outcome `Unknown` applies even if a fault of the simulator withheld the
        // answer.
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

/// Causes as the program holds them: on the page without most of their prose, which would be five
/// kilobytes of every first visit. The page loads it when it shows a cause. It needs no rows.
pub(super) const fn held<const N: usize>(mut causes: [Cause; N]) -> [Cause; N] {
    let mut number = 0;
    while cfg!(target_arch = "wasm32") && number < N {
        causes[number].rows = &[];
        if !causes[number].is_at_hand {
            causes[number].why = "";
            causes[number].fix = "";
            causes[number].source = "";
        }
        number += 1;
    }
    causes
}

/// Result of a check: a diagnosis without its cause.
pub(super) struct Found {
    rank: Rank,
    certainty: Option<Certainty>,
    source: Option<String>,
    because: Option<String>,
    actions: Vec<Action>,
}

impl Found {
    #[inline(never)]
    pub(super) fn new(rank: Rank) -> Self {
        Self {
            rank,
            certainty: None,
            source: None,
            because: None,
            actions: Vec::new(),
        }
    }

    /// Certain result with one action: APNs's reason alone is sufficient.
    pub(super) fn certain(action: Action) -> Option<Self> {
        Some(Self::new(Rank::Certain).act(action))
    }

    /// Result that excludes the cause, with the fact that excludes it.
    pub(super) fn ruled_out(because: impl Into<String>) -> Option<Self> {
        Some(Self::new(Rank::RuledOut).because(because))
    }

    /// Result for a cause inside an app or a phone, which cannot be observed from here.
    pub(super) fn in_the_app(known: &Circumstances<'_>) -> Option<Self> {
        match known.rang() {
            Some(rang) => Self::ruled_out(rang),
            None if known.is_simulator() => Self::ruled_out("Does not apply to a virtual iPhone."),
            None => Some(Self::new(Rank::Possible)),
        }
    }

    /// Result like [`in_the_app`](Self::in_the_app), for causes on the way to the app.
    pub(super) fn on_the_way(known: &Circumstances<'_>) -> Option<Self> {
        if known.is_received && known.is_silent() {
            Self::ruled_out("The app has told that the push reached it.")
        } else {
            Self::in_the_app(known)
        }
    }

    /// Result like [`in_the_app`](Self::in_the_app), for causes that affect calls only.
    pub(super) fn in_the_call(known: &Circumstances<'_>) -> Option<Self> {
        if known.push_type == PushType::Voip {
            Self::in_the_app(known)
        } else {
            None
        }
    }

    /// Sets the fact that justifies the rank.
    pub(super) fn because(self, because: impl Into<String>) -> Self {
        self.because_of(because.into())
    }

    #[inline(never)]
    fn because_of(mut self, because: String) -> Self {
        self.because = Some(because);
        self
    }

    /// Sets the certainty of the explanation, where it differs from that of the cause.
    pub(super) fn certainty(mut self, certainty: Certainty) -> Self {
        self.certainty = Some(certainty);
        self
    }

    /// Sets the source of the explanation, where it differs from that of the cause.
    pub(super) fn source(mut self, source: Option<String>) -> Self {
        self.source = source;
        self
    }

    pub(super) fn act(mut self, action: Action) -> Self {
        self.actions.push(action);
        self
    }

    /// Offers to set a header to another value, or to leave it out if `value` is `None`.
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

    /// Offers to switch to another environment, if there is one.
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

    /// Turns the result into a diagnosis. `SendAgain` is removed if the push was accepted or may
    /// have been, a certificate takes the place of a key if one was used, and `ByHand` is added if
    /// no action is left.
    pub(super) fn diagnosis(self, cause: &'static Cause, known: &Circumstances<'_>) -> Diagnosis {
        let mut actions = self.actions;
        if matches!(known.outcome, Outcome::Accepted | Outcome::Unknown) {
            actions.retain(|action| !matches!(action, Action::SendAgain { .. }));
        }
        if known.certificate().is_some() {
            for action in &mut actions {
                if *action == Action::OtherKey {
                    *action = Action::OtherCertificate;
                }
            }
        }
        if actions.is_empty() {
            actions.push(Action::ByHand);
        }
        Diagnosis {
            cause,
            rank: self.rank,
            certainty: self.certainty.unwrap_or(cause.certainty),
            source: self.source,
            because: self.because,
            actions,
        }
    }
}
