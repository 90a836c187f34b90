//! The faults: trouble on demand. A script says what goes wrong, how often and for whom; every
//! connection and every request asks here whether something goes wrong with it.
//!
//! Everything here is values in, values out. What the values do to a connection is the concern of
//! [`trouble`](super::trouble) and [`wire`](super::wire).

pub(crate) mod dice;
mod entry;
pub(crate) mod fault;
mod script;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;

use super::control::ControlError;
use super::random;
pub(crate) use fault::{ConnectionDeed, Deed, Fault, RequestDeed, Whom};

/// The faults that are switched on.
#[derive(Default)]
pub(crate) struct Faults {
    table: Mutex<Table>,
    changes: watch::Sender<u64>,
    restarts: watch::Sender<Duration>,
}

/// A fault that strikes.
#[derive(Clone)]
pub(crate) struct Strike {
    /// The fault.
    pub(crate) fault: Arc<Fault>,
    /// Its place in the script, from 0.
    pub(crate) place: usize,
    /// The how manieth time it strikes, from 0.
    pub(crate) turn: u64,
    /// Changes when other faults are switched on, or none.
    pub(crate) changes: watch::Receiver<u64>,
}

impl Strike {
    /// A seed for what this strike makes up, the same in every run.
    pub(crate) fn seed(&self) -> u64 {
        dice::number(self.fault.odds.seed, self.turn)
    }
}

impl Faults {
    /// Switches on the faults of a script, and no others.
    pub(crate) fn put(&self, script: &[u8]) -> Result<(), ControlError> {
        let faults = script::read(script, || u64::from_be_bytes(*random::bytes().first_chunk().unwrap_or(&[0; 8])))?;
        self.switch(faults);
        Ok(())
    }

    /// Switches all of them off.
    pub(crate) fn clear(&self) {
        self.switch(Vec::new());
    }

    /// The faults as a script that repeats them, and how often each was asked and struck.
    pub(crate) fn show(&self) -> Value {
        let table = self.lock();
        let faults: Vec<_> = table.0.iter().map(|row| &row.fault.source).collect();
        let counts: Vec<_> = table.0.iter().map(|row| json!({ "asked": row.asked, "struck": row.struck })).collect();
        json!({ "faults": faults, "counts": counts })
    }

    /// Whether something goes wrong with a new connection.
    pub(crate) fn strike_connection(&self) -> Option<Strike> {
        self.strike(|fault| matches!(fault.deed, Deed::Connection(_)))
    }

    /// Whether something goes wrong with a request. For whom it is, is found out only if it matters.
    pub(crate) fn strike_request(&self, whom: impl FnOnce() -> Whom) -> Option<Strike> {
        if self.lock().0.is_empty() {
            return None;
        }
        let whom = whom();
        self.strike(|fault| matches!(fault.deed, Deed::Request(_)) && fault.whom.means(&whom))
    }

    /// Changes when other faults are switched on, or none.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Has the server die, and come back after a while.
    pub(crate) fn restart(&self, down: Duration) {
        self.restarts.send_replace(down);
    }

    /// Changes when the server is to die.
    pub(crate) fn restarts(&self) -> watch::Receiver<Duration> {
        self.restarts.subscribe()
    }

    fn strike(&self, is_asked: impl Fn(&Fault) -> bool) -> Option<Strike> {
        let mut table = self.lock();
        let (fault, place, turn) = table.strike(is_asked)?;
        Some(Strike { fault, place, turn, changes: self.changes.subscribe() })
    }

    fn switch(&self, faults: Vec<Fault>) {
        let mut table = self.lock();
        *table = Table::of(faults);
        self.changes.send_modify(|change| *change += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The faults in their order, each with its count.
#[derive(Default)]
struct Table(Vec<Row>);

struct Row {
    fault: Arc<Fault>,
    asked: u64,
    struck: u64,
}

impl Table {
    fn of(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(|fault| Row { fault: Arc::new(fault), asked: 0, struck: 0 }).collect())
    }

    /// Asks the faults in turn; the first that strikes is the one that does.
    fn strike(&mut self, is_asked: impl Fn(&Fault) -> bool) -> Option<(Arc<Fault>, usize, u64)> {
        for (place, row) in self.0.iter_mut().enumerate().filter(|(_, row)| is_asked(&row.fault)) {
            let strikes = row.fault.odds.allow(row.asked, row.struck);
            row.asked += 1;
            if strikes {
                row.struck += 1;
                return Some((Arc::clone(&row.fault), place, row.struck - 1));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Deed, Table, Whom, script};

    fn table(script: &str) -> Table {
        Table::of(script::read(script.as_bytes(), || 7).expect("a script"))
    }

    /// The places of the faults that strike as many requests.
    fn strikes(table: &mut Table, requests: usize, whom: &Whom) -> Vec<Option<usize>> {
        let is_asked = |fault: &super::Fault| matches!(fault.deed, Deed::Request(_)) && fault.whom.means(whom);
        (0..requests).map(|_| table.strike(is_asked).map(|(_, place, _)| place)).collect()
    }

    #[test]
    fn the_first_that_strikes_does_and_ends_after_its_count() {
        let mut table = table(r#"[{"fault":"silence","next":2},{"fault":"answer-lost","next":1},{"fault":"tls-stall"}]"#);
        assert_eq!(strikes(&mut table, 5, &Whom::default()), [Some(0), Some(0), Some(1), None, None]);
    }

    #[test]
    fn a_rate_is_the_same_for_the_same_seed() {
        let once = |seed: u64| strikes(&mut table(&format!(r#"[{{"fault":"silence","rate":0.5,"seed":{seed}}}]"#)), 64, &Whom::default());
        assert_eq!(once(1), once(1));
        assert_ne!(once(1), once(2));
        assert!((16..48).contains(&once(1).iter().flatten().count()));
        let bounded = strikes(&mut table(r#"[{"fault":"silence","rate":0.5,"seed":1,"next":3}]"#), 64, &Whom::default());
        assert_eq!(bounded.iter().flatten().count(), 3);
    }

    #[test]
    fn every_fault_is_repeated_by_the_script_that_is_shown() {
        for kind in script::names() {
            let needed = match kind {
                "tls-certificate" => r#","certificate":"expired""#,
                "tls-alpn" => r#","alpn":"none""#,
                "settings" | "settings-change" => r#","initial_window_size":7"#,
                "hang-up" => r#","when":"headers""#,
                "reset" => r#","code":"CANCEL""#,
                "goaway" => r#","last":"at""#,
                "cut" => r#","after_bytes":1"#,
                "refuse" => r#","reason":"TooManyRequests""#,
                "delay" => r#","ms":1"#,
                "hostile" => r#","frames":"junk""#,
                _ => "",
            };
            let read = |script: &str, seed: u64| Table::of(script::read(script.as_bytes(), || seed).expect(script));
            let struck = |table: &mut Table| (0..64).map(|_| table.strike(|_| true).map(|(_, _, turn)| turn)).collect::<Vec<_>>();
            let mut first = read(&format!(r#"[{{"fault":"{kind}","rate":0.5{needed}}}]"#), 7);
            let shown = serde_json::json!([first.0[0].fault.source]).to_string();
            let once = struck(&mut first);
            assert!((16..48).contains(&once.iter().flatten().count()), "{kind}: {once:?}");
            assert_eq!(once, struck(&mut read(&shown, 999)), "{shown}");
            assert_ne!(once, struck(&mut read(&format!(r#"[{{"fault":"{kind}","rate":0.5{needed}}}]"#), 999)), "{kind}");
        }
    }

    #[test]
    fn a_fault_is_for_those_it_names() {
        let mut table = table(r#"[{"fault":"silence","device_token":"AB"},{"fault":"silence","key_id":"K","device_token":"cd"}]"#);
        let whom = |device: &str, key: Option<&str>| Whom { device_token: Some(device.into()), key_id: key.map(str::to_owned) };
        assert_eq!(strikes(&mut table, 1, &whom("ab", None)), [Some(0)]);
        assert_eq!(strikes(&mut table, 1, &whom("cd", Some("K"))), [Some(1)]);
        assert_eq!(strikes(&mut table, 1, &whom("cd", Some("L"))), [None]);
        assert_eq!(strikes(&mut table, 1, &Whom::default()), [None]);
    }
}
