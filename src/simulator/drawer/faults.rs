//! The faults: what is switched on, and what can be switched on without writing a script.

use serde_json::{Value, json};

use super::settings::{field, select, without_end};
use super::sketch::{Order, Sketch, button, part, sketch};
use super::text;

const EMPTY: &str = "No fault is on: the simulator answers as APNs does on a good day.";

/// A fault that is ready to be switched on: its label, what it does, and the fields of its entry.
type Ready = (&'static str, &'static str, &'static str);

#[rustfmt::skip] // one fault a line
const READY: [Ready; 15] = [
    ("429 TooManyRequests", "too many pushes to this device", r#""fault":"refuse","reason":"TooManyRequests""#),
    ("503 ServiceUnavailable", "APNs is overloaded", r#""fault":"refuse","reason":"ServiceUnavailable""#),
    ("500 InternalServerError", "APNs has failed", r#""fault":"refuse","reason":"InternalServerError""#),
    ("403 ExpiredProviderToken", "older than an hour, says APNs", r#""fault":"refuse","reason":"ExpiredProviderToken""#),
    ("403 InvalidProviderToken", "as with an unknown key", r#""fault":"refuse","reason":"InvalidProviderToken""#),
    ("400 BadDeviceToken", "as with one of the other environment", r#""fault":"refuse","reason":"BadDeviceToken""#),
    ("410 Unregistered", "as if the app were removed just now", r#""fault":"refuse","reason":"Unregistered""#),
    ("Answer 3 s late", "the push rings at once", r#""fault":"delay","ms":3000"#),
    ("Answer lost", "the push rings, and its sender cannot know", r#""fault":"answer-lost""#),
    ("Silence", "nobody looks at the push, and nobody answers", r#""fault":"silence""#),
    ("Connection ends after the push", "it rings, and no answer comes", r#""fault":"hang-up","when":"judged""#),
    ("REFUSED_STREAM", "nobody looked at the push: the relay repeats it", r#""fault":"reset","code":"REFUSED_STREAM""#),
    ("GOAWAY before the push", "the relay repeats it on another connection", r#""fault":"goaway","last":"below""#),
    ("503 Shutdown, then GOAWAY", "what APNs does before a server is taken down", r#""fault":"shutdown""#),
    ("Restart", "the push rings, the server dies, and is back after 3 s", r#""fault":"restart","down_ms":3000"#),
];

const TIMES: [(&str, &str); 4] = [
    ("1", "Once"),
    ("3", "3 times"),
    ("10", "10 times"),
    ("null", "Until it is switched off"),
];

/// What is on, and what may be.
pub(super) fn part_of(shown: &Value) -> Sketch {
    let list = |name: &str| shown[name].as_array().map_or(&[][..], Vec::as_slice);
    let (faults, counts) = (list("faults"), list("counts"));
    let rows = faults
        .iter()
        .zip(counts)
        .enumerate()
        .map(|(place, (fault, count))| row(faults, counts, place, fault, count));
    let ready: Vec<_> = READY
        .iter()
        .map(|(label, what, entry)| (*entry, format!("{label}: {what}")))
        .collect();
    let ready: Vec<_> = ready
        .iter()
        .map(|(entry, label)| (*entry, label.as_str()))
        .collect();
    let choices = sketch("div", "settings")
        .with(
            field(
                "setting-fault",
                "What goes wrong",
                select(&ready, READY[0].2),
            )
            .set("class", "field wide"),
        )
        .with(field(
            "setting-times",
            "How often",
            select(&TIMES, TIMES[0].0),
        ))
        .with(button(
            "quiet",
            "fault-on",
            "Switch it on",
            switch_on(faults, counts),
        ));
    let all_off = || {
        button(
            "quiet",
            "faults-off",
            "Switch all off",
            Order::new("DELETE", "faults").focus("faults"),
        )
    };
    let all_off = (!faults.is_empty()).then(all_off);
    part("faults", "Faults", faults.len(), all_off, EMPTY)
        .with(sketch("ul", "rows").with_all(rows))
        .with(choices)
}

fn row(faults: &[Value], counts: &[Value], place: usize, fault: &Value, count: &Value) -> Sketch {
    let of = if fault["next"].is_null() {
        String::new()
    } else {
        [" of ", &text(&fault["next"])].concat()
    };
    let struck = ["struck ", &text(&count["struck"]), &of].concat();
    let name = label(fault).map_or_else(|| fault.to_string(), str::to_owned);
    let line = sketch("span", "line")
        .with(sketch("strong", "").with(name.as_str()))
        .with(sketch("span", "hint").with(struck));
    let others = json!(remaining(faults, counts, Some(place))).to_string();
    let off = button(
        "quiet small",
        "fault-off",
        "Switch off",
        Order::new("PUT", "faults").focus("faults").body(&others),
    );
    let off = off.set("aria-label", ["Switch off ", &name].concat());
    sketch("li", "split").test("fault").with(line).with(off)
}

/// A script replaces the one before it, so one fault more is all that are on and that one.
fn switch_on(faults: &[Value], counts: &[Value]) -> Order {
    let script = json!(remaining(faults, counts, None)).to_string();
    let (open, comma) = (without_end(&script), if script == "[]" { "" } else { "," });
    let order = Order::new("PUT", "faults").body(&[open, comma, "{"].concat());
    order
        .value("setting-fault", ",\"next\":")
        .value("setting-times", "}]")
}

/// The faults that are on, but for one of them and for those that have struck as often as they
/// should: a script counts anew.
fn remaining(faults: &[Value], counts: &[Value], without: Option<usize>) -> Vec<Value> {
    let left = |(fault, count): (&Value, &Value)| {
        let mut fault = fault.clone();
        if let Some(next) = fault["next"].as_u64() {
            let left = next.saturating_sub(count["struck"].as_u64().unwrap_or_default());
            fault["next"] = json!(left);
            return (left > 0).then_some(fault);
        }
        Some(fault)
    };
    let others = faults
        .iter()
        .zip(counts)
        .enumerate()
        .filter(|(place, _)| Some(*place) != without);
    others.filter_map(|(_, both)| left(both)).collect()
}

/// The label of a fault that is one of those ready here.
pub(crate) fn label(fault: &Value) -> Option<&'static str> {
    let is_it = |(_, _, entry): &&Ready| {
        let known: Value = serde_json::from_str(&["{", entry, "}"].concat()).unwrap_or_default();
        known
            .as_object()
            .is_some_and(|known| known.iter().all(|(field, value)| fault[field] == *value))
    };
    READY.iter().find(is_it).map(|(label, _, _)| *label)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{READY, TIMES, label, remaining};
    use crate::caller::{Caller, Party};
    use crate::simulator::faults::Faults;

    #[test]
    fn every_fault_is_one_a_script_may_hold_and_is_known_again() {
        for (name, _, entry) in READY {
            for (times, _) in TIMES {
                let faults = Faults::default();
                let script = format!("[{{{entry},\"next\":{times}}}]");
                assert!(
                    faults
                        .put(&Party::default(), script.as_bytes(), |_| true)
                        .is_ok(),
                    "{script}"
                );
                assert_eq!(label(&faults.show(&Caller::Owner)["faults"][0]), Some(name));
            }
        }
    }

    #[test]
    fn what_was_struck_is_not_struck_again() {
        let faults = [
            json!({ "fault": "a", "next": 3 }),
            json!({ "fault": "b", "next": 1 }),
            json!({ "fault": "c", "next": Value::Null }),
        ];
        let counts = [
            json!({ "struck": 1 }),
            json!({ "struck": 1 }),
            json!({ "struck": 9 }),
        ];
        assert_eq!(
            remaining(&faults, &counts, None),
            [
                json!({ "fault": "a", "next": 2 }),
                json!({ "fault": "c", "next": Value::Null })
            ]
        );
        assert_eq!(
            remaining(&faults, &counts, Some(0)),
            [json!({ "fault": "c", "next": Value::Null })]
        );
    }
}
