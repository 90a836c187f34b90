//! The state of a phone, and what came of a push: the state it left, and the rule that decided.

use serde::Serialize;

use super::rule::Rule;
use crate::apns::uuid::Uuid;
use crate::call::incoming_call::IncomingCall;

/// What a phone is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "call")]
pub enum PhoneState {
    /// Nothing.
    #[default]
    Idle,
    /// Showing the incoming-call screen.
    Ringing(IncomingCall),
    /// In a call its owner answered.
    InCall(IncomingCall),
    /// In a call, and ringing with another one.
    #[serde(rename = "ringing")]
    Waiting(Box<Waiting>),
    /// The system has killed the app.
    Killed,
    /// Nothing, although a push was sent to it.
    Silent,
}

/// A waiting call, and the one it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The call that rings.
    #[serde(flatten)]
    pub call: IncomingCall,
    /// The call in progress.
    pub in_progress: IncomingCall,
}

impl PhoneState {
    /// The word for it on the page and in events.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ringing(_) | Self::Waiting(_) => "ringing",
            Self::InCall(_) => "in-call",
            Self::Killed => "killed",
            Self::Silent => "silent",
        }
    }

    /// The call on the screen, if there is one.
    pub fn call(&self) -> Option<&IncomingCall> {
        match self {
            Self::Ringing(call) | Self::InCall(call) => Some(call),
            Self::Waiting(waiting) => Some(&waiting.call),
            Self::Idle | Self::Killed | Self::Silent => None,
        }
    }

    /// The call its owner has answered, if there is one.
    pub fn in_progress(&self) -> Option<&IncomingCall> {
        match self {
            Self::InCall(call) => Some(call),
            Self::Waiting(waiting) => Some(&waiting.in_progress),
            _ => None,
        }
    }

    /// Whether it rings.
    pub fn rings(&self) -> bool {
        matches!(self, Self::Ringing(_) | Self::Waiting(_))
    }

    /// Whether a call with this UUID rings or is in progress.
    pub(super) fn has(&self, uuid: &Uuid) -> bool {
        let is_it = |call: &IncomingCall| {
            call.call_uuid
                .as_ref()
                .is_some_and(|field| field.value == *uuid)
        };
        self.call().is_some_and(is_it) || self.in_progress().is_some_and(is_it)
    }

    /// The state after a push of which nothing is shown: a call goes on as it was.
    pub(super) fn quiet(&self) -> Self {
        if self.call().is_some() {
            self.clone()
        } else {
            Self::Silent
        }
    }

    /// The state after this rule has decided about `call`.
    pub(super) fn after(&self, rule: Rule, call: IncomingCall) -> Self {
        match rule {
            Rule::Reported | Rule::Launched | Rule::ReportedLate => Self::Ringing(call),
            Rule::WaitingCall => {
                let in_progress = self.in_progress().cloned().unwrap_or_default();
                Self::Waiting(Box::new(Waiting { call, in_progress }))
            }
            // The first call stays where it is.
            Rule::SameUuid => self.clone(),
            rule if rule.kills() => Self::Killed,
            _ => self.quiet(),
        }
    }
}

/// What a push did to a phone, and by which rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneOutcome {
    /// What the phone does from now on.
    #[serde(flatten)]
    pub state: PhoneState,
    /// The rule that decided.
    pub rule: Rule,
}

impl PhoneOutcome {
    /// A push of which the phone shows nothing.
    pub fn quiet(state: &PhoneState, rule: Rule) -> Self {
        Self {
            state: state.quiet(),
            rule,
        }
    }
}
