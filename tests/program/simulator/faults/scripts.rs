//! Scripts of faults: their fields, triggers and scopes, and their end.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use trill::apns::ProviderToken;

use super::super::{APNS_ID, KEY_ID, NOW, PHONE, Stage, TEAM_ID, key};
use super::{accepted, clear, is_well, once, struck, switch};

fn refused(stage: &Stage, body: &str) -> (u16, &'static str, String) {
    let error = stage
        .ask(Method::PUT, &["faults"], body.as_bytes())
        .expect_err(body);
    for sentence in [&error.cause, &error.fix] {
        assert!(
            sentence.ends_with(['.', ']']) && sentence.chars().count() <= 360,
            "{sentence}"
        );
    }
    (error.status.as_u16(), error.code, error.cause)
}

#[tokio::test]
async fn bad_scripts_are_refused_with_their_place() {
    let stage = Stage::new().await;
    switch(&stage, json!([{ "fault": "silence", "next": 1 }]));
    let cases = [
        (r#"{"fault":"silence"}"#, 400, "not_a_list", "not a list"),
        (
            "[\n{\"fault\": silence}]",
            400,
            "not_json",
            "line 2, column 11",
        ),
        ("", 400, "not_json", "line 1, column 0"),
        ("\u{feff}[]", 400, "not_json", "line 1, column 1"),
        ("[7]", 400, "wrong_type", "“[0]”"),
        ("[{}]", 400, "missing_field", "“[0].fault”"),
        (r#"[{"fault":7}]"#, 400, "wrong_type", "“[0].fault”"),
        (
            r#"[{"fault":"silence"},{"fault":"silense"}]"#,
            422,
            "unknown_fault",
            "“[1].fault”",
        ),
        (
            r#"[{"fault":"silence","nexd":1}]"#,
            400,
            "unknown_field",
            "“[0].nexd”",
        ),
        (
            r#"[{"fault":"silence","ms":1}]"#,
            400,
            "unknown_field",
            "“[0].ms”",
        ),
        (
            r#"[{"fault":"silence","next":0}]"#,
            422,
            "bad_value",
            "“[0].next”",
        ),
        (
            r#"[{"fault":"silence","next":1.5}]"#,
            422,
            "bad_value",
            "“[0].next”",
        ),
        (
            r#"[{"fault":"silence","next":-1}]"#,
            422,
            "bad_value",
            "“[0].next”",
        ),
        (
            r#"[{"fault":"silence","next":"all"}]"#,
            400,
            "wrong_type",
            "“[0].next”",
        ),
        (
            r#"[{"fault":"silence","rate":0}]"#,
            422,
            "bad_value",
            "“[0].rate”",
        ),
        (
            r#"[{"fault":"silence","rate":1.1}]"#,
            422,
            "bad_value",
            "“[0].rate”",
        ),
        (
            r#"[{"fault":"silence","seed":9007199254740992}]"#,
            422,
            "bad_value",
            "“[0].seed”",
        ),
        (
            r#"[{"fault":"silence","device_token":"xyz"}]"#,
            422,
            "bad_device_token",
            "“[0].device_token”",
        ),
        (
            r#"[{"fault":"tls-stall","device_token":"00"}]"#,
            422,
            "whom_unknown",
            "“[0].device_token”",
        ),
        (
            r#"[{"fault":"hang-up","when":"connect","key_id":"K"}]"#,
            422,
            "whom_unknown",
            "“[0].key_id”",
        ),
        (
            r#"[{"fault":"tls-certificate"}]"#,
            400,
            "missing_field",
            "“[0].certificate”",
        ),
        (
            r#"[{"fault":"tls-certificate","certificate":"odd"}]"#,
            422,
            "bad_value",
            "“[0].certificate”",
        ),
        (
            r#"[{"fault":"settings"}]"#,
            400,
            "missing_field",
            "“[0].max_concurrent_streams”",
        ),
        (
            r#"[{"fault":"refuse","reason":"NoSuchReason"}]"#,
            422,
            "bad_value",
            "“[0].reason”",
        ),
        (
            r#"[{"fault":"refuse"}]"#,
            400,
            "missing_field",
            "“[0].reason”",
        ),
        (
            r#"[{"fault":"refuse","reason":"Shutdown","sticks":1}]"#,
            400,
            "wrong_type",
            "“[0].sticks”",
        ),
        (
            r#"[{"fault":"reset","code":"WHATEVER"}]"#,
            422,
            "bad_value",
            "“[0].code”",
        ),
        (
            r#"[{"fault":"goaway","last":"below","answer":"after"}]"#,
            422,
            "contradiction",
            "“[0].answer”",
        ),
        (
            r#"[{"fault":"goaway","last":"at","reason":"x","junk_bytes":1}]"#,
            422,
            "contradiction",
            "“[0].reason”",
        ),
        (
            r#"[{"fault":"answer","body":"x","body_bytes":1}]"#,
            422,
            "contradiction",
            "“[0].body”",
        ),
        (
            r#"[{"fault":"answer","status":101}]"#,
            422,
            "bad_value",
            "“[0].status”",
        ),
        (
            r#"[{"fault":"answer","headers":{"x":7}}]"#,
            400,
            "wrong_type",
            "“[0].headers.x”",
        ),
        (
            r#"[{"fault":"answer","headers":{"two words":"x"}}]"#,
            422,
            "bad_value",
            "“[0].headers”",
        ),
        (
            r#"[{"fault":"answer","headers":{"connection":"x"}}]"#,
            422,
            "bad_value",
            "“[0].headers”",
        ),
        (r#"[{"fault":"delay"}]"#, 400, "missing_field", "“[0].ms”"),
        (
            r#"[{"fault":"hostile","frames":"kind"}]"#,
            422,
            "bad_value",
            "“[0].frames”",
        ),
    ];
    for (script, status, code, place) in cases {
        let (is_status, is_code, cause) = refused(&stage, script);
        assert_eq!((is_status, is_code), (status, code), "{script}: {cause}");
        assert!(cause.contains(place), "{script}: {cause}");
    }
    let many = json!(vec![json!({ "fault": "silence" }); 101]).to_string();
    assert_eq!(refused(&stage, &many).1, "too_many_faults");
    let shown = stage.get(&["faults"]);
    assert_eq!(
        shown["faults"][0]["fault"], "silence",
        "a refused script changes nothing"
    );
}

#[tokio::test]
async fn no_value_is_repeated_in_a_refusal() {
    let stage = Stage::new().await;
    for script in [
        r#"[{"fault":"SECRET"}]"#,
        r#"[{"fault":"refuse","reason":"SECRET"}]"#,
        r#"[{"fault":"silence","device_token":"SECRET"}]"#,
    ] {
        let error = stage
            .ask(Method::PUT, &["faults"], script.as_bytes())
            .expect_err(script);
        assert!(!format!("{error:?}").contains("SECRET"));
    }
}

#[tokio::test]
async fn a_shown_script_repeats_the_run() {
    let stage = Stage::new().await;
    let run = async |stage: &Stage| {
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(stage.send(stage.push()).await.status);
        }
        statuses
    };
    let shown = switch(
        &stage,
        json!([{ "fault": "refuse", "reason": "InternalServerError", "rate": 0.5 }]),
    );
    assert!(shown["faults"][0]["seed"].is_u64(), "{shown}");
    let first = run(&stage).await;
    assert!(first.contains(&200) && first.contains(&500));
    let again = switch(&stage, shown["faults"].clone());
    assert_eq!(
        (&again["faults"], &again["counts"][0]),
        (&shown["faults"], &json!({ "asked": 0, "struck": 0 }))
    );
    assert_eq!(run(&stage).await, first);
    let other = Stage::new().await;
    switch(&other, shown["faults"].clone());
    assert_eq!(run(&other).await, first);
}

#[tokio::test]
async fn faults_end_after_their_count_and_all_of_them_when_deleted() {
    let stage = Stage::new().await;
    switch(
        &stage,
        json!([
            { "fault": "refuse", "reason": "InternalServerError", "next": 2 },
            { "fault": "refuse", "reason": "ServiceUnavailable", "next": 1 },
        ]),
    );
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(stage.send(stage.push()).await.status);
    }
    assert_eq!(
        (statuses.as_slice(), struck(&stage)),
        (&[500, 500, 503, 200][..], vec![2, 1])
    );

    switch(
        &stage,
        json!([{ "fault": "refuse", "reason": "InternalServerError" }]),
    );
    assert_eq!(stage.send(stage.push()).await.status, 500);
    let answer = stage
        .ask(Method::DELETE, &["faults"], b"")
        .expect("it is always possible");
    assert_eq!((answer.status, answer.body), (StatusCode::NO_CONTENT, None));
    let shown = stage.get(&["faults"]);
    assert_eq!(
        (&shown["faults"], &shown["counts"]),
        (&json!([]), &json!([]))
    );
    assert_eq!(stage.send(stage.push()).await.status, 200);
    clear(&stage);
}

#[tokio::test]
async fn faults_are_for_those_they_name() {
    let stage = Stage::new().await;
    stage.enrol_key("SECOND0000", &key(8), json!({}));
    let other = "ab".repeat(32);
    stage.put(
        &["devices", &other],
        &json!({ "bundle_id": "com.example.calls" }),
    );
    switch(
        &stage,
        json!([{ "fault": "refuse", "reason": "TooManyRequests", "device_token": PHONE.to_uppercase() }]),
    );
    assert_eq!(stage.send(stage.push()).await.status, 429);
    assert_eq!(
        stage
            .send(stage.push().at(&format!("/3/device/{other}")))
            .await
            .status,
        200
    );

    switch(
        &stage,
        json!([{ "fault": "refuse", "reason": "TooManyProviderTokenUpdates", "key_id": "SECOND0000" }]),
    );
    assert_eq!(stage.send(stage.push()).await.status, 200);
    let second = ProviderToken::sign(&key(8), "SECOND0000", TEAM_ID, NOW).authorization();
    let refused = stage
        .send(stage.push().with("authorization", &second))
        .await;
    assert_eq!(
        (refused.status, refused.reason().as_deref()),
        (429, Some("TooManyProviderTokenUpdates"))
    );
    assert_eq!(stage.decision()["key_id"], "SECOND0000");
    assert_ne!(stage.decision()["key_id"], KEY_ID);
}

#[tokio::test]
async fn a_fired_fault_is_an_event() {
    let stage = Stage::new().await;
    switch(
        &stage,
        json!([{ "fault": "answer-lost", "key_id": "OTHER" }, { "fault": "refuse", "reason": "Shutdown", "next": 1 }]),
    );
    stage.send(stage.push()).await;
    let expected = json!({
        "fault": "refuse",
        "label": "refuse",
        "answers": true,
        "place": 1,
        "turn": 0,
        "connection": 1,
        "stream": 1,
        "device_token": PHONE,
        "apns_id": APNS_ID,
    });
    assert_eq!(stage.events("fault"), [expected]);
    let decision = stage.decision();
    assert_eq!(
        (&decision["rule"], &decision["mark"], &decision["reason"]),
        (&json!("fault"), &Value::Null, &json!("Shutdown"))
    );
    assert_eq!(accepted(&stage), 0);
    is_well(&stage).await;
}

#[tokio::test]
async fn the_event_of_a_fault_says_whether_it_made_the_answer_and_how_the_page_names_it() {
    let stage = Stage::new().await;
    for (fault, label, answers) in [
        (
            json!({ "fault": "refuse", "reason": "ServiceUnavailable" }),
            "503 ServiceUnavailable",
            true,
        ),
        (json!({ "fault": "answer", "status": 418 }), "answer", true),
        (json!({ "fault": "delay", "ms": 1 }), "delay", false),
    ] {
        once(&stage, fault);
        stage.send(stage.push()).await;
        let event = stage.events("fault").pop().expect("it fired");
        assert_eq!(
            (&event["label"], &event["answers"], &event["apns_id"]),
            (&json!(label), &json!(answers), &json!(APNS_ID))
        );
    }
}
