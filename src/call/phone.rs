//! The phone: what an iPhone does when a VoIP push arrives.
//!
//! Since iOS 13 an app must report a call to CallKit for every VoIP push, or the system kills it.
//! The app modelled here is the article's: it reports a call when the payload has a handle and a
//! UUID, and otherwise returns without reporting.
//! Source: Apple, "Responding to VoIP Notifications from PushKit"; `PKPushRegistryDelegate`.

use serde::Serialize;

use super::incoming_call::{IncomingCall, Problem};
use crate::apns::uuid::Uuid;
use crate::sentence::{Sentence, Wordings};

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
    /// The system has killed the app.
    Killed,
}

impl PhoneState {
    /// The word for it on the page and in events.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ringing(_) => "ringing",
            Self::InCall(_) => "in-call",
            Self::Killed => "killed",
        }
    }

    /// The call on the screen, if there is one.
    pub fn call(&self) -> Option<&IncomingCall> {
        match self {
            Self::Ringing(call) | Self::InCall(call) => Some(call),
            Self::Idle | Self::Killed => None,
        }
    }

    fn call_uuid(&self) -> Option<&Uuid> {
        self.call()?.call_uuid.as_ref().map(|field| &field.value)
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

/// The rules, each with a sentence of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The app reported the call and CallKit shows it.
    Reported,
    /// The same UUID is already on the screen: CallKit refuses the report, which still counts.
    SameUuid,
    /// No usable handle, so nothing was reported.
    NoHandle,
    /// No call UUID at all, so nothing was reported.
    NoCallUuid,
    /// The call's ID is not a UUID, so nothing was reported.
    BadCallUuid,
    /// The owner answered.
    Answered,
    /// The owner declined.
    Declined,
    /// The owner hung up.
    Ended,
    /// Nobody answered in time.
    Unanswered,
}

impl Rule {
    const ALL: [Self; 9] = [
        Self::Reported,
        Self::SameUuid,
        Self::NoHandle,
        Self::NoCallUuid,
        Self::BadCallUuid,
        Self::Answered,
        Self::Declined,
        Self::Ended,
        Self::Unanswered,
    ];

    /// Reads the word an event has for it.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == word)
    }

    /// The word for it in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::SameUuid => "same-uuid",
            Self::NoHandle => "no-handle",
            Self::NoCallUuid => "no-call-uuid",
            Self::BadCallUuid => "bad-call-uuid",
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Ended => "ended",
            Self::Unanswered => "unanswered",
        }
    }

    /// What happened and why, in one sentence.
    pub fn sentence(self) -> Sentence {
        Sentence::new(self.as_str())
    }
}

pub(super) const WORDINGS: Wordings = &[
    ("reported", "The app reported the call to CallKit, and the iPhone rings."),
    (
        "same-uuid",
        "A call with this UUID is already on the screen: CallKit answers callUUIDAlreadyExists and shows nothing new. Use a new UUID for each call.",
    ),
    ("no-handle", "The payload has no handle the app can show, so it reports no call to CallKit, and iOS kills it."),
    ("no-call-uuid", "The payload has no call UUID, so the app reports no call to CallKit, and iOS kills it."),
    ("bad-call-uuid", "The call’s ID is not a UUID, so the app reports no call to CallKit, and iOS kills it."),
    ("answered", "The call was answered."),
    ("declined", "The call was declined."),
    ("ended", "The call has ended."),
    ("unanswered", "Nobody answered."),
];

/// What the phone does when `call` arrives while it is in `state`.
pub fn receive(state: &PhoneState, call: IncomingCall) -> PhoneOutcome {
    let rule = match (&call.handle, &call.call_uuid) {
        (_, None) if call.problems.iter().any(|problem| problem.value == Problem::NotAUuid) => Rule::BadCallUuid,
        (_, None) => Rule::NoCallUuid,
        (None, _) => Rule::NoHandle,
        (Some(_), Some(uuid)) if state.call_uuid() == Some(&uuid.value) => Rule::SameUuid,
        (Some(_), Some(_)) => Rule::Reported,
    };
    let state = match rule {
        Rule::Reported => PhoneState::Ringing(call),
        // The first call stays where it is.
        Rule::SameUuid => state.clone(),
        _ => PhoneState::Killed,
    };
    PhoneOutcome { state, rule }
}

/// What the phone does when its owner presses the green button; `None` when nothing rings.
pub fn answer(state: &PhoneState) -> Option<PhoneOutcome> {
    match state {
        PhoneState::Ringing(call) => Some(PhoneOutcome { state: PhoneState::InCall(call.clone()), rule: Rule::Answered }),
        _ => None,
    }
}

/// What the phone does when its owner presses the red button; `None` without a call.
pub fn decline(state: &PhoneState) -> Option<PhoneOutcome> {
    let rule = match state {
        PhoneState::Ringing(_) => Rule::Declined,
        PhoneState::InCall(_) => Rule::Ended,
        _ => return None,
    };
    Some(PhoneOutcome { state: PhoneState::Idle, rule })
}

/// What the phone does when it has rung long enough; `None` when it no longer rings.
pub fn give_up(state: &PhoneState) -> Option<PhoneOutcome> {
    match state {
        PhoneState::Ringing(_) => Some(PhoneOutcome { state: PhoneState::Idle, rule: Rule::Unanswered }),
        _ => None,
    }
}
