//! The inspector of the simulator: its state, what it reads, and the orders that it gives.

use std::rc::Rc;

use serde_json::{Value, json};
use trill::apns::DeviceToken;
use trill::app::action::Action;
use trill::app::inspector::model::SimulatorView;
use trill::app::inspector::model::decision::ListedDecision;
use trill::app::inspector::model::phone::ListedPhone;
use trill::app::inspector::model::phone_settings::SETTINGS;
use trill::app::inspector::order::Order;
use trill::app::inspector::state::Change;
use trill::app::state::State;

use super::TOKEN;

fn phone() -> Value {
    json!({
        "device_token": TOKEN, "name": "Alice", "bundle_id": "com.example.calls", "kind": "voip",
        "topic": "com.example.calls.voip", "environment": "sandbox", "state": "active",
        "mapping": { "handle": "from" }, "app_profile": "", "pushes_per_minute": null, "phone": { "state": "idle" },
        "stored": null, "online": true, "do_not_disturb": false, "blocked": [], "reports": true,
        "ios": "18.0", "app": "background",
    })
}

fn decision() -> Value {
    json!({
        "id": 7, "at_ms": 1_800_000_000_000_u64, "connection": 3, "stream": 5, "device_token": TOKEN,
        "apns_id": "eabeae54-14a8-11e5-b60b-1697f925ec7b", "apns_unique_id": null,
        "topic": "com.example.calls.voip", "push_type": "voip", "priority": "10",
        "expiration": null, "collapse_id": null, "payload_bytes": 2, "payload": "{}",
        "key_id": "ABC123DEFG", "team_id": "DEF123GHIJ", "iat": 1, "token_hash": null,
        "signature": "raw", "environment": "sandbox", "status": 200, "reason": null,
        "timestamp": null, "rule": "accepted", "mark": "documented", "notes": ["A note."],
        "rule_text": "No rule is broken.", "rule_source": "Apple", "on_phone": "The iPhone rings.",
    })
}

fn faults() -> Value {
    json!({
        "faults": [
            { "fault": "a", "next": 3 }, { "fault": "b", "next": 1 }, { "fault": "c", "next": null },
        ],
        "counts": [
            { "asked": 1, "struck": 1 }, { "asked": 1, "struck": 1 }, { "asked": 9, "struck": 9 },
        ],
        "labels": ["Silence", null, null],
        "ready": [{ "label": "Silence", "effect": "nobody answers", "fault": { "fault": "a" } }],
    })
}

/// The four answers of the simulator.
fn answers() -> [Value; 4] {
    let key = json!({
        "key_id": "ABC123DEFG", "team_id": "DEF123GHIJ", "public_key": "",
        "environments": ["sandbox", "production"], "topics": null,
    });
    [
        json!({ "devices": [phone()], "count": 121 }),
        faults(),
        json!({ "keys": [key], "count": 1 }),
        json!({ "decisions": [decision()], "count": 1 }),
    ]
}

fn view() -> SimulatorView {
    SimulatorView::read(answers()).unwrap()
}

fn listed(phone: Value) -> ListedPhone {
    ListedPhone(phone)
}

/// The value of a detail of a decision.
fn detail(decision: Value, label: &str) -> Option<String> {
    let details = ListedDecision(decision).details();
    let found = details.iter().find(|detail| detail.label == label);
    found.map(|detail| detail.value.clone())
}

fn body(order: &Order) -> Value {
    serde_json::from_str(&order.body).unwrap()
}

#[test]
fn the_inspector_is_closed_at_first_and_nothing_in_it_is_open() {
    let state = State::default();
    assert!(!state.inspector.is_open);
    assert_eq!(state.inspector.open_phone, None);
    assert_eq!(state.inspector.open_decision, None);
    let state = state
        .reduce(Action::Inspector(Change::Toggle))
        .reduce(Action::Inspector(Change::OpenDecision(Some(7))));
    assert!(state.inspector.is_open);
    assert_eq!(state.inspector.open_phone, None);
    assert_eq!(state.inspector.open_decision, Some(7));
    assert!(
        !state
            .reduce(Action::Inspector(Change::Toggle))
            .inspector
            .is_open
    );
}

#[test]
fn a_refusal_stands_until_the_next_answer_and_the_view_stays() {
    let state = State::default().reduce(Action::Inspector(Change::View(Rc::new(view()))));
    let refusal = "It is not so.".to_owned();
    let state = state.reduce(Action::Inspector(Change::Answer(refusal)));
    assert_eq!(state.inspector.refusal, "It is not so.");
    assert!(state.inspector.view.is_some());
    let state = state.reduce(Action::Inspector(Change::Answer(String::new())));
    assert_eq!(state.inspector.refusal, "");
    assert!(state.inspector.view.is_some());
}

#[test]
fn the_answers_of_the_simulator_are_read_and_nothing_else_is() {
    let view = view();
    let phone = &view.phones.entries[0];
    assert_eq!((phone.device_token(), phone.name()), (TOKEN, "Alice"));
    assert_eq!(
        view.keys.entries[0].summary(),
        "Team DEF123GHIJ · sandbox, production · all topics"
    );
    assert_eq!(view.phone_name(&view.decisions.entries[0]), "Alice");
    for index in 0..4 {
        let mut answers = answers();
        answers[index] = json!({ "code": "not_found" });
        assert_eq!(SimulatorView::read(answers), None, "{index}");
    }
}

#[test]
fn a_list_says_what_it_leaves_out() {
    let view = view();
    assert_eq!(
        view.phones.rest("devices").as_deref(),
        Some("1 of 121; all stand in GET /api/simulator/devices.")
    );
    assert_eq!(view.keys.rest("keys"), None);
}

#[test]
fn a_setting_that_is_as_usual_needs_no_word() {
    let mut phone = phone();
    phone["ios"] = json!("17.2");
    let words = listed(phone.clone()).summary();
    assert!(words.starts_with("com.example.calls · "), "{words}");
    assert!(words.contains("17.2"), "{words}");
    assert!(!words.contains("Online"), "{words}");
    assert!(!words.contains("Alice"), "{words}");
    phone["online"] = json!(false);
    let words = listed(phone).summary();
    assert!(words.contains("Offline"), "{words}");
}

#[test]
fn a_value_that_is_none_of_the_choices_is_a_choice_too() {
    let ios = SETTINGS.iter().find(|setting| setting.field == "ios");
    let choices = ios.unwrap().choices_with(&json!("17.2"));
    let expected = ("\"17.2\"".to_owned(), "17.2".to_owned());
    assert_eq!((choices.len(), choices.last()), (5, Some(&expected)));
    assert_eq!(ios.unwrap().choices_with(&json!("18.0")).len(), 4);
}

#[test]
fn a_change_of_a_setting_sends_the_other_settings_with_it() {
    let phone = phone();
    for setting in &SETTINGS {
        let order = Order::set(
            &listed(phone.clone()),
            setting.field,
            json!("A \"B\" \\ }]"),
        );
        assert_eq!(
            (order.method, order.path),
            ("PUT", ["devices/", TOKEN].concat())
        );
        let body: Value = serde_json::from_str(&order.body).unwrap();
        assert_eq!(body[setting.field], "A \"B\" \\ }]");
        for (field, value) in body.as_object().unwrap() {
            if field != setting.field {
                assert_eq!(*value, phone[field], "{field}");
            }
        }
    }
}

#[test]
fn callers_are_blocked_and_allowed_one_by_one() {
    let mut phone = phone();
    phone["blocked"] = json!(["bob", "carol, at work"]);
    let phone = listed(phone);
    let order = Order::block(&phone, " dave ");
    assert_eq!(
        body(&order)["blocked"],
        json!(["bob", "carol, at work", "dave"])
    );
    assert_eq!(order.focus, "setting-blocked");
    let order = Order::unblock(&phone, 0);
    assert_eq!(body(&order)["blocked"], json!(["carol, at work"]));
    assert_eq!(order.focus, "setting-blocked");
}

#[test]
fn a_new_phone_has_the_next_number() {
    let device_token = DeviceToken::parse(TOKEN).unwrap();
    let order = Order::add_phone(&device_token, 2, " com.example.calls ");
    assert_eq!(
        body(&order),
        json!({ "name": "iPhone 3", "bundle_id": "com.example.calls" })
    );
    assert_eq!(order.focus, "!setting-name");
}

#[test]
fn a_fault_that_is_on_has_its_label_and_its_count() {
    let table = view().faults;
    let rows = table.rows();
    assert_eq!(
        (rows[0].name.as_str(), rows[0].struck.as_str()),
        ("Silence", "struck 1 of 3")
    );
    assert_eq!(rows[1].name, r#"{"fault":"b","next":1}"#);
    assert_eq!(rows[2].struck, "struck 9");
}

#[test]
fn what_was_struck_is_not_struck_again() {
    let table = view().faults;
    let order = Order::switch_on(&table, &json!({ "fault": "d" }), Some(10));
    assert_eq!(
        body(&order),
        json!([
            { "fault": "a", "next": 2 },
            { "fault": "c", "next": null },
            { "fault": "d", "next": 10 },
        ])
    );
    let order = Order::switch_off(&table, 0);
    assert_eq!(body(&order), json!([{ "fault": "c", "next": null }]));
    assert_eq!(order.focus, "faults");
}

#[test]
fn a_decision_shows_its_rule_its_mark_and_what_the_phone_did() {
    let told = |label| detail(decision(), label);
    assert_eq!(told("Rule").as_deref(), Some("accepted, documented"));
    assert_eq!(told("When").as_deref(), Some("No rule is broken."));
    assert_eq!(told("Note").as_deref(), Some("A note."));
    assert_eq!(told("On the phone").as_deref(), Some("The iPhone rings."));
    assert_eq!(told("Connection").as_deref(), Some("3"));
    assert_eq!(told("Collapse ID"), None);

    let mut unseen = decision();
    unseen["on_phone"] = Value::Null;
    assert_eq!(
        detail(unseen, "On the phone").as_deref(),
        Some("Nobody has noted what it did with it.")
    );
    let mut refused = decision();
    refused["reason"] = json!("BadTopic");
    assert_eq!(detail(refused, "On the phone"), None);
}

#[test]
fn a_long_payload_is_cut_between_characters() {
    let mut long = decision();
    long["payload"] = json!("ü".repeat(600));
    let payload = detail(long, "Payload").unwrap();
    assert_eq!(payload.chars().count(), 501);
    assert!(payload.ends_with('…'));
}
