//! The speed: pushes per second and processor time per push at 1, 16 and 64 connections, in turns, and the median time of a
//! push.

use std::fs;

use super::contenders::{self, Contender};
use super::machine::{Upstream, h2load};
use super::numbered::{self, Measured};
use super::support::h2load::{Load, median};
use super::support::process::Folder;

const ROUNDS: usize = 9;
/// Connections, and the pushes of a round; slow relays send fewer.
const LEVELS: [(usize, usize); 3] = [(1, 4_000), (16, 16_000), (64, 16_000)];
/// Levels of the numbered pushes. A relay with idempotency remembers 50,000 of one client.
const NUMBERED_LEVELS: [(usize, usize); 3] = [(1, 1_000), (16, 2_000), (64, 2_000)];

/// The load.
#[derive(Clone, Copy)]
enum Pushes {
    /// The same push again and again, by h2load.
    Alike,
    /// Each with an `apns-id` of its own.
    Numbered,
}
/// Kernels count processor time in these.
const TICKS_PER_SECOND: f64 = 100.0;

/// Results of the rounds of one contender at one level.
#[derive(Default)]
struct Series {
    rates: Vec<f64>,
    latencies: Vec<f64>,
    pushes: usize,
    ticks: u64,
}

/// Measures and says it.
pub(crate) fn measure(folder: &Folder, upstream: &Upstream) {
    let contenders = contenders::all(folder, upstream);
    compare(folder, &contenders, Pushes::Alike, LEVELS);
}

/// Measures Trill with an audit file and a data folder, and says it.
pub(crate) fn measure_with_files(folder: &Folder, upstream: &Upstream) {
    let contenders = contenders::with_files(folder, upstream);
    println!("\nwith files:");
    compare(folder, &contenders, Pushes::Alike, LEVELS);
    println!("\neach push with an apns-id of its own:");
    compare(folder, &contenders, Pushes::Numbered, NUMBERED_LEVELS);
}

fn compare(folder: &Folder, contenders: &[Contender], kind: Pushes, levels: [(usize, usize); 3]) {
    let rounds = rounds();
    println!(
        "\n| connections | relay | pushes/s | × HAProxy | µs of processor a push | × HAProxy | median time |\n| --- | --- | --- | --- | --- | --- | --- |"
    );
    for (connections, pushes) in levels {
        let mut series: Vec<Series> = contenders.iter().map(|_| Series::default()).collect();
        for _ in 0..rounds {
            for (contender, series) in contenders.iter().zip(&mut series) {
                series.add(folder, contender, kind, (connections, pushes));
            }
        }
        report(connections, contenders, &mut series);
    }
    for contender in contenders {
        if let Some(relay) = &contender.relay {
            println!(
                "memory of {} after that: {:.1} MiB",
                contender.name,
                relay.resident() as f64 / 1024.0
            );
        }
    }
}

/// Rounds of each level, an odd number.
fn rounds() -> usize {
    let rounds = std::env::var("ROUNDS").ok();
    rounds
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(ROUNDS)
}

impl Series {
    fn add(
        &mut self,
        folder: &Folder,
        contender: &Contender,
        kind: Pushes,
        (connections, pushes): (usize, usize),
    ) {
        let pushes = if contender.name == "node-apn" {
            pushes / 8
        } else {
            pushes
        };
        let before = ticks(contender);
        let Measured { rate, median_ms } = match kind {
            Pushes::Alike => alike(folder, contender, connections, pushes),
            Pushes::Numbered => numbered::run(folder, contender, connections, pushes),
        };
        self.rates.push(rate);
        self.latencies.push(median_ms);
        self.pushes += pushes;
        self.ticks += ticks(contender) - before;
    }

    fn microseconds(&self) -> f64 {
        self.ticks as f64 / TICKS_PER_SECOND * 1e6 / self.pushes as f64
    }
}

fn alike(folder: &Folder, contender: &Contender, connections: usize, pushes: usize) -> Measured {
    let log = folder.at("times");
    let _ = fs::remove_file(&log);
    let mut command = h2load(folder);
    // Behind the address: h2load takes `--h1` for every address, and only the plain ones are meant.
    let plain: &[&str] = if contender.relay.is_some() {
        &["--h1"]
    } else {
        &[]
    };
    command
        .args(plain)
        .args([
            "-m",
            "1",
            "-c",
            &connections.to_string(),
            "-n",
            &pushes.to_string(),
            "--log-file",
        ])
        .arg(&log);
    let load = Load::run(command.arg(&contender.url));
    assert_eq!(load.answered(), pushes, "{}", contender.name);
    Measured {
        rate: load.rate(),
        median_ms: median(&mut times_ms(&fs::read_to_string(&log).unwrap_or_default())),
    }
}

/// The third column of h2load's log is the time of a request in microseconds.
pub(crate) fn times_ms(log: &str) -> Vec<f64> {
    log.lines()
        .filter_map(|line| line.split_whitespace().nth(2)?.parse::<f64>().ok())
        .map(|time| time / 1e3)
        .collect()
}

/// Processor time of a relay, in ticks.
fn ticks(contender: &Contender) -> u64 {
    let Some(relay) = &contender.relay else {
        return 0;
    };
    let stat = relay.about("stat");
    let columns = stat.rsplit(')').next().unwrap_or_default();
    columns
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum()
}

/// Ratios are those of each round, so that a machine that slows down between two rounds slows both.
fn report(connections: usize, contenders: &[Contender], series: &mut [Series]) {
    let standard = contenders
        .iter()
        .position(|contender| contender.name == "HAProxy")
        .expect("it is there");
    let (standard_rates, standard_time) = (
        series[standard].rates.clone(),
        series[standard].microseconds(),
    );
    for (contender, series) in contenders.iter().zip(series) {
        let mut ratios: Vec<f64> = series
            .rates
            .iter()
            .zip(&standard_rates)
            .map(|(ours, theirs)| ours / theirs)
            .collect();
        let (ratio, lowest, highest) = (median(&mut ratios), ratios[0], ratios[ratios.len() - 1]);
        let (rate, time) = (median(&mut series.rates), median(&mut series.latencies));
        let processor = match contender.relay {
            Some(_) => format!(
                "{:.0} | {:.2}",
                series.microseconds(),
                series.microseconds() / standard_time
            ),
            None => "– | –".to_owned(),
        };
        let name = contender.name;
        println!(
            "| {connections} | {name} | {rate:.0} | {ratio:.2} ({lowest:.2}–{highest:.2}) | {processor} | {time:.3} ms |"
        );
    }
}
