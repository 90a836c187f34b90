//! Registered apps and devices on the page: lists, refusals, a secret that is shown once, and a device for
//! the form.

use serde_json::{Value, json};
use trill::apns::{Change as FixChange, Environment, Fix, PushType};
use trill::app::action::Action;
use trill::app::phones::order;
use trill::app::phones::refusal::Refusal;
use trill::app::phones::view::{Change, Lists, PhonesView, parts_of};
use trill::app::state::State;

use super::{TOKEN, after};

fn device(token: &str) -> Value {
    json!({
        "app_id": "a", "device_token": token, "bundle_id": "com.example.calls",
        "environment": "sandbox", "kinds": ["voip"], "state": "registered",
    })
}

fn lists(devices: Value) -> Change {
    Change::Lists(Lists {
        devices: json!({ "devices": devices }),
        ..Lists::default()
    })
}

#[test]
fn a_device_brings_its_token_environment_and_topic_into_the_form_in_one_step() {
    for (kinds, push_type, bundle_id) in [
        (
            json!(["alert", "voip"]),
            PushType::Voip,
            "com.example.calls",
        ),
        (json!(["ptt"]), PushType::PushToTalk, "com.example.calls"),
        (json!(["alert"]), PushType::Alert, "com.example.calls"),
    ] {
        let mut device = device(TOKEN);
        device["kinds"] = kinds;
        let change = FixChange::Parts(parts_of(&device));
        let used = after(State::default(), [Action::Apply(Fix { label: "", change })]);
        let form = &used.form;
        assert_eq!(
            (form.environment, form.push_type, form.bundle_id.as_str()),
            (Environment::Sandbox, push_type, bundle_id)
        );
        assert_eq!(form.device_token, TOKEN);
        let back = after(used, [Action::Undo]);
        assert_eq!(back.form, State::default().form);
    }
}

#[test]
fn a_withdrawn_device_stays_in_sight_until_it_registers_again() {
    let mut view = PhonesView::default();
    view.change(lists(json!([device(TOKEN)])));
    for _ in 0..2 {
        view.change(Change::Withdrawn(device(TOKEN)));
    }
    view.change(lists(json!([])));
    assert_eq!((view.devices.len(), view.withdrawn.len()), (0, 1));
    assert_eq!(view.withdrawn[0]["state"], "withdrawn");
    view.change(lists(json!([device(TOKEN)])));
    assert!(view.withdrawn.is_empty());
    view.change(Change::Lists(Lists::default()));
    assert_eq!(
        view.devices.len(),
        1,
        "a relay that does not answer tells nothing"
    );
}

#[test]
fn a_refusal_stands_beside_its_field_until_the_text_changes() {
    let refused = |field: &str| {
        Refusal::read(
            &json!({ "code": "c", "title": "A cause.", "detail": "A fix.", "field": field })
                .to_string(),
        )
    };
    let mut view = PhonesView::default();
    view.change(Change::Refused(refused("bundle_ids")));
    assert_eq!(view.refusal.about("bundle_ids"), Some("A cause. A fix."));
    assert_eq!(
        (view.refusal.about("name"), view.refusal.about("")),
        (None, None)
    );
    view.change(Change::Name("Calls".to_owned()));
    assert!(view.refusal.about("bundle_ids").is_some());
    view.change(Change::BundleIds("a.b".to_owned()));
    assert_eq!(view.refusal, Refusal::default());
    view.change(Change::Refused(refused("app_id")));
    assert_eq!(view.refusal.about(""), Some("A cause. A fix."));
    view.change(Change::Refused(Refusal::read("")));
    assert!(
        view.refusal
            .about("")
            .unwrap_or_default()
            .contains("did not answer")
    );
}

#[test]
fn a_new_secret_is_shown_until_it_was_taken_and_printed_nowhere() {
    let mut view = PhonesView::default();
    view.change(Change::Name("Calls".to_owned()));
    view.change(Change::Done(json!({ "name": "Calls", "secret": "s3cret" })));
    assert_eq!(
        view.secret.app().map(|app| app["secret"].as_str()),
        Some(Some("s3cret"))
    );
    assert!(view.name.is_empty());
    assert!(!format!("{view:?}").contains("s3cret"));
    view.change(Change::Done(json!({ "name": "Calls" })));
    assert!(
        view.secret.app().is_some(),
        "another answer does not hide it"
    );
    view.change(Change::HideSecret);
    assert_eq!(view.secret.app(), None);
}

#[test]
fn bundle_ids_are_separated_by_commas_or_blanks() {
    let order = order::register_app(" Calls ", "com.example.a, com.example.b  com.example.c");
    let body: Value = serde_json::from_str(&order.body).unwrap();
    let ids = ["com.example.a", "com.example.b", "com.example.c"];
    assert_eq!(body, json!({ "name": "Calls", "bundle_ids": ids }));
    let order = order::register_app("", "");
    assert_eq!(order.body, r#"{"name":"","bundle_ids":[]}"#);
}
