//! The inspector of the page against the simulator: its answers are read, and each order of the
//! inspector can be carried out and does what it says.

use http::Method;
use serde_json::{Value, json};
use trill::apns::DeviceToken;
use trill::app::inspector::model::SimulatorView;
use trill::app::inspector::model::phone::ListedPhone;
use trill::app::inspector::model::phone_settings::SETTINGS;
use trill::app::inspector::order::Order;
use trill::caller::Caller;
use trill::simulator::ControlRequest;

use super::{BUNDLE_ID, KEY_ID, PHONE, Stage};

impl Stage {
    /// View that the inspector shows.
    fn view(&self) -> SimulatorView {
        let list = |name, query| {
            let path = [name];
            let request = ControlRequest {
                query,
                ..ControlRequest::new(&Method::GET, &path, b"")
            };
            let answer = self.simulator.control(&Caller::Owner, &request);
            answer.expect("a list").body.expect("a body")
        };
        let answers = [
            list("devices", "limit=100"),
            list("faults", ""),
            list("keys", "limit=100"),
            list("journal", "limit=50"),
        ];
        SimulatorView::read(answers).expect("the page reads it")
    }

    /// The phone as the inspector shows it.
    fn listed(&self) -> ListedPhone {
        let phones = self.view().phones.entries;
        let listed = phones
            .into_iter()
            .find(|phone| phone.device_token() == PHONE);
        listed.expect("the phone")
    }

    /// The details of the newest decision, as lines.
    fn details(&self) -> String {
        let view = self.view();
        let newest = view.decisions.entries.last().expect("a decision");
        let mut lines = newest.answer();
        for detail in newest.details() {
            lines.push('\n');
            lines.push_str(&detail.value);
        }
        lines
    }

    /// Carries an order out as the page does.
    fn carry_out(&self, order: &Order) {
        let method = Method::from_bytes(order.method.as_bytes()).expect("a method");
        let path: Vec<_> = order.path.split('/').collect();
        let answer = self.ask(method, &path, order.body.as_bytes());
        assert!(answer.is_ok(), "{order:?}: {answer:?}");
    }
}

#[tokio::test]
async fn every_choice_of_every_setting_is_taken_and_changes_nothing_else() {
    let stage = Stage::new().await;
    let limited = json!({ "bundle_id": BUNDLE_ID, "name": "Alice’s iPhone", "pushes_per_minute": 7, "blocked": ["bob", "a]}"] });
    stage.put(&["devices", PHONE], &limited);
    let mut tried = 0;
    for setting in &SETTINGS {
        for (value, label) in setting.choices {
            stage.put(&["devices", PHONE], &limited);
            let mut expected = stage.get(&["devices", PHONE]);
            let value: Value = serde_json::from_str(value).expect("JSON");
            stage.carry_out(&Order::set(&stage.listed(), setting.field, value.clone()));
            expected[setting.field] = value;
            let mut shown = stage.get(&["devices", PHONE]);
            // The topic follows from the kind.
            shown["topic"] = expected["topic"].clone();
            assert_eq!(shown, expected, "{}: {label}", setting.field);
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[tokio::test]
async fn what_is_typed_is_taken_whatever_it_is() {
    let stage = Stage::new().await;
    for name in ["A \"B\" \\ }", "ü", "]"] {
        stage.carry_out(&Order::set(&stage.listed(), "name", json!(name)));
        stage.carry_out(&Order::block(&stage.listed(), name));
        let listed = stage.listed();
        assert_eq!(listed.name(), name);
        assert_eq!(listed.blocked().last(), Some(&name));
    }
    stage.carry_out(&Order::unblock(&stage.listed(), 0));
    assert_eq!(stage.listed().blocked(), ["ü", "]"]);
}

#[tokio::test]
async fn phones_and_keys_come_and_go() {
    let stage = Stage::new().await;
    let device_token = DeviceToken::from_bytes(&[7; 32]);
    let count = stage.view().phones.count;
    stage.carry_out(&Order::add_phone(&device_token, count, "com.example.other"));
    let phones = stage.view().phones;
    let is_added = |phone: &&ListedPhone| phone.bundle_id() == "com.example.other";
    let added = phones.entries.iter().find(is_added).expect("the phone");
    assert_eq!((added.name(), phones.count), ("iPhone 2", 2));
    stage.carry_out(&Order::reinstall(&stage.listed()));
    assert_eq!(*stage.listed().value("state"), "unregistered");
    stage.carry_out(&Order::remove_phone(&stage.listed()));
    stage.carry_out(&Order::remove_key(KEY_ID));
    let view = stage.view();
    assert_eq!((view.keys.count, view.phones.count), (0, 2));
}

#[tokio::test]
async fn each_ready_fault_is_switched_on_beside_the_others_and_those_with_a_status_answer_it() {
    let stage = Stage::new().await;
    let ready = stage.view().faults.ready;
    for (count, fault) in ready.iter().enumerate() {
        let table = stage.view().faults;
        stage.carry_out(&Order::switch_on(&table, &fault["fault"], None));
        let rows = stage.view().faults.rows();
        assert_eq!(rows.len(), count + 1);
        assert_eq!(rows[count].name, fault["label"]);
    }
    stage.carry_out(&Order::switch_off(&stage.view().faults, 0));
    assert_eq!(stage.view().faults.rows().len(), ready.len() - 1);
    stage.carry_out(&Order::switch_all_off());
    assert_eq!(stage.view().faults.rows(), []);

    let mut tried = 0;
    for fault in &ready {
        let label = fault["label"].as_str().expect("a label");
        let (status, words) = label.split_once(' ').unwrap_or_default();
        if status.parse::<u16>().is_err() {
            continue;
        }
        let table = stage.view().faults;
        stage.carry_out(&Order::switch_on(&table, &fault["fault"], Some(1)));
        let client = crate::support::h2_client::H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        let answer = stage.push().send(&client).await;
        assert_eq!(answer.status.to_string(), status, "{words}");
        let reason = answer.reason().expect("a reason");
        assert!(words.starts_with(&reason), "{words}");
        let rows = stage.view().faults.rows();
        assert_eq!(rows[0].struck, "struck 1 of 1");
        tried += 1;
    }
    assert!(tried > 5, "{tried}");
}

#[tokio::test]
async fn a_decision_shows_its_rule_its_mark_and_what_the_phone_did() {
    let stage = Stage::new().await;
    stage.send(stage.push()).await;
    let details = stage.details();
    for text in [
        "accepted, documented",
        "No rule is broken.",
        "The app reported the call to CallKit, and the iPhone rings.",
    ] {
        assert!(details.contains(text), "{text}: {details}");
    }
    stage
        .control(Method::DELETE, &["keys", KEY_ID], &Value::Null)
        .expect("it was there");
    stage.send(stage.push()).await;
    let details = stage.details();
    for text in [
        "403 InvalidProviderToken",
        "key-unknown, observed",
        "No key with this kid is enrolled.",
        "thread 770438",
    ] {
        assert!(details.contains(text), "{text}: {details}");
    }
}

#[tokio::test]
async fn no_more_is_read_than_anybody_reads() {
    let stage = Stage::new().await;
    for number in 0..120 {
        stage.put(
            &["devices", &format!("{number:064x}")],
            &json!({ "bundle_id": BUNDLE_ID }),
        );
    }
    for _ in 0..55 {
        stage.send(stage.push()).await;
    }
    let view = stage.view();
    assert_eq!(
        (view.phones.entries.len(), view.decisions.entries.len()),
        (100, 50)
    );
    assert_eq!(
        view.decisions.entries.last().map(|newest| newest.id()),
        Some(55)
    );
    assert_eq!(
        [view.phones.rest("devices"), view.decisions.rest("journal")],
        [
            Some("100 of 121; all stand in GET /api/simulator/devices.".to_owned()),
            Some("50 of 55; all stand in GET /api/simulator/journal.".to_owned()),
        ]
    );
}
