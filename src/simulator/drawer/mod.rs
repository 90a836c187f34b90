//! The drawer: the inside of the simulator as the page shows it, drawn as a [`sketch`]. Everything in
//! it is asked of and told to the same [control interface](crate::simulator::control) that scripts use.

mod faults;
mod journal;
mod keys;
mod phones;
mod settings;
mod sketch;

use std::collections::HashMap;

use serde_json::Value;

use crate::apns::DeviceToken;
use crate::caller::Caller;
use crate::simulator::apns::Apns;
use crate::simulator::control::to_json;
use crate::simulator::random;
pub(crate) use faults::label as fault_label;
use sketch::sketch;

/// As many decisions as anybody reads at once; the journal has the others.
const MOST_DECISIONS: usize = 50;
/// The same of phones and of keys.
const MOST_ROWS: usize = 100;
/// Stands in the place of a device token or a number where none is chosen.
const NONE: &str = "-";

/// What there is to show, as the control interface tells it.
struct Inside<'a> {
    keys: Vec<Value>,
    phones: Vec<Value>,
    faults: Value,
    /// The newest, in that order, and how many there are in all.
    decisions: Vec<Value>,
    decision_count: usize,
    /// What phones made of pushes, by the names of those.
    outcomes: HashMap<String, String>,
    /// The phone and the decision of which more is shown.
    chosen: [&'a str; 2],
    /// For a phone that is still to come.
    new_token: DeviceToken,
}

/// The drawer of this caller, with more of the phone with this device token and of the decision with this number, or `-`.
pub(crate) fn drawer(apns: &Apns, caller: &Caller, phone: &str, decision: &str) -> Value {
    let mut all = apns.journal.all();
    all.retain(|decision| decision.visibility.admits(caller));
    let decisions = all.iter().rev().take(MOST_DECISIONS);
    let phone_events = apns
        .events
        .since(caller, 0)
        .into_iter()
        .filter(|event| event.kind == "phone");
    let events =
        phone_events.filter_map(|event| serde_json::from_str::<Value>(&event.to_json()).ok());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Inside {
        keys: apns
            .keys
            .all(caller)
            .iter()
            .map(|key| to_json(&**key))
            .collect(),
        phones: apns.phones.show_all(caller),
        faults: apns.faults.show(caller),
        decisions: decisions.map(|decision| to_json(&**decision)).collect(),
        decision_count: all.len(),
        outcomes: events
            .filter_map(|event| Some((text(&event["apns_id"])?, text(&event["sentence"])?)))
            .collect(),
        chosen: [phone, decision],
        new_token: DeviceToken::from_bytes(&[random::bytes(), random::bytes()].concat()),
    }
    .sketch()
}

impl Inside<'_> {
    fn sketch(&self) -> Value {
        let switches = sketch("div", "stack")
            .with(phones::part_of(self))
            .with(faults::part_of(&self.faults))
            .with(keys::part_of(&self.keys));
        sketch("div", "inside")
            .with(switches)
            .with(journal::part_of(self))
            .into()
    }
}

/// A value as a reader sees it; nothing for nothing.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}
