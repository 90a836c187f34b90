//! Keys at the control interface: enrolled, shown, removed and refused.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use trill::caller::Caller;

use super::check;
use crate::simulator::{KEY_ID, Stage, TEAM_ID, TOPIC, key};

const P384: &str = "-----BEGIN PUBLIC KEY-----\n\
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEMZd9FmNGsh5bTfq6BLvF2vM1ZQ2TBxvg\n\
    -----END PUBLIC KEY-----\n";
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
    MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCCOmxCecZCYv5gEh98f\n\
    XXfpyylgbr7SJjtfV8IT34T0sg==\n\
    -----END PRIVATE KEY-----\n";

#[tokio::test]
async fn keys_are_enrolled_shown_and_removed() {
    let stage = Stage::new().await;
    let pem = key(8).public_key().to_pem();
    let body = json!({ "team_id": TEAM_ID, "public_key": pem, "environments": ["sandbox"], "topics": [TOPIC] });
    let put = |body: &Value| {
        stage.ask(
            Method::PUT,
            &["keys", "NEW0000000"],
            body.to_string().as_bytes(),
        )
    };
    assert_eq!(
        put(&body).map(|answer| answer.status).ok(),
        Some(StatusCode::CREATED)
    );
    assert_eq!(
        put(&body).map(|answer| answer.status).ok(),
        Some(StatusCode::OK)
    );

    let mut shown = body.clone();
    shown["key_id"] = json!("NEW0000000");
    assert_eq!(stage.get(&["keys", "NEW0000000"]), shown);
    let first = stage.get(&["keys"])["keys"][0].clone();
    assert_eq!(
        (&first["key_id"], &first["environments"], &first["topics"]),
        (
            &json!(KEY_ID),
            &json!(["sandbox", "production"]),
            &Value::Null
        )
    );

    let removed = stage
        .ask(Method::DELETE, &["keys", "NEW0000000"], b"")
        .expect("it was there");
    assert_eq!(
        (removed.status, removed.body),
        (StatusCode::NO_CONTENT, None)
    );
    check(
        &stage,
        Method::GET,
        &["keys", "NEW0000000"],
        &Value::Null,
        404,
        "key_not_found",
    );
    check(
        &stage,
        Method::DELETE,
        &["keys", "NEW0000000"],
        &Value::Null,
        404,
        "key_not_found",
    );
}

#[tokio::test]
async fn a_removed_key_no_longer_sends() {
    let stage = Stage::new().await;
    assert_eq!(stage.send(stage.push()).await.status, 200);
    stage
        .control(Method::DELETE, &["keys", KEY_ID], &Value::Null)
        .expect("it was there");
    assert_eq!(
        stage.send(stage.push()).await.reason().as_deref(),
        Some("InvalidProviderToken")
    );
}

#[tokio::test]
async fn keys_that_cannot_be_enrolled_are_refused() {
    let stage = Stage::new().await;
    let pem = key(8).public_key().to_pem();
    let with = |name: &str, value: Value| {
        let mut body = json!({ "team_id": TEAM_ID, "public_key": pem });
        body[name] = value;
        body
    };
    let put = |id: &str, body: &Value, status, code| {
        check(&stage, Method::PUT, &["keys", id], body, status, code)
    };
    put(
        "K",
        &with("public_key", json!(PRIVATE)),
        422,
        "key_is_private",
    );
    put("K", &with("team_id", json!(PRIVATE)), 422, "key_is_private");
    put("K", &with("public_key", json!(P384)), 422, "key_not_p256");
    put(
        "K",
        &with("public_key", json!("MFkwEwYH")),
        422,
        "key_not_pem",
    );
    put("K", &with("public_key", json!(7)), 400, "wrong_type");
    put("K", &with("team_id", json!("")), 422, "bad_team_id");
    put(
        "K",
        &with("environments", json!([])),
        422,
        "bad_environments",
    );
    put(
        "K",
        &with("environments", json!(["simulator"])),
        422,
        "bad_environments",
    );
    put(
        "K",
        &with("topics", json!(["two words"])),
        422,
        "bad_topics",
    );
    put("K", &with("group", json!("two words")), 422, "bad_group");
    put("K", &with("topic", json!(TOPIC)), 400, "unknown_field");
    put("K", &json!({ "team_id": TEAM_ID }), 400, "missing_field");
    put("K", &json!([]), 400, "not_an_object");
    put("a/b", &with("topics", Value::Null), 422, "bad_key_id");
    put(
        &"k".repeat(65),
        &with("topics", Value::Null),
        422,
        "bad_key_id",
    );
    check(
        &stage,
        Method::GET,
        &["keys", "K"],
        &Value::Null,
        404,
        "key_not_found",
    );
    let error = stage
        .ask(Method::PUT, &["keys", "K"], b"{")
        .expect_err("not JSON");
    assert_eq!(
        (error.status, error.code),
        (StatusCode::BAD_REQUEST, "not_json")
    );
    let error = stage
        .ask(
            Method::PUT,
            &["keys", "K"],
            br#"{"team_id": "A", "team_id": "B"}"#,
        )
        .expect_err("which one?");
    assert_eq!(
        (error.status, error.code),
        (StatusCode::BAD_REQUEST, "duplicate_field")
    );
    assert!(error.cause.contains("team_id"));
}

#[tokio::test]
async fn a_private_key_is_neither_stored_nor_repeated() {
    let stage = Stage::new().await;
    let body = json!({ "team_id": TEAM_ID, "public_key": PRIVATE });
    let error = stage
        .control(Method::PUT, &["keys", "K"], &body)
        .expect_err("it is private");
    assert!(!format!("{error:?}").contains("MEECAQAw"));
    let everything = format!(
        "{}{}{:?}",
        stage.get(&["keys"]),
        stage.get(&["journal"]),
        stage.simulator.events().since(&Caller::Owner, 0)
    );
    assert!(!everything.contains("MEECAQAw"));
}
