//! The circumstances: everything known when a send has ended.

use serde_json::Value;

use crate::apns::TokenKind;
use crate::apns::{Environment, Finding, Outcome, PushType, Reason};
use crate::call::phone::Rule;

/// Everything known when a send has ended, or when the form would not let it begin.
/// What is not known is `None`, and nothing is concluded from it.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status, when anybody answered.
    pub status: Option<u16>,
    /// APNs's reason, or the code of the relay or of the form.
    pub reason: Option<&'a str>,
    /// With 410: when APNs learnt that the device token is dead, in milliseconds since 1970.
    pub unregistered_at: Option<u64>,
    /// Where it went.
    pub environment: Environment,
    /// What the device token is for, and how that was learnt.
    pub token_kind: Option<(TokenKind, Learnt)>,
    /// When the app last registered the device token, in seconds since 1970.
    pub registered_at: Option<u64>,
    /// The length of the device token; 0 when there is none.
    pub device_token_bytes: usize,
    /// `apns-topic`; empty when it was left out.
    pub topic: &'a str,
    /// `apns-push-type`.
    pub push_type: PushType,
    /// `apns-priority`.
    pub priority: u8,
    /// `apns-expiration`; `None` when it was left out.
    pub expiration: Option<u64>,
    /// Who signed.
    pub credential: Credential<'a>,
    /// By how many seconds the clock that dates the provider token is ahead.
    pub clock_difference: Option<i64>,
    /// How old the provider token was by that clock, in seconds.
    pub token_age: Option<i64>,
    /// In how many seconds the relay allows a new provider token.
    pub next_token_in: Option<u64>,
    /// Earlier sends to the same device token, the oldest first.
    pub history: &'a [Past<'a>],
    /// The payload, as it was sent.
    pub payload: Option<&'a Value>,
    /// Its length.
    pub payload_bytes: Option<usize>,
    /// What the linter says about what was sent.
    pub findings: &'a [Finding],
    /// What the simulator's phone did, or a test app reported.
    pub phone: Option<Rule>,
    /// The fault of the simulator that struck this push, or may have.
    pub fault: Option<Fault<'a>>,
    /// The time, in seconds since 1970.
    pub now: u64,
}

/// How something was learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Learnt {
    /// The user says so.
    Said,
    /// The app said so when it registered.
    Registered,
    /// It worked like that before.
    Worked,
}

/// Who signed.
#[derive(Clone, Copy, Debug, Default)]
pub enum Credential<'a> {
    /// Nobody.
    #[default]
    None,
    /// A key, with a provider token made of it here.
    Token(Key<'a>),
    /// A client certificate.
    Certificate(Certificate<'a>),
}

/// A signing key, without the key.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key<'a> {
    /// The key ID in the form.
    pub key_id: &'a str,
    /// The team ID in the form.
    pub team_id: &'a str,
    /// The key ID in the name of the key's file.
    pub file_key_id: Option<&'a str>,
    /// The one environment it works in, and how that was learnt.
    pub scope: Option<(Environment, Learnt)>,
    /// The bundle IDs of a topic-specific key.
    pub topics: Option<&'a [&'a str]>,
    /// Whether APNs has accepted a token of this key, key ID and team ID before.
    pub worked: bool,
}

/// A client certificate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Certificate<'a> {
    /// The topics it lists.
    pub topics: Option<&'a [&'a str]>,
}

/// A fault of the simulator, as far as it has to do with a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// Its name for people, such as “503 ServiceUnavailable”.
    pub label: &'a str,
    /// Whether it struck this push; otherwise it is switched on, or struck the connection.
    pub struck: bool,
    /// Whether the answer is the fault's own, so that it says nothing about the push.
    pub answers: bool,
}

/// An earlier send to the same device token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past<'a> {
    /// Where it went.
    pub environment: Environment,
    /// Its topic; empty when that is no longer known.
    pub topic: &'a str,
    /// How it ended.
    pub outcome: Outcome,
    /// APNs's reason, or the relay's code.
    pub reason: Option<&'a str>,
}

impl Past<'_> {
    pub(super) fn met(&self, reason: Reason) -> bool {
        self.reason.and_then(Reason::parse) == Some(reason)
    }
}

impl<'a> Circumstances<'a> {
    /// A call with the headers a call should have, of which only the end is known.
    pub fn new(outcome: Outcome, environment: Environment) -> Self {
        Self {
            outcome,
            status: None,
            reason: None,
            unregistered_at: None,
            environment,
            token_kind: None,
            registered_at: None,
            device_token_bytes: 0,
            topic: "",
            push_type: PushType::Voip,
            priority: 10,
            expiration: Some(0),
            credential: Credential::None,
            clock_difference: None,
            token_age: None,
            next_token_in: None,
            history: &[],
            payload: None,
            payload_bytes: None,
            findings: &[],
            phone: None,
            fault: None,
            now: 0,
        }
    }

    pub(super) fn known_reason(&self) -> Option<Reason> {
        self.reason.and_then(Reason::parse)
    }

    pub(super) fn met(&self, reason: Reason) -> bool {
        self.known_reason() == Some(reason)
    }

    pub(super) fn is_simulator(&self) -> bool {
        self.environment.is_simulator()
    }

    /// Whether nothing but a fault of the simulator can have made this end: it struck the push, and either answered in
    /// APNs's place or kept the answer back.
    pub(super) fn is_fault_alone(&self) -> bool {
        let has_no_answer = matches!(self.outcome, Outcome::Unknown | Outcome::NotSent);
        self.is_simulator()
            && self
                .fault
                .is_some_and(|fault| fault.struck && (fault.answers || has_no_answer))
    }

    /// Apple's other environment; the simulator has none.
    pub(super) fn other_environment(&self) -> Option<Environment> {
        match self.environment {
            Environment::Simulator | Environment::SimulatorProduction => None,
            Environment::Sandbox => Some(Environment::Production),
            Environment::Production => Some(Environment::Sandbox),
        }
    }

    /// The latest send to this device token that one of Apple's environments accepted.
    pub(super) fn success(&self) -> Option<&Past<'a>> {
        self.history
            .iter()
            .rev()
            .find(|past| past.outcome == Outcome::Accepted && !past.environment.is_simulator())
    }

    /// The environment this device token belongs to, if it ever worked.
    pub(super) fn home(&self) -> Option<Environment> {
        self.success().map(|past| past.environment)
    }

    /// Whether APNs refused this device token as bad in that environment.
    pub(super) fn was_bad_in(&self, environment: Environment) -> bool {
        self.history
            .iter()
            .any(|past| past.environment == environment && past.met(Reason::BadDeviceToken))
    }

    /// Which token it is, unless only the user says so.
    pub(super) fn proven_kind(&self) -> Option<(TokenKind, Learnt)> {
        let worked = self
            .success()
            .is_some_and(|past| past.topic.ends_with(PushType::Voip.topic_suffix()));
        let known = self
            .token_kind
            .filter(|(_, learnt)| *learnt != Learnt::Said);
        known.or(worked.then_some((TokenKind::Voip, Learnt::Worked)))
    }

    pub(super) fn key(&self) -> Option<&Key<'a>> {
        match &self.credential {
            Credential::Token(key) => Some(key),
            _ => None,
        }
    }

    pub(super) fn certificate(&self) -> Option<&Certificate<'a>> {
        match &self.credential {
            Credential::Certificate(certificate) => Some(certificate),
            _ => None,
        }
    }

    /// The linter's finding of the first of these rules that found anything.
    pub(super) fn finding(&self, rules: &[&str]) -> Option<&'a Finding> {
        self.findings
            .iter()
            .find(|finding| rules.contains(&finding.code))
    }
}
