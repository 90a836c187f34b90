//! Issue times of provider tokens, agreed on among all holders of a key, for each server that
//! enforces Apple's limits on tokens.
//!
//! For each server, team and key there is a schedule, which is updated from the server's answers.
//! It stores issue times, keyed hashes and public keys, and no tokens.
//!
//! On a shared page, a guest can send a token with any team and key ID. The server's acceptance
//! proves that it was signed with the right key. Without that, the signature must be by the key
//! that made an accepted token.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use http::HeaderValue;

use crate::apns::provider_token::TokenParts;
use crate::apns::token_schedule::{AcceptedToken, Schedule};
use crate::apns::{Answer, Environment, PublicKey, Reason};
use crate::caller::Caller;
use crate::store::{IssueTime, IssueTimeKey, Store};
use crate::sync::Lock;

/// Most keys of Apple's environments, and of the simulator. Beyond that, a key without an accepted
/// token is dropped, or else the one accepted longest ago.
const MOST_KEYS: usize = 1_000;
/// Most keys of one guest in the simulator.
const MOST_KEYS_OF_GUEST: usize = 50;
/// Most header values that are remembered as read.
const MOST_READ: usize = 1_000;

/// Team ID and key ID.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyName {
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// A push that was sent with a token: its environment, caller and `authorization` header.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) environment: Environment,
    pub(crate) caller: &'a Caller,
    pub(crate) authorization: &'a HeaderValue,
}

/// Server that enforces limits on the tokens of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Server {
    /// The host of one of Apple's environments.
    Host(Environment, Arc<str>),
    /// An environment of the simulator. Any guest may enrol any key there, so each guest has a
    /// separate schedule.
    Simulator(Environment, Caller),
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

type Schedules = HashMap<(Server, KeyName), Entry>;

/// Schedule of a key at a server.
#[derive(Default)]
struct Entry {
    schedule: Schedule,
    /// Public keys, of which one made the last accepted token. Filled only if a guest might forge
    /// tokens.
    signers: Vec<PublicKey>,
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
                apple.insert(
                    (server, name),
                    Entry {
                        schedule,
                        signers: Vec::new(),
                    },
                );
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
        if !schedules.contains_key(&name) && make_room(&mut schedules, &name.0) {
            // After an eviction, acceptances must be recorded again for schedules that start anew.
            self.read.lock().clear();
        }
        let entry = schedules.entry(name.clone()).or_default();
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

/// Evicts a schedule if there is no room for one more at `server`. Returns `true` if it had an
/// accepted token.
fn make_room(schedules: &mut Schedules, server: &Server) -> bool {
    let own = schedules
        .keys()
        .filter(|(other, _)| other == server)
        .count();
    let is_guest = matches!(server, Server::Simulator(_, Caller::Guest(_)));
    let is_own_full = is_guest && own >= MOST_KEYS_OF_GUEST;
    if !is_own_full && schedules.len() < MOST_KEYS {
        return false;
    }
    let candidates = schedules
        .iter()
        .filter(|((other, _), _)| !is_own_full || other == server);
    let oldest = candidates
        .min_by_key(|(_, entry)| entry.schedule.first_accepted())
        .map(|(name, _)| name.clone());
    oldest
        .and_then(|name| schedules.remove(&name))
        .is_some_and(|entry| entry.schedule.first_accepted() > 0)
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

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::apns::{ProviderToken, SigningKey};
    use crate::store::{Ending, KeptPush, Pending, Row};
    use Environment::{Production, Sandbox, Simulator, SimulatorProduction};

    const START: u64 = 1_800_000 * 1_000;
    const MINUTE: u64 = 60;

    fn issue_times() -> IssueTimes {
        IssueTimes::new(|environment| environment.host().to_owned())
    }

    fn name(key_id: &str) -> KeyName {
        KeyName {
            team_id: "TEAM000001".to_owned(),
            key_id: key_id.to_owned(),
        }
    }

    fn key() -> KeyName {
        name("KEY0000001")
    }

    fn signed_by(seed: u8, issued_at: u64) -> HeaderValue {
        let key = SigningKey::from_random_bytes(&[seed; 32]).expect("a number on the curve");
        let authorization =
            ProviderToken::sign(&key, "KEY0000001", "TEAM000001", issued_at).authorization();
        HeaderValue::try_from(authorization).expect("ASCII")
    }

    fn token(issued_at: u64) -> HeaderValue {
        signed_by(7, issued_at)
    }

    fn answer(status: u16, reason: &str) -> Answer {
        Answer::read(status, format!(r#"{{"reason":"{reason}"}}"#).as_bytes())
    }

    fn sent<'a>(
        environment: Environment,
        caller: &'a Caller,
        authorization: &'a HeaderValue,
    ) -> Sent<'a> {
        Sent {
            environment,
            caller,
            authorization,
        }
    }

    /// Issue time for a push to production.
    fn told(issue_times: &IssueTimes, now: u64) -> u64 {
        issue_times.issue_time(Production, &Caller::Owner, key(), now)
    }

    fn learn(
        issue_times: &IssueTimes,
        caller: &Caller,
        token: &HeaderValue,
        answer: &Answer,
        now: u64,
    ) {
        issue_times.learn(sent(Production, caller, token), answer, now);
    }

    #[test]
    fn an_accepted_token_stays_in_use_for_twenty_minutes() {
        let issue_times = issue_times();
        assert_eq!(told(&issue_times, START + 100), START);
        learn(
            &issue_times,
            &Caller::Owner,
            &token(START),
            &answer(400, "BadDeviceToken"),
            START + 1_700,
        );
        assert_eq!(
            told(&issue_times, START + 1_900),
            START,
            "in use since 200 s"
        );
        assert_eq!(
            told(&issue_times, START + 1_700 + 1_200),
            START + 1_800,
            "20 minutes after its first use"
        );
    }

    #[test]
    fn the_token_of_a_push_without_an_answer_may_have_been_accepted() {
        let issue_times = issue_times();
        assert_eq!(told(&issue_times, START + 1_700), START);
        issue_times.suspect(
            sent(Production, &Caller::Owner, &token(START)),
            START + 1_700,
        );
        assert_eq!(told(&issue_times, START + 2_800), START);
    }

    #[test]
    fn only_too_many_provider_token_updates_changes_the_schedule() {
        let refusals = [
            (403, "InvalidProviderToken", START),
            (403, "ExpiredProviderToken", START),
            (429, "TooManyRequests", START),
            (429, "TooManyProviderTokenUpdates", START - 1_800),
        ];
        for (status, reason, expected) in refusals {
            let issue_times = issue_times();
            learn(
                &issue_times,
                &Caller::Owner,
                &token(START),
                &answer(status, reason),
                START + 100,
            );
            assert_eq!(told(&issue_times, START + 100), expected, "{reason}");
        }
    }

    #[test]
    fn each_environment_has_a_schedule_from_its_own_answers() {
        let (issue_times, accepted) = (issue_times(), answer(200, ""));
        let all = |now| {
            Environment::ALL
                .map(|environment| issue_times.issue_time(environment, &Caller::Owner, key(), now))
        };
        let mut expected = [START; 4];
        for (index, environment) in Environment::ALL.into_iter().enumerate() {
            let issued_at = START + 10 + index as u64;
            issue_times.learn(
                sent(environment, &Caller::Owner, &token(issued_at)),
                &accepted,
                START + 60,
            );
            expected[index] = issued_at;
            assert_eq!(all(START + 100), expected);
        }
        issue_times.learn(
            sent(Sandbox, &Caller::Owner, &token(START + 10)),
            &accepted,
            START + 70,
        );
        assert_eq!(all(START + 100), expected, "an older one changes nothing");
    }

    #[test]
    fn without_an_environment_the_later_of_apples_two_issue_times_is_returned() {
        let (issue_times, accepted) = (issue_times(), answer(200, ""));
        let apple = |now| issue_times.issue_time_of_apple(&key(), now);
        for environment in [Simulator, SimulatorProduction] {
            issue_times.learn(
                sent(environment, &Caller::Owner, &token(START + 50)),
                &accepted,
                START + 60,
            );
        }
        assert_eq!(apple(START + 100), START, "the simulator is not Apple");
        issue_times.learn(
            sent(Sandbox, &Caller::Owner, &token(START + 20)),
            &accepted,
            START + 100,
        );
        assert_eq!(apple(START + 100), START + 20);
        issue_times.learn(
            sent(Production, &Caller::Owner, &token(START + 30)),
            &accepted,
            START + 110,
        );
        assert_eq!(apple(START + 110), START + 30);
        // Both servers have the same token; the sandbox uses it for longer.
        issue_times.learn(
            sent(Sandbox, &Caller::Owner, &token(START + 30)),
            &accepted,
            START + 20 * MINUTE,
        );
        assert_eq!(apple(START + 40 * MINUTE - 1), START + 30);
        assert_eq!(apple(START + 40 * MINUTE), START + 30 * MINUTE);
    }

    #[test]
    fn an_issue_time_for_both_environments_is_recorded_in_both() {
        let issue_times = issue_times();
        assert_eq!(
            issue_times.issue_time_of_apple(&key(), START + 30 * MINUTE - 1),
            START
        );
        for environment in [Sandbox, Production] {
            assert_eq!(
                issue_times.issue_time(environment, &Caller::Owner, key(), START + 30 * MINUTE + 1),
                START
            );
        }
    }

    #[test]
    fn an_override_of_apples_host_has_its_own_schedule() {
        let gateway =
            IssueTimes::new(|environment| format!("gateway.example/{}", environment.as_str()));
        assert_ne!(
            gateway.server(Sandbox, &Caller::Owner),
            issue_times().server(Sandbox, &Caller::Owner)
        );
        assert_eq!(
            gateway.server(Sandbox, &Caller::Owner),
            gateway.server(Sandbox, &Caller::guest("alice")),
            "it counts for all"
        );
    }

    /// A store for issue times only.
    #[derive(Default)]
    struct Kept(Lock<Vec<IssueTime>>);

    impl Store for Kept {
        fn begin<'a>(&'a self, _: &'a KeptPush, _: u64) -> Pending<'a, io::Result<Row>> {
            Box::pin(async { Ok(Row(0)) })
        }

        fn end(&self, _: Row, _: &KeptPush, _: Ending, _: u64) {}

        fn keep_issue_time(&self, issue_time: &IssueTime) {
            self.0.lock().push(issue_time.clone());
        }
    }

    #[test]
    fn accepted_issue_times_are_stored_and_restored_for_the_same_host_only() {
        let (store, mut first) = (Arc::new(Kept::default()), issue_times());
        first.keep_in(store.clone(), Vec::new());
        for (environment, issued_at, now) in [
            (Simulator, START + 1, START + 100),
            (SimulatorProduction, START + 2, START + 100),
            (Sandbox, START + 3, START + 100),
            (Production, START + 4, START + 200),
            // Older than the accepted one, so nothing is saved.
            (Production, START + 3, START + 300),
            // Issued in the future, so it is saved once that time has come.
            (Production, START + 900, START + 850),
        ] {
            first.learn(
                sent(environment, &Caller::Owner, &token(issued_at)),
                &answer(200, ""),
                now,
            );
        }
        told(&first, START + 899);
        let kept = || -> Vec<_> {
            store
                .0
                .lock()
                .iter()
                .map(|time| (time.key.environment, time.issued_at, time.first_accepted))
                .collect()
        };
        let expected = [
            (Sandbox, START + 3, START + 100),
            (Production, START + 4, START + 200),
            (Production, START + 900, START + 850),
        ];
        assert_eq!(kept(), expected[..2]);
        told(&first, START + 900);
        assert_eq!(kept(), expected);

        let all = store.0.lock().clone();
        let newest = vec![all[0].clone(), all[2].clone()];
        let (mut same, mut other) = (
            issue_times(),
            IssueTimes::new(|_| "gateway.example".to_owned()),
        );
        same.keep_in(store.clone(), newest.clone());
        other.keep_in(store.clone(), newest);
        let told = |issue_times: &IssueTimes| {
            [Sandbox, Production]
                .map(|place| issue_times.issue_time(place, &Caller::Owner, key(), START + 1_000))
        };
        assert_eq!(
            (told(&same), told(&other)),
            ([START + 3, START + 900], [START; 2])
        );
        assert_eq!(
            same.issue_time(Simulator, &Caller::Owner, key(), START + 1_000),
            START
        );
        assert_eq!(kept(), expected, "what was read is not written again");
    }

    #[test]
    fn in_the_simulator_no_guest_changes_the_schedule_of_another() {
        let (issue_times, alice, bob) =
            (issue_times(), Caller::guest("alice"), Caller::guest("bob"));
        for guest in [&alice, &bob] {
            // The same header value must be read for each guest.
            issue_times.learn(
                sent(Simulator, guest, &token(START + 5)),
                &answer(200, ""),
                START + 10,
            );
        }
        issue_times.learn(
            sent(Simulator, &bob, &signed_by(8, START + 50)),
            &answer(200, ""),
            START + 60,
        );
        issue_times.suspect(sent(Simulator, &bob, &signed_by(8, START + 50)), START + 60);
        let told = |guest: &Caller| issue_times.issue_time(Simulator, guest, key(), START + 100);
        assert_eq!(
            [told(&alice), told(&bob), told(&Caller::guest("carol"))],
            [START + 5, START + 50, START]
        );
    }

    #[test]
    fn a_guest_without_the_key_changes_no_schedule() {
        let (holder, stranger) = (Caller::guest("holder"), Caller::guest("stranger"));
        let forgeries = |issue_times: &IssueTimes, issued_at: u64, now: u64| {
            let forged = signed_by(8, issued_at);
            issue_times.suspect(sent(Production, &stranger, &forged), now);
            for (status, reason) in [
                (403, "InvalidProviderToken"),
                (403, "ExpiredProviderToken"),
                (429, "TooManyProviderTokenUpdates"),
                (429, "TooManyRequests"),
                (400, "BadTopic"),
                (413, "PayloadTooLarge"),
                (500, "InternalServerError"),
                (503, "Shutdown"),
            ] {
                learn(
                    issue_times,
                    &stranger,
                    &forged,
                    &answer(status, reason),
                    now,
                );
            }
        };
        // Before and after a token of the key was accepted.
        for is_known in [false, true] {
            let (undisturbed, disturbed) = (issue_times(), issue_times());
            for issue_times in [&undisturbed, &disturbed] {
                if is_known {
                    learn(
                        issue_times,
                        &holder,
                        &token(START),
                        &answer(200, ""),
                        START + 10,
                    );
                }
            }
            for now in (START + 20..START + 90 * MINUTE).step_by(290) {
                assert_eq!(
                    told(&undisturbed, now),
                    told(&disturbed, now),
                    "after {} s",
                    now - START
                );
                // The stranger asks for issue times too, and so knows which ones matter.
                for issued_at in [
                    told(&disturbed, now),
                    now - now % 1_800,
                    now,
                    now + 5 * MINUTE,
                    START,
                ] {
                    told(&undisturbed, now);
                    forgeries(&disturbed, issued_at, now);
                }
            }
        }
        let issue_times = issue_times();
        forgeries(&issue_times, START, START + 10);
        assert!(
            issue_times.apple.lock().is_empty(),
            "nor does a schedule begin with one"
        );
    }

    #[test]
    fn a_guest_with_the_key_changes_the_schedule_once_a_token_was_accepted() {
        let (issue_times, alice, bob) =
            (issue_times(), Caller::guest("alice"), Caller::guest("bob"));
        told(&issue_times, START + 1_700);
        issue_times.suspect(sent(Production, &alice, &token(START)), START + 1_700);
        assert_eq!(
            told(&issue_times, START + 1_900),
            START + 1_800,
            "nobody knows yet whether she has it"
        );
        learn(
            &issue_times,
            &alice,
            &token(START + 1_800),
            &answer(200, ""),
            START + 1_900,
        );
        assert_eq!(told(&issue_times, START + 3_650), START + 3_600);
        issue_times.suspect(sent(Production, &bob, &token(START + 3_600)), START + 3_650);
        assert_eq!(
            told(&issue_times, START + 3_650 + 1_199),
            START + 3_600,
            "APNs may have seen his"
        );
        learn(
            &issue_times,
            &bob,
            &token(START + 5_400),
            &answer(429, "TooManyProviderTokenUpdates"),
            START + 5_400,
        );
        assert_eq!(told(&issue_times, START + 5_400), START + 3_600);
    }

    #[test]
    fn a_clock_that_jumps_back_and_forth_loses_no_accepted_token() {
        let (issue_times, accepted) = (issue_times(), answer(200, ""));
        learn(
            &issue_times,
            &Caller::Owner,
            &token(START),
            &accepted,
            START + 100,
        );
        assert_eq!(
            told(&issue_times, START - 3_600),
            START - 3_600,
            "a time that is to come is not told"
        );
        learn(
            &issue_times,
            &Caller::Owner,
            &token(START - 3_600),
            &accepted,
            START - 3_500,
        );
        assert_eq!(
            told(&issue_times, START + 1_250),
            START,
            "the clock and the token are back"
        );
    }

    #[test]
    fn a_header_is_parsed_once_until_it_is_forgotten() {
        let issue_times = issue_times();
        let is_new = |index: usize| {
            let header = HeaderValue::try_from(format!("bearer {index}")).expect("ASCII");
            issue_times.is_new(sent(Sandbox, &Caller::Owner, &header))
        };
        assert!(is_new(0) && !is_new(0));
        assert!((1..=MOST_READ).all(is_new));
        assert!(is_new(0), "there were too many to remember");
    }

    #[test]
    fn schedules_are_bounded_and_unused_ones_are_evicted_first() {
        let issue_times = issue_times();
        learn(
            &issue_times,
            &Caller::Owner,
            &token(START),
            &answer(200, ""),
            START,
        );
        for index in 0..2 * MOST_KEYS {
            issue_times.issue_time(Production, &Caller::Owner, name(&index.to_string()), START);
            let guest = Caller::guest(&index.to_string());
            issue_times.issue_time(Simulator, &guest, key(), START);
        }
        let has = |issue_times: &Lock<Schedules>, server: Server| {
            issue_times.lock().contains_key(&(server, key()))
        };
        assert_eq!(
            (
                issue_times.apple.lock().len(),
                issue_times.simulator.lock().len()
            ),
            (MOST_KEYS, MOST_KEYS)
        );
        assert!(has(
            &issue_times.apple,
            issue_times.server(Production, &Caller::Owner)
        ));
    }

    #[test]
    fn a_guest_with_many_keys_evicts_only_its_own_schedules() {
        let (issue_times, alice, bob) =
            (issue_times(), Caller::guest("alice"), Caller::guest("bob"));
        issue_times.learn(
            sent(Simulator, &alice, &token(START + 5)),
            &answer(200, ""),
            START + 10,
        );
        for index in 0..2 * MOST_KEYS {
            issue_times.issue_time(Simulator, &bob, name(&index.to_string()), START);
        }
        assert_eq!(issue_times.simulator.lock().len(), 1 + MOST_KEYS_OF_GUEST);
        assert_eq!(
            issue_times.issue_time(Simulator, &alice, key(), START + 100),
            START + 5
        );
    }

    #[test]
    fn an_evicted_schedule_is_built_again_from_new_answers() {
        let issue_times = issue_times();
        let learn = |key_id: &str| {
            let key = SigningKey::from_random_bytes(&[7; 32]).expect("a number on the curve");
            let token = ProviderToken::sign(&key, key_id, "TEAM000001", START + 5).authorization();
            let token = HeaderValue::try_from(token).expect("ASCII");
            issue_times.learn(
                sent(Sandbox, &Caller::Owner, &token),
                &answer(200, ""),
                START + 10,
            );
        };
        learn("FIRST");
        (0..MOST_KEYS).for_each(|index| learn(&index.to_string()));
        learn("FIRST");
        assert_eq!(
            issue_times.issue_time(Sandbox, &Caller::Owner, name("FIRST"), START + 100),
            START + 5
        );
    }
}
