//! The page's view of the app's half: what it asks the relay for, and what stands when it answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trill::app::action::Action;
use trill::app::form::Field;
use trill::app::panels::receiver::LISTS;
use trill::app::receiver_view::Change;
use trill::app::state::State;
use trill::receiver::{Flavour, HandleType};

fn change(state: State, change: Change) -> State {
    state.reduce(Action::Receiver(change))
}

fn request(state: &State) -> Option<Value> {
    let request = state.receiver_request()?;
    Some(serde_json::from_str(&request).unwrap())
}

fn open() -> State {
    let mut state = State::default();
    state
        .form
        .set(Field::Payload, "{ \"handle\": \"alice\" }".to_owned());
    state
        .form
        .set(Field::BundleId, "com.example.\"calls".to_owned());
    change(state, Change::Open(true))
}

#[test]
fn it_asks_while_it_is_open_and_the_payload_can_be_read() {
    assert_eq!(request(&State::default()), None);
    let state = open();
    let expected = json!({
        "payload": { "handle": "alice" }, "app": "",
        "options": { "bundle_id": "com.example.\"calls" },
    });
    assert_eq!(request(&state), Some(expected));
    let state = state.reduce(Action::Edit(Field::Payload, "{".to_owned()));
    assert_eq!(request(&state), None);
    let state = state.reduce(Action::Undo);
    assert_eq!(request(&change(state, Change::Open(false))), None);
}

#[test]
fn nothing_is_asked_with_a_secret_in_payload_or_option() {
    let key = include_str!("../fixtures/keys/rfc7515-apple.p8");
    let mut state = open();
    let payload = json!({ "handle": "alice", "note": key });
    state.form.set(Field::Payload, payload.to_string());
    assert_eq!(request(&state), None);
    let icon = serde_json::to_string(key).unwrap();
    assert_eq!(request(&change(open(), Change::Choose("icon", icon))), None);
}

#[test]
fn a_choice_stands_before_the_answer_and_only_once_in_the_request() {
    let answer = json!({ "files": [], "options": { "call_groups": 2, "ringtone": "", "handle_types": ["generic"] } });
    let state = change(open(), Change::Answer(answer));
    assert_eq!(state.receiver.option("call_groups"), "2");
    assert_eq!(state.receiver.option("handle_types"), "[\"generic\"]");
    let state = change(state, Change::Choose("call_groups", "3".to_owned()));
    let state = change(state, Change::Choose("call_groups", "4".to_owned()));
    assert_eq!(state.receiver.option("call_groups"), "4");
    let options = request(&state).unwrap()["options"].take();
    assert_eq!(options["call_groups"], 4);
    assert_eq!(state.receiver.chosen.len(), 1);
}

#[test]
fn what_stood_there_stays_when_the_relay_fails() {
    let answer = json!({ "files": [{ "name": "a.swift" }] });
    let state = change(open(), Change::Answer(answer.clone()));
    let state = change(state, Change::Fail("The relay is gone.".to_owned()));
    assert_eq!(state.receiver.answer, answer);
    assert_eq!(state.receiver.problem, "The relay is gone.");
    let state = change(state, Change::Answer(json!({})));
    assert_eq!(state.receiver.problem, "");
}

#[test]
fn the_lists_have_every_word_of_the_options() {
    let words = |name: &str| -> BTreeSet<String> {
        let (.., entries) = LISTS.into_iter().find(|list| list.0 == name).unwrap();
        let values = entries
            .iter()
            .map(|(value, _)| serde_json::from_str(value).unwrap());
        let first = values.map(|value: Value| value.get(0).unwrap_or(&value).clone());
        first
            .map(|value| value.as_str().unwrap().to_owned())
            .collect()
    };
    let flavours = Flavour::ALL.map(|one| one.as_str().to_owned());
    assert_eq!(words("flavour"), BTreeSet::from(flavours));
    let types = HandleType::ALL.map(|kind| kind.as_str().to_owned());
    assert_eq!(words("handle_types"), BTreeSet::from(types));
}
