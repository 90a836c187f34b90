//! State of a phone, and the outcome of a push: the new state, and the rule that decided.

use std::sync::Arc;

use serde::Serialize;

use super::rule::Rule;
use crate::apns::uuid::Uuid;
use crate::call::incoming_call::IncomingCall;

/// State of a phone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "call")]
pub enum PhoneState {
    /// Idle.
    #[default]
    Idle,
    /// Showing the incoming-call screen.
    Ringing(Arc<IncomingCall>),
    /// In a call that the owner answered.
    InCall(Arc<IncomingCall>),
    /// In a call, while another one rings.
    #[serde(rename = "ringing")]
    Waiting(Waiting),
    /// The system has killed the app.
    Killed,
    /// Idle after a push that showed nothing.
    Silent,
}

/// Waiting call, and the call in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Ringing call.
    #[serde(flatten)]
    pub call: Arc<IncomingCall>,
    /// Call in progress.
    pub in_progress: Arc<IncomingCall>,
}

impl PhoneState {
    /// Name of the state on the page and in events.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ringing(_) | Self::Waiting(_) => "ringing",
            Self::InCall(_) => "in-call",
            Self::Killed => "killed",
            Self::Silent => "silent",
        }
    }

    /// Call on the screen, if any.
    pub fn call(&self) -> Option<&IncomingCall> {
        match self {
            Self::Ringing(call) | Self::InCall(call) => Some(call),
            Self::Waiting(waiting) => Some(&waiting.call),
            Self::Idle | Self::Killed | Self::Silent => None,
        }
    }

    /// Call in progress, if any.
    pub fn in_progress(&self) -> Option<&IncomingCall> {
        match self {
            Self::InCall(call) => Some(call),
            Self::Waiting(waiting) => Some(&waiting.in_progress),
            _ => None,
        }
    }

    /// Returns `true` if a call rings.
    pub fn rings(&self) -> bool {
        matches!(self, Self::Ringing(_) | Self::Waiting(_))
    }

    /// Returns `true` if a call with this UUID rings or is in progress.
    pub(super) fn has(&self, uuid: &Uuid) -> bool {
        let is_it = |call: &IncomingCall| {
            call.call_uuid
                .as_ref()
                .is_some_and(|field| field.value == *uuid)
        };
        self.call().is_some_and(is_it) || self.in_progress().is_some_and(is_it)
    }

    /// State after a push that shows nothing: a call continues.
    pub(super) fn quiet(&self) -> Self {
        if self.call().is_some() {
            self.clone()
        } else {
            Self::Silent
        }
    }

    /// State after this rule has decided about `call`.
    pub(super) fn after(&self, rule: Rule, call: IncomingCall) -> Self {
        match rule {
            Rule::Reported | Rule::Launched | Rule::ReportedLate => Self::Ringing(call.into()),
            Rule::WaitingCall => {
                let in_progress = match self {
                    Self::InCall(call) => Arc::clone(call),
                    _ => Arc::default(),
                };
                Self::Waiting(Waiting {
                    call: call.into(),
                    in_progress,
                })
            }
            Rule::EndedByPush => match self {
                Self::Waiting(waiting) => Self::InCall(waiting.in_progress.clone()),
                _ => Self::Idle,
            },
            Rule::AppCrashed => Self::Killed,
            // The first call stays unchanged.
            Rule::SameUuid => self.clone(),
            rule if rule.kills() => Self::Killed,
            _ => self.quiet(),
        }
    }
}

/// Outcome of a push at a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhoneOutcome {
    /// State after the push.
    #[serde(flatten)]
    pub state: PhoneState,
    /// Rule that decided.
    pub rule: Rule,
    /// Sentence about the app’s code; `None` if the app has no profile or reports as usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl PhoneOutcome {
    /// Outcome without a sentence about the app’s code.
    pub(super) fn new(state: PhoneState, rule: Rule) -> Self {
        Self {
            state,
            rule,
            because: None,
        }
    }

    /// Explanation: the rule’s sentence, and that about the app’s code.
    pub fn sentence(&self) -> String {
        self.rule.sentence_with(self.because.as_deref())
    }

    /// Outcome of a push that shows nothing.
    pub fn quiet(state: &PhoneState, rule: Rule) -> Self {
        Self {
            state: state.quiet(),
            rule,
            because: None,
        }
    }
}
