//! Simulated APNs: the state that all connections and the control interface share, and the decision
//! on each request.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use serde_json::Value;

use super::apple_environment::AppleEnvironment;
use super::connection::{Connection, Memory};
use super::credential::{Credential, Friends};
use super::enrolled::keys::Keys;
use super::enrolled::phones::{Phones, Push};
use super::enrolled::push_rates::PushRates;
use super::faults::{Faults, Firing, Scope};
use super::options::Options;
use super::parties::Parties;
use super::push_header::PushHeader;
use super::record::decision::Decision;
use super::record::decision_log::DecisionLog;
use super::record::events::{Events, Occasion};
use super::record::journal::Journal;
use super::request::Request;
use super::rules::checks::check;
use super::rules::topic;
use super::rules::{Facts, Verdict};
use super::sender_header::SenderHeader;
use super::token_updates::TeamUpdates;
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, PushType, Reason};
use crate::simulator::{clock_ms, random};

/// Minimum time between two sweeps of the enrolled keys and phones.
const SWEEP_INTERVAL_MS: u64 = 60 * 1_000;

/// State of a simulated APNs.
pub(crate) struct Apns {
    /// Enrolled keys; provider tokens signed with them are accepted.
    pub(crate) keys: Keys,
    /// Enrolled virtual iPhones.
    pub(crate) phones: Arc<Phones>,
    /// Journal of the latest decisions.
    pub(crate) journal: Journal,
    /// Log of events.
    pub(crate) events: Arc<Events>,
    /// Enabled faults.
    pub(crate) faults: Faults,
    /// Clock of the simulator.
    pub(crate) clock: fn() -> SystemTime,
    /// Log of all decisions: lines in a file, and counts.
    pub(crate) decision_log: DecisionLog,
    /// Header in which the relay names the sender.
    pub(crate) sender_header: SenderHeader,
    rates: PushRates,
    modes: Modes,
    /// Provider token updates on all connections, for `--strict-tokens`.
    team_updates: TeamUpdates,
    connections: AtomicU64,
    swept_ms: AtomicU64,
    hasher: RandomState,
}

/// Behaviours that the options select.
#[derive(Clone, Copy)]
struct Modes {
    accept_any_key: bool,
    strict_tokens: bool,
    wedge_expired: bool,
}

impl Apns {
    /// Creates a simulated APNs with nothing enrolled and no decisions.
    pub(crate) fn new(options: Options) -> Self {
        let Options {
            clock,
            accept_any_key,
            strict_tokens,
            wedge_expired,
            ..
        } = options;
        let events = Arc::new(Events::new());
        let phones = Arc::new(Phones::new(Arc::clone(&events), clock));
        Self {
            keys: Keys::default(),
            phones,
            journal: Journal::default(),
            events,
            faults: Faults::default(),
            clock,
            decision_log: DecisionLog::to(options.journal),
            sender_header: SenderHeader::default(),
            rates: PushRates::default(),
            modes: Modes {
                accept_any_key,
                strict_tokens,
                wedge_expired,
            },
            team_updates: TeamUpdates::default(),
            connections: AtomicU64::default(),
            swept_ms: AtomicU64::default(),
            hasher: RandomState::new(),
        }
    }

    /// Creates a connection that is not bound to a team yet. If `environment` is `None`, TLS
    /// selects it.
    pub(crate) fn connect(&self, environment: Option<AppleEnvironment>) -> Connection {
        Connection::new(
            self.connections.fetch_add(1, Ordering::Relaxed) + 1,
            environment,
        )
    }

    /// Removes the expired entries of guests, unless the last sweep was less than
    /// `SWEEP_INTERVAL_MS` ago.
    pub(crate) fn sweep(&self) {
        let now_ms = clock_ms(self.clock);
        if now_ms.abs_diff(self.swept_ms.load(Ordering::Relaxed)) < SWEEP_INTERVAL_MS {
            return;
        }
        self.swept_ms.store(now_ms, Ordering::Relaxed);
        self.keys.sweep(now_ms);
        self.phones.sweep(now_ms);
        self.faults
            .sweep(|guest| self.keys.has_any(guest) || self.phones.has_any(guest));
    }

    /// Returns the fault that fires for a request, if any.
    pub(crate) fn fire_fault(&self, connection: &Connection, request: &Request) -> Option<Firing> {
        if let Some(sticking) = connection.sticking_fault() {
            return Some(sticking.clone());
        }
        self.faults.fire_on_request(|| {
            let parties = self.parties(connection, request, &mut connection.memory.lock());
            let device_token = request.device_token();
            // The key ID that the token claims. Its signature is not verified here, but by the
            // checks.
            let token = parties.credential.token.as_ref();
            let scope = Scope {
                device_token: device_token.map(|token| token.as_str().to_owned()),
                key_id: token.map(|token| token.key_id.clone()),
            };
            (scope, parties.visibility())
        })
    }

    /// Decides a request and records the decision. Delivers an accepted push to its phone.
    pub(crate) fn decide(
        &self,
        connection: &Connection,
        stream: u32,
        request: &Request,
    ) -> Arc<Decision> {
        let at_ms = clock_ms(self.clock);
        let mut memory = connection.memory.lock();
        let parties = self.parties(connection, request, &mut memory);
        let Parties {
            credential, device, ..
        } = &parties;
        let payload: Option<Value> = serde_json::from_slice(&request.body.kept).ok();
        let device_token = request.device_token();
        let limit = device
            .as_ref()
            .and_then(|device| Some((device.device_token.as_str(), device.pushes_per_minute?)));
        let topic = topic::of(request, connection.certificate());
        let facts = Facts {
            request,
            topic_type: topic::type_of(&topic),
            topic,
            push_type: request
                .text(PushHeader::PushType)
                .and_then(|text| PushType::parse(&text)),
            payload: payload.as_ref(),
            credential,
            certificate: connection.certificate(),
            bound: memory.bound.as_ref(),
            is_wedged: memory.is_wedged,
            is_updated_too_soon: self.is_updated_too_soon(
                connection.environment(),
                credential,
                &memory,
                at_ms / 1000,
            ),
            device: device.as_deref(),
            is_strangers_device: parties.is_strangers_device(),
            is_over_rate: limit
                .is_some_and(|(token, limit)| self.rates.is_over(token, limit, at_ms)),
            environment: connection.environment(),
            now: at_ms / 1000,
        };
        let verdict = check(&facts);
        self.remember(
            connection.environment(),
            credential,
            &verdict,
            &mut memory,
            at_ms / 1000,
        );
        drop(memory);
        if let (None, Some((token, _))) = (verdict.reason, limit) {
            self.rates.count(token, at_ms);
        }

        let apns_id = answered_id(request);
        parties.touch(at_ms);
        let mut decision = self
            .draft(connection, stream, request, &parties, &apns_id, at_ms)
            .decided(&verdict);
        match verdict.reason {
            // The console that an `apns-unique-id` leads to shows development pushes only.
            None if connection.environment() == AppleEnvironment::Production => {}
            None => decision.apns_unique_id = Some(Uuid::from_random_bytes(random::bytes())),
            Some(Reason::Unregistered | Reason::ExpiredToken) => {
                decision.timestamp = device.as_ref().and_then(|device| device.unregistered_at_ms)
            }
            Some(_) => {}
        }
        let decision = self.record(decision);
        if let (None, Some(token)) = (verdict.reason, device_token) {
            let expiration = request
                .text(PushHeader::Expiration)
                .and_then(|time| time.parse().ok());
            self.phones.receive(
                token,
                Push {
                    apns_id,
                    payload: payload.unwrap_or_default(),
                    expiration,
                },
            );
        }
        decision
    }

    /// Refuses a request because a fault requires it, and records the decision. No phone receives
    /// the push.
    pub(crate) fn refuse(
        &self,
        connection: &Connection,
        stream: u32,
        request: &Request,
        reason: Reason,
        timestamp: Option<u64>,
    ) -> Arc<Decision> {
        let at_ms = clock_ms(self.clock);
        // The credential of a request that a fault refuses neither binds nor wedges the connection.
        let parties = self.parties(connection, request, &mut connection.memory.lock());
        parties.touch(at_ms);
        if reason == Reason::ExpiredProviderToken {
            self.void(
                connection.environment(),
                &parties.credential,
                &mut connection.memory.lock(),
            );
        }
        self.record(Decision {
            status: reason.status(),
            reason: Some(reason.as_str()),
            timestamp: timestamp
                .or(matches!(reason, Reason::Unregistered | Reason::ExpiredToken).then_some(at_ms)),
            rule: "fault",
            ..self.draft(
                connection,
                stream,
                request,
                &parties,
                &answered_id(request),
                at_ms,
            )
        })
    }

    /// Returns the parties of a request. On a connection with a client certificate, the provider
    /// token is ignored. Of `memory`, only the provider token verified last is used: the connection
    /// is neither bound nor wedged.
    pub(crate) fn parties(
        &self,
        connection: &Connection,
        request: &Request,
        memory: &mut Memory,
    ) -> Parties {
        let sender = self.sender_header.read(request);
        let device = request
            .device_token()
            .and_then(|token| self.phones.enrolment(token));
        let has_certificate = connection.certificate().is_some();
        let credential = if has_certificate {
            Arc::default()
        } else {
            let sender = sender.as_ref().map(|sender| &sender.caller);
            let friends = Friends {
                sender,
                phone: device.as_ref().map(|device| &device.ownership.holder),
            };
            Credential::read(
                request,
                &self.keys,
                &friends,
                self.modes.accept_any_key,
                &mut memory.last_good,
                &self.hasher,
            )
        };
        Parties {
            sender,
            credential,
            has_certificate,
            device,
        }
    }

    /// Creates a decision with everything that is known before the request is judged.
    fn draft(
        &self,
        connection: &Connection,
        stream: u32,
        request: &Request,
        parties: &Parties,
        apns_id: &Arc<str>,
        at_ms: u64,
    ) -> Decision {
        let credential = &parties.credential;
        Decision {
            visibility: parties.visibility(),
            account: parties.account(),
            at_ms,
            connection: connection.number,
            stream,
            apns_id: Arc::clone(apns_id),
            token_hash: credential.hash.or_else(|| {
                request
                    .provider_token()
                    .map(|token| self.hasher.hash_one(&token))
            }),
            certificate: connection
                .certificate()
                .map(|certificate| certificate.name.clone()),
            environment: Some(connection.environment()),
            ..Decision::on(request, credential)
        }
    }

    fn is_updated_too_soon(
        &self,
        environment: AppleEnvironment,
        credential: &Credential,
        memory: &Memory,
        now: u64,
    ) -> bool {
        let Some((hash, token)) = credential.update.zip(credential.token.as_ref()) else {
            return false;
        };
        match self.modes.strict_tokens {
            true => self
                .team_updates
                .is_too_soon(&token.team_id, environment, hash, now),
            false => memory.updates.is_too_soon(hash, now),
        }
    }

    /// Updates the memory of the connection: the first valid credential binds it, and a new
    /// provider token counts as an update. An expired one no longer counts, and wedges the
    /// connection if that is enabled.
    fn remember(
        &self,
        environment: AppleEnvironment,
        credential: &Credential,
        verdict: &Verdict,
        memory: &mut Memory,
        now: u64,
    ) {
        if verdict.reason == Some(Reason::ExpiredProviderToken) {
            memory.is_wedged |= self.modes.wedge_expired;
            self.void(environment, credential, memory);
        }
        let Some((hash, owner)) = credential
            .update
            .zip(credential.owner.as_ref())
            .filter(|_| verdict.credential_holds)
        else {
            return;
        };
        if self.modes.strict_tokens {
            self.team_updates
                .take(&owner.team_id, environment, hash, now);
        }
        memory.updates.take(hash, now);
        memory.bound.get_or_insert_with(|| owner.clone());
    }

    /// Stops counting a provider token, because its sender was told that it has expired and must
    /// sign a new one, which must not be refused as too soon.
    fn void(&self, environment: AppleEnvironment, credential: &Credential, memory: &mut Memory) {
        let is_genuine = credential.signature.is_some() || credential.is_unchecked;
        let Some((hash, token)) = credential
            .update
            .zip(credential.token.as_ref())
            .filter(|_| is_genuine)
        else {
            return;
        };
        memory.updates.void(hash);
        self.team_updates.void(&token.team_id, environment, hash);
    }

    fn record(&self, decision: Decision) -> Arc<Decision> {
        let decision = self.journal.record(decision);
        self.decision_log.write(&decision);
        let device_token = decision.device_token.clone().unwrap_or_default();
        let (visibility, account) = (decision.visibility.clone(), &decision.account);
        self.events.publish_shared(
            Occasion {
                kind: "decision",
                device_token,
                visibility,
                account,
            },
            decision.clone(),
        );
        decision
    }
}

/// Returns the client's `apns-id` as it was sent, in either case, or a new one if the request has
/// no valid one.
fn answered_id(request: &Request) -> Arc<str> {
    let sent = request
        .text(PushHeader::Id)
        .filter(|text| ApnsId::parse(text).is_some());
    match sent {
        Some(text) => Arc::from(&*text),
        None => Uuid::from_random_bytes(random::bytes()).shared(),
    }
}
