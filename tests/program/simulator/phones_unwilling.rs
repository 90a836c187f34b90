//! Virtual iPhones that are out of reach, want their peace, or have an app that fails: a push in
//! over HTTP/2, and what the phone says about it.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::phones::{OTHER_CALL, check_story, pass, press, ring};
use super::{BUNDLE_ID, CALL, NOW, PHONE, Push, Stage};

const THIRD_CALL: &str = r#"{"callUUID":"123e4567-e89b-12d3-a456-4266554400a1","handle":"carol"}"#;
const OTHER_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7c";

/// Enrols the phone anew with these settings.
fn set(stage: &Stage, settings: Value) -> Value {
    let mut body = settings;
    body["bundle_id"] = json!(BUNDLE_ID);
    stage.put(&["devices", PHONE], &body)
}

async fn with(settings: Value) -> Stage {
    let stage = Stage::new().await;
    set(&stage, settings);
    stage
}

/// A push that may be stored for so many seconds.
fn kept_for(stage: &Stage, seconds: u64) -> Push {
    stage
        .push()
        .with("apns-expiration", &(NOW + seconds).to_string())
}

async fn send(stage: &Stage, push: Push) {
    assert_eq!(stage.send(push).await.status, 200);
}

#[tokio::test]
async fn an_offline_phone_never_rings_for_a_push_that_is_not_stored() {
    let stage = with(json!({ "online": false })).await;
    send(&stage, stage.push()).await;
    assert_eq!(stage.phone(), json!({ "state": "silent" }));
    send(
        &stage,
        stage.push().with("apns-expiration", &(NOW - 1).to_string()),
    )
    .await;
    set(&stage, json!({}));
    check_story(&stage, &[("silent", "offline"), ("silent", "offline")]);
}

#[tokio::test]
async fn a_stored_push_rings_late_when_the_phone_is_back() {
    let stage = with(json!({ "online": false })).await;
    send(&stage, kept_for(&stage, 60)).await;
    let stored = json!({ "apns_id": super::APNS_ID, "until": NOW + 60 });
    assert_eq!(stage.get(&["devices", PHONE])["stored"], stored);
    // Still offline, so it goes on waiting.
    set(&stage, json!({ "online": false, "name": "Another name" }));
    pass(59).await;

    let device = set(&stage, json!({}));
    assert_eq!(
        (&device["phone"]["state"], &device["stored"]),
        (&json!("ringing"), &Value::Null)
    );
    check_story(
        &stage,
        &[("silent", "stored"), ("ringing", "reported-late")],
    );
    assert_eq!(stage.events("phone")[1]["apns_id"], super::APNS_ID);
    pass(46).await;
    assert_eq!(stage.phone(), json!({ "state": "idle" }));
    check_story(
        &stage,
        &[
            ("silent", "stored"),
            ("ringing", "reported-late"),
            ("idle", "unanswered"),
        ],
    );
}

#[tokio::test]
async fn a_stored_push_expires() {
    let stage = with(json!({ "online": false })).await;
    send(&stage, kept_for(&stage, 60)).await;
    pass(61).await;
    check_story(
        &stage,
        &[("silent", "stored"), ("silent", "stored-expired")],
    );
    assert_eq!(
        set(&stage, json!({}))["phone"],
        json!({ "state": "silent" })
    );
    check_story(
        &stage,
        &[("silent", "stored"), ("silent", "stored-expired")],
    );
}

#[tokio::test]
async fn only_the_newest_push_is_stored_without_an_expiration_for_a_month() {
    let stage = with(json!({ "online": false })).await;
    send(&stage, kept_for(&stage, 60)).await;
    send(
        &stage,
        stage
            .push()
            .without("apns-expiration")
            .with("apns-id", OTHER_ID)
            .saying(OTHER_CALL),
    )
    .await;
    assert_eq!(
        stage.events("phone")[1]["apns_id"],
        super::APNS_ID,
        "it is the older one that was replaced"
    );
    // One that is not to be stored replaces nothing, and the timer of the first one ends nothing.
    send(&stage, stage.push()).await;
    pass(29 * 24 * 60 * 60).await;
    set(&stage, json!({}));
    assert_eq!(stage.phone()["call"]["handle"]["value"], "bob");
    let expected = [
        ("silent", "stored"),
        ("silent", "stored-replaced"),
        ("silent", "stored"),
        ("silent", "offline"),
    ];
    check_story(
        &stage,
        &[expected.as_slice(), &[("ringing", "reported-late")]].concat(),
    );
}

#[tokio::test]
async fn do_not_disturb_and_the_block_list_keep_the_phone_silent() {
    let stage = with(json!({ "do_not_disturb": true })).await;
    ring(&stage, CALL).await;
    assert_eq!(stage.phone(), json!({ "state": "silent" }));
    assert!(
        stage.events("phone")[0]["sentence"]
            .as_str()
            .is_some_and(|sentence| sentence.contains("filteredByDoNotDisturb"))
    );
    set(&stage, json!({ "blocked": ["+1 555 123-4567"] }));
    ring(&stage, CALL).await;
    ring(&stage, OTHER_CALL).await;
    check_story(
        &stage,
        &[
            ("silent", "do-not-disturb"),
            ("silent", "blocked-caller"),
            ("ringing", "reported"),
        ],
    );
    assert!(press(&stage, "answer").is_ok());
    ring(&stage, CALL).await;
    assert_eq!(stage.phone()["state"], "in-call", "the call goes on");
}

#[tokio::test]
async fn a_second_call_waits_and_a_third_is_refused() {
    let stage = Stage::new().await;
    ring(&stage, CALL).await;
    assert!(press(&stage, "answer").is_ok());
    ring(&stage, OTHER_CALL).await;
    let event = &stage.events("phone")[2];
    assert_eq!(
        (
            &event["call"]["handle"]["value"],
            &event["in_progress"]["handle"]["value"]
        ),
        (&json!("bob"), &json!("+15551234567"))
    );
    ring(&stage, THIRD_CALL).await;
    pass(46).await;
    assert_eq!(
        (
            &stage.phone()["state"],
            &stage.phone()["call"]["handle"]["value"]
        ),
        (&json!("in-call"), &json!("+15551234567"))
    );
    ring(&stage, OTHER_CALL).await;
    assert!(press(&stage, "answer").is_ok());
    pass(60).await;
    assert_eq!(
        (
            &stage.phone()["state"],
            &stage.phone()["call"]["handle"]["value"]
        ),
        (&json!("in-call"), &json!("bob"))
    );
    let waiting = [
        ("ringing", "waiting-call"),
        ("ringing", "too-many-calls"),
        ("in-call", "unanswered"),
        ("ringing", "waiting-call"),
    ];
    let before = [("ringing", "reported"), ("in-call", "answered")];
    check_story(
        &stage,
        &[
            before.as_slice(),
            &waiting,
            &[("in-call", "ended-and-answered")],
        ]
        .concat(),
    );
}

#[tokio::test]
async fn an_app_that_never_reports_is_killed_until_nothing_is_delivered_any_more() {
    let stage = with(json!({ "reports": false })).await;
    for count in 1..=4 {
        ring(&stage, CALL).await;
        assert_eq!(stage.phone(), json!({ "state": "killed" }));
        assert_eq!(stage.get(&["devices", PHONE])["unreported_pushes"], count);
        let events = stage.events("phone");
        assert_eq!(events.last().expect("an event")["unreported_pushes"], count);
    }
    // The mended app is not reached; installed anew, it is.
    set(&stage, json!({}));
    ring(&stage, CALL).await;
    let killed = [("killed", "not-reported"); 4];
    check_story(
        &stage,
        &[killed.as_slice(), &[("silent", "delivery-stopped")]].concat(),
    );

    let new = stage
        .control(Method::POST, &["devices", PHONE, "reinstall"], &Value::Null)
        .expect("it is enrolled");
    let token = new["device_token"].as_str().expect("a token");
    send(&stage, stage.push().at(&format!("/3/device/{token}"))).await;
    let new = stage.get(&["devices", token]);
    assert_eq!(new["phone"]["state"], "ringing");
    assert_eq!(new["unreported_pushes"], 0);
}

#[tokio::test]
async fn a_reported_call_makes_up_for_failures() {
    let stage = Stage::new().await;
    for payload in ["{}", "{}", "{}", CALL, "{}", "{}", "{}"] {
        ring(&stage, payload).await;
    }
    ring(&stage, CALL).await;
    assert_eq!(stage.phone()["state"], "ringing");
}

#[tokio::test]
async fn an_app_in_front_or_in_a_call_need_not_report() {
    let stage = with(json!({ "reports": false, "app": "foreground" })).await;
    ring(&stage, CALL).await;
    set(&stage, json!({}));
    ring(&stage, CALL).await;
    assert!(press(&stage, "answer").is_ok());
    set(&stage, json!({ "reports": false }));
    ring(&stage, OTHER_CALL).await;
    let story = [
        ("silent", "unreported-in-front"),
        ("ringing", "reported"),
        ("in-call", "answered"),
        ("in-call", "unreported-in-call"),
    ];
    check_story(&stage, &story);
    assert_eq!(stage.events("phone")[0].get("must_report"), None);
}

#[tokio::test]
async fn a_push_launches_a_terminated_app() {
    let stage = with(json!({ "app": "terminated" })).await;
    ring(&stage, CALL).await;
    check_story(&stage, &[("ringing", "launched")]);
}

#[tokio::test]
async fn a_late_push_need_not_be_reported_since_26_4() {
    for (ios, told, outcome) in [
        ("26.3", None, ("killed", "not-reported")),
        ("26.4", Some(false), ("silent", "unreported-late")),
    ] {
        let stage = with(json!({ "ios": ios, "reports": false, "online": false })).await;
        send(&stage, kept_for(&stage, 60)).await;
        set(&stage, json!({ "ios": ios, "reports": false }));
        check_story(&stage, &[("silent", "stored"), outcome]);
        assert_eq!(
            stage.events("phone")[1]
                .get("must_report")
                .and_then(Value::as_bool),
            told,
            "{ios}"
        );
        set(&stage, json!({ "ios": ios }));
        ring(&stage, CALL).await;
        assert_eq!(
            stage.events("phone")[2]
                .get("must_report")
                .and_then(Value::as_bool),
            told.map(|_| true),
            "{ios}"
        );
    }
}

#[tokio::test]
async fn an_app_installed_anew_has_another_token_and_the_old_one_is_gone() {
    let stage = with(json!({ "online": false, "name": "Old phone" })).await;
    send(&stage, kept_for(&stage, 60)).await;
    let answer = stage
        .ask(Method::POST, &["devices", PHONE, "reinstall"], b"")
        .expect("it is enrolled");
    let new = answer.body.expect("the phone");
    let token = new["device_token"].as_str().expect("a token");
    assert_eq!((answer.status, token.len()), (StatusCode::CREATED, 64));
    assert_ne!(token, PHONE);
    assert_eq!(
        (&new["name"], &new["online"], &new["phone"]),
        (
            &json!("Old phone"),
            &json!(false),
            &json!({ "state": "idle" })
        )
    );

    let refused = stage.send(stage.push()).await;
    assert_eq!(
        (refused.status, refused.reason().as_deref()),
        (410, Some("Unregistered"))
    );
    assert_eq!(stage.decision()["timestamp"], NOW * 1_000);
    let old = stage.get(&["devices", PHONE]);
    assert_eq!(
        (&old["state"], &old["stored"]),
        (&json!("unregistered"), &Value::Null)
    );
    // A push that was stored for the old token is not for the new one.
    let push = stage
        .push()
        .at(&format!("/3/device/{token}"))
        .saying(OTHER_CALL);
    stage.put(&["devices", token], &json!({ "bundle_id": BUNDLE_ID }));
    send(&stage, push).await;
    assert_eq!(
        stage.get(&["devices", token])["phone"]["call"]["handle"]["value"],
        "bob"
    );

    let changes: Vec<_> = stage
        .events("device")
        .iter()
        .map(|event| event["change"].clone())
        .collect();
    assert_eq!(
        changes,
        [
            "enrolled",
            "enrolled",
            "unregistered",
            "enrolled",
            "enrolled"
        ]
    );
}

#[tokio::test]
async fn an_alert_token_takes_notifications_and_no_calls() {
    let stage = with(json!({ "kind": "alert" })).await;
    assert_eq!(
        stage.send(stage.push()).await.reason().as_deref(),
        Some("DeviceTokenNotForTopic")
    );
    let alert = || {
        stage
            .push()
            .with("apns-topic", BUNDLE_ID)
            .with("apns-push-type", "alert")
    };
    send(&stage, alert().saying(r#"{"aps":{"alert":"Hello"}}"#)).await;
    assert_eq!(stage.phone(), json!({ "state": "idle" }));
    send(&stage, alert()).await;
    check_story(
        &stage,
        &[("idle", "notified"), ("silent", "nothing-to-show")],
    );
}

#[tokio::test]
async fn a_ptt_token_takes_pushes_to_talk() {
    let stage = with(json!({ "kind": "ptt" })).await;
    assert_eq!(
        stage.send(stage.push()).await.reason().as_deref(),
        Some("DeviceTokenNotForTopic")
    );
    let push = stage
        .push()
        .with("apns-topic", "com.example.calls.voip-ptt")
        .with("apns-push-type", "pushtotalk");
    send(&stage, push.saying(r#"{"activeSpeaker":"Alice"}"#)).await;
    check_story(&stage, &[("silent", "push-to-talk")]);
}

#[tokio::test]
async fn a_voip_token_takes_no_alerts() {
    let stage = Stage::new().await;
    let alert = stage
        .push()
        .with("apns-topic", BUNDLE_ID)
        .with("apns-push-type", "alert");
    assert_eq!(
        stage
            .send(alert.saying(r#"{"aps":{"alert":"Hello"}}"#))
            .await
            .reason()
            .as_deref(),
        Some("DeviceTokenNotForTopic")
    );
    check_story(&stage, &[]);
}
