//! The drawer as the simulator draws it: every order in it can be carried out, and does what it says.

use http::Method;
use serde_json::{Value, json};

use super::{BUNDLE_ID, KEY_ID, PHONE, Stage};

/// Every element with its attributes, from outside in.
fn elements(sketch: &Value) -> Vec<(&str, &Value, &[Value])> {
    let Some([name, attributes, inside @ ..]) = sketch.as_array().map(Vec::as_slice) else {
        return Vec::new();
    };
    let own = (name.as_str().expect("a name"), attributes, inside);
    [own]
        .into_iter()
        .chain(inside.iter().flat_map(elements))
        .collect()
}

/// All the text there is.
fn said(sketch: &Value) -> String {
    let Some(parts) = sketch.as_array() else {
        return sketch.as_str().unwrap_or_default().to_owned();
    };
    parts
        .iter()
        .skip(2)
        .map(said)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The values of a list, and their labels.
fn options(inside: &[Value]) -> Vec<(&str, String)> {
    let options = inside
        .iter()
        .flat_map(elements)
        .filter(|(name, ..)| *name == "option");
    options
        .map(|(_, attributes, inside)| {
            (
                attributes["value"].as_str().expect("a value"),
                inside.iter().map(said).collect(),
            )
        })
        .collect()
}

/// The order of the element with this name for tests.
fn order(sketch: &Value, test: &str) -> Vec<String> {
    let found = elements(sketch)
        .into_iter()
        .find(|(_, attributes, _)| attributes["data-test"] == test);
    texts(&found.unwrap_or_else(|| panic!("there is no {test}")).1["order"])
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array()
        .into_iter()
        .flatten()
        .map(|text| text.as_str().expect("a text").to_owned())
        .collect()
}

impl Stage {
    fn drawer(&self, phone: &str, decision: &str) -> Value {
        self.get(&["drawer", phone, decision])
    }

    /// Carries an order out as the page does, with `value` for every field.
    fn carry_out(&self, order: &[String], value: impl Fn(&str) -> String) {
        let [method, path, _, pieces @ ..] = order else {
            panic!("no order: {order:?}")
        };
        let body: String = pieces
            .iter()
            .enumerate()
            .map(|(place, piece)| {
                if place % 2 == 0 {
                    piece.clone()
                } else {
                    value(piece)
                }
            })
            .collect();
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let path: Vec<_> = path.split('/').collect();
        let answer = self.ask(method, &path, body.as_bytes());
        assert!(answer.is_ok(), "{order:?} {body}: {answer:?}");
    }
}

#[tokio::test]
async fn every_choice_of_every_setting_is_taken_and_changes_nothing_else() {
    let stage = Stage::new().await;
    let limited = json!({ "bundle_id": BUNDLE_ID, "name": "Alice’s iPhone", "pushes_per_minute": 7, "blocked": ["bob", "a]}"] });
    stage.put(&["devices", PHONE], &limited);
    let drawer = stage.drawer(PHONE, "-");
    let lists = elements(&drawer)
        .into_iter()
        .filter(|(name, attributes, _)| *name == "select" && attributes["order"].is_array());
    let mut tried = 0;
    for (_, attributes, inside) in lists {
        let field = attributes["id"]
            .as_str()
            .and_then(|id| id.strip_prefix("setting-"))
            .expect("a setting");
        for (value, label) in options(inside) {
            stage.put(&["devices", PHONE], &limited);
            let mut expected = stage.get(&["devices", PHONE]);
            stage.carry_out(&texts(&attributes["order"]), |_| value.to_owned());
            expected[field] = serde_json::from_str(value).expect("JSON");
            let mut shown = stage.get(&["devices", PHONE]);
            // What follows from the kind.
            shown["topic"] = expected["topic"].clone();
            assert_eq!(shown, expected, "{field}: {label}");
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

#[tokio::test]
async fn what_is_typed_is_taken_whatever_it_is() {
    let stage = Stage::new().await;
    for name in ["A \"B\" \\ }", "ü", "]"] {
        stage.carry_out(&order(&stage.drawer(PHONE, "-"), "setting-name"), |_| {
            json!(name).to_string()
        });
        stage.carry_out(&order(&stage.drawer(PHONE, "-"), "setting-blocked"), |_| {
            json!(name).to_string()
        });
        let phone = stage.get(&["devices", PHONE]);
        assert_eq!(
            (
                &phone["name"],
                phone["blocked"]
                    .as_array()
                    .and_then(|blocked| blocked.last())
            ),
            (&json!(name), Some(&json!(name)))
        );
    }
    stage.carry_out(&order(&stage.drawer(PHONE, "-"), "unblock"), |_| {
        String::new()
    });
    assert_eq!(stage.get(&["devices", PHONE])["blocked"], json!(["ü", "]"]));
}

#[tokio::test]
async fn phones_and_keys_come_and_go() {
    let stage = Stage::new().await;
    let add = order(&stage.drawer("-", "-"), "add-phone");
    assert_eq!(add[4], "bundle-id", "the field of the page");
    stage.carry_out(&add, |_| json!("com.example.other").to_string());
    let phones = stage.get(&["devices"])["devices"]
        .as_array()
        .expect("a list")
        .clone();
    let added = phones
        .iter()
        .find(|phone| phone["bundle_id"] == "com.example.other")
        .expect("the phone");
    assert_eq!((&added["name"], phones.len()), (&json!("iPhone 2"), 2));
    stage.carry_out(&order(&stage.drawer(PHONE, "-"), "reinstall-phone"), |_| {
        String::new()
    });
    assert_eq!(stage.get(&["devices", PHONE])["state"], "unregistered");
    stage.carry_out(&order(&stage.drawer(PHONE, "-"), "remove-phone"), |_| {
        String::new()
    });
    stage.carry_out(&order(&stage.drawer("-", "-"), "remove-key"), |_| {
        String::new()
    });
    let said = said(&stage.drawer(PHONE, "-"));
    assert!(
        said.contains("No key is enrolled") && !said.contains(KEY_ID),
        "{said}"
    );
    assert_eq!(
        stage.get(&["devices"])["devices"].as_array().map(Vec::len),
        Some(2)
    );
}

#[tokio::test]
async fn each_ready_fault_is_switched_on_beside_the_others_and_those_with_a_status_answer_it() {
    let stage = Stage::new().await;
    let drawer = stage.drawer("-", "-");
    let (_, _, inside) = elements(&drawer)
        .into_iter()
        .find(|(_, attributes, _)| attributes["id"] == "setting-fault")
        .expect("the list");
    let ready = options(inside);
    for (count, (entry, _)) in ready.iter().enumerate() {
        let value = |id: &str| {
            if id == "setting-fault" {
                (*entry).to_owned()
            } else {
                "null".to_owned()
            }
        };
        stage.carry_out(&order(&stage.drawer("-", "-"), "fault-on"), value);
        assert_eq!(
            stage.get(&["faults"])["faults"].as_array().map(Vec::len),
            Some(count + 1)
        );
    }
    let rows = elements(&stage.drawer("-", "-"))
        .iter()
        .filter(|(_, attributes, _)| attributes["data-test"] == "fault")
        .count();
    assert_eq!(rows, ready.len());
    stage.carry_out(&order(&stage.drawer("-", "-"), "faults-off"), |_| {
        String::new()
    });

    let with_a_status = ready
        .iter()
        .filter_map(|(entry, label)| Some((entry, label.split_once(' ')?)));
    for (entry, (status, words)) in
        with_a_status.filter(|(_, (status, _))| status.parse::<u16>().is_ok())
    {
        let value = |id: &str| {
            if id == "setting-fault" {
                (*entry).to_owned()
            } else {
                "1".to_owned()
            }
        };
        stage.carry_out(&order(&stage.drawer("-", "-"), "fault-on"), value);
        let client = crate::support::h2_client::H2Client::connect(
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
        )
        .await;
        let answer = stage.push().send(&client).await;
        assert_eq!(answer.status.to_string(), status, "{words}");
        assert!(
            words.starts_with(&answer.reason().expect("a reason")),
            "{words}"
        );
        assert!(said(&stage.drawer("-", "-")).contains("struck 1 of 1"));
    }
}

#[tokio::test]
async fn a_decision_shows_its_rule_its_mark_and_what_the_phone_did() {
    let stage = Stage::new().await;
    stage.send(stage.push()).await;
    let closed = said(&stage.drawer("-", "-"));
    assert!(
        closed.contains("accepted") && !closed.contains("No rule is broken."),
        "{closed}"
    );
    let open = said(&stage.drawer("-", "1"));
    for text in [
        "accepted, documented",
        "No rule is broken.",
        "The app reported the call to CallKit, and the iPhone rings.",
    ] {
        assert!(open.contains(text), "{text}: {open}");
    }
    stage
        .control(Method::DELETE, &["keys", KEY_ID], &Value::Null)
        .expect("it was there");
    stage.send(stage.push()).await;
    let open = said(&stage.drawer("-", "2"));
    for text in [
        "403 InvalidProviderToken",
        "key-unknown, observed",
        "No key with this kid is enrolled.",
        "thread 770438",
    ] {
        assert!(open.contains(text), "{text}: {open}");
    }
}

#[tokio::test]
async fn no_more_is_drawn_than_anybody_reads() {
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
    let drawer = stage.drawer("-", "-");
    let count = |test: &str| {
        elements(&drawer)
            .iter()
            .filter(|(_, attributes, _)| attributes["data-test"] == test)
            .count()
    };
    assert_eq!((count("simulated-phone"), count("decision")), (100, 50));
    let said = said(&drawer);
    for rest in [
        "100 of 121; all stand in GET /api/simulator/devices.",
        "50 of 55; all stand in GET /api/simulator/journal.",
    ] {
        assert!(said.contains(rest), "{rest}: {said}");
    }
    assert!(drawer.to_string().len() < 200_000);
}
