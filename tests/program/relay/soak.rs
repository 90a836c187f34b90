//! Some seconds of the soak: the real program under a steady load, with a fault every ten seconds. `SOAK_SECONDS=60` makes
//! them a minute; `cargo bench --bench soak` is the whole of it, with the true limits of memory and recovery.

use std::time::Duration;

use crate::soak::dice::seed_of;
use crate::soak::endurance::endure;

const SECONDS: u32 = 20;
/// The whole soak allows 10 MiB, of a release build with little else on the machine; this is only for what has no end.
const MOST_GROWTH_KIB: u64 = 64 * 1024;
/// Other tests keep the machine busy.
const LONGEST_RECOVERY: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_soak_loses_and_doubles_nothing() {
    let seconds = std::env::var("SOAK_SECONDS").map_or(SECONDS, |text| {
        text.parse().expect("SOAK_SECONDS is a whole number")
    });
    let report = endure(seconds, seed_of("SOAK_SEED")).await;
    println!("{report}");
    assert_eq!(report.wrongs, []);
    assert!(report.accepted > 10 * seconds as usize, "many come through");
    assert!(report.has_closed_files(), "files stay open");
    assert!(report.growth() < MOST_GROWTH_KIB, "the memory grows");
    assert!(
        report.recovery < LONGEST_RECOVERY,
        "nobody is reached after a restart"
    );
}
