//! 256 senders and GOAWAYs of every kind, for some seconds. `CROWD_SECONDS=60` makes it the whole of it; so does
//! `cargo bench --bench soak -- crowd`.

use std::time::Duration;

use crate::soak::crowd::gather;
use crate::soak::dice::seed_of;

const SECONDS: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_push_of_256_senders_is_judged_twice_whatever_goaway_says() {
    let seconds = std::env::var("CROWD_SECONDS").map_or(SECONDS, |text| {
        text.parse().expect("CROWD_SECONDS is a whole number")
    });
    let report = gather(Duration::from_secs(seconds), seed_of("SOAK_SEED")).await;
    println!("{report}");
    assert_eq!(report.wrongs, []);
    assert!(report.accepted * 2 > report.sends, "many come through");
    let struck: u64 = report.struck.iter().sum();
    assert!(struck > 20 && report.repeated > 5, "much goes wrong");
}
