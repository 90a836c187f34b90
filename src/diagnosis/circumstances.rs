//! Circumstances: everything known about a send after it has ended.

use serde_json::Value;

use crate::apns::TokenKind;
use crate::apns::{Environment, Finding, Outcome, PushType, Reason};
use crate::call::phone::Rule;
use crate::call::profile::Reaction;
use crate::call::{ReceivingApp, Situation};

static UNKNOWN_APP: ReceivingApp = ReceivingApp::Unknown;

/// Everything known about a send after it has ended, or after the form refused to start it. Unknown
/// facts are `None`, and nothing is concluded from them.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Outcome of the send.
    pub outcome: Outcome,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Reason given by APNs, or code of the relay or the form.
    pub reason: Option<&'a str>,
    /// Time from which APNs knew that the device token was no longer valid, in milliseconds since
    /// the year 1970; sent with status 410.
    pub unregistered_at: Option<u64>,
    /// Environment the push was sent to.
    pub environment: Environment,
    /// Kind of the device token, and the evidence for it.
    pub token_kind: Option<(TokenKind, Learnt)>,
    /// Time of the app's last registration of the device token, in seconds since 1970.
    pub registered_at: Option<u64>,
    /// Length of the device token in bytes; 0 if there is none.
    pub device_token_bytes: usize,
    /// Value of `apns-topic`; empty if it was left out.
    pub topic: &'a str,
    /// Value of `apns-push-type`.
    pub push_type: PushType,
    /// Value of `apns-priority`.
    pub priority: u8,
    /// Value of `apns-expiration`; `None` if it was left out.
    pub expiration: Option<u64>,
    /// Credential the push was sent with.
    pub credential: Credential<'a>,
    /// Number of seconds by which the clock that dates the provider token is ahead; negative if it
    /// is behind.
    pub clock_difference: Option<i64>,
    /// Age of the provider token by that clock, in seconds.
    pub token_age: Option<i64>,
    /// Number of seconds after which the relay allows a new provider token.
    pub next_token_in: Option<u64>,
    /// Earlier sends to the same device token, the oldest first.
    pub history: &'a [Past<'a>],
    /// App that got the push, as far as it is known.
    pub app: &'a ReceivingApp,
    /// Payload as it was sent.
    pub payload: Option<&'a Value>,
    /// Length of the payload in bytes.
    pub payload_bytes: Option<usize>,
    /// Findings of the linter about the push.
    pub findings: &'a [Finding],
    /// Rule by which the simulator's phone decided, or the rule that a test app reported.
    pub phone: Option<Rule>,
    /// `true` if the app has told that the push reached it.
    pub is_received: bool,
    /// Fault of the simulator that affected this push, or may have.
    pub fault: Option<Fault<'a>>,
    /// Current time, in seconds since 1970.
    pub now: u64,
}

/// Evidence for a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Learnt {
    /// Stated by the user.
    Said,
    /// Stated by the app when it registered.
    Registered,
    /// Concluded from an earlier send that worked.
    Worked,
}

/// Credential a push is sent with.
#[derive(Clone, Copy, Debug, Default)]
pub enum Credential<'a> {
    /// No credential.
    #[default]
    None,
    /// Signing key, with which Trill made the provider token.
    Token(Key<'a>),
    /// Client certificate.
    Certificate(Certificate<'a>),
}

/// Facts about a signing key, without the key itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Key<'a> {
    /// Key ID in the form.
    pub key_id: &'a str,
    /// Team ID in the form.
    pub team_id: &'a str,
    /// Key ID in the name of the key's file.
    pub file_key_id: Option<&'a str>,
    /// The only environment the key works in, and the evidence for it.
    pub scope: Option<(Environment, Learnt)>,
    /// Bundle IDs that a topic-specific key is limited to.
    pub topics: Option<&'a [&'a str]>,
    /// `true` if APNs has accepted a token of this key, key ID and team ID before.
    pub worked: bool,
}

/// Facts about a client certificate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Certificate<'a> {
    /// Topics listed in the certificate.
    pub topics: Option<&'a [&'a str]>,
}

/// Fault of the simulator that is related to a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault<'a> {
    /// Display name, such as “503 ServiceUnavailable”.
    pub label: &'a str,
    /// `true` if the fault affected this push; `false` if it is only enabled, or affected the
    /// connection.
    pub struck: bool,
    /// `true` if the fault made the answer, so that the answer says nothing about the push.
    pub answers: bool,
}

/// Earlier send to the same device token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Past<'a> {
    /// Environment it was sent to.
    pub environment: Environment,
    /// Topic; empty if it is no longer known.
    pub topic: &'a str,
    /// Outcome of the send.
    pub outcome: Outcome,
    /// Reason given by APNs, or code of the relay.
    pub reason: Option<&'a str>,
}

impl Past<'_> {
    pub(super) fn met(&self, reason: Reason) -> bool {
        self.reason.and_then(Reason::parse) == Some(reason)
    }
}

impl<'a> Circumstances<'a> {
    /// VoIP push with the usual headers, of which only the outcome is known.
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
            app: &UNKNOWN_APP,
            payload: None,
            payload_bytes: None,
            findings: &[],
            phone: None,
            is_received: false,
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

    /// Evidence that the phone rang, as a sentence; `None` if there is none.
    pub(super) fn rang(&self) -> Option<&'static str> {
        self.phone?.rang().then_some(if self.is_simulator() {
            "The simulator’s phone rang."
        } else {
            "The phone rang."
        })
    }

    /// Returns `true` if the push went to a real phone and there is no evidence that it rang.
    pub(super) fn is_silent(&self) -> bool {
        !self.is_simulator() && self.rang().is_none()
    }

    /// Returns `true` if the app can be expected to report a call for this payload: by its profile,
    /// or because the payload has a handle and a UUID.
    pub(super) fn is_reported(&self) -> bool {
        let Some(payload) = self.payload.filter(|_| self.push_type == PushType::Voip) else {
            return true;
        };
        match self.app.verdict(payload, &Situation::default()) {
            Some((verdict, _)) => matches!(verdict.reaction, Reaction::Rings | Reaction::RingsOwn),
            None => {
                let call = self.app.read(payload);
                call.handle.is_some() && call.call_uuid.is_some()
            }
        }
    }

    /// Returns `true` if only a fault of the simulator can have caused this outcome: it affected
    /// this push, and either answered instead of APNs or withheld the answer.
    pub(super) fn is_fault_alone(&self) -> bool {
        let has_no_answer = matches!(self.outcome, Outcome::Unknown | Outcome::NotSent);
        self.is_simulator()
            && self
                .fault
                .is_some_and(|fault| fault.struck && (fault.answers || has_no_answer))
    }

    /// Apple's other environment; `None` for the simulator.
    pub(super) fn other_environment(&self) -> Option<Environment> {
        match self.environment {
            Environment::Simulator | Environment::SimulatorProduction => None,
            Environment::Sandbox => Some(Environment::Production),
            Environment::Production => Some(Environment::Sandbox),
        }
    }

    /// Latest send to this device token that one of Apple's environments accepted.
    pub(super) fn success(&self) -> Option<&Past<'a>> {
        self.history
            .iter()
            .rev()
            .find(|past| past.outcome == Outcome::Accepted && !past.environment.is_simulator())
    }

    /// Environment of the device token, if it ever worked.
    pub(super) fn home(&self) -> Option<Environment> {
        self.success().map(|past| past.environment)
    }

    /// Returns `true` if APNs refused this device token with `BadDeviceToken` in `environment`.
    pub(super) fn was_bad_in(&self, environment: Environment) -> bool {
        self.history
            .iter()
            .any(|past| past.environment == environment && past.met(Reason::BadDeviceToken))
    }

    /// Kind of the device token, unless the only evidence is the user's statement.
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

    /// First finding of the linter whose rule is in `rules`.
    pub(super) fn finding(&self, rules: &[&str]) -> Option<&'a Finding> {
        self.findings
            .iter()
            .find(|finding| rules.contains(&finding.code))
    }
}
