//! Tests of issue times through the answers that change them.

use std::io;

use super::*;
use crate::apns::{ProviderToken, SigningKey};
use crate::store::{Ending, KeptPush, Pending, Row};
use Environment::{Production, Sandbox, Simulator, SimulatorProduction};

const START: u64 = 1_800_000 * 1_000;
const MINUTE: u64 = 60;
const OWNER: &Caller = &Caller::Owner;

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
    issue_times.issue_time(Production, OWNER, key(), now)
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

/// Records that an environment accepted the token of this issue time.
fn accept(
    issue_times: &IssueTimes,
    environment: Environment,
    caller: &Caller,
    issued_at: u64,
    now: u64,
) {
    let token = token(issued_at);
    issue_times.learn(sent(environment, caller, &token), &answer(200, ""), now);
}

#[test]
fn an_accepted_token_stays_in_use_for_twenty_minutes() {
    let issue_times = issue_times();
    assert_eq!(told(&issue_times, START + 100), START);
    learn(
        &issue_times,
        OWNER,
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
    issue_times.suspect(sent(Production, OWNER, &token(START)), START + 1_700);
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
            OWNER,
            &token(START),
            &answer(status, reason),
            START + 100,
        );
        assert_eq!(told(&issue_times, START + 100), expected, "{reason}");
    }
}

#[test]
fn each_environment_has_a_schedule_from_its_own_answers() {
    let issue_times = issue_times();
    let all = |now| {
        Environment::ALL.map(|environment| issue_times.issue_time(environment, OWNER, key(), now))
    };
    let mut expected = [START; 4];
    for (index, environment) in Environment::ALL.into_iter().enumerate() {
        let issued_at = START + 10 + index as u64;
        accept(&issue_times, environment, OWNER, issued_at, START + 60);
        expected[index] = issued_at;
        assert_eq!(all(START + 100), expected);
    }
    accept(&issue_times, Sandbox, OWNER, START + 10, START + 70);
    assert_eq!(all(START + 100), expected, "an older one changes nothing");
}

#[test]
fn without_an_environment_the_later_of_apples_two_issue_times_is_returned() {
    let issue_times = issue_times();
    let apple = |now| issue_times.issue_time_of_apple(&key(), now);
    for environment in [Simulator, SimulatorProduction] {
        accept(&issue_times, environment, OWNER, START + 50, START + 60);
    }
    assert_eq!(apple(START + 100), START, "the simulator is not Apple");
    accept(&issue_times, Sandbox, OWNER, START + 20, START + 100);
    assert_eq!(apple(START + 100), START + 20);
    accept(&issue_times, Production, OWNER, START + 30, START + 110);
    assert_eq!(apple(START + 110), START + 30);
    // Both servers have the same token; the sandbox uses it for longer.
    accept(
        &issue_times,
        Sandbox,
        OWNER,
        START + 30,
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
            issue_times.issue_time(environment, OWNER, key(), START + 30 * MINUTE + 1),
            START
        );
    }
}

#[test]
fn an_override_of_apples_host_has_its_own_schedule() {
    let gateway =
        IssueTimes::new(|environment| format!("gateway.example/{}", environment.as_str()));
    let own = gateway.server(Sandbox, OWNER);
    assert_ne!(own, issue_times().server(Sandbox, OWNER));
    let of_guest = gateway.server(Sandbox, &Caller::guest("alice"));
    assert_eq!(own, of_guest, "it counts for all");
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
        accept(&first, environment, OWNER, issued_at, now);
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
    let mut same = issue_times();
    let mut other = IssueTimes::new(|_| "gateway.example".to_owned());
    same.keep_in(store.clone(), newest.clone());
    other.keep_in(store.clone(), newest);
    let told = |issue_times: &IssueTimes| {
        [Sandbox, Production]
            .map(|place| issue_times.issue_time(place, OWNER, key(), START + 1_000))
    };
    assert_eq!(told(&same), [START + 3, START + 900]);
    assert_eq!(told(&other), [START; 2]);
    let simulated = same.issue_time(Simulator, OWNER, key(), START + 1_000);
    assert_eq!(simulated, START);
    assert_eq!(kept(), expected, "what was read is not written again");
}

#[test]
fn in_the_simulator_no_guest_changes_the_schedule_of_another() {
    let (issue_times, alice, bob) = (issue_times(), Caller::guest("alice"), Caller::guest("bob"));
    for guest in [&alice, &bob] {
        // The same header value must be read for each guest.
        accept(&issue_times, Simulator, guest, START + 5, START + 10);
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
                accept(issue_times, Production, &holder, START, START + 10);
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
    let name = (issue_times.server(Production, &stranger), key());
    assert!(
        issue_times.apple.lock().get(&name).is_none(),
        "nor does a schedule begin with one"
    );
}

#[test]
fn a_guest_with_the_key_changes_the_schedule_once_a_token_was_accepted() {
    let (issue_times, alice, bob) = (issue_times(), Caller::guest("alice"), Caller::guest("bob"));
    told(&issue_times, START + 1_700);
    issue_times.suspect(sent(Production, &alice, &token(START)), START + 1_700);
    assert_eq!(
        told(&issue_times, START + 1_900),
        START + 1_800,
        "nobody knows yet whether she has it"
    );
    accept(
        &issue_times,
        Production,
        &alice,
        START + 1_800,
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
    let issue_times = issue_times();
    accept(&issue_times, Production, OWNER, START, START + 100);
    assert_eq!(
        told(&issue_times, START - 3_600),
        START - 3_600,
        "a time that is to come is not told"
    );
    accept(
        &issue_times,
        Production,
        OWNER,
        START - 3_600,
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
        issue_times.is_new(sent(Sandbox, OWNER, &header))
    };
    assert!(is_new(0) && !is_new(0));
    assert!((1..=MOST_READ).all(is_new));
    assert!(is_new(0), "there were too many to remember");
}

#[test]
fn keys_of_the_simulator_evict_no_schedule_of_apple() {
    let issue_times = issue_times();
    accept(&issue_times, Production, OWNER, START, START + 1_700);
    for index in 0..2 * MOST_KEYS {
        let guest = Caller::guest(&index.to_string());
        issue_times.issue_time(Simulator, &guest, key(), START);
    }
    assert_eq!(told(&issue_times, START + 1_900), START);
}

#[test]
fn an_evicted_schedule_is_built_again_from_new_answers() {
    let issue_times = issue_times();
    let learn = |key_id: &str| {
        let key = SigningKey::from_random_bytes(&[7; 32]).expect("a number on the curve");
        let token = ProviderToken::sign(&key, key_id, "TEAM000001", START + 5).authorization();
        let token = HeaderValue::try_from(token).expect("ASCII");
        issue_times.learn(sent(Sandbox, OWNER, &token), &answer(200, ""), START + 10);
    };
    learn("FIRST");
    (0..MOST_KEYS).for_each(|index| learn(&index.to_string()));
    learn("FIRST");
    assert_eq!(
        issue_times.issue_time(Sandbox, OWNER, name("FIRST"), START + 100),
        START + 5
    );
}
