//! The payload in the editor: templates, what they replace, and a text that is too large.

use std::rc::Rc;

use trill::apns::uuid::Uuid;
use trill::app::action::Action;
use trill::app::draft::Draft;
use trill::app::form::Field;
use trill::app::held_key::HeldKey;
use trill::app::oversized_paste::OversizedPaste;
use trill::app::state::{DEMO_KEY, State};
use trill::call::PhoneState;
use trill::call::placeholder::Values;
use trill::call::template;

use super::{after, article, filled, form_of, key};

#[test]
fn a_payload_that_was_replaced_can_be_brought_back() {
    let typed = after(
        State::default(),
        [
            Action::Edit(Field::Payload, "{\"mine\":1".to_owned()),
            Action::UseTemplate(article()),
        ],
    );
    assert_eq!(typed.form.payload, template::ARTICLE);
    let held = Rc::new(HeldKey {
        key: key(),
        source: DEMO_KEY.to_owned(),
    });
    let ringing = after(
        typed,
        [
            Action::StartDemo(Box::new(filled()), held),
            Action::UseTemplate(Box::new(template::list::all()[1].clone())),
        ],
    );
    // The second template, the demo, and the template before it are one step each.
    assert_eq!(
        after(ringing, [Action::Undo, Action::Undo, Action::Undo])
            .form
            .payload,
        "{\"mine\":1"
    );
    let chosen = after(State::default(), [Action::UseTemplate(article())]);
    assert!(
        !after(
            chosen,
            [Action::Undo, Action::UseTemplate(article()), Action::Undo]
        )
        .history
        .can_undo()
    );
}

#[test]
fn a_template_brings_its_app_and_undo_takes_it_back() {
    let telnyx = template::list::all()
        .iter()
        .find(|template| template.id == "telnyx-ios")
        .unwrap()
        .clone();
    let values = Values {
        uuid: Uuid::from_random_bytes([1; 16]),
        now_ms: 1_700_000_000_000,
        counter: 1,
        device: None,
    };
    let typed = after(
        State::default(),
        [
            Action::Draw(values),
            Action::Edit(Field::Payload, "{\"mine\": 1}".to_owned()),
        ],
    );
    let chosen = after(typed, [Action::UseTemplate(Box::new(telnyx))]);
    assert_eq!(chosen.form.app, "telnyx-ios");
    let filled = chosen.filled();
    let preview = filled.preview_of(&filled.parsed_payload().unwrap());
    assert!(
        matches!(preview.state, PhoneState::Ringing(_)),
        "{preview:?}"
    );
    let draft = form_of(&Draft::of(&chosen.form).to_text()).unwrap();
    assert_eq!(draft, chosen.form);
    let back = after(chosen, [Action::Undo]);
    assert_eq!(back.form.app, "");
    assert_eq!(back.form.payload, "{\"mine\": 1}");
}

#[test]
fn what_is_too_large_for_the_editor_is_held_back() {
    assert_eq!(OversizedPaste::back("x", &"é".repeat(32 * 1024)), None);
    let oversized = OversizedPaste::back("x", &"é".repeat(32 * 1024 + 1)).unwrap();
    assert_eq!(
        (oversized.bytes, oversized.start.len()),
        (64 * 1024 + 2, 4096)
    );
    let state = after(
        State::default(),
        [Action::Oversized(Some(oversized)), Action::Oversized(None)],
    );
    assert_eq!(state.oversized, None);
    assert_eq!(state.form.payload, template::ARTICLE);
}
