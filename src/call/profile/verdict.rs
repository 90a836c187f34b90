//! Verdict: the reaction of an app to one payload, and the rule of its profile that decided.

use super::condition::Condition;
use crate::apns::finding::Certainty;
use crate::call::incoming_call::IncomingCall;

/// Action of an app's code, as a profile's rule names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Reports the call.
    Report,
    /// Reports a call and ends it at once.
    ReportAndEnd,
    /// Returns without a report.
    NoReport,
    /// Ends the call that rings, and reports no other.
    EndsCall,
    /// Crashes.
    Crash,
    /// Takes calls only from its own notification service extension.
    OnPhone,
    /// Depends on code or on a server that is not public.
    Uncertain,
}

impl Action {
    const WORDS: [(Self, &str); 7] = [
        (Self::Report, "report"),
        (Self::ReportAndEnd, "report-and-end"),
        (Self::NoReport, "no-report"),
        (Self::EndsCall, "ends-call"),
        (Self::Crash, "crash"),
        (Self::OnPhone, "on-phone"),
        (Self::Uncertain, "uncertain"),
    ];

    /// Names of the actions in a profile.
    pub(super) fn words() -> impl Iterator<Item = &'static str> {
        Self::WORDS.iter().map(|(_, word)| *word)
    }

    /// Clause that describes the action, without a subject.
    pub fn clause(self) -> &'static str {
        match self {
            Self::Report => Reaction::Rings.clause(),
            Self::ReportAndEnd => Reaction::EndsAtOnce.clause(),
            Self::NoReport => Reaction::NoReport.clause(),
            Self::EndsCall => Reaction::EndsCall.clause(),
            Self::Crash => Reaction::Crashes.clause(),
            Self::OnPhone => Reaction::OnPhone.clause(),
            Self::Uncertain => Reaction::Uncertain.clause(),
        }
    }

    /// Parses the name of an action.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(_, other)| *other == word)
            .map(|(action, _)| *action)
    }
}

/// Reaction of an app to a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// Rings with values of the payload.
    Rings,
    /// Rings, and shows nothing of the payload.
    RingsOwn,
    /// Reports a call and ends it at once: a flash on the screen.
    EndsAtOnce,
    /// Reports no call.
    NoReport,
    /// Ends the call that rings, and reports no other.
    EndsCall,
    /// Crashes.
    Crashes,
    /// Takes calls only from its own notification service extension.
    OnPhone,
    /// Cannot be told without the app's closed code or its server.
    Uncertain,
}

impl Reaction {
    /// Name of the reaction in output and tests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rings => "rings",
            Self::RingsOwn => "rings-own",
            Self::EndsAtOnce => "ends-at-once",
            Self::NoReport => "no-report",
            Self::EndsCall => "ends-call",
            Self::Crashes => "crashes",
            Self::OnPhone => "on-phone",
            Self::Uncertain => "uncertain",
        }
    }

    /// Clause that describes a reaction of this certainty, without a subject. What is only likely
    /// does not say what the phone does.
    pub fn clause_of(self, certainty: Certainty) -> &'static str {
        match self {
            _ if certainty != Certainty::Likely => self.clause(),
            Self::Rings => "reports the call",
            Self::RingsOwn => "reports a call with its own text",
            Self::Crashes => "fails before it reports a call",
            _ => self.clause(),
        }
    }

    /// Clause that describes the reaction, without a subject.
    pub fn clause(self) -> &'static str {
        match self {
            Self::Rings => "rings with the values of the payload",
            Self::RingsOwn => "rings, but shows its own text",
            Self::EndsAtOnce => "reports a call and ends it at once",
            Self::NoReport => "reports no call",
            Self::EndsCall => "ends the ringing call and reports no other",
            Self::Crashes => "crashes",
            Self::OnPhone => "takes calls only from its own notification service extension",
            Self::Uncertain => "does something that cannot be told from here",
        }
    }
}

/// Condition under which an app does not simply report the call.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Condition.
    pub condition: Condition,
    /// Action of the app if the condition holds.
    pub action: Action,
    /// Sentence that describes the code.
    pub because: String,
    /// Path in the payload that the rule is about; empty if it is not about one.
    pub at: String,
    /// Versions that do so; empty means all.
    pub versions: Vec<String>,
    /// Knowledge of the rule: `read`, `documented` or `inferred`.
    pub certainty: String,
}

impl Rule {
    /// Returns `true` if the rule applies to this version.
    pub(super) fn is_of(&self, version: Option<&str>) -> bool {
        self.versions.is_empty()
            || version.is_some_and(|version| self.versions.iter().any(|other| other == version))
    }
}

/// Reaction of an app to one payload.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict<'a> {
    /// Reaction.
    pub reaction: Reaction,
    /// Rule that decided; `None` if the app reports the call as usual.
    pub rule: Option<&'a Rule>,
    /// Call that the app reads from the payload.
    pub call: IncomingCall,
}

impl Verdict<'_> {
    /// Sentence that describes the code; empty if the app reports the call as usual.
    pub fn because(&self) -> &str {
        self.rule.map_or("", |rule| &rule.because)
    }
}
