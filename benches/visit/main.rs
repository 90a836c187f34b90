//! Time of a visit, as a ratio: an old and a new program, visited in turns by a fresh Chromium each.
//!
//! `cargo bench --features app --bench visit -- OLD NEW` takes the paths of two programs that carry their pages, and prints
//! medians of nine visits each, and the ratio of the new to the old: first contentful paint, the time until the demo button
//! works, and the time until every text is there, without a brake and with one (a quarter of the processor, 150 ms, 1.6
//! Mbit/s); then the script time of a key typed into a payload of 5 KB, from the browser's own trace.

#[path = "../../tests/browser/capture/mod.rs"]
#[allow(dead_code)] // shared with the tests
mod capture;
#[path = "../../tests/browser/driver/mod.rs"]
#[allow(dead_code, unused_imports)] // shared with the tests
mod driver;
mod loading;
mod program;
#[path = "../../tests/support/mod.rs"]
#[allow(dead_code)] // shared with the tests
mod support;
mod typing;

use std::process::ExitCode;

use program::Program;

/// Visits of each program, unless `VISITS` says otherwise.
const VISITS: usize = 9;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` asks only whether it compiles.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let paths = arguments.iter().filter(|word| !word.starts_with("--"));
    let paths: Vec<&String> = paths.collect();
    let [old, new] = paths[..] else {
        eprintln!("visit takes two programs: cargo bench --features app --bench visit -- OLD NEW");
        return ExitCode::from(64);
    };
    let programs = [Program::start(old), Program::start(new)];
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("the system gives threads");
    println!("{:<44} {:>9} {:>9} {:>7}", "", "old", "new", "ratio");
    runtime.block_on(async {
        for is_braked in [false, true] {
            loading::measure(&programs, is_braked, visits()).await;
        }
        typing::measure(&programs).await;
    });
    ExitCode::SUCCESS
}

fn visits() -> usize {
    std::env::var("VISITS").map_or(VISITS, |text| {
        text.parse().expect("VISITS is a whole number")
    })
}

/// Prints the medians of what was measured of the old and the new program, and their ratio.
fn report(name: &str, old: &mut [f64], new: &mut [f64]) {
    let (old, new) = (median(old), median(new));
    let ratio = new / old;
    println!("{name:<44} {old:>6.1} ms {new:>6.1} ms {ratio:>7.2}");
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
