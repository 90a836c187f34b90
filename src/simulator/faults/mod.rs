//! Faults on demand. A fault script holds the effect, the trigger and the scope of each fault. For
//! every new connection and every request, [`Faults`] returns the fault that fires, if one does.
//!
//! This file only selects faults. [`fault_injector`] and
//! [`wire`](crate::simulator::transport::wire) carry out the effects.

mod answer_fields;
mod bad_certificates;
mod bounded;
pub(crate) mod fault;
pub(crate) mod fault_injector;
mod fault_kind;
mod fault_token;
mod goaway_fields;
mod hostile;
mod permission;
pub(crate) mod ready;
mod script;
pub(crate) mod seeded_random;
mod settings_fields;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::caller::{Caller, Party};
use crate::simulator::control_error::ControlError;
use crate::simulator::random;
use crate::simulator::visibility::Visibility;
use crate::sync::Lock;
pub(crate) use fault::{ConnectionEffect, Effect, Fault, RequestEffect, Scope};
use fault_token::FaultGuard;
pub(crate) use fault_token::FaultToken;

/// Maximum number of faults of all callers together; every request has to consider each of them.
const MOST_FAULTS: usize = 1_000;
/// Maximum number of faults of one guest.
const MOST_OF_ONE: usize = 100;

/// Enabled faults of all callers.
#[derive(Default)]
pub(crate) struct Faults {
    table: Lock<Table>,
    changes: watch::Sender<u64>,
    restarts: watch::Sender<Duration>,
}

/// Firing of a fault.
#[derive(Clone)]
pub(crate) struct Firing {
    /// The fault.
    pub(crate) fault: Arc<Fault>,
    /// The party that enabled the fault.
    pub(crate) by: Party,
    /// Place of the fault in that caller's script, counted from 0.
    pub(crate) place: usize,
    /// Number of times this fault has fired before.
    pub(crate) turn: u64,
    /// Token that fires when the fault is disabled.
    pub(crate) token: FaultToken,
}

impl Firing {
    /// Returns the effect of the fault if it affects a connection.
    pub(crate) fn connection_effect(&self) -> Option<&ConnectionEffect> {
        match &self.fault.effect {
            Effect::Connection(effect) => Some(effect),
            Effect::Request(_) => None,
        }
    }

    /// Returns the seed for the random data of this firing, the same in every run.
    pub(crate) fn seed(&self) -> u64 {
        seeded_random::number(self.fault.trigger.seed, self.turn)
    }
}

impl Faults {
    /// Enables the faults of a script and disables all others of this caller. `is_own` returns
    /// `true` if a scope names a key or a phone that the caller enrolled.
    pub(crate) fn put(
        &self,
        party: &Party,
        script: &[u8],
        is_own: impl Fn(&Scope) -> bool,
    ) -> Result<(), ControlError> {
        let faults = script::read(script, || {
            u64::from_be_bytes(*random::bytes().first_chunk().unwrap_or(&[0; 8]))
        })?;
        if party.caller != Caller::Owner {
            permission::check(&faults, is_own)?;
        }
        self.switch(party, faults)
    }

    /// Disables all faults of this caller.
    pub(crate) fn clear(&self, caller: &Caller) {
        // An empty list never exceeds the limits.
        let _ = self.switch(&Party::of(caller), Vec::new());
    }

    /// Disables the faults of guests for whom `is_here` returns `false`, because they have neither
    /// a key nor a phone any more.
    pub(crate) fn sweep(&self, is_here: impl Fn(&Caller) -> bool) {
        let mut table = self.table.lock();
        let before = table.0.len();
        table
            .0
            .retain(|row| row.by.caller == Caller::Owner || is_here(&row.by.caller));
        if table.0.len() < before {
            self.changes.send_modify(|change| *change += 1);
        }
    }

    /// Returns the faults of this caller as a script that repeats them, how often each was
    /// considered (`asked`) and fired (`struck`), and the label of each ready-made fault.
    pub(crate) fn show(&self, caller: &Caller) -> Value {
        let table = self.table.lock();
        let rows = || {
            table
                .0
                .iter()
                .filter(|row| caller.may_touch(&row.by.caller))
        };
        let faults: Vec<_> = rows().map(|row| &row.fault.source).collect();
        let counts: Vec<_> = rows()
            .map(|row| json!({ "asked": row.asked, "struck": row.fired }))
            .collect();
        let labels: Vec<_> = rows().map(|row| ready::label(&row.fault.source)).collect();
        json!({ "faults": faults, "counts": counts, "labels": labels })
    }

    /// Returns the fault that fires for a new connection, if one does.
    pub(crate) fn fire_on_connection(&self) -> Option<Firing> {
        self.table
            .lock()
            .firing(|row| matches!(row.fault.effect, Effect::Connection(_)))
    }

    /// Returns the fault that fires for a request, if one does. `scope` is called only if there are
    /// faults. A guest's fault fires only for requests visible to that guest, according to what the
    /// guest holds at that moment.
    pub(crate) fn fire_on_request(
        &self,
        scope: impl FnOnce() -> (Scope, Visibility),
    ) -> Option<Firing> {
        if self.table.lock().0.is_empty() {
            return None;
        }
        let (scope, visibility) = scope();
        self.table.lock().firing(|row| {
            matches!(row.fault.effect, Effect::Request(_))
                && row.fault.scope.means(&scope)
                && visibility.admits(&row.by.caller)
        })
    }

    /// Returns a channel that changes whenever faults are enabled or disabled.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Restarts the server, which is down for this long.
    pub(crate) fn restart(&self, down: Duration) {
        self.restarts.send_replace(down);
    }

    /// Returns a channel that changes when the server is to restart.
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
        let mut table = self.table.lock();
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
}

/// The faults in their order, each with its counts.
#[derive(Default)]
struct Table(Vec<Row>);

struct Row {
    fault: Arc<Fault>,
    by: Party,
    asked: u64,
    fired: u64,
    guard: FaultGuard,
}

impl Row {
    fn of(fault: Fault, by: &Party) -> Self {
        Self {
            fault: Arc::new(fault),
            by: by.clone(),
            asked: 0,
            fired: 0,
            guard: FaultGuard::default(),
        }
    }

    /// Considers the fault once. Returns `true` if it fires.
    fn ask(&mut self) -> bool {
        let fires = self.fault.trigger.allow(self.asked, self.fired);
        self.asked += 1;
        self.fired += u64::from(fires);
        fires
    }
}

impl Table {
    /// Considers the faults in order. Returns the first that fires.
    fn firing(&mut self, is_asked: impl Fn(&Row) -> bool) -> Option<Firing> {
        let index = self
            .0
            .iter_mut()
            .position(|row| is_asked(row) && row.ask())?;
        let row = &self.0[index];
        let place = self.0[..index]
            .iter()
            .filter(|earlier| earlier.by.caller == row.by.caller)
            .count();
        Some(Firing {
            fault: Arc::clone(&row.fault),
            by: row.by.clone(),
            place,
            turn: row.fired - 1,
            token: row.guard.token(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, Party, Row, Scope, Table, script};

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

    /// Returns the place of the fault that fires for each of this number of requests.
    fn fires(table: &mut Table, requests: usize, scope: &Scope) -> Vec<Option<usize>> {
        let is_asked = |row: &Row| {
            matches!(row.fault.effect, Effect::Request(_)) && row.fault.scope.means(scope)
        };
        (0..requests)
            .map(|_| table.firing(is_asked).map(|firing| firing.place))
            .collect()
    }

    #[test]
    fn the_first_fault_that_fires_wins_and_ends_after_its_count() {
        let mut table = table(
            r#"[{"fault":"silence","next":2},{"fault":"answer-lost","next":1},{"fault":"tls-stall"}]"#,
        );
        assert_eq!(
            fires(&mut table, 5, &Scope::default()),
            [Some(0), Some(0), Some(1), None, None]
        );
    }

    #[test]
    fn a_rate_is_the_same_for_the_same_seed() {
        let once = |seed: u64| {
            fires(
                &mut table(&format!(
                    r#"[{{"fault":"silence","rate":0.5,"seed":{seed}}}]"#
                )),
                64,
                &Scope::default(),
            )
        };
        assert_eq!(once(1), once(1));
        assert_ne!(once(1), once(2));
        assert!((16..48).contains(&once(1).iter().flatten().count()));
        let bounded = fires(
            &mut table(r#"[{"fault":"silence","rate":0.5,"seed":1,"next":3}]"#),
            64,
            &Scope::default(),
        );
        assert_eq!(bounded.iter().flatten().count(), 3);
    }

    #[test]
    fn every_fault_is_repeated_by_the_script_that_is_shown() {
        for kind in script::names() {
            let needed = match kind.as_str() {
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
            let fired = |table: &mut Table| {
                (0..64)
                    .map(|_| table.firing(|_| true).map(|firing| firing.turn))
                    .collect::<Vec<_>>()
            };
            let mut first = seeded(&format!(r#"[{{"fault":"{kind}","rate":0.5{needed}}}]"#), 7);
            let shown = serde_json::json!([first.0[0].fault.source]).to_string();
            let once = fired(&mut first);
            assert!(
                (16..48).contains(&once.iter().flatten().count()),
                "{kind}: {once:?}"
            );
            assert_eq!(once, fired(&mut seeded(&shown, 999)), "{shown}");
            assert_ne!(
                once,
                fired(&mut seeded(
                    &format!(r#"[{{"fault":"{kind}","rate":0.5{needed}}}]"#),
                    999
                )),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_fault_fires_for_the_requests_it_names() {
        let mut table = table(
            r#"[{"fault":"silence","device_token":"AB"},{"fault":"silence","key_id":"K","device_token":"cd"}]"#,
        );
        let scope = |device: &str, key: Option<&str>| Scope {
            device_token: Some(device.into()),
            key_id: key.map(str::to_owned),
        };
        assert_eq!(fires(&mut table, 1, &scope("ab", None)), [Some(0)]);
        assert_eq!(fires(&mut table, 1, &scope("cd", Some("K"))), [Some(1)]);
        assert_eq!(fires(&mut table, 1, &scope("cd", Some("L"))), [None]);
        assert_eq!(fires(&mut table, 1, &Scope::default()), [None]);
    }
}
