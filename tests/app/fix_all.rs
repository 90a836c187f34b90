//! *Fix all*: which fixes it applies, in one step.

use serde_json::json;
use trill::apns::Environment;
use trill::app::action::Action;
use trill::app::form::{Field, Form};
use trill::app::state::State;

use super::{after, filled};

fn state(form: Form) -> State {
    after(State::opening(Some(form)), [Action::Leave(Field::Payload)])
}

/// Number that the button shows.
fn offered(state: &State) -> usize {
    state.all_fixes(&state.composed())
}

fn with_payload(payload: &str) -> State {
    state(Form {
        payload: payload.to_owned(),
        ..filled()
    })
}

#[test]
fn all_certain_fixes_of_headers_and_payload_are_one_step() {
    let before = state(Form {
        priority: "5".to_owned(),
        expiration: "in 1 h".to_owned(),
        payload:
            r#"{"apns-priority": 10, "handle": "alice", "room": null, "callUUID": "{{uuid}}"}"#
                .to_owned(),
        ..filled()
    });
    assert_eq!(offered(&before), 3);
    let fixed = after(before.clone(), [Action::FixAll]);
    assert_eq!(
        (fixed.form.priority.as_str(), fixed.form.expiration.as_str()),
        ("10", "0")
    );
    // The value null is only likely to be a mistake.
    assert_eq!(
        fixed.form.payload,
        r#"{"handle": "alice", "room": null, "callUUID": "{{uuid}}"}"#
    );
    assert_eq!(offered(&fixed), 0);
    let undone = after(fixed, [Action::Undo]);
    assert_eq!(undone.form, before.form);
    let again = after(undone, [Action::Redo, Action::FixAll]);
    assert_eq!(again.form.priority, "10");
}

#[test]
fn mistakes_in_the_text_are_fixed_one_after_another() {
    let typed = "{'handle': \"alice\", // who\n \"callUUID\": \"{{uuid}}\",}";
    let before = with_payload(typed);
    assert_eq!(offered(&before), 3);
    let fixed = after(before, [Action::FixAll]);
    assert_eq!(
        fixed.form.payload,
        "{\"handle\": \"alice\", \n \"callUUID\": \"{{uuid}}\"}"
    );
    assert_eq!(after(fixed, [Action::Undo]).form.payload, typed);
}

#[test]
fn a_single_fix_has_its_own_button() {
    let payload = json!({ "handle": "alice", "apns-topic": "com.example.calls" });
    assert_eq!(offered(&with_payload(&payload.to_string())), 0);
    assert_eq!(offered(&with_payload("{\"handle\": \"alice\",}")), 0);
    assert_eq!(offered(&State::default()), 0);
}

#[test]
fn the_environment_is_left_to_its_user() {
    let before = State {
        refused_key: Some(("ABC123DEFG".to_owned(), Environment::Sandbox)),
        ..state(Form {
            priority: "5".to_owned(),
            expiration: "in 1 h".to_owned(),
            ..filled()
        })
    };
    let code = "key-other-environment";
    let is_told = |state: &State| state.remarks().iter().any(|remark| remark.code == code);
    assert!(is_told(&before));
    assert_eq!(offered(&before), 2);
    let fixed = after(before, [Action::FixAll]);
    assert_eq!(fixed.form.environment, Environment::Sandbox);
    assert!(is_told(&fixed));
}
