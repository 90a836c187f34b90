//! Devices at the control interface: enrolled, shown, removed and refused.

use http::Method;
use serde_json::{Value, json};

use super::check;
use crate::simulator::{BUNDLE_ID, Stage};

#[tokio::test]
async fn devices_are_enrolled_shown_and_removed() {
    let stage = Stage::new().await;
    let token = "AB".repeat(32);
    let device = stage.put(
        &["devices", &token],
        &json!({ "bundle_id": "com.example.other.voip" }),
    );
    let expected = json!({
        "device_token": "ab".repeat(32), "name": "Virtual iPhone", "bundle_id": "com.example.other", "topic": "com.example.other.voip",
        "kind": "voip", "environment": "sandbox", "state": "active", "mapping": {}, "app_profile": "", "phone": { "state": "idle" },
        "online": true, "do_not_disturb": false, "blocked": [], "reports": true, "ios": "18.0", "app": "background", "unreported_pushes": 0, "stored": null,
        "pushes_per_minute": null,
    });
    assert_eq!(device, expected);
    assert_eq!(
        stage.get(&["devices"])["devices"].as_array().map(Vec::len),
        Some(2)
    );
    assert!(
        stage
            .control(Method::DELETE, &["devices", &token], &Value::Null)
            .is_ok()
    );
    check(
        &stage,
        Method::GET,
        &["devices", &token],
        &Value::Null,
        404,
        "device_not_found",
    );

    let changes: Vec<_> = stage
        .events("device")
        .iter()
        .map(|event| event["change"].clone())
        .collect();
    assert_eq!(changes, ["enrolled", "enrolled", "removed"]);
}

#[tokio::test]
async fn a_device_keeps_the_settings_it_was_enrolled_with() {
    let stage = Stage::new().await;
    let settings = json!({
        "kind": "pushtotalk", "online": false, "do_not_disturb": true, "blocked": ["bob"], "reports": false, "ios": "26.4", "app": "terminated",
    });
    let mut body = settings.clone();
    body["bundle_id"] = json!(BUNDLE_ID);
    let device = stage.put(&["devices", "00"], &body);
    assert_eq!(device["topic"], "com.example.calls.voip-ptt");
    for (name, value) in settings.as_object().expect("an object") {
        assert_eq!(&device[name], value, "{name}");
    }
    let device = stage.put(
        &["devices", "00"],
        &json!({ "bundle_id": "com.example.calls.voip", "kind": "alert", "ios": null }),
    );
    assert_eq!(
        (&device["topic"], &device["bundle_id"], &device["ios"]),
        (&json!(BUNDLE_ID), &json!(BUNDLE_ID), &json!("18.0"))
    );
}

#[tokio::test]
async fn devices_that_cannot_be_enrolled_are_refused() {
    let stage = Stage::new().await;
    let with = |name: &str, value: &str| json!({ "bundle_id": BUNDLE_ID, name: value });
    let put = |token: &str, body: &Value, status, code| {
        check(&stage, Method::PUT, &["devices", token], body, status, code)
    };
    put(
        "xyz",
        &json!({ "bundle_id": BUNDLE_ID }),
        422,
        "bad_device_token",
    );
    put(
        "abc",
        &json!({ "bundle_id": BUNDLE_ID }),
        422,
        "bad_device_token",
    );
    put(
        &"0".repeat(402),
        &json!({ "bundle_id": BUNDLE_ID }),
        422,
        "bad_device_token",
    );
    put("00", &json!({}), 400, "missing_field");
    put("00", &with("bundle_id", "two words"), 422, "bad_bundle_id");
    put("00", &with("kind", "watch"), 422, "bad_kind");
    put("00", &with("ios", "12.4"), 422, "bad_ios");
    put("00", &with("ios", "new"), 422, "bad_ios");
    put("00", &with("app", "asleep"), 422, "bad_app");
    put("00", &with("online", "yes"), 400, "wrong_type");
    put("00", &with("do_not_disturb", "yes"), 400, "wrong_type");
    put("00", &with("reports", "yes"), 400, "wrong_type");
    put("00", &with("blocked", "bob"), 400, "wrong_type");
    put(
        "00",
        &json!({ "bundle_id": BUNDLE_ID, "ios": 18 }),
        400,
        "wrong_type",
    );
    for blocked in [
        json!([""]),
        json!(["bob", " "]),
        json!(["b".repeat(251)]),
        json!(vec!["bob"; 101]),
    ] {
        put(
            "00",
            &json!({ "bundle_id": BUNDLE_ID, "blocked": blocked }),
            422,
            "bad_blocked",
        );
    }
    put(
        "00",
        &with("environment", "simulator"),
        422,
        "bad_environment",
    );
    put("00", &with("state", "asleep"), 422, "bad_state");
    put(
        "00",
        &with("pushes_per_minute", "many"),
        422,
        "bad_pushes_per_minute",
    );
    put("00", &with("name", " "), 422, "bad_name");
    put("00", &with("colour", "red"), 400, "unknown_field");
    for mapping in [
        json!("handle"),
        json!(["handle"]),
        json!(7),
        json!({ "handle": 7 }),
        json!({ "handle": "" }),
        json!({ "call_uuid": "a..b" }),
    ] {
        put(
            "00",
            &json!({ "bundle_id": BUNDLE_ID, "mapping": mapping }),
            422,
            "bad_mapping",
        );
    }
    check(
        &stage,
        Method::GET,
        &["devices", "00"],
        &Value::Null,
        404,
        "device_not_found",
    );
    let error = stage
        .control(Method::PUT, &["devices", "00"], &with("colour", "red"))
        .expect_err("unknown");
    assert!(error.cause.contains("colour"));
}
