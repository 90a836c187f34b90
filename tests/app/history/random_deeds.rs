//! Random deeds, undone and redone: every state is there again, in both directions.

use proptest::prelude::*;
use serde_json::json;
use trill::apns::Edit;
use trill::apns::fix::{Change, Fix};
use trill::apns::{Environment, Path, PushType};
use trill::app::action::Action;
use trill::app::form::{Field, Form, Stops};
use trill::app::relay_info::RelayInfo;
use trill::app::state::State;
use trill::call::OwnPart;
use trill::call::template;

use super::start_demo;
use crate::{filled, key};

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

fn relay_info() -> RelayInfo {
    let presets = [
        json!({ "name": "calls", "bundle_id": "com.acme.calls", "push_type": "voip", "environment": "sandbox", "payload": "{\"a\": 1}" }),
        json!({ "name": "alerts", "team_id": "ACMEACMEAC", "push_type": "alert", "priority": "5" }),
    ];
    RelayInfo::new(json!({ "access": { "granted": true }, "presets": presets }))
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
