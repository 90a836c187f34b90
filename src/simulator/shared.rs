//! What all connections and the control interface share, and where a request is decided.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use serde_json::Value;

use super::checks::{Facts, Verdict, check};
use super::credential::{Bound, Credential};
use super::decision::Decision;
use super::events::Events;
use super::face::Face;
use super::journal::Journal;
use super::keys::Keys;
use super::phones::{Phones, Push};
use super::request::Request;
use super::{clock_ms, random};
use crate::apns::headers::{APNS_EXPIRATION, APNS_ID};
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, Reason};

/// The state of a simulator.
pub(crate) struct Shared {
    /// Which APNs it stands in for.
    pub(crate) face: Face,
    /// Whose tokens it takes.
    pub(crate) keys: Keys,
    /// Whom it reaches.
    pub(crate) phones: Arc<Phones>,
    /// What it decided.
    pub(crate) journal: Journal,
    /// What happened, as it happens.
    pub(crate) events: Arc<Events>,
    /// The time it judges by.
    pub(crate) clock: fn() -> SystemTime,
    hasher: RandomState,
}

/// One connection, as the checks see it.
pub(crate) struct Connection {
    /// Its number, from 1.
    pub(crate) number: u64,
    bound: Mutex<Option<Bound>>,
}

impl Connection {
    /// A connection that belongs to nobody yet.
    pub(crate) fn new(number: u64) -> Self {
        Self { number, bound: Mutex::default() }
    }
}

impl Shared {
    /// Nothing enrolled, nothing decided.
    pub(crate) fn new(face: Face, clock: fn() -> SystemTime) -> Self {
        let events = Arc::new(Events::new());
        let phones = Arc::new(Phones::new(Arc::clone(&events), clock));
        Self { face, keys: Keys::default(), phones, journal: Journal::default(), events, clock, hasher: RandomState::new() }
    }

    /// Decides a request, writes the decision down and lets the phone know.
    pub(crate) fn decide(&self, connection: &Connection, stream: u32, request: &Request) -> Decision {
        let at_ms = clock_ms(self.clock);
        let credential = Credential::read(request, &self.keys);
        let payload: Option<Value> = serde_json::from_slice(&request.body.kept).ok();
        let device_token = request.device_token();
        let device = device_token.as_ref().and_then(|token| self.phones.enrolment(token));
        let verdict = connection.judge(Facts {
            request,
            payload: payload.as_ref(),
            credential: &credential,
            bound: None,
            device: device.as_ref(),
            face: self.face,
            now: at_ms / 1000,
        });

        let apns_id = answered_id(request);
        let mut decision = Decision {
            at_ms,
            connection: connection.number,
            stream,
            apns_id: apns_id.to_string(),
            token_hash: request.provider_token().map(|token| format!("{:016x}", self.hasher.hash_one(&token))),
            ..Decision::on(request, &credential).decided(&verdict)
        };
        match verdict.reason {
            None => decision.apns_unique_id = Some(Uuid::from_random_bytes(random::bytes()).to_string()),
            Some(Reason::Unregistered) => decision.timestamp = device.and_then(|device| device.unregistered_at_ms),
            Some(_) => {}
        }
        self.record(&mut decision);
        if let (None, Some(token)) = (verdict.reason, device_token) {
            let expiration = request.text(APNS_EXPIRATION).and_then(|time| time.parse().ok());
            self.phones.receive(&token, Push { apns_id, payload: payload.unwrap_or_default(), expiration });
        }
        decision
    }

    fn record(&self, decision: &mut Decision) {
        self.journal.record(decision);
        let event = serde_json::to_value(&*decision).unwrap_or_default();
        self.events.publish("decision", decision.device_token.as_deref().unwrap_or_default(), event);
    }
}

impl Connection {
    /// Judges a request by whom this connection belongs to. The first one whose credential holds
    /// takes it, so two at a time must not both be the first.
    fn judge(&self, facts: Facts<'_>) -> Verdict {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        let verdict = check(&Facts { bound: bound.as_ref(), ..facts });
        if verdict.credential_holds && bound.is_none() {
            *bound = facts.credential.token.as_ref().map(Bound::to);
        }
        verdict
    }
}

/// The client's `apns-id`, or a new one when there is none that can be repeated.
fn answered_id(request: &Request) -> ApnsId {
    let sent = request.text(APNS_ID).and_then(|text| ApnsId::parse(&text));
    sent.unwrap_or_else(|| ApnsId::from_random_bytes(random::bytes()))
}
