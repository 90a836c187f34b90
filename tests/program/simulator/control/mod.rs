//! Enrolling keys and phones, and reading what was decided.

mod devices;
mod journal;
mod keys;

use http::Method;
use serde_json::{Value, json};

use super::{BUNDLE_ID, PHONE, Stage, TEAM_ID, key};

fn check(stage: &Stage, method: Method, path: &[&str], body: &Value, status: u16, code: &str) {
    let error = stage.control(method, path, body).expect_err(code);
    assert_eq!((error.status.as_u16(), error.code), (status, code));
    for sentence in [&error.cause, &error.fix] {
        assert!(
            !sentence.is_empty() && sentence.chars().count() <= 180,
            "{sentence}"
        );
    }
}

#[tokio::test]
async fn there_is_room_for_a_thousand_of_each() {
    let stage = Stage::new().await;
    let pem = key(8).public_key().to_pem();
    let (a_key, a_device) = (
        json!({ "team_id": TEAM_ID, "public_key": pem }),
        json!({ "bundle_id": BUNDLE_ID }),
    );
    for number in 1..1_000 {
        stage.put(&["keys", &format!("K{number}")], &a_key);
        stage.put(&["devices", &format!("{number:08x}")], &a_device);
    }
    check(
        &stage,
        Method::PUT,
        &["keys", "ONE-MORE"],
        &a_key,
        409,
        "too_many_keys",
    );
    check(
        &stage,
        Method::PUT,
        &["devices", "ffff"],
        &a_device,
        409,
        "too_many_devices",
    );
    check(
        &stage,
        Method::POST,
        &["devices", PHONE, "reinstall"],
        &Value::Null,
        409,
        "too_many_devices",
    );
    assert_eq!(stage.get(&["devices", PHONE])["state"], "active");
    stage.put(&["keys", "K1"], &a_key);
    stage.put(&["devices", "00000001"], &a_device);
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_apart() {
    let stage = Stage::new().await;
    check(&stage, Method::GET, &[], &Value::Null, 404, "not_found");
    check(
        &stage,
        Method::GET,
        &["faults", "1"],
        &Value::Null,
        404,
        "not_found",
    );
    check(
        &stage,
        Method::POST,
        &["faults"],
        &Value::Null,
        405,
        "method_not_allowed",
    );
    check(
        &stage,
        Method::POST,
        &["keys"],
        &Value::Null,
        405,
        "method_not_allowed",
    );
    check(
        &stage,
        Method::POST,
        &["devices", PHONE],
        &Value::Null,
        405,
        "method_not_allowed",
    );
    check(
        &stage,
        Method::GET,
        &["devices", PHONE, "answer"],
        &Value::Null,
        405,
        "method_not_allowed",
    );
    check(
        &stage,
        Method::DELETE,
        &["journal"],
        &Value::Null,
        405,
        "method_not_allowed",
    );
    check(
        &stage,
        Method::GET,
        &["devices", PHONE, "reinstall"],
        &Value::Null,
        405,
        "method_not_allowed",
    );
    check(
        &stage,
        Method::POST,
        &["devices", "00", "answer"],
        &Value::Null,
        404,
        "device_not_found",
    );
    check(
        &stage,
        Method::POST,
        &["devices", "00", "reinstall"],
        &Value::Null,
        404,
        "device_not_found",
    );
}
