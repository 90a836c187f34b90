//! Ten thousand sends, with everything going wrong that can: none is lost, and none doubled.
//!
//! `SOAK_SEED=N` repeats the faults of an earlier run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use trill::apns::Outcome;
use trill::relay::{Config, Deadlines};

use super::running::{Running, all};
use crate::soak::dice::{Dice, seed_of};
use crate::soak::faults;
use crate::soak::journal::Journal;
use crate::soak::senders::Senders;

const SENDS: usize = 10_000;
const AT_ONCE: usize = 32;
/// After so many other things go wrong.
const STORM: usize = 200;
/// The journal remembers the last thousand, and they come fast.
const READ_EVERY: Duration = Duration::from_millis(50);
/// When the faults are over, the simulator may still have something before it.
const LATE: Duration = Duration::from_millis(500);

fn deadlines() -> Deadlines {
    let milliseconds = Duration::from_millis;
    Deadlines {
        connect: milliseconds(600),
        answer: milliseconds(400),
        send: milliseconds(1_600),
        ping_after: milliseconds(200),
        pong: milliseconds(300),
        // So short that some requests meet a connection that is just being closed.
        upstream_idle: milliseconds(10),
        ..Deadlines::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_sends_with_random_faults_lose_and_double_nothing() {
    let seed = seed_of("SOAK_SEED");
    let relay = Running::start(Config {
        deadlines: deadlines(),
        ..Config::default()
    })
    .await;
    let senders = Senders::at(relay.address).await;
    let journal = Journal::follow(relay.address, Arc::clone(&senders), READ_EVERY);
    let next = Arc::new(AtomicUsize::new(0));
    let workers = (0..AT_ONCE).map(|_| {
        let work = work(Arc::clone(&senders), Arc::clone(&next), seed);
        async { tokio::spawn(work).await.expect("it works") }
    });
    all(workers).await;
    senders.calm().await;
    tokio::time::sleep(LATE).await;
    journal.close().await;

    let accounts = senders.accounts();
    println!(
        "{}; the longest took {:.1} s",
        accounts.summary(),
        senders.longest().as_secs_f64()
    );
    assert_eq!(accounts.wrongs(), []);
    assert_eq!(accounts.sends(), SENDS);
    for outcome in Outcome::ALL {
        assert!(
            accounts.count(outcome) > SENDS / 500,
            "hardly any is {}",
            outcome.as_str()
        );
    }
    assert!(
        accounts.count(Outcome::Accepted) > SENDS / 3,
        "many come through"
    );
    assert!(
        senders.longest() < Duration::from_secs(16),
        "{:?}",
        senders.longest()
    );
}

/// A server that allows one stream and is slow has most of these wait until it is too late.
#[tokio::test]
async fn a_push_that_waited_past_its_deadline_is_not_sent() {
    let relay = Running::start(Config {
        deadlines: deadlines(),
        ..Config::default()
    })
    .await;
    let senders = Senders::at(relay.address).await;
    let journal = Journal::follow(relay.address, Arc::clone(&senders), READ_EVERY);
    senders.switch(&json!([{ "fault": "settings", "max_concurrent_streams": 1 }, { "fault": "delay", "ms": 300 }])).await;
    let mut dice = Dice::new(seed_of("SOAK_SEED"));
    let ids: Vec<_> = (0..12).map(|_| dice.uuid()).collect();
    let outcomes = all(ids.into_iter().map(|id| senders.send(id, 0))).await;
    tokio::time::sleep(2 * LATE).await;
    journal.close().await;
    assert_eq!(senders.accounts().wrongs(), []);
    assert!(
        outcomes.contains(&Outcome::Accepted) && outcomes.contains(&Outcome::NotSent),
        "{outcomes:?}"
    );
}

/// Sends until all are sent.
async fn work(senders: Arc<Senders>, next: Arc<AtomicUsize>, seed: u64) {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= SENDS {
            return;
        }
        let mut dice = Dice::new(seed.wrapping_add(number as u64));
        let (id, key) = (dice.uuid(), dice.below(senders.keys()));
        if number.is_multiple_of(STORM) {
            senders.switch(&faults::storm(&mut dice)).await;
        }
        senders.send(id, key).await;
    }
}
