//! The faults: trouble on demand. A script says what goes wrong, how often and for whom; every
//! connection and every request asks here whether something goes wrong with it.
//!
//! Everything here is values in, values out. What the values do to a connection is the concern of
//! [`trouble`](super::trouble) and [`wire`](super::wire).

pub(crate) mod dice;
mod entry;
pub(crate) mod fault;
mod life;
mod permission;
mod script;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::audience::Audience;
use super::control::ControlError;
use super::random;
use crate::caller::{Caller, Party};
pub(crate) use fault::{ConnectionDeed, Deed, Fault, RequestDeed, Whom};
pub(crate) use life::Life;
use life::Spark;

/// Of all callers together; every request has to ask each of them.
const MOST_FAULTS: usize = 1_000;
/// Of one guest.
const MOST_OF_ONE: usize = 100;

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
    /// Who switched it on.
    pub(crate) by: Party,
    /// Its place in that caller's script, from 0.
    pub(crate) place: usize,
    /// The how manieth time it strikes, from 0.
    pub(crate) turn: u64,
    /// Ends when the fault is switched off.
    pub(crate) life: Life,
}

impl Strike {
    /// A seed for what this strike makes up, the same in every run.
    pub(crate) fn seed(&self) -> u64 {
        dice::number(self.fault.odds.seed, self.turn)
    }
}

impl Faults {
    /// Switches on the faults of a script, and no others of this caller; `is_own` knows what the caller enrolled.
    pub(crate) fn put(
        &self,
        party: &Party,
        script: &[u8],
        is_own: impl Fn(&Whom) -> bool,
    ) -> Result<(), ControlError> {
        let faults = script::read(script, || {
            u64::from_be_bytes(*random::bytes().first_chunk().unwrap_or(&[0; 8]))
        })?;
        if party.caller != Caller::Owner {
            permission::check(&faults, is_own)?;
        }
        self.switch(party, faults)
    }

    /// Switches all faults of this caller off.
    pub(crate) fn clear(&self, caller: &Caller) {
        // None are never too many.
        let _ = self.switch(&Party::of(caller), Vec::new());
    }

    /// Switches off what guests have left behind who have neither a key nor a phone any more.
    pub(crate) fn sweep(&self, is_here: impl Fn(&Caller) -> bool) {
        let mut table = self.lock();
        let before = table.0.len();
        table
            .0
            .retain(|row| row.by.caller == Caller::Owner || is_here(&row.by.caller));
        if table.0.len() < before {
            self.changes.send_modify(|change| *change += 1);
        }
    }

    /// The faults of this caller as a script that repeats them, and how often each was asked and struck.
    pub(crate) fn show(&self, caller: &Caller) -> Value {
        let table = self.lock();
        let rows = || {
            table
                .0
                .iter()
                .filter(|row| caller.may_touch(&row.by.caller))
        };
        let faults: Vec<_> = rows().map(|row| &row.fault.source).collect();
        let counts: Vec<_> = rows()
            .map(|row| json!({ "asked": row.asked, "struck": row.struck }))
            .collect();
        json!({ "faults": faults, "counts": counts })
    }

    /// Whether something goes wrong with a new connection.
    pub(crate) fn strike_connection(&self) -> Option<Strike> {
        self.lock()
            .strike(|row| matches!(row.fault.deed, Deed::Connection(_)))
    }

    /// Whether something goes wrong with a request. For whom it is and whom it concerns is found out
    /// only if it matters: a guest's fault strikes what the guest holds at that moment.
    pub(crate) fn strike_request(&self, whom: impl FnOnce() -> (Whom, Audience)) -> Option<Strike> {
        if self.lock().0.is_empty() {
            return None;
        }
        let (whom, audience) = whom();
        self.lock().strike(|row| {
            matches!(row.fault.deed, Deed::Request(_))
                && row.fault.whom.means(&whom)
                && audience.admits(&row.by.caller)
        })
    }

    /// Changes whenever faults are switched on or off.
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

    fn switch(&self, party: &Party, faults: Vec<Fault>) -> Result<(), ControlError> {
        let caller = &party.caller;
        if *caller != Caller::Owner && faults.len() > MOST_OF_ONE {
            let cause = format!(
                "The script has more than {MOST_OF_ONE} faults, which is as many as one guest gets on a shared page."
            );
            return Err(ControlError::new(
                StatusCode::CONFLICT,
                "too_many_faults",
                cause,
                "Leave some out.",
            ));
        }
        let mut table = self.lock();
        let others = table
            .0
            .iter()
            .filter(|row| !caller.may_touch(&row.by.caller))
            .count();
        if others + faults.len() > MOST_FAULTS {
            let cause =
                format!("On this page more than {MOST_FAULTS} faults would be switched on.");
            return Err(ControlError::new(
                StatusCode::CONFLICT,
                "too_many_faults",
                cause,
                "Leave some out, or try again later.",
            ));
        }
        table.0.retain(|row| !caller.may_touch(&row.by.caller));
        table
            .0
            .extend(faults.into_iter().map(|fault| Row::of(fault, party)));
        self.changes.send_modify(|change| *change += 1);
        Ok(())
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
    by: Party,
    asked: u64,
    struck: u64,
    spark: Spark,
}

impl Row {
    fn of(fault: Fault, by: &Party) -> Self {
        Self {
            fault: Arc::new(fault),
            by: by.clone(),
            asked: 0,
            struck: 0,
            spark: Spark::default(),
        }
    }

    /// Whether it strikes, now that it is asked.
    fn ask(&mut self) -> bool {
        let strikes = self.fault.odds.allow(self.asked, self.struck);
        self.asked += 1;
        self.struck += u64::from(strikes);
        strikes
    }
}

impl Table {
    /// Asks the faults in turn; the first that strikes is the one that does.
    fn strike(&mut self, is_asked: impl Fn(&Row) -> bool) -> Option<Strike> {
        let index = self
            .0
            .iter_mut()
            .position(|row| is_asked(row) && row.ask())?;
        let row = &self.0[index];
        let place = self.0[..index]
            .iter()
            .filter(|earlier| earlier.by.caller == row.by.caller)
            .count();
        Some(Strike {
            fault: Arc::clone(&row.fault),
            by: row.by.clone(),
            place,
            turn: row.struck - 1,
            life: row.spark.life(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Deed, Party, Row, Table, Whom, script};

    fn table(script: &str) -> Table {
        seeded(script, 7)
    }

    fn seeded(script: &str, seed: u64) -> Table {
        let faults = script::read(script.as_bytes(), || seed).expect("a script");
        Table(
            faults
                .into_iter()
                .map(|fault| Row::of(fault, &Party::default()))
                .collect(),
        )
    }

    /// The places of the faults that strike as many requests.
    fn strikes(table: &mut Table, requests: usize, whom: &Whom) -> Vec<Option<usize>> {
        let is_asked =
            |row: &Row| matches!(row.fault.deed, Deed::Request(_)) && row.fault.whom.means(whom);
        (0..requests)
            .map(|_| table.strike(is_asked).map(|strike| strike.place))
            .collect()
    }

    #[test]
    fn the_first_that_strikes_does_and_ends_after_its_count() {
        let mut table = table(
            r#"[{"fault":"silence","next":2},{"fault":"answer-lost","next":1},{"fault":"tls-stall"}]"#,
        );
        assert_eq!(
            strikes(&mut table, 5, &Whom::default()),
            [Some(0), Some(0), Some(1), None, None]
        );
    }

    #[test]
    fn a_rate_is_the_same_for_the_same_seed() {
        let once = |seed: u64| {
            strikes(
                &mut table(&format!(
                    r#"[{{"fault":"silence","rate":0.5,"seed":{seed}}}]"#
                )),
                64,
                &Whom::default(),
            )
        };
        assert_eq!(once(1), once(1));
        assert_ne!(once(1), once(2));
        assert!((16..48).contains(&once(1).iter().flatten().count()));
        let bounded = strikes(
            &mut table(r#"[{"fault":"silence","rate":0.5,"seed":1,"next":3}]"#),
            64,
            &Whom::default(),
        );
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
            let struck = |table: &mut Table| {
                (0..64)
                    .map(|_| table.strike(|_| true).map(|strike| strike.turn))
                    .collect::<Vec<_>>()
            };
            let mut first = seeded(&format!(r#"[{{"fault":"{kind}","rate":0.5{needed}}}]"#), 7);
            let shown = serde_json::json!([first.0[0].fault.source]).to_string();
            let once = struck(&mut first);
            assert!(
                (16..48).contains(&once.iter().flatten().count()),
                "{kind}: {once:?}"
            );
            assert_eq!(once, struck(&mut seeded(&shown, 999)), "{shown}");
            assert_ne!(
                once,
                struck(&mut seeded(
                    &format!(r#"[{{"fault":"{kind}","rate":0.5{needed}}}]"#),
                    999
                )),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_fault_is_for_those_it_names() {
        let mut table = table(
            r#"[{"fault":"silence","device_token":"AB"},{"fault":"silence","key_id":"K","device_token":"cd"}]"#,
        );
        let whom = |device: &str, key: Option<&str>| Whom {
            device_token: Some(device.into()),
            key_id: key.map(str::to_owned),
        };
        assert_eq!(strikes(&mut table, 1, &whom("ab", None)), [Some(0)]);
        assert_eq!(strikes(&mut table, 1, &whom("cd", Some("K"))), [Some(1)]);
        assert_eq!(strikes(&mut table, 1, &whom("cd", Some("L"))), [None]);
        assert_eq!(strikes(&mut table, 1, &Whom::default()), [None]);
    }
}
