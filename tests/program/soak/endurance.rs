//! The endurance: the real program under a steady load, with a fault every ten seconds.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};
use trill::apns::Outcome;

use super::accounts::Wrong;
use super::dice::Dice;
use super::faults;
use super::journal::Journal;
use super::senders::Senders;
use crate::support::trill::Trill;
use crate::support::vitals::Vitals;

const SENDS_PER_SECOND: u32 = 100;
const FAULT_EVERY: Duration = Duration::from_secs(10);
/// Half of the time nothing new goes wrong.
const FAULT_LASTS: Duration = Duration::from_secs(5);
/// The journal remembers the last thousand.
const READ_EVERY: Duration = Duration::from_millis(500);
/// Time for which the server is away when recovery is measured.
const DOWN: Duration = Duration::from_millis(1_500);
/// Somebody who waits tries this often.
const IMPATIENCE: Duration = Duration::from_millis(50);
/// Connections that were given up are closed by then.
const SETTLED: Duration = Duration::from_secs(60);
/// Number of files that may be open more or less at the end.
const FILES_SLACK: usize = 2;

/// Result of a run.
pub(crate) struct Report {
    /// Ends of the sends, in one line.
    pub(crate) summary: String,
    /// Pushes that were lost or doubled.
    pub(crate) wrongs: Vec<Wrong>,
    /// Number of pushes that were accepted.
    pub(crate) accepted: usize,
    /// Sends a second.
    pub(crate) rate: f64,
    /// The longest any send took.
    pub(crate) longest: Duration,
    /// From the moment the server was back to the first accepted push.
    pub(crate) recovery: Duration,
    /// After the first sends, and at the end.
    pub(crate) vitals: [Vitals; 2],
    /// Faults that struck, in order.
    pub(crate) faults: Vec<String>,
}

/// Runs the program for so long.
pub(crate) async fn endure(seconds: u32, seed: u64) -> Report {
    let trill = Trill::start(&[]);
    let mut dice = Dice::new(seed);
    let senders = Senders::at(trill.address()).await;
    let journal = Journal::follow(trill.address(), Arc::clone(&senders), READ_EVERY);
    senders.send_well(|| dice.uuid()).await;
    let before = Vitals::of(trill.id());

    let weather = tokio::spawn(trouble(Arc::clone(&senders), Dice::new(seed ^ 1), seconds));
    let start = Instant::now();
    load(&senders, &mut dice, seconds * SENDS_PER_SECOND).await;
    let rate = f64::from(seconds * SENDS_PER_SECOND) / start.elapsed().as_secs_f64();
    let faults = weather.await.expect("faults can be switched");

    let recovery = recovery(&senders, &mut dice).await;
    senders.send_well(|| dice.uuid()).await;
    let after = settled(&trill, &before).await;
    journal.close().await;
    let accounts = senders.accounts();
    let (summary, wrongs, accepted) = (
        accounts.summary(),
        accounts.wrongs(),
        accounts.count(Outcome::Accepted),
    );
    Report {
        summary,
        wrongs,
        accepted,
        rate,
        longest: senders.longest(),
        recovery,
        vitals: [before, after],
        faults,
    }
}

/// Sends so many pushes, each when its time has come, whatever becomes of the others.
async fn load(senders: &Arc<Senders>, dice: &mut Dice, sends: u32) {
    let mut ticks = interval(Duration::from_secs(1) / SENDS_PER_SECOND);
    let mut underway = JoinSet::new();
    for _ in 0..sends {
        ticks.tick().await;
        let (id, key) = (dice.uuid(), dice.below(senders.keys()));
        let senders = Arc::clone(senders);
        underway.spawn(async move { senders.send(id, key).await });
        while underway.try_join_next().is_some() {}
    }
    while underway.join_next().await.is_some() {}
}

/// Something else goes wrong every ten seconds; what it was.
async fn trouble(senders: Arc<Senders>, mut dice: Dice, seconds: u32) -> Vec<String> {
    let mut names = Vec::new();
    for _ in 0..u64::from(seconds) / FAULT_EVERY.as_secs() {
        let (name, script) = faults::blow(&mut dice);
        senders.switch(&script).await;
        sleep(FAULT_LASTS).await;
        senders.calm().await;
        sleep(FAULT_EVERY - FAULT_LASTS).await;
        names.push(name);
    }
    names
}

/// Time until a push is accepted once a server is back that was away.
async fn recovery(senders: &Arc<Senders>, dice: &mut Dice) -> Duration {
    senders
        .switch(&json!([{ "fault": "restart", "down_ms": DOWN.as_millis() as u64, "next": 1 }]))
        .await;
    // Its connection ends when the server goes, so this is answered then.
    assert_eq!(
        senders.send(dice.uuid(), 0).await,
        Outcome::Unknown,
        "the server died under it"
    );
    let away = Instant::now();
    let mut underway = JoinSet::new();
    loop {
        let (id, sender) = (dice.uuid(), Arc::clone(senders));
        underway.spawn(async move { sender.send(id, 0).await });
        sleep(IMPATIENCE).await;
        while let Some(outcome) = underway.try_join_next() {
            if outcome.expect("it is answered") == Outcome::Accepted {
                let recovered = away.elapsed().saturating_sub(DOWN);
                underway.join_all().await;
                senders.calm().await;
                return recovered;
            }
        }
    }
}

/// The vitals as soon as they are as before, or else at the end of patience.
async fn settled(trill: &Trill, before: &Vitals) -> Vitals {
    let start = Instant::now();
    loop {
        let now = Vitals::of(trill.id());
        if now.has_files_of(before, FILES_SLACK) || start.elapsed() > SETTLED {
            return now;
        }
        sleep(Duration::from_millis(200)).await;
    }
}

impl Report {
    /// Growth of the memory, in KiB.
    pub(crate) fn growth(&self) -> u64 {
        self.vitals[1]
            .resident_kib
            .saturating_sub(self.vitals[0].resident_kib)
    }

    /// Returns `true` if as many files are open as at the start.
    pub(crate) fn has_closed_files(&self) -> bool {
        self.vitals[1].has_files_of(&self.vitals[0], FILES_SLACK)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |kib: u64| kib as f64 / 1024.0;
        let [before, after] = &self.vitals;
        writeln!(f, "{} faults:", self.faults.len())?;
        for fault in &self.faults {
            writeln!(f, "  {fault}")?;
        }
        writeln!(f, "{}", self.summary)?;
        for wrong in &self.wrongs {
            writeln!(f, "  {wrong:?}")?;
        }
        writeln!(
            f,
            "sends a second: {:.1}; the longest took {:.1} s",
            self.rate,
            self.longest.as_secs_f64()
        )?;
        writeln!(
            f,
            "first accepted after a restart of APNs: {:.2} s (goal: at most 2)",
            self.recovery.as_secs_f64()
        )?;
        writeln!(
            f,
            "memory: {:.1} MiB after the first sends, {:.1} MiB at the end (goal: at most 24), grown by {:.1} MiB (goal: at most 10)",
            mib(before.resident_kib),
            mib(after.resident_kib),
            mib(self.growth())
        )?;
        write!(
            f,
            "open files: {} after the first sends, {} at the end (goal: the same ± 2)",
            before.files, after.files
        )
    }
}
