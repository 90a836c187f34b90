//! Undo and redo: one stack over every change, by hand and by program.

use std::rc::Rc;

use proptest::prelude::*;
use serde_json::json;
use trill::apns::Edit;
use trill::apns::fix::{Change, Fix};
use trill::apns::{Environment, Path, PushType};
use trill::app::action::Action;
use trill::app::form::{Field, Form, Stops};
use trill::app::held_key::HeldKey;
use trill::app::relay_info::RelayInfo;
use trill::app::splice::Splice;
use trill::app::state::{DEMO_KEY, DEMO_TEAM_ID, State};
use trill::call::OwnPart;
use trill::call::template;

use super::{after, filled, key};

const FIELDS: [Field; 10] = [
    Field::KeyId,
    Field::TeamId,
    Field::BundleId,
    Field::DeviceToken,
    Field::Priority,
    Field::Expiration,
    Field::CollapseId,
    Field::Payload,
    Field::Own(OwnPart::Handle),
    Field::Own(OwnPart::CallUuid),
];

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

fn demo_form() -> Box<Form> {
    Box::new(Form {
        team_id: DEMO_TEAM_ID.to_owned(),
        environment: Environment::Simulator,
        ..filled()
    })
}

fn start_demo() -> Action {
    Action::StartDemo(
        demo_form(),
        Rc::new(HeldKey {
            key: key(),
            source: DEMO_KEY.to_owned(),
        }),
    )
}

fn relay_info() -> RelayInfo {
    let presets = [
        json!({ "name": "calls", "bundle_id": "com.acme.calls", "push_type": "voip", "environment": "sandbox", "payload": "{\"a\": 1}" }),
        json!({ "name": "alerts", "team_id": "ACMEACMEAC", "push_type": "alert", "priority": "5" }),
    ];
    RelayInfo::new(json!({ "access": { "granted": true }, "presets": presets }))
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

#[derive(Clone, Debug)]
enum Deed {
    Type {
        field: usize,
        at: usize,
        text: String,
    },
    Delete {
        field: usize,
        at: usize,
    },
    Compose {
        field: usize,
        text: String,
    },
    Paste {
        field: usize,
        text: String,
    },
    Fix {
        field: usize,
        text: String,
    },
    Template(usize),
    Preset(bool),
    Environment(usize),
    PushType(usize),
    Key(bool),
    Forget,
    Demo,
    BringBack,
    Swap,
    Header(usize, String),
    Edit(usize),
    NewUuid,
    Minify,
    WriteOutPaths,
    Pause,
    Leave(usize),
    Stop,
    Undo(usize),
    Redo(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = "[a-c{}\":, \n1é😀]{0,6}";
    let long = "(\\{\"handle\": ?\"[a-z]{0,5}\", *\"callUUID\" : \"x\"\\})|[a-z ]{0,12}";
    let field = || 0..FIELDS.len();
    prop_oneof![
        6 => (field(), any::<usize>(), text).prop_map(|(field, at, text)| Deed::Type { field, at, text }),
        3 => (field(), any::<usize>()).prop_map(|(field, at)| Deed::Delete { field, at }),
        1 => (field(), text).prop_map(|(field, text)| Deed::Compose { field, text }),
        2 => (field(), long).prop_map(|(field, text)| Deed::Paste { field, text }),
        2 => (field(), long).prop_map(|(field, text)| Deed::Fix { field, text }),
        2 => any::<usize>().prop_map(Deed::Template),
        1 => any::<bool>().prop_map(Deed::Preset),
        1 => (0..3_usize).prop_map(Deed::Environment),
        1 => any::<usize>().prop_map(Deed::PushType),
        1 => any::<bool>().prop_map(Deed::Key),
        1 => Just(Deed::Forget),
        2 => Just(Deed::Demo),
        2 => Just(Deed::BringBack),
        1 => Just(Deed::Swap),
        1 => (0..5_usize, "[a-z0-9]{0,4}").prop_map(|(name, value)| Deed::Header(name, value)),
        1 => (0..3_usize).prop_map(Deed::Edit),
        1 => Just(Deed::NewUuid),
        2 => Just(Deed::Minify),
        1 => Just(Deed::WriteOutPaths),
        2 => Just(Deed::Pause),
        1 => field().prop_map(Deed::Leave),
        1 => Just(Deed::Stop),
        2 => (1..4_usize).prop_map(Deed::Undo),
        2 => (1..4_usize).prop_map(Deed::Redo),
    ]
}

fn mend(change: Change) -> Action {
    Action::Apply(Fix { label: "", change })
}

/// The actions a deed consists of, in view of what stands in the form.
fn actions(deed: &Deed, form: &Form) -> Vec<Action> {
    let boundary = |text: &str, at: usize| {
        let boundaries: Vec<usize> = text
            .char_indices()
            .map(|(index, _)| index)
            .chain([text.len()])
            .collect();
        boundaries[at % boundaries.len()]
    };
    match deed {
        Deed::Type { field, at, text } => {
            let field = FIELDS[*field];
            let mut now = form.text(field).to_owned();
            let mut at = boundary(&now, *at);
            let key = |character: char| {
                now.insert(at, character);
                at += character.len_utf8();
                Action::Edit(field, now.clone())
            };
            text.chars().map(key).collect()
        }
        Deed::Delete { field, at } => {
            let field = FIELDS[*field];
            let mut text = form.text(field).to_owned();
            let at = boundary(&text, *at);
            if at < text.len() {
                text.remove(at);
            }
            vec![Action::Edit(field, text)]
        }
        Deed::Compose { field, text } => vec![Action::Compose(
            FIELDS[*field],
            [form.text(FIELDS[*field]), text].concat(),
        )],
        Deed::Paste { field, text } => vec![Action::Paste(FIELDS[*field], text.clone())],
        Deed::Fix { field, text } => vec![Action::Fix(FIELDS[*field], text.clone())],
        Deed::Template(index) => {
            let all = template::list::all();
            vec![Action::UseTemplate(Box::new(
                all[index % all.len()].clone(),
            ))]
        }
        Deed::Preset(first) => vec![Action::UsePreset(
            if *first { "calls" } else { "alerts" }.to_owned(),
        )],
        Deed::Environment(index) => {
            vec![Action::Choose(
                [
                    Environment::Simulator,
                    Environment::Sandbox,
                    Environment::Production,
                ][*index],
            )]
        }
        Deed::PushType(index) => vec![Action::ChooseType(
            PushType::ALL[index % PushType::ALL.len()],
        )],
        Deed::Key(named) => {
            let name = if *named {
                "AuthKey_KKKKKKKKKK.p8"
            } else {
                "mine.p8"
            };
            vec![Action::OfferKey(name.to_owned(), Ok(key()))]
        }
        Deed::Forget => vec![Action::ForgetKey],
        Deed::Demo => vec![start_demo()],
        Deed::BringBack => vec![Action::BringBack],
        Deed::Swap => vec![mend(Change::SwapIds)],
        Deed::Header(index, value) => {
            let name = [
                "apns-topic",
                "apns-push-type",
                "apns-priority",
                "apns-expiration",
                "apns-collapse-id",
            ][*index];
            vec![mend(Change::Header {
                name,
                value: Some(value.clone()),
            })]
        }
        Deed::Edit(index) => {
            let path = || Path::parse("handle").unwrap();
            let edits = [
                Edit::Replace(path(), "\"bob\"".to_owned()),
                Edit::Remove(path()),
                Edit::Add(path(), "1".to_owned()),
            ];
            vec![mend(Change::Payload(vec![edits[*index].clone()]))]
        }
        Deed::NewUuid => vec![Action::NewUuid],
        Deed::Minify => vec![Action::Minify],
        Deed::WriteOutPaths => vec![Action::WriteOutPaths],
        Deed::Pause => vec![Action::EndStep],
        Deed::Leave(field) => vec![Action::Leave(FIELDS[*field])],
        Deed::Stop => vec![Action::Stop(Stops::default())],
        Deed::Undo(times) => std::iter::repeat_with(|| Action::Undo)
            .take(*times)
            .collect(),
        Deed::Redo(times) => std::iter::repeat_with(|| Action::Redo)
            .take(*times)
            .collect(),
    }
}

/// `true` for a deed that is a change at once, which is always a step of its own.
fn is_at_once(deed: &Deed) -> bool {
    use Deed::{
        BringBack, Demo, Environment, Fix, Header, Minify, NewUuid, Paste, Swap, WriteOutPaths,
    };
    matches!(
        deed,
        BringBack
            | Demo
            | Environment(_)
            | Fix { .. }
            | Header(..)
            | Minify
            | NewUuid
            | Paste { .. }
            | Swap
            | WriteOutPaths
    )
}

/// The part of a state that undoing must bring back: the form and what was set aside.
fn typed_work(state: &State) -> (Form, Option<Form>) {
    (state.form.clone(), state.set_aside.clone())
}

/// Goes one way to the end; everything that was seen, the start included.
fn walk(
    state: &mut State,
    can: fn(&State) -> bool,
    action: fn() -> Action,
) -> Vec<(Form, Option<Form>)> {
    let mut seen = vec![typed_work(state)];
    while can(state) {
        assert!(seen.len() < 1_000, "the history is bounded");
        *state = std::mem::take(state).reduce(action());
        seen.push(typed_work(state));
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn whatever_was_done_is_undone_and_redone_exactly(deeds in prop::collection::vec(deed(), 1..40), own in any::<bool>(), turns in prop::collection::vec(0..20_usize, 0..6)) {
        let mut state = State::opening(own.then(filled));
        state = state.reduce(Action::RelayInfo(relay_info()));
        let first = typed_work(&state);
        for deed in &deeds {
            let before = typed_work(&state);
            for action in actions(deed, &state.form.clone()) {
                state = state.reduce(action);
            }
            if is_at_once(deed) && typed_work(&state) != before {
                let mut back = state.clone();
                back = back.reduce(Action::Undo);
                prop_assert_eq!(typed_work(&back), before, "{:?} is a step of its own", deed);
            }
        }
        // Changes that were undone on the way are redone first: this is where everything ends.
        let done = walk(&mut state, |state| state.history.can_redo(), || Action::Redo);
        let last = done.last().unwrap().clone();
        let back = walk(&mut state, |state| state.history.can_undo(), || Action::Undo);
        prop_assert_eq!(back.last().unwrap(), &first);
        let mut forth = walk(&mut state, |state| state.history.can_redo(), || Action::Redo);
        prop_assert_eq!(forth.last().unwrap(), &last);
        forth.reverse();
        prop_assert_eq!(&forth, &back, "the same states on both ways");
        // To any point and on from there.
        let mut at = 0;
        for turn in turns {
            let to = turn % back.len();
            while at != to {
                state = state.reduce(if at < to { Action::Undo } else { Action::Redo });
                at = if at < to { at + 1 } else { at - 1 };
                prop_assert_eq!(&typed_work(&state), &back[at]);
            }
        }
        prop_assert!(state.history.steps() <= 300 && state.history.bytes() <= 4 * 1024 * 1024);
    }
}
