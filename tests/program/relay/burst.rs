//! A thousand sends at once: each is told how it ended, and none is lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use trill::apns::Outcome;

use super::running::{Running, all};
use crate::soak::dice::{Dice, seed_of};
use crate::soak::journal::Journal;
use crate::soak::senders::Senders;

const SENDS: usize = 1_000;
/// The goal is two seconds, on a machine with nothing else to do.
const RECOVERED: Duration = Duration::from_secs(8);
const READ_EVERY: Duration = Duration::from_millis(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_sends_at_once_all_get_an_outcome() {
    let relay = Running::start(Default::default()).await;
    let senders = Senders::at(relay.address).await;
    let journal = Journal::follow(relay.address, Arc::clone(&senders), READ_EVERY);
    let mut dice = Dice::new(seed_of("SOAK_SEED"));
    let start = Instant::now();
    let sends: Vec<_> = (0..SENDS)
        .map(|_| (dice.uuid(), dice.below(senders.keys() - 1)))
        .collect();
    let outcomes = all(sends.into_iter().map(|(id, key)| senders.send(id, key))).await;
    println!("{SENDS} sends at once took {:?}", start.elapsed());

    let again = Instant::now();
    assert_eq!(
        senders.send(dice.uuid(), 0).await,
        Outcome::Accepted,
        "it is over"
    );
    assert!(again.elapsed() < RECOVERED, "{:?}", again.elapsed());
    journal.close().await;
    let accounts = senders.accounts();
    println!("{}", accounts.summary());
    assert_eq!(accounts.wrongs(), []);
    // Those the relay has no room for are told so, and never reach APNs; on a busy machine some may come too late.
    assert!(
        outcomes.iter().all(|outcome| *outcome != Outcome::Rejected),
        "{}",
        accounts.summary()
    );
    assert!(
        accounts.count(Outcome::Accepted) > 60,
        "{}",
        accounts.summary()
    );
}
