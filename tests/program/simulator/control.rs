//! Enrolling keys and phones, and reading what was decided.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use trill::caller::Caller;

use super::{APNS_ID, BUNDLE_ID, CALL, KEY_ID, NOW, PHONE, Stage, TEAM_ID, TOPIC, key};

const P384: &str = "-----BEGIN PUBLIC KEY-----\n\
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEMZd9FmNGsh5bTfq6BLvF2vM1ZQ2TBxvg\n\
    -----END PUBLIC KEY-----\n";
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\n\
    MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCCOmxCecZCYv5gEh98f\n\
    XXfpyylgbr7SJjtfV8IT34T0sg==\n\
    -----END PRIVATE KEY-----\n";

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

#[tokio::test]
async fn the_journal_holds_what_was_sent_and_decided() {
    let stage = Stage::new().await;
    let answer = stage
        .send(stage.push().with("apns-collapse-id", "again"))
        .await;
    let decision = stage.decision();
    let hash = decision["token_hash"].as_str().expect("a hash").to_owned();
    let expected = json!({
        "id": 1, "at_ms": NOW * 1_000, "connection": 1, "stream": 1, "device_token": PHONE, "apns_id": APNS_ID,
        "apns_unique_id": answer.header("apns-unique-id"), "topic": TOPIC, "push_type": "voip", "priority": "10", "expiration": "0",
        "collapse_id": "again", "payload_bytes": CALL.len(), "payload": CALL, "key_id": KEY_ID, "team_id": TEAM_ID, "iat": NOW,
        "token_hash": hash, "signature": "raw", "environment": "sandbox", "status": 200, "reason": null, "timestamp": null, "rule": "accepted",
        "mark": "documented", "notes": [],
    });
    assert_eq!(decision, expected);
    assert_eq!(stage.events("decision"), [expected]);

    stage.send(stage.push()).await;
    assert_eq!(
        (&stage.decision()["token_hash"], &stage.decision()["stream"]),
        (&json!(hash), &json!(3))
    );
    let kinds: Vec<_> = stage
        .simulator
        .events()
        .since(&Caller::Owner, 0)
        .iter()
        .map(|event| event.kind)
        .collect();
    let of_push = ["decision", "phone", "receipt"];
    assert_eq!(kinds, [&["device"], &of_push[..], &of_push].concat());
}

#[tokio::test]
async fn a_large_payload_is_counted_whole_and_kept_in_part() {
    let stage = Stage::new().await;
    stage.send(stage.push().saying("x".repeat(20_000))).await;
    let decision = stage.decision();
    assert_eq!(
        (
            &decision["payload_bytes"],
            decision["payload"].as_str().map(str::len)
        ),
        (&json!(20_000), Some(6 * 1024))
    );
}

#[tokio::test]
async fn no_provider_token_is_ever_written_down() {
    let stage = Stage::new().await;
    let token = stage.token();
    let jwt = token
        .strip_prefix("bearer ")
        .expect("a bearer token")
        .to_owned();
    let (_, signature) = jwt.rsplit_once('.').expect("a token has dots");
    stage.send(stage.push()).await;
    // Clients that put it where it does not belong.
    stage
        .send(
            stage
                .push()
                .with("apns-topic", &jwt)
                .with("apns-collapse-id", &jwt),
        )
        .await;
    stage
        .send(
            stage
                .push()
                .at(&format!("/3/device/{jwt}"))
                .saying(format!(r#"{{"oops":"{jwt}"}}"#)),
        )
        .await;
    stage
        .send(
            stage
                .push()
                .with("authorization", &jwt)
                .saying(jwt.as_str()),
        )
        .await;
    stage
        .send(
            stage
                .push()
                .and("authorization", "basic x")
                .with("apns-push-type", signature),
        )
        .await;

    let everything = format!(
        "{}{:?}",
        stage.get(&["journal"]),
        stage.simulator.events().since(&Caller::Owner, 0)
    );
    assert_eq!(
        stage.get(&["journal"])["decisions"]
            .as_array()
            .map(Vec::len),
        Some(5)
    );
    assert!(!everything.contains(signature));
    assert!(everything.contains("[redacted]"));
}
