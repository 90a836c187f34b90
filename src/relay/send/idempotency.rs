//! Idempotency: a send that repeats an `apns-id` gets the answer of the first one, so that a client
//! that retries after a lost answer does not make a device ring twice.
//!
//! While the first send is in flight, a repeat waits for its answer. A push that was accepted, or
//! may have been, is answered from memory for ten minutes. A push that was certainly not delivered
//! is forgotten at once and may be sent again. APNs itself gives no such guarantee.
//!
//! With a store, a push to Apple is saved before it leaves, and is recognised after a restart.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::sync::watch;
use tokio::time::Instant;

use super::answer::{ApnsAnswer, SendResult, outcome};
use super::packed_answer::PackedAnswer;
use super::shares::{Bounds, Full, Shares};
use crate::apns::headers::{APNS_ID, APNS_PUSH_TYPE, APNS_TOPIC, APNS_UNIQUE_ID};
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, Environment, Outcome};
use crate::relay::client::{Account, Client};
use crate::relay::config::Config;
use crate::relay::header_list::HeaderList;
use crate::relay::millis;
use crate::relay::problem::Problem;
use crate::relay::upstream::Outgoing;
use crate::store::{EarlierPush, Ending, HashKey, KeptPush, KeyedHash, REMEMBERED_MS, Row, Store};
use crate::sync::Lock;

/// Time for which an answer is remembered.
pub(crate) const REMEMBERED: Duration = Duration::from_millis(REMEMBERED_MS);
/// Wait time after a failed write; a full disk seldom has room sooner.
const RETRY_WRITING: Duration = Duration::from_secs(10);

/// Idempotency key of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    /// Hash of the sender's account, so that no client sees the sends of others.
    account: KeyedHash,
    /// APNs environment of the push.
    environment: Environment,
    /// The `apns-id` as a number.
    apns_id: u128,
}

/// Sends with an idempotency key, and their answers.
pub(crate) struct IdempotencyCache {
    memory: Arc<Lock<Memory>>,
    hash_key: HashKey,
    clock: fn() -> SystemTime,
}

struct Memory {
    entries: HashMap<Key, Entry>,
    apple: Shares,
    simulator: Shares,
    store: Option<Arc<dyn Store>>,
}

struct Entry {
    /// Share that the entry counts in.
    share: KeyedHash,
    fingerprint: KeyedHash,
    stage: Stage,
}

/// Stage of a send.
enum Stage {
    /// The send is in flight; `None` until its ticket is settled.
    Underway(watch::Receiver<Option<Arc<SendResult>>>),
    Answered {
        packed: PackedAnswer,
        until: Instant,
    },
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

/// Obligation to report the answer of a send. If it is dropped instead, the outcome counts as
/// unknown.
pub(crate) struct Ticket {
    memory: Arc<Lock<Memory>>,
    key: Key,
    share: KeyedHash,
    answer: watch::Sender<Option<Arc<SendResult>>>,
    kept: Option<Kept>,
    clock: fn() -> SystemTime,
}

/// A push that has to be saved in the store, and its row there once it is.
struct Kept {
    store: Arc<dyn Store>,
    push: KeptPush,
    row: Option<Row>,
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

    fn with_bounds(
        (apple, simulator): (Bounds, Bounds),
        hash_key: HashKey,
        clock: fn() -> SystemTime,
    ) -> Self {
        let now = Instant::now();
        let (apple, simulator) = (Shares::new(apple, now), Shares::new(simulator, now));
        let memory = Memory {
            entries: HashMap::new(),
            apple,
            simulator,
            store: None,
        };
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
                Stage::Answered { packed, .. } => Lookup::Answered(Arc::new(packed.answer())),
                Stage::Underway(answer) => Lookup::Underway(answer.clone()),
            });
        }
        memory.make_room(key, &share, now)?;
        let (sender, answer) = watch::channel(None);
        memory.entries.insert(
            key,
            Entry {
                share,
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
                Stage::Answered { packed, .. } => Some(Arc::new(packed.answer())),
                Stage::Underway(_) => None,
            };
            Some((environment, answer))
        })
    }

    fn key(&self, account: &Account, environment: Environment, apns_id: &ApnsId) -> Key {
        Key {
            account: account.hash(&self.hash_key),
            environment,
            apns_id: number(apns_id.as_str()),
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

impl Ticket {
    /// Saves the push in the store, if one is in use. Fails if that is not possible, and then the
    /// push must not be sent.
    pub(crate) async fn keep(&mut self) -> Result<(), Problem> {
        let Some(kept) = &mut self.kept else {
            return Ok(());
        };
        match kept.store.begin(&kept.push, now(self.clock)).await {
            Ok(row) => {
                kept.row = Some(row);
                Ok(())
            }
            Err(error) => Err(store_unwritable(&error)),
        }
    }

    /// Reports the answer of the send.
    pub(crate) fn settle(self, answer: SendResult) -> Arc<SendResult> {
        let answer = Arc::new(answer);
        self.record(&answer);
        answer
    }

    fn record(&self, answer: &Arc<SendResult>) {
        if let Some(Kept {
            store,
            push,
            row: Some(row),
        }) = &self.kept
        {
            store.end(*row, push, ending(answer), now(self.clock));
        }
        let mut memory = self.memory.lock();
        match outcome(answer) {
            Outcome::Accepted | Outcome::Unknown => memory.answered(
                self.key,
                PackedAnswer::of(answer),
                Instant::now() + REMEMBERED,
            ),
            Outcome::Rejected | Outcome::NotSent => {
                memory.entries.remove(&self.key);
                memory.shares(self.key.environment).leave(self.share);
            }
        }
        // Sent while the lock is held, so that no lookup finds the entry without its answer.
        self.answer.send_replace(Some(Arc::clone(answer)));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.answer.borrow().is_none() {
            self.record(&Arc::new(Err(Problem::internal())));
        }
    }
}

impl Memory {
    fn shares(&mut self, environment: Environment) -> &mut Shares {
        if environment.is_simulator() {
            &mut self.simulator
        } else {
            &mut self.apple
        }
    }

    /// Removes expired entries about once a second, and always if this entry has expired.
    fn forget_old(&mut self, key: Key, now: Instant) {
        let is_old =
            |entry: &Entry| matches!(entry.stage, Stage::Answered { until, .. } if until <= now);
        let must = self.entries.get(&key).is_some_and(is_old);
        for old in [self.apple.sweep(now, must), self.simulator.sweep(now, must)]
            .into_iter()
            .flatten()
        {
            self.entries.remove(&old);
        }
    }

    /// Makes room for one more entry. For Apple's environments, fails if a bound is reached.
    fn make_room(&mut self, key: Key, share: &KeyedHash, now: Instant) -> Result<(), Problem> {
        if key.environment.is_simulator() {
            for oldest in self.simulator.make_room(share) {
                self.entries.remove(&oldest);
            }
            return Ok(());
        }
        self.apple.check(share, now).map_err(full)
    }

    fn answered(&mut self, key: Key, packed: PackedAnswer, until: Instant) {
        let Some(entry) = self.entries.get_mut(&key) else {
            return;
        };
        entry.stage = Stage::Answered { packed, until };
        let share = entry.share;
        self.shares(key.environment).answered(share, key, until);
    }

    /// Restores a push of an earlier process.
    fn recall(&mut self, earlier: &EarlierPush, now: u64) {
        let KeptPush {
            account,
            share,
            environment,
            apns_id,
            fingerprint,
        } = earlier.push;
        let key = Key {
            account,
            environment,
            apns_id,
        };
        let left = REMEMBERED.saturating_sub(Duration::from_millis(now.saturating_sub(earlier.at)));
        let Some(answer) = earlier_answer(earlier) else {
            return;
        };
        let until = Instant::now() + left;
        let stage = Stage::Answered {
            packed: PackedAnswer::of(&answer),
            until,
        };
        if self
            .entries
            .insert(
                key,
                Entry {
                    share,
                    fingerprint,
                    stage,
                },
            )
            .is_none()
        {
            self.apple.enter(share);
            self.apple.answered(share, key, until);
        }
    }
}

fn kept_push(
    Key {
        account,
        environment,
        apns_id,
    }: Key,
    share: KeyedHash,
    fingerprint: KeyedHash,
) -> KeptPush {
    KeptPush {
        account,
        share,
        environment,
        apns_id,
        fingerprint,
    }
}

/// Converts an answer to the form in which the store saves it.
fn ending(answer: &SendResult) -> Ending {
    match (outcome(answer), answer) {
        (Outcome::Rejected | Outcome::NotSent, _) => Ending::Nothing,
        (_, Err(_)) => Ending::Unknown,
        (_, Ok(said)) => Ending::Answered {
            status: said.status().as_u16(),
            apns_unique_id: said.apns_unique_id().and_then(uuid),
        },
    }
}

/// Reads a UUID as a number; `None` for any other text.
fn uuid(value: &HeaderValue) -> Option<u128> {
    let uuid = Uuid::parse(value.to_str().ok()?)?;
    Some(number(uuid.as_str()))
}

/// Restores the answer to a push of an earlier process; `None` if the push was forgotten.
fn earlier_answer(earlier: &EarlierPush) -> Option<SendResult> {
    let (status, apns_unique_id) = match earlier.ending {
        Ending::Nothing => return None,
        Ending::Unknown => return Some(Err(unknown_before_restart())),
        Ending::Answered {
            status,
            apns_unique_id,
        } => (StatusCode::from_u16(status).ok()?, apns_unique_id),
    };
    let mut headers = HeaderList::default();
    for (name, id) in [
        (APNS_ID, Some(earlier.push.apns_id)),
        (APNS_UNIQUE_ID, apns_unique_id),
    ] {
        if let Some(value) = id.and_then(|id| HeaderValue::try_from(hyphenated(id)).ok()) {
            headers.push(HeaderName::from_static(name), value);
        }
    }
    Some(Ok(ApnsAnswer::from_parts(status, headers, Bytes::new())))
}

/// Reads the digits of a UUID as a number.
fn number(uuid: &str) -> u128 {
    let digits = uuid
        .bytes()
        .filter_map(|byte| char::from(byte).to_digit(16));
    digits.fold(0, |number, digit| number << 4 | u128::from(digit))
}

/// Formats a number as a UUID.
fn hyphenated(number: u128) -> String {
    let digits = format!("{number:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32]
        .map(|group| &digits[group])
        .join("-")
}

fn full(full: Full) -> Problem {
    let fix = "Send again after retry-after; the push was not sent.";
    let (code, cause, wait) = match full {
        Full::One(most, wait) => (
            "sends_remembered",
            format!(
                "Trill remembers {most} named pushes of yours of the last ten minutes, and has no room for more."
            ),
            wait,
        ),
        Full::All(wait) => (
            "memory_full",
            "Trill remembers as many named pushes of the last ten minutes as it can hold."
                .to_owned(),
            wait,
        ),
    };
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, code, cause, fix).with_retry_after(wait)
}

fn store_unwritable(error: &io::Error) -> Problem {
    tracing::debug!(%error, "a push was not sent, because it could not be kept");
    let cause = "The data folder of this relay cannot be written, so no push with an apns-id leaves for Apple.";
    let fix = "Its operator makes room on the disk; then sends go on by themselves. The push was not sent.";
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "data_unwritable",
        cause,
        fix,
    )
    .with_retry_after(RETRY_WRITING)
}

fn unknown_before_restart() -> Problem {
    let cause = "This push had no clear answer when Trill was restarted; it may have rung.";
    Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        "restarted",
        cause,
        "Look at the phone before you send again, with a new apns-id.",
    )
    .with_outcome(Outcome::Unknown)
}

fn now(clock: fn() -> SystemTime) -> u64 {
    millis(clock().duration_since(UNIX_EPOCH).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use tokio::time::advance;

    use super::*;
    use crate::relay::client::Who;
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

    #[test]
    fn a_uuid_is_the_same_as_a_number() {
        for uuid in [
            "eabeae54-14a8-11e5-b60b-1697f925ec7b",
            "00000000-0000-0000-0000-000000000001",
        ] {
            assert_eq!(hyphenated(number(uuid)), uuid);
        }
    }
}
