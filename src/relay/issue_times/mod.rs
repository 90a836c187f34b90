//! Issue times of provider tokens, agreed on among all holders of a key, for each server that
//! enforces Apple's limits on tokens.
//!
//! For each server, team and key there is a schedule, which is updated from the server's answers.
//! It stores issue times, keyed hashes and public keys, and no tokens.
//!
//! On a shared page, a guest can send a token with any team and key ID. The server's acceptance
//! proves that it was signed with the right key. Without that, the signature must be by the key
//! that made an accepted token.

mod schedules;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use http::HeaderValue;

use crate::apns::provider_token::TokenParts;
use crate::apns::token_schedule::{AcceptedToken, Schedule};
use crate::apns::{Answer, Environment, Reason};
use crate::caller::Caller;
use crate::store::{IssueTime, IssueTimeKey, Store};
use crate::sync::Lock;
pub(crate) use schedules::KeyName;
use schedules::{Entry, MOST_KEYS, Schedules, Server};

/// Most header values that are remembered as read.
const MOST_READ: usize = 1_000;

/// A push that was sent with a token: its environment, caller and `authorization` header.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) environment: Environment,
    pub(crate) caller: &'a Caller,
    pub(crate) authorization: &'a HeaderValue,
}

/// Schedules of all keys at all servers.
pub(crate) struct IssueTimes {
    hosts: [Arc<str>; Environment::ALL.len()],
    /// Schedules of Apple's environments, which those of the simulator cannot evict.
    apple: Lock<Schedules>,
    simulator: Lock<Schedules>,
    /// Hashes of header values whose acceptance was recorded. A token is sent thousands of times
    /// and parsed once.
    read: Lock<HashSet<u64>>,
    hasher: RandomState,
    /// Store for the accepted tokens of Apple's environments.
    store: Option<Arc<dyn Store>>,
}

impl IssueTimes {
    /// Creates empty schedules; `host` returns the host of an environment.
    pub(crate) fn new(host: impl Fn(Environment) -> String) -> Self {
        let hosts = Environment::ALL.map(|environment| host(environment).into());
        let (apple, simulator, read, hasher, store) = Default::default();
        Self {
            hosts,
            apple,
            simulator,
            read,
            hasher,
            store,
        }
    }

    /// Restores the issue times in `store`, and saves new ones there. Those accepted by another
    /// host are ignored.
    pub(crate) fn keep_in(&mut self, store: Arc<dyn Store>, issue_times: Vec<IssueTime>) {
        let apple = self.apple.get_mut();
        for IssueTime {
            key,
            issued_at,
            first_accepted,
        } in issue_times.into_iter().take(MOST_KEYS)
        {
            if !key.environment.is_simulator() && *key.host == *self.hosts[key.environment as usize]
            {
                let server = Server::Host(key.environment, key.host.into());
                let schedule = Schedule::of_accepted(AcceptedToken {
                    issued_at,
                    first_accepted,
                });
                let name = KeyName {
                    team_id: key.team_id,
                    key_id: key.key_id,
                };
                apple.restore((server, name), schedule);
            }
        }
        self.store = Some(store);
    }

    /// Returns the issue time to sign with at `now`, in seconds since 1970, for a push to
    /// `environment` by `caller`.
    pub(crate) fn issue_time(
        &self,
        environment: Environment,
        caller: &Caller,
        key: KeyName,
        now: u64,
    ) -> u64 {
        let server = self.server(environment, caller);
        self.change(server, key, |entry| entry.schedule.name(now))
    }

    /// Returns the issue time for a client that does not name the environment: the one of Apple's
    /// two schedules with the later accepted token.
    pub(crate) fn issue_time_of_apple(&self, key: &KeyName, now: u64) -> u64 {
        const BOTH: [Environment; 2] = [Environment::Sandbox, Environment::Production];
        let look = |environment| {
            self.change(
                self.server(environment, &Caller::Owner),
                key.clone(),
                |entry| {
                    let issued_at = entry.schedule.issue_time(now);
                    (entry.schedule.accepted(), issued_at)
                },
            )
        };
        let [sandbox, production] = BOTH.map(look);
        let (_, issued_at) = sandbox.max(production);
        for (environment, (_, own)) in BOTH.into_iter().zip([sandbox, production]) {
            if own == issued_at {
                let server = self.server(environment, &Caller::Owner);
                self.change(server, key.clone(), |entry| entry.schedule.name(now));
            }
        }
        issued_at
    }

    /// Updates the schedule from the answer to a push.
    pub(crate) fn learn(&self, sent: Sent<'_>, answer: &Answer, now: u64) {
        if shows_acceptance(answer) {
            if self.is_new(sent) {
                self.accept(sent, now);
            }
        } else if answer.known_reason() == Some(Reason::TooManyProviderTokenUpdates) {
            self.believe(sent, |schedule, issued_at| schedule.refuse(issued_at, now));
        }
    }

    /// Records that a push without an answer may have been accepted.
    pub(crate) fn suspect(&self, sent: Sent<'_>, now: u64) {
        self.believe(sent, |schedule, issued_at| {
            schedule.may_accept(issued_at, now)
        });
    }

    /// `true` if no acceptance of this header value is remembered.
    fn is_new(&self, sent: Sent<'_>) -> bool {
        let guest = sent.environment.is_simulator().then_some(sent.caller);
        let hash = self
            .hasher
            .hash_one((sent.environment, guest, sent.authorization.as_bytes()));
        let mut read = self.read.lock();
        if read.len() >= MOST_READ {
            read.clear();
        }
        read.insert(hash)
    }

    fn accept(&self, sent: Sent<'_>, now: u64) {
        let Some((token, key)) = token(sent.authorization) else {
            return;
        };
        let signers = if could_be_forged(sent) {
            token.possible_signers()
        } else {
            Vec::new()
        };
        self.change(self.server(sent.environment, sent.caller), key, |entry| {
            entry.schedule.accept(token.issued_at, now);
            entry.signers = signers;
        });
    }

    /// Updates the schedule with a token that was not accepted, if its signature proves that the
    /// sender has the key.
    fn believe(&self, sent: Sent<'_>, note: impl FnOnce(&mut Schedule, u64)) {
        let Some((token, key)) = token(sent.authorization) else {
            return;
        };
        let server = self.server(sent.environment, sent.caller);
        if could_be_forged(sent) && !self.is_signed_as_before(&token, &server, &key) {
            return;
        }
        self.change(server, key, |entry| {
            note(&mut entry.schedule, token.issued_at)
        });
    }

    /// `true` if `token` was signed by the key of an accepted token.
    fn is_signed_as_before(&self, token: &TokenParts, server: &Server, key: &KeyName) -> bool {
        let name = (server.clone(), key.clone());
        let signers = self
            .schedules(server)
            .lock()
            .get(&name)
            .map(|entry| entry.signers.clone());
        signers
            .unwrap_or_default()
            .iter()
            .any(|signer| token.verify(signer).is_some())
    }

    fn schedules(&self, server: &Server) -> &Lock<Schedules> {
        match server {
            Server::Host(..) => &self.apple,
            Server::Simulator(..) => &self.simulator,
        }
    }

    fn server(&self, environment: Environment, caller: &Caller) -> Server {
        if environment.is_simulator() {
            Server::Simulator(environment, caller.clone())
        } else {
            Server::Host(environment, Arc::clone(&self.hosts[environment as usize]))
        }
    }

    fn change<T>(&self, server: Server, key: KeyName, change: impl FnOnce(&mut Entry) -> T) -> T {
        let mut schedules = self.schedules(&server).lock();
        let name = (server, key);
        let (entry, is_lost) = schedules.get_or_create(&name);
        if is_lost {
            // After an eviction, acceptances must be recorded again for schedules that start anew.
            self.read.lock().clear();
        }
        let before = entry.schedule.accepted();
        let changed = change(entry);
        let accepted = entry
            .schedule
            .accepted()
            .filter(|accepted| before != Some(*accepted));
        // Saved while the lock is held, so in the order of the updates.
        if let Some(accepted) = accepted {
            self.keep(name, accepted);
        }
        changed
    }

    /// Saves an accepted token of a host in the store.
    fn keep(&self, name: (Server, KeyName), accepted: AcceptedToken) {
        if let (Some(store), (Server::Host(environment, host), key)) = (&self.store, name) {
            let key = IssueTimeKey {
                environment,
                host: host.to_string(),
                team_id: key.team_id,
                key_id: key.key_id,
            };
            store.keep_issue_time(&IssueTime {
                key,
                issued_at: accepted.issued_at,
                first_accepted: accepted.first_accepted,
            });
        }
    }
}

/// `true` if the sender may not have the key that the token names.
fn could_be_forged(sent: Sent<'_>) -> bool {
    !sent.environment.is_simulator() && *sent.caller != Caller::Owner
}

fn token(authorization: &HeaderValue) -> Option<(TokenParts, KeyName)> {
    let token = TokenParts::read(bearer(authorization.to_str().ok()?)?).ok()?;
    let key = KeyName {
        team_id: token.team_id.clone(),
        key_id: token.key_id.clone(),
    };
    Some((token, key))
}

/// `true` for answers that prove that APNs accepted the token: it checks the credential before
/// topic and device.
fn shows_acceptance(answer: &Answer) -> bool {
    match answer.status {
        200 | 410 => true,
        400 => matches!(
            answer.known_reason(),
            Some(Reason::BadDeviceToken | Reason::DeviceTokenNotForTopic | Reason::TopicDisallowed)
        ),
        _ => false,
    }
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
