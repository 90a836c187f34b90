//! Registrations of this tab with the simulator, and when it makes them again.

use serde_json::{Value, json};
use trill::app::demo_ground::DemoGround;
use trill::app::registrations::Registrations;
use trill::call::AppChoice;

fn paths(registrations: &Registrations, instance: &str) -> Vec<String> {
    registrations
        .to_repeat(instance)
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn a_simulator_that_started_anew_is_told_again_what_is_still_of_use() {
    let mut registrations = Registrations::default();
    registrations.settle("one");
    for (method, path) in [
        ("PUT", "keys/K"),
        ("PUT", "devices/aa"),
        ("PUT", "devices/bb"),
        ("PUT", "devices/aa"),
        ("DELETE", "devices/bb"),
        ("PUT", "faults"),
        ("POST", "devices/aa/decline"),
    ] {
        registrations.note(method, path, "{}", &Value::Null);
    }
    assert_eq!(paths(&registrations, "one"), [""; 0]);
    assert_eq!(
        paths(&registrations, ""),
        [""; 0],
        "nobody said that it is another one"
    );
    assert_eq!(paths(&registrations, "two"), ["keys/K", "devices/aa"]);
    registrations.note(
        "POST",
        "devices/aa/reinstall",
        "",
        &json!({ "device_token": "cc" }),
    );
    assert_eq!(paths(&registrations, "two"), ["keys/K", "devices/cc"]);
    registrations.settle("two");
    assert_eq!(paths(&registrations, "two"), [""; 0]);
}

#[test]
fn a_phone_that_was_there_already_is_told_as_it_was() {
    let mut registrations = Registrations::default();
    registrations.settle("one");
    registrations.note_phone(
        "devices/aa",
        &json!({ "name": "A", "online": false, "topic": "a.voip", "phone": { "state": "idle" } }),
    );
    registrations.note_phone("devices/aa", &json!({ "name": "B" }));
    let [(path, body)] = &registrations.to_repeat("two")[..] else {
        panic!("one: {registrations:?}")
    };
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (path.as_str(), &body["name"], &body["online"]),
        ("devices/aa", &json!("A"), &json!(false))
    );
    assert!(body.get("topic").is_none() && body.get("phone").is_none());
}

#[test]
fn there_is_an_end_to_what_is_remembered() {
    let mut registrations = Registrations::default();
    registrations.settle("one");
    for number in 0..1_000 {
        registrations.note("PUT", &format!("devices/{number:04}"), "{}", &Value::Null);
    }
    registrations.note("PUT", "devices/ff", &"x".repeat(20_000), &Value::Null);
    let paths = paths(&registrations, "two");
    assert_eq!((paths.len(), paths[0].as_str()), (64, "devices/0936"));
}

const CALL: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";

/// A phone that rings, but for this.
fn ground(change: Value) -> DemoGround {
    let mut phone = json!({
        "bundle_id": "com.example.calls", "kind": "voip", "environment": "sandbox", "state": "active", "online": true,
        "do_not_disturb": false, "blocked": [], "reports": true, "ios": "18.0", "app": "background",
        "pushes_per_minute": null, "phone": { "state": "idle" },
    });
    for (name, value) in change.as_object().into_iter().flatten() {
        phone[name] = value.clone();
    }
    DemoGround {
        phone,
        faults: Value::Null,
    }
}

#[test]
fn the_demo_keeps_a_phone_that_rings_and_no_other() {
    let payload = json!({ "handle": "alice", "callUUID": CALL });
    let rings = |change| ground(change).rings("com.example.calls", &payload, &AppChoice::default());
    let shows = |state: &str, uuid: &str| json!({ "phone": { "state": state, "call": { "call_uuid": { "value": uuid } } } });
    let other = "00000000-0000-4000-8000-000000000000";
    for good in [
        json!({}),
        json!({ "blocked": ["bob"] }),
        shows("ringing", other),
        shows("in-call", other),
    ] {
        assert!(rings(good.clone()), "{good}");
    }
    for bad in [
        json!({ "online": false }),
        json!({ "do_not_disturb": true }),
        json!({ "blocked": ["ALICE"] }),
        json!({ "reports": false }),
        json!({ "state": "unregistered" }),
        json!({ "kind": "alert" }),
        json!({ "environment": "production" }),
        json!({ "bundle_id": "com.example.other" }),
        json!({ "pushes_per_minute": 1 }),
        json!({ "phone": { "state": "killed" } }),
        json!({ "phone": { "state": "silent" } }),
        shows("ringing", CALL),
        json!({ "phone": { "state": "ringing", "call": { "call_uuid": { "value": other }, "in_progress": {} } } }),
    ] {
        assert!(!rings(bad.clone()), "{bad}");
    }
    assert!(
        !DemoGround::default().rings("com.example.calls", &payload, &AppChoice::default()),
        "it is gone"
    );
    assert!(!ground(json!({})).rings("com.example.calls", &json!({}), &AppChoice::default()));
}

#[test]
fn faults_for_everybody_are_put_aside_and_come_back_as_often_as_they_still_strike() {
    let faults = json!({
        "faults": [
            { "fault": "silence", "next": 3, "seed": 1 },
            { "fault": "refuse", "reason": "Shutdown", "next": 1, "seed": 2 },
            { "fault": "delay", "ms": 5, "key_id": "K", "seed": 3 },
            { "fault": "answer-lost", "device_token": "AA", "seed": 4 },
        ],
        "counts": [{ "struck": 1 }, { "struck": 1 }, { "struck": 9 }, { "struck": 0 }],
    });
    let ground = DemoGround {
        phone: Value::Null,
        faults,
    };
    let aside = ground.faults_aside().unwrap();
    let read = |script: &str| serde_json::from_str::<Value>(script).unwrap();
    assert_eq!(
        read(&aside.aside),
        json!([{ "fault": "silence", "next": 2, "seed": 1 }])
    );
    let narrow = [
        json!({ "fault": "delay", "ms": 5, "key_id": "K", "seed": 3 }),
        json!({ "fault": "answer-lost", "device_token": "AA", "seed": 4 }),
    ];
    assert_eq!(read(&aside.stay), json!(narrow));
    assert!(
        ground.strikes_key("K")
            && !ground.strikes_key("L")
            && ground.strikes_phone("aa")
            && !ground.strikes_phone("bb")
    );
    let stayed = DemoGround {
        faults: json!({ "faults": narrow, "counts": [{ "struck": 0 }, { "struck": 0 }] }),
        ..DemoGround::default()
    };
    assert_eq!(stayed.faults_aside(), None);
    assert_eq!(
        read(&stayed.with_faults(&aside.aside)),
        json!([narrow[0], narrow[1], { "fault": "silence", "next": 2, "seed": 1 }])
    );
}
