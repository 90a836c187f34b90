//! The soak: `trill serve` and its simulator under 100 pushes a second for ten minutes, with a fault every ten seconds. None
//! may be lost or doubled; memory and open files stay what they were.
//!
//! `cargo bench --bench soak`; `SOAK_SECONDS` makes it shorter or longer, `SOAK_SEED` repeats the faults of an earlier run.
//! `cargo bench --bench soak -- crowd`: 256 senders for a minute, and GOAWAYs of every kind. None may be judged twice.

#[path = "../../tests/program/relay/raw_http1.rs"]
#[allow(dead_code)] // shared with the tests
mod raw_http1;
#[path = "../../tests/program/soak/mod.rs"]
#[allow(dead_code)] // shared with the tests
mod soak;
#[path = "../../tests/support/mod.rs"]
#[allow(dead_code)] // shared with the tests
mod support;

use std::process::ExitCode;
use std::time::Duration;

use soak::crowd::gather;
use soak::dice::seed_of;
use soak::endurance::{Report, endure};

const SECONDS: u32 = 600;
const CROWD_SECONDS: u32 = 60;
const MOST_GROWTH_KIB: u64 = 10 * 1024;
const MOST_RESIDENT_KIB: u64 = 24 * 1024;
const LONGEST_RECOVERY: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(16);

fn main() -> ExitCode {
    // `cargo test --benches` asks only whether it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let is_crowd = std::env::args().any(|argument| argument == "crowd");
    let usual = if is_crowd { CROWD_SECONDS } else { SECONDS };
    let seconds = std::env::var("SOAK_SECONDS").map_or(usual, |text| {
        text.parse().expect("SOAK_SECONDS is a whole number")
    });
    let seed = seed_of("SOAK_SEED");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("the system gives threads");
    if is_crowd {
        let report = runtime.block_on(gather(Duration::from_secs(seconds.into()), seed));
        println!("{report}");
        return if report.wrongs.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let report = runtime.block_on(endure(seconds, seed));
    println!("{report}");
    let missed = missed(&report);
    println!(
        "{}",
        if missed.is_empty() {
            "every goal is met".to_owned()
        } else {
            format!("missed: {}", missed.join(", "))
        }
    );
    if missed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The goals that were missed.
fn missed(report: &Report) -> Vec<&'static str> {
    let goals = [
        ("nothing lost or doubled", report.wrongs.is_empty()),
        (
            "memory grows by 10 MiB at most",
            report.growth() <= MOST_GROWTH_KIB,
        ),
        (
            "24 MiB of memory at most",
            report.vitals[1].resident_kib <= MOST_RESIDENT_KIB,
        ),
        ("as many open files as before", report.has_closed_files()),
        ("back within 2 s", report.recovery <= LONGEST_RECOVERY),
        (
            "nobody waits longer than 16 s",
            report.longest <= LONGEST_WAIT,
        ),
    ];
    goals
        .into_iter()
        .filter_map(|(goal, is_met)| (!is_met).then_some(goal))
        .collect()
}
