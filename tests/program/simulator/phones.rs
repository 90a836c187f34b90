//! Virtual iPhones and their events.

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{APNS_ID, CALL, NOW, PHONE, Stage};

pub(super) const OTHER_CALL: &str =
    r#"{"callUUID":"123e4567-e89b-12d3-a456-4266554400a0","handle":"bob"}"#;

pub(super) async fn ring(stage: &Stage, payload: &str) {
    assert_eq!(stage.send(stage.push().saying(payload)).await.status, 200);
}

pub(super) fn press(stage: &Stage, button: &str) -> Result<Value, (StatusCode, &'static str)> {
    stage
        .control(Method::POST, &["devices", PHONE, button], &Value::Null)
        .map_err(|error| (error.status, error.code))
}

/// State and rule of every phone event so far.
fn story(stage: &Stage) -> Vec<(String, String)> {
    let word = |event: &Value, name: &str| event[name].as_str().map(str::to_owned).expect("a word");
    stage
        .events("phone")
        .iter()
        .map(|event| (word(event, "state"), word(event, "rule")))
        .collect()
}

pub(super) fn check_story(stage: &Stage, expected: &[(&str, &str)]) {
    let story = story(stage);
    let story: Vec<_> = story
        .iter()
        .map(|(state, rule)| (state.as_str(), rule.as_str()))
        .collect();
    assert_eq!(story, expected);
}

#[tokio::test]
async fn an_accepted_push_rings_the_phone() {
    let stage = Stage::new().await;
    assert_eq!(stage.phone(), json!({ "state": "idle" }));
    ring(&stage, CALL).await;
    assert_eq!(stage.phone()["state"], "ringing");
    assert_eq!(stage.phone()["call"]["handle"]["value"], "+15551234567");

    let event = &stage.events("phone")[0];
    assert_eq!(
        (&event["device_token"], &event["name"]),
        (&json!(PHONE), &json!("Alice’s iPhone"))
    );
    assert_eq!(
        (&event["state"], &event["rule"]),
        (&json!("ringing"), &json!("reported"))
    );
    assert_eq!(
        (&event["apns_id"], &event["at_ms"]),
        (&json!(APNS_ID), &json!(NOW * 1_000))
    );
    assert_eq!(
        event["call"]["call_uuid"]["value"],
        "db1dff98-bfef-4ec0-8ac6-8187a3b0c645"
    );
    assert!(
        event["sentence"]
            .as_str()
            .is_some_and(|sentence| sentence.ends_with('.'))
    );
}

#[tokio::test]
async fn a_refused_push_does_nothing_to_the_phone() {
    let stage = Stage::new().await;
    assert_eq!(
        stage
            .send(stage.push().with("apns-priority", "2"))
            .await
            .status,
        400
    );
    assert_eq!(stage.phone(), json!({ "state": "idle" }));
    check_story(&stage, &[]);
}

#[tokio::test]
async fn a_push_without_a_call_kills_the_app() {
    let stage = Stage::new().await;
    for payload in [
        r#"{"callUUID":"42","handle":"a"}"#,
        r#"{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#,
        "no json",
    ] {
        ring(&stage, payload).await;
        assert_eq!(stage.phone(), json!({ "state": "killed" }), "{payload}");
    }
    let expected = [
        ("killed", "bad-call-uuid"),
        ("killed", "no-handle"),
        ("killed", "no-call-uuid"),
    ];
    check_story(&stage, &expected);
    // The next push starts the app again.
    ring(&stage, CALL).await;
    assert_eq!(stage.phone()["state"], "ringing");
}

#[tokio::test]
async fn the_same_call_is_not_shown_twice() {
    let stage = Stage::new().await;
    ring(&stage, CALL).await;
    ring(&stage, CALL).await;
    check_story(&stage, &[("ringing", "reported"), ("ringing", "same-uuid")]);
}

#[tokio::test]
async fn the_owner_answers_and_hangs_up() {
    let stage = Stage::new().await;
    assert_eq!(
        press(&stage, "answer").map(drop),
        Err((StatusCode::CONFLICT, "nothing_rings"))
    );
    ring(&stage, CALL).await;
    assert_eq!(
        press(&stage, "answer").map(|phone| phone["phone"]["state"].clone()),
        Ok(json!("in-call"))
    );
    assert_eq!(
        press(&stage, "answer").map(drop),
        Err((StatusCode::CONFLICT, "nothing_rings"))
    );
    assert_eq!(
        press(&stage, "decline").map(|phone| phone["phone"].clone()),
        Ok(json!({ "state": "idle" }))
    );
    check_story(
        &stage,
        &[
            ("ringing", "reported"),
            ("in-call", "answered"),
            ("idle", "ended"),
        ],
    );
    assert_eq!(stage.events("phone")[1].get("apns_id"), None);
}

#[tokio::test]
async fn the_owner_declines() {
    let stage = Stage::new().await;
    assert_eq!(
        press(&stage, "decline").map(drop),
        Err((StatusCode::CONFLICT, "nothing_rings"))
    );
    ring(&stage, CALL).await;
    assert!(press(&stage, "decline").is_ok());
    check_story(&stage, &[("ringing", "reported"), ("idle", "declined")]);
}

/// Moves the clock of the timers on, and lets what they wake run.
pub(super) async fn pass(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn ringing_ends_by_itself() {
    let stage = Stage::new().await;
    ring(&stage, CALL).await;
    pass(44).await;
    assert_eq!(stage.phone()["state"], "ringing");
    pass(2).await;
    assert_eq!(stage.phone(), json!({ "state": "idle" }));
    check_story(&stage, &[("ringing", "reported"), ("idle", "unanswered")]);
}

#[tokio::test]
async fn an_old_timer_ends_no_newer_call() {
    let stage = Stage::new().await;
    ring(&stage, CALL).await;
    pass(30).await;
    ring(&stage, OTHER_CALL).await;
    pass(30).await;
    assert_eq!(stage.phone()["call"]["handle"]["value"], "bob");
    assert!(press(&stage, "answer").is_ok());
    pass(60).await;
    assert_eq!(stage.phone()["state"], "in-call");
}

/// A call as Vonage describes one: nowhere that anybody would look for it by name.
const DEEP_CALL: &str = r#"{"push_info":{"from_user":{"name":"Alice Example"}},
    "body":{"channel":{"id":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","from":{"number":"15551234567"},"streams":[{"video":true}]}}}"#;

#[tokio::test]
async fn a_call_is_found_where_the_mapping_says() {
    let stage = Stage::new().await;
    let enrol = |mapping: Value| {
        stage.put(
            &["devices", PHONE],
            &json!({ "bundle_id": "com.example.calls", "mapping": mapping }),
        )
    };
    ring(&stage, DEEP_CALL).await;
    assert_eq!(
        stage.phone(),
        json!({ "state": "silent" }),
        "these are Vonage's keys, and its SDK is closed"
    );

    enrol(json!({
        "handle": "body.channel.from.number", "caller_name": "push_info.from_user.name",
        "call_uuid": "body.channel.id", "has_video": "body.channel.streams[0].video",
    }));
    ring(&stage, DEEP_CALL).await;
    assert_eq!(stage.phone()["state"], "ringing");
    let call = stage.phone()["call"].clone();
    assert_eq!(
        call["handle"],
        json!({ "path": "body.channel.from.number", "value": "15551234567" })
    );
    assert_eq!(
        (&call["caller_name"]["value"], &call["has_video"]["value"]),
        (&json!("Alice Example"), &json!(true))
    );
    assert_eq!(
        call["call_uuid"]["value"],
        "db1dff98-bfef-4ec0-8ac6-8187a3b0c645"
    );
    check_story(
        &stage,
        &[("silent", "cannot-tell"), ("ringing", "reported")],
    );
}

#[tokio::test]
async fn the_app_of_a_phone_is_recognised_or_chosen_and_does_what_its_profile_says() {
    let stage = Stage::new().await;
    let keep = r#"{"uuid":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","caller_name":"Alice Example","caller_id_type":"number"}"#;
    ring(&stage, keep).await;
    assert_eq!(stage.phone(), json!({ "state": "killed" }));
    let enrol = |app_profile: &str| {
        stage.put(
            &["devices", PHONE],
            &json!({ "bundle_id": "com.example.calls", "app_profile": app_profile }),
        )
    };
    enrol(r#"{"name":"Calls","handle":{"paths":["caller_name"]},"call_uuid":{"else":"made"}}"#);
    ring(&stage, keep).await;
    let call = stage.phone()["call"].clone();
    assert_eq!(
        call["handle"],
        json!({ "path": "caller_name", "value": "Alice Example" })
    );
    assert_eq!(call["is_uuid_made"], true);
    check_story(
        &stage,
        &[("killed", "app-crashed"), ("ringing", "reported")],
    );
}

#[tokio::test]
async fn a_part_the_mapping_names_is_looked_for_nowhere_else_and_the_others_by_name() {
    let stage = Stage::new().await;
    let enrol = |mapping: Value| {
        stage.put(
            &["devices", PHONE],
            &json!({ "bundle_id": "com.example.calls", "mapping": mapping }),
        )
    };
    enrol(json!({ "handle": "from.number" }));
    assert_eq!(
        stage.get(&["devices", PHONE])["mapping"],
        json!({ "handle": "from.number" })
    );
    ring(&stage, CALL).await;
    assert_eq!(
        stage.phone(),
        json!({ "state": "killed" }),
        "the handle beside it is not the one the app reads"
    );
    ring(&stage, r#"{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","handle":"not this","from":{"number":"this"}}"#).await;
    assert_eq!(stage.phone()["call"]["handle"]["value"], "this");
    assert!(press(&stage, "decline").is_ok());

    // Enrolled again without a mapping, the phone goes by the names once more.
    enrol(json!({}));
    ring(&stage, OTHER_CALL).await;
    assert_eq!(stage.phone()["call"]["handle"]["value"], "bob");
    check_story(
        &stage,
        &[
            ("killed", "no-handle"),
            ("ringing", "reported"),
            ("idle", "declined"),
            ("ringing", "reported"),
        ],
    );
}

#[tokio::test]
async fn enrolling_again_leaves_a_call_alone_unless_the_app_is_gone() {
    let stage = Stage::new().await;
    ring(&stage, CALL).await;
    stage.put(
        &["devices", PHONE],
        &json!({ "bundle_id": "com.example.calls", "name": "Another name" }),
    );
    assert_eq!(stage.phone()["state"], "ringing");
    stage.put(
        &["devices", PHONE],
        &json!({ "bundle_id": "com.example.calls", "state": "unregistered" }),
    );
    assert_eq!(stage.phone(), json!({ "state": "idle" }));
    pass(60).await;
    check_story(&stage, &[("ringing", "reported")]);
}
