//! Faults of the simulator in the verdict: a fault is the first cause of what it does.

use serde_json::{Value, json};
use trill::apns::{Environment, Outcome};
use trill::app::action::Action;
use trill::app::push_watch::FaultStrike;
use trill::app::state::State;
use trill::app::verdict::{Known, Verdict};
use trill::call::template;
use trill::diagnosis::Rank;

use super::{begin, ended, form, struck, unanswered};
use crate::after;

#[test]
fn a_fault_is_the_first_cause_in_both_orders_and_of_its_own_push_alone() {
    let form = form(template::ARTICLE);
    let fault = || struck("400 BadDeviceToken", true);
    let refusal = || ended(&form, 400, "BadDeviceToken");
    let begun = || after(State::opening(Some(form.clone())), [begin()]);
    for state in [
        after(begun(), [fault(), refusal()]),
        after(begun(), [refusal(), fault()]),
    ] {
        let causes: Vec<_> = state
            .diagnoses
            .iter()
            .map(|diagnosis| (diagnosis.cause.id, diagnosis.rank))
            .collect();
        assert_eq!(causes, [("simulator-fault", Rank::Certain)]);
        // The next push is another one.
        let next = after(state, [begin(), refusal()]);
        assert_eq!(next.diagnoses[0].cause.id, "phone-not-enrolled");
        assert_eq!(next.verdict().unwrap().fault, None);
    }
    let other = Action::Fault(
        json!({ "label": "x", "stream": 3, "apns_id": "b0b0b0b0-0000-4000-8000-000000000000" }),
    );
    assert_eq!(
        after(begun(), [other, refusal()]).diagnoses[0].cause.id,
        "phone-not-enrolled"
    );
}

#[test]
fn a_fault_of_connections_is_likely_while_a_push_is_underway() {
    let form = form(template::ARTICLE);
    let fault = || {
        Action::Fault(
            json!({ "label": "tls-stall", "stream": Value::Null, "apns_id": Value::Null }),
        )
    };
    let state = after(
        State::opening(Some(form.clone())),
        [begin(), fault(), unanswered(&form)],
    );
    assert_eq!(
        (state.diagnoses[0].cause.id, state.diagnoses[0].rank),
        ("simulator-fault", Rank::Likely)
    );
    let late = after(
        State::opening(Some(form.clone())),
        [begin(), unanswered(&form), fault()],
    );
    assert_ne!(late.diagnoses[0].cause.id, "simulator-fault");
}

#[test]
fn a_fault_says_what_it_did() {
    let fault = |struck, answers| FaultStrike {
        label: "Silence".to_owned(),
        struck,
        answers,
    };
    let sentence = |fault: &FaultStrike, outcome| {
        let (environment, chosen) = (Environment::Simulator, Environment::Simulator);
        let known = Known {
            outcome: Some(outcome),
            environment,
            chosen,
            rule: None,
            ring: "",
            is_on_screen: false,
            fault: Some(fault),
        };
        Verdict::of(&known).fault.unwrap()
    };
    let cases = [
        (fault(true, true), Outcome::Rejected, "gave this answer."),
        (
            fault(true, false),
            Outcome::Accepted,
            "struck this push, and it got through all the same.",
        ),
        (
            fault(true, false),
            Outcome::Rejected,
            "struck this push; the answer is the simulator’s own.",
        ),
        (
            fault(true, false),
            Outcome::Unknown,
            "kept the answer back.",
        ),
        (
            fault(false, false),
            Outcome::NotSent,
            "struck a connection while this push was on its way.",
        ),
    ];
    for (fault, outcome, end) in cases {
        assert_eq!(
            sentence(&fault, outcome),
            format!("The simulator’s fault “Silence” {end}")
        );
    }
}
