//! Idempotency: a send that repeats an `apns-id` gets the answer of the first one, so that a client
//! that retries after a lost answer does not make a device ring twice.
//!
//! While the first send is in flight, a repeat waits for its answer. A push that was accepted, or
//! may have been, is answered from memory for ten minutes. A push that was certainly not delivered
//! is forgotten at once and may be sent again. APNs itself gives no such guarantee.
//!
//! With a store, a push to Apple is saved before it leaves, and is recognised after a restart.

use std::sync::Arc;
use std::time::SystemTime;

use http::HeaderValue;
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::SendResult;
use super::kept_push::{kept_push, number};
use super::memory::{Entry, Key, Memory, Stage};
use super::shares::Bounds;
use super::ticket::{Kept, Ticket};
use crate::apns::headers::{APNS_ID, APNS_PUSH_TYPE, APNS_TOPIC};
use crate::apns::{ApnsId, Environment};
use crate::relay::client::{Account, Client};
use crate::relay::config::Config;
use crate::relay::problem::Problem;
use crate::relay::upstream::Outgoing;
use crate::store::{EarlierPush, HashKey, KeyedHash, Store};
use crate::sync::Lock;

/// Sends with an idempotency key, and their answers.
pub(crate) struct IdempotencyCache {
    memory: Arc<Lock<Memory>>,
    hash_key: HashKey,
    clock: fn() -> SystemTime,
}

/// Result of looking up an idempotency key.
pub(crate) enum Lookup {
    /// The key is new: the push has to be sent, and the ticket settled with its answer.
    New(Ticket),
    /// A push with this key is in flight.
    Underway(watch::Receiver<Option<Arc<SendResult>>>),
    /// The push was answered.
    Answered(Arc<SendResult>),
    /// A different push has this key.
    Conflict,
}

/// The `apns-id` of a push, if it has a valid one.
pub(crate) fn apns_id(push: &Outgoing) -> Option<ApnsId> {
    push.headers
        .get(APNS_ID)?
        .to_str()
        .ok()
        .and_then(ApnsId::parse)
}

impl IdempotencyCache {
    /// Creates an empty cache.
    pub(crate) fn new(config: &Config, hash_key: HashKey) -> Self {
        let bounds = (
            Bounds::of_apple(&config.limits, &config.deadlines),
            Bounds::of_simulator(),
        );
        Self::with_bounds(bounds, hash_key, config.clock)
    }

    fn with_bounds(bounds: (Bounds, Bounds), hash_key: HashKey, clock: fn() -> SystemTime) -> Self {
        let memory = Memory::new(bounds, Instant::now());
        Self {
            memory: Arc::new(Lock::new(memory)),
            hash_key,
            clock,
        }
    }

    /// Saves pushes to Apple in a store from now on, and restores those that an earlier process has
    /// left there.
    pub(crate) fn keep_in(&self, store: Arc<dyn Store>, earlier: &[EarlierPush], now: u64) {
        let mut memory = self.memory.lock();
        memory.store = Some(store);
        for earlier in earlier {
            memory.recall(earlier, now);
        }
    }

    /// Looks up a push, and adds it if it is new. Fails if there is no room, and then the push must
    /// not be sent.
    pub(crate) fn enter(
        &self,
        client: &Client,
        apns_id: &ApnsId,
        push: &Outgoing,
    ) -> Result<Lookup, Problem> {
        let key = self.key(&client.account, push.environment, apns_id);
        let share = client.limit_key().hash(key.account, &self.hash_key);
        let fingerprint = self.fingerprint(push);
        let now = Instant::now();
        let mut memory = self.memory.lock();
        memory.forget_old(key, now);
        if let Some(entry) = memory.entries.get(&key) {
            return Ok(match &entry.stage {
                _ if entry.fingerprint != fingerprint => Lookup::Conflict,
                Stage::Answered { packed, .. } => {
                    Lookup::Answered(Arc::new(packed.answer(key.apns_id)))
                }
                Stage::Underway(answer) => Lookup::Underway(answer.clone()),
            });
        }
        memory.make_room(key, &share, now)?;
        let (sender, answer) = watch::channel(None);
        memory.entries.insert(
            key,
            Entry {
                fingerprint,
                stage: Stage::Underway(answer),
            },
        );
        memory.shares(key.environment).enter(share);
        let store = memory
            .store
            .clone()
            .filter(|_| !key.environment.is_simulator());
        let kept = store.map(|store| Kept {
            store,
            push: kept_push(key, share, fingerprint),
            row: None,
        });
        Ok(Lookup::New(Ticket {
            memory: Arc::clone(&self.memory),
            key,
            share,
            answer: sender,
            kept,
            clock: self.clock,
        }))
    }

    /// Returns the environment of this client's push with this `apns-id`, and its answer if there
    /// is one.
    pub(crate) fn find(
        &self,
        client: &Client,
        apns_id: &ApnsId,
    ) -> Option<(Environment, Option<Arc<SendResult>>)> {
        let now = Instant::now();
        let mut memory = self.memory.lock();
        Environment::ALL.into_iter().find_map(|environment| {
            let key = self.key(&client.account, environment, apns_id);
            memory.forget_old(key, now);
            let answer = match &memory.entries.get(&key)?.stage {
                Stage::Answered { packed, .. } => Some(Arc::new(packed.answer(key.apns_id))),
                Stage::Underway(_) => None,
            };
            Some((environment, answer))
        })
    }

    fn key(&self, account: &Account, environment: Environment, apns_id: &ApnsId) -> Key {
        Key {
            account: account.hash(&self.hash_key),
            environment,
            apns_id: number(apns_id.as_str()).to_be_bytes(),
        }
    }

    /// Hash of everything that identifies a push, without its credential, which may have been
    /// renewed.
    fn fingerprint(&self, push: &Outgoing) -> KeyedHash {
        let header = |name: &str| {
            push.headers
                .get(name)
                .map(HeaderValue::as_bytes)
                .unwrap_or_default()
        };
        let token = push.device_token.to_ascii_lowercase();
        self.hash_key.hash(&[
            b"push",
            token.as_bytes(),
            header(APNS_TOPIC),
            header(APNS_PUSH_TYPE),
            &push.body,
        ])
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use bytes::Bytes;
    use http::StatusCode;
    use tokio::time::advance;

    use super::super::answer::outcome;
    use super::super::memory::REMEMBERED;
    use super::*;
    use crate::apns::Outcome;
    use crate::relay::client::Who;
    use crate::relay::header_list::HeaderList;
    use crate::relay::upstream::Credential;

    const APPLE: Environment = Environment::Production;
    const SIMULATOR: Environment = Environment::Simulator;

    fn cache(of_one: usize, of_all: usize, shares: usize) -> IdempotencyCache {
        let bounds = Bounds::of(of_one, of_all, shares);
        IdempotencyCache::with_bounds(
            (bounds, bounds),
            HashKey::from_bytes(&[1; 32]),
            SystemTime::now,
        )
    }

    fn client(user: usize) -> Client {
        let who = Who::User(user.to_string().into());
        Client::new(
            who,
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            true,
            None,
            Default::default(),
        )
    }

    fn id(number: usize) -> ApnsId {
        ApnsId::parse(&format!("{number:08x}-0000-4000-8000-000000000000")).expect("an apns-id")
    }

    fn push(environment: Environment) -> Outgoing {
        Outgoing {
            environment,
            device_token: "ab".to_owned(),
            headers: HeaderList::default(),
            credential: Credential::Missing,
            body: Bytes::new(),
        }
    }

    /// Sends a push with this result. Returns the error code if it is refused.
    fn send(
        cache: &IdempotencyCache,
        user: usize,
        number: usize,
        environment: Environment,
        outcome: Outcome,
    ) -> Result<(), (&'static str, u64)> {
        match cache.enter(&client(user), &id(number), &push(environment)) {
            Ok(Lookup::New(ticket)) => {
                ticket.settle(Err(Problem::new(
                    StatusCode::GATEWAY_TIMEOUT,
                    "x",
                    "x",
                    "x",
                )
                .with_outcome(outcome)));
                Ok(())
            }
            Ok(_) => panic!("{number} is new"),
            Err(problem) => {
                assert_eq!(
                    (problem.status().as_u16(), problem.outcome()),
                    (503, Outcome::NotSent)
                );
                let retry_after = problem.reply().headers()["retry-after"]
                    .to_str()
                    .expect("ASCII")
                    .parse()
                    .expect("seconds");
                Err((problem.code(), retry_after))
            }
        }
    }

    fn is_known(cache: &IdempotencyCache, user: usize, number: usize) -> bool {
        cache.find(&client(user), &id(number)).is_some()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_remembered_for_ten_minutes() {
        let cache = cache(10, 10, 10);
        for environment in [APPLE, SIMULATOR] {
            assert_eq!(send(&cache, 1, 1, environment, Outcome::Unknown), Ok(()));
            advance(Duration::from_millis(599_500)).await;
            assert!(is_known(&cache, 1, 1));
            advance(Duration::from_millis(500)).await;
            assert!(!is_known(&cache, 1, 1));
            assert_eq!(send(&cache, 1, 1, environment, Outcome::Unknown), Ok(()));
            advance(REMEMBERED).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_share_for_apple_refuses_and_forgets_nothing() {
        let cache = cache(3, 100, 100);
        for number in 0..3 {
            assert_eq!(send(&cache, 1, number, APPLE, Outcome::Accepted), Ok(()));
            advance(Duration::from_secs(100)).await;
        }
        assert_eq!(
            send(&cache, 1, 3, APPLE, Outcome::Accepted),
            Err(("sends_remembered", 300))
        );
        assert!((0..3).all(|number| is_known(&cache, 1, number)) && !is_known(&cache, 1, 3));
        assert_eq!(
            send(&cache, 2, 3, APPLE, Outcome::Accepted),
            Ok(()),
            "another has a share of their own"
        );
        assert_eq!(
            send(&cache, 1, 3, SIMULATOR, Outcome::Accepted),
            Ok(()),
            "and so has the simulator"
        );
        advance(Duration::from_secs(300)).await;
        assert_eq!(
            send(&cache, 1, 4, APPLE, Outcome::Accepted),
            Ok(()),
            "the first is ten minutes old"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_memory_for_apple_refuses_and_forgets_nothing() {
        let cache = cache(100, 3, 100);
        for user in 0..3 {
            assert_eq!(send(&cache, user, 1, APPLE, Outcome::Accepted), Ok(()));
            advance(Duration::from_secs(100)).await;
        }
        assert_eq!(
            send(&cache, 3, 1, APPLE, Outcome::Accepted),
            Err(("memory_full", 300))
        );
        assert!((0..3).all(|user| is_known(&cache, user, 1)));
        advance(Duration::from_secs(300)).await;
        assert_eq!(send(&cache, 3, 1, APPLE, Outcome::Accepted), Ok(()));
    }

    #[tokio::test]
    async fn a_push_that_was_not_delivered_takes_no_room() {
        let cache = cache(1, 1, 1);
        for number in 0..10 {
            assert_eq!(
                send(&cache, number, number, APPLE, Outcome::Rejected),
                Ok(())
            );
            assert_eq!(
                send(&cache, number, number, SIMULATOR, Outcome::NotSent),
                Ok(())
            );
        }
        assert_eq!(cache.memory.lock().entries.len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn for_the_simulator_the_oldest_entry_of_the_largest_share_is_evicted() {
        let own = cache(3, 100, 100);
        (0..4).for_each(|number| {
            assert_eq!(send(&own, 1, number, SIMULATOR, Outcome::Accepted), Ok(()))
        });
        assert_eq!(
            (0..4)
                .map(|number| is_known(&own, 1, number))
                .collect::<Vec<_>>(),
            [false, true, true, true]
        );

        let all = cache(100, 4, 100);
        assert_eq!(send(&all, 1, 0, SIMULATOR, Outcome::Accepted), Ok(()));
        (0..5).for_each(|number| {
            assert_eq!(send(&all, 2, number, SIMULATOR, Outcome::Accepted), Ok(()))
        });
        assert!(
            is_known(&all, 1, 0),
            "who sends little keeps what they have"
        );
        assert_eq!(
            (0..5)
                .map(|number| is_known(&all, 2, number))
                .collect::<Vec<_>>(),
            [false, false, true, true, true]
        );

        let shares = cache(100, 100, 3);
        for user in 0..5 {
            assert_eq!(send(&shares, user, 0, SIMULATOR, Outcome::Accepted), Ok(()));
            advance(Duration::from_secs(1)).await;
        }
        assert_eq!(
            (0..5)
                .map(|user| is_known(&shares, user, 0))
                .collect::<Vec<_>>(),
            [false, false, true, true, true]
        );
        assert_eq!(shares.memory.lock().entries.len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_empty_ten_minutes_after_the_last_push() {
        let cache = cache(1_000, 1_000, 1_000);
        for number in 0..500 {
            assert_eq!(
                send(&cache, number % 7, number, APPLE, Outcome::Accepted),
                Ok(())
            );
            assert_eq!(
                send(&cache, number % 5, number, SIMULATOR, Outcome::Unknown),
                Ok(())
            );
        }
        assert_eq!(cache.memory.lock().entries.len(), 1_000);
        advance(REMEMBERED).await;
        assert!(!is_known(&cache, 9, 9));
        assert_eq!(cache.memory.lock().entries.len(), 0);
    }

    #[tokio::test]
    async fn a_dropped_ticket_has_an_unknown_outcome() {
        let cache = cache(1, 1, 1);
        drop(cache.enter(&client(1), &id(7), &push(APPLE)));
        let again = cache.enter(&client(1), &id(7), &push(APPLE));
        assert!(
            matches!(again, Ok(Lookup::Answered(answer)) if outcome(&answer) == Outcome::Unknown)
        );
    }
}
