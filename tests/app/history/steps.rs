//! The steps of undo: which changes are one step, and how many steps are kept.

use serde_json::json;
use trill::apns::Environment;
use trill::app::action::Action;
use trill::app::form::{Field, Form};
use trill::app::relay_info::RelayInfo;
use trill::app::splice::Splice;
use trill::app::state::{DEMO_KEY, State};
use trill::call::template;

use super::start_demo;
use crate::{after, filled, key};

/// The part of a state that can be undone.
fn work(state: &State) -> (Form, Option<Form>, Option<String>) {
    (
        state.form.clone(),
        state.set_aside.clone(),
        state.key.as_ref().map(|key| key.source.clone()),
    )
}

fn typed(state: State, field: Field, text: &str) -> State {
    text.chars().fold(state, |state, character| {
        let text = [state.form.text(field), &character.to_string()].concat();
        after(state, [Action::Edit(field, text)])
    })
}

#[test]
fn a_run_of_typing_is_one_step_until_a_pause_another_field_or_another_place() {
    let undone = |state: State| after(state, [Action::Undo]);
    let one = typed(State::default(), Field::BundleId, "com.acme");
    assert_eq!(undone(one.clone()).form, Form::default());

    let paused = typed(
        after(one.clone(), [Action::EndStep]),
        Field::BundleId,
        ".app",
    );
    assert_eq!(undone(paused).form.bundle_id, "com.acme");
    let left = typed(
        after(one.clone(), [Action::Leave(Field::BundleId)]),
        Field::BundleId,
        ".app",
    );
    assert_eq!(undone(left).form.bundle_id, "com.acme");

    let other = typed(
        typed(one.clone(), Field::TeamId, "DEF"),
        Field::BundleId,
        ".app",
    );
    let back = undone(other);
    assert_eq!(
        (back.form.bundle_id.as_str(), back.form.team_id.as_str()),
        ("com.acme", "DEF")
    );

    let elsewhere = after(
        one.clone(),
        [Action::Edit(Field::BundleId, "xcom.acme".to_owned())],
    );
    assert_eq!(undone(elsewhere).form.bundle_id, "com.acme");
    let corrected = after(
        one.clone(),
        ["com.acm", "com.ac", "com.acx"].map(|text| Action::Edit(Field::BundleId, text.to_owned())),
    );
    assert_eq!(
        undone(corrected).form.bundle_id,
        "",
        "a slip of the finger is part of the run"
    );

    let pasted = after(
        one.clone(),
        [Action::Paste(Field::BundleId, "com.acme.pasted".to_owned())],
    );
    assert_eq!(
        undone(typed(pasted.clone(), Field::BundleId, "x"))
            .form
            .bundle_id,
        "com.acme.pasted"
    );
    assert_eq!(undone(pasted).form.bundle_id, "com.acme");
    // A user who types over a selection wants the selection back, not the state before it was typed.
    let over = after(one, [Action::Edit(Field::BundleId, "x".to_owned())]);
    assert_eq!(undone(over).form.bundle_id, "com.acme");
}

#[test]
fn what_an_input_method_composes_is_one_step() {
    let composed = ["n", "に", "にh", "にほ", "にほん", "日本"]
        .map(|text| Action::Compose(Field::CollapseId, text.to_owned()));
    let state = after(State::default(), composed);
    assert_eq!(state.form.collapse_id, "日本");
    assert_eq!(after(state, [Action::Undo]).form.collapse_id, "");
}

#[test]
fn typing_behind_a_change_by_program_is_a_step_of_its_own() {
    let written = after(
        State::default(),
        [
            Action::Paste(Field::Payload, "{ \"a\" : 1 }".to_owned()),
            Action::Minify,
        ],
    );
    let more = typed(written, Field::Payload, " x");
    let minified = after(more, [Action::Undo]);
    assert_eq!(minified.form.payload, "{\"a\":1}");
    let spaced = after(minified, [Action::Undo]);
    assert_eq!(spaced.form.payload, "{ \"a\" : 1 }");
    assert_eq!(
        after(spaced, [Action::Redo, Action::Redo]).form.payload,
        "{\"a\":1} x"
    );
}

#[test]
fn walking_through_a_list_is_one_step_until_it_is_left() {
    let choose = |index: usize| Action::UseTemplate(Box::new(template::list::all()[index].clone()));
    let own = after(
        State::default(),
        [
            Action::Paste(Field::Payload, "{\"mine\": 1}".to_owned()),
            choose(1),
            choose(2),
            choose(3),
        ],
    );
    assert_eq!(
        after(own.clone(), [Action::Undo]).form.payload,
        "{\"mine\": 1}"
    );
    let again = after(own, [Action::EndStep, choose(4), Action::Undo]);
    assert_eq!(again.form.payload, template::list::all()[3].text);
}

#[test]
fn a_new_change_ends_what_could_be_redone() {
    let state = typed(
        after(typed(State::default(), Field::KeyId, "ABC"), [Action::Undo]),
        Field::KeyId,
        "X",
    );
    assert!(!state.history.can_redo());
    let state = after(state, [Action::Undo, Action::Undo, Action::Undo]);
    assert_eq!(state.form, Form::default());
    assert!(!state.history.can_undo());
}

#[test]
fn undoing_the_demo_brings_back_the_key_that_signed_and_forgetting_ends_it() {
    let mine = after(
        State::opening(Some(filled())),
        [Action::OfferKey("mine.p8".to_owned(), Ok(key()))],
    );
    let before = work(&mine);
    let ringing = after(mine, [start_demo()]);
    let during = work(&ringing);
    assert_eq!(during.2.as_deref(), Some(DEMO_KEY));
    let back = after(ringing, [Action::Undo]);
    assert_eq!(work(&back), before);
    let again = after(back, [Action::Redo]);
    assert_eq!(work(&again), during);
    let brought = after(again, [Action::BringBack]);
    assert_eq!(work(&brought), before);
    assert_eq!(work(&after(brought.clone(), [Action::Undo])), during);
    // A key is held or forgotten; no undoing brings it back.
    let forgotten = after(
        brought,
        [
            Action::ForgetKey,
            Action::Undo,
            Action::Redo,
            Action::Undo,
            Action::Undo,
        ],
    );
    assert!(forgotten.key.is_none());
    let debug = format!("{:?}", forgotten.history);
    assert!(
        !debug.contains("HeldKey") && !debug.contains("mine.p8"),
        "{debug}"
    );
}

#[test]
fn what_the_relay_takes_out_of_the_form_is_no_step() {
    let off = RelayInfo::new(
        json!({ "access": { "granted": true }, "policy": { "environments": { "production": "off" } } }),
    );
    let state = after(
        State::default(),
        [
            Action::Choose(Environment::Production),
            Action::RelayInfo(off),
        ],
    );
    assert_eq!(state.form.environment, Environment::Simulator);
    let state = after(state, [Action::Undo, Action::Redo]);
    assert_eq!(
        state.form.environment,
        Environment::Simulator,
        "nothing brings back what policy forbids"
    );
}

#[test]
fn the_history_is_bounded_in_steps_and_bytes() {
    let mut state = State::default();
    for number in 0..1_000 {
        state = state.reduce(Action::Paste(Field::KeyId, number.to_string()));
    }
    assert_eq!(state.history.steps(), 300);
    let mut undone = 0;
    while state.history.can_undo() {
        state = state.reduce(Action::Undo);
        undone += 1;
    }
    assert_eq!((undone, state.form.key_id.as_str()), (300, "699"));

    let mut state = State::default();
    for number in 0..200 {
        state = state.reduce(Action::Paste(
            Field::Payload,
            number.to_string().repeat(20_000),
        ));
    }
    assert!(
        state.history.bytes() <= 4 * 1024 * 1024,
        "{}",
        state.history.bytes()
    );
    assert!(state.history.steps() > 60, "{}", state.history.steps());
    state = state.reduce(Action::Paste(Field::Payload, "x".repeat(5 * 1024 * 1024)));
    assert_eq!(
        (state.history.steps(), state.history.bytes()),
        (0, 0),
        "what is larger than all of it is not kept"
    );
    state = state.reduce(Action::Edit(Field::Payload, "x".repeat(3)));
    assert!(state.history.bytes() <= 4 * 1024 * 1024);
}

#[test]
fn the_caret_belongs_where_the_text_changed() {
    let caret = |old: &str, new: &str| Splice::between(old, new).caret(new);
    assert_eq!(caret("{\"a\":1,}", "{\"a\":1}"), 6);
    assert_eq!(caret("{\"a\":\"yes\",\"b\":1}", "{\"a\":true,\"b\":1}"), 9);
    assert_eq!(caret("", "abc"), 3);
    assert_eq!(caret("{😀,}", "{😀}"), 3, "in UTF-16 units");
    assert_eq!(caret("é", "è"), 1, "between characters, not inside one");
    let long = "a\n".repeat(100);
    assert_eq!(
        caret("{}", &format!("{{{long}}}")),
        1,
        "a long piece is looked at from its start"
    );
}
