//! A day of provider tokens: two teams, three keys, one of which five users hold, twenty tabs, and in Apple's place a server
//! that counts new tokens over all connections.
//!
//! All day long others send to the relay's own simulator under the same names: scripts that sign anew for every push,
//! some with fast clocks, and strangers with keys of their own. None of it is Apple's business.
//!
//! A tab does what the page does: it keeps no token, but asks for the issue time at every press of Send, signs and sends. What
//! lies between the two may take a while, and a reload may come in between. The day is simulated: relay and simulator
//! look at a clock of the test.

mod day;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use trill::apns::Environment;

use crate::support::temp_dir::TempDir;
use day::Day;

const MINUTE: u64 = 60;
/// Hours that are simulated; `.ci/long` sets `TOKEN_DAY_HOURS` to 24.
const HOURS: u64 = 8;
/// Seven minutes past a half hour, so that nothing begins in step.
const START: u64 = 1_800_000_000 + 7 * MINUTE;

/// Holders of each key, and where its pushes go: since 2025 a key is for one environment, and a team has one for each.
#[rustfmt::skip] // one key a line
const KEYS: [(&str, &str, Environment, usize); 3] = [
    // Five users with four tabs each, less two.
    ("TEAM000001", "KEY0000001", Environment::Sandbox, 14),
    ("TEAM000001", "KEY0000002", Environment::Production, 3),
    ("TEAM000002", "KEY0000003", Environment::Sandbox, 3),
];

/// Hours of this run.
fn hours() -> u64 {
    std::env::var("TOKEN_DAY_HOURS").map_or(HOURS, |text| {
        text.parse().expect("TOKEN_DAY_HOURS is a whole number")
    })
}

/// Second at which the run ends.
fn end() -> u64 {
    START + hours() * 60 * MINUTE
}

#[tokio::test]
async fn over_a_day_twenty_tabs_never_change_a_token_too_soon() {
    static TIME: AtomicU64 = AtomicU64::new(0);
    let mut day = Day::begin(
        1,
        &TIME,
        || UNIX_EPOCH + Duration::from_secs(TIME.load(Ordering::SeqCst)),
        None,
    )
    .await;
    while day.now() < end() {
        day.press().await;
        if day.dice.below(2) == 0 {
            day.send_elsewhere().await;
        }
        day.go_on().await;
    }
    day.pass(end() + MINUTE).await;
    day.check();
    assert!(day.refused().is_empty(), "{:?}", day.refused());
    for (_, key_id, ..) in KEYS {
        let uses = day.first_uses(key_id);
        let number = uses.len() as u64;
        assert!(number * 24 > hours() * 20, "{key_id} had {number} tokens");
        let shortest = uses
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .min()
            .expect("several");
        println!(
            "{key_id}: {} tokens, at least {} min {} s apart",
            uses.len(),
            shortest / 60,
            shortest % 60
        );
        assert!(
            shortest >= 20 * MINUTE,
            "{key_id}: a new token after {shortest} s"
        );
    }
}

/// Goes through a day with restarts at the worst moments; the times of its starts.
async fn restart_all_day(day: &mut Day) -> Vec<u64> {
    let mut restarts = vec![START];
    while day.now() < end() {
        day.press().await;
        if day.dice.below(2) == 0 {
            day.send_elsewhere().await;
        }
        day.go_on().await;
        if day.now() > restarts[restarts.len() - 1] + 40 * MINUTE {
            // After a pause somebody begins with a new token shortly before the half hour: that is when it costs most.
            let half_hour = day.now() - day.now() % (30 * MINUTE) + 60 * MINUTE;
            day.pass(half_hour - 5 * MINUTE).await;
            for _ in 0..10 {
                day.press().await;
            }
            day.pass(half_hour - 30).await;
            day.restart().await;
            restarts.push(day.now());
        }
    }
    day.pass(end() + MINUTE).await;
    day.check();
    restarts
}

/// A relay that has forgotten the schedule cannot know which token is in use. In the strictest reading of Apple's rule APNs may
/// then refuse one push; from that refusal the relay learns, and whoever asks after it is told the right time.
#[tokio::test]
async fn a_relay_that_was_restarted_costs_a_key_one_refusal_at_most() {
    static TIME: AtomicU64 = AtomicU64::new(0);
    let mut day = Day::begin(
        2,
        &TIME,
        || UNIX_EPOCH + Duration::from_secs(TIME.load(Ordering::SeqCst)),
        None,
    )
    .await;
    let restarts = restart_all_day(&mut day).await;
    let refused = day.refused();
    println!(
        "{} restarts, {} of {} pushes refused",
        restarts.len() - 1,
        refused.len(),
        day.sent.len()
    );
    assert!(
        !refused.is_empty(),
        "nobody lost anything by the restarts, so this shows nothing"
    );
    for (index, one) in refused.iter().enumerate() {
        assert_eq!(
            one.reason.as_deref(),
            Some("TooManyProviderTokenUpdates"),
            "{one:?}"
        );
        let restart = restarts
            .iter()
            .rev()
            .find(|restart| **restart <= one.at)
            .expect("the first is the start");
        assert!(
            one.at - restart <= 21 * MINUTE,
            "long after the restart: {one:?}"
        );
        let before = refused[..index]
            .iter()
            .filter(|other| other.key == one.key && other.at >= *restart);
        assert!(
            before.clone().all(|other| other.at >= one.asked),
            "who asks after a refusal is told the right time: {one:?}"
        );
    }
}

/// The same day with a data folder: the relay goes on where the one before has stopped.
#[tokio::test]
async fn a_restart_costs_nothing_where_there_is_a_data_folder() {
    static TIME: AtomicU64 = AtomicU64::new(0);
    let folder = TempDir::new();
    let clock = || UNIX_EPOCH + Duration::from_secs(TIME.load(Ordering::SeqCst));
    let mut day = Day::begin(2, &TIME, clock, Some(folder.path().join("data"))).await;
    let restarts = restart_all_day(&mut day).await;
    let number = restarts.len() as u64;
    assert!(number * 24 > hours() * 10, "{number} restarts");
    assert!(day.refused().is_empty(), "{:?}", day.refused());
}
