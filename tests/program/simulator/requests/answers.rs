//! Answers of the simulator: their headers, their reasons, and their `apns-id`.

use serde_json::json;

use crate::simulator::{APNS_ID, Stage};

#[tokio::test]
async fn an_accepted_push_is_answered_with_headers_alone() {
    let stage = Stage::new().await;
    let answer = stage.send(stage.push()).await;
    assert_eq!(
        (answer.status, answer.header("apns-id")),
        (200, Some(APNS_ID))
    );
    assert_eq!(answer.header("apns-unique-id").map(str::len), Some(36));
    assert_eq!(
        (answer.body.len(), answer.header("content-type")),
        (0, None)
    );
    assert!(answer.ended_with_headers);
    assert_eq!(
        (&stage.decision()["mark"], &stage.decision()["signature"]),
        (&json!("documented"), &json!("raw"))
    );
}

#[tokio::test]
async fn a_refused_push_is_answered_with_its_reason() {
    let stage = Stage::new().await;
    let answer = stage.send(stage.push().with("apns-priority", "7")).await;
    assert_eq!(
        (
            answer.status,
            answer.header("apns-id"),
            answer.header("apns-unique-id")
        ),
        (400, Some(APNS_ID), None)
    );
    assert_eq!(
        (answer.header("content-type"), &answer.body[..]),
        (
            Some("application/json"),
            &br#"{"reason":"BadPriority"}"#[..]
        )
    );
}

#[tokio::test]
async fn a_push_without_an_id_gets_one() {
    let stage = Stage::new().await;
    let answer = stage.send(stage.push().without("apns-id")).await;
    assert_eq!(answer.header("apns-id").map(str::len), Some(36));
    assert_ne!(answer.header("apns-id"), Some(APNS_ID));
}

#[tokio::test]
async fn an_apns_id_comes_back_as_it_was_sent() {
    let stage = Stage::new().await;
    for id in [
        APNS_ID.to_owned(),
        APNS_ID.to_uppercase(),
        "EABEAE54-14a8-11E5-b60b-1697F925ec7b".to_owned(),
    ] {
        let answer = stage.send(stage.push().with("apns-id", &id)).await;
        assert_eq!((answer.status, answer.header("apns-id")), (200, Some(&*id)));
        assert_eq!(stage.decision()["apns_id"], *id);
        let refused = stage
            .send(stage.push().with("apns-id", &id).at("/3/device/00"))
            .await;
        assert_eq!(
            (refused.status, refused.header("apns-id")),
            (400, Some(&*id))
        );
    }
}

#[tokio::test]
async fn an_answer_to_head_has_no_body() {
    let stage = Stage::new().await;
    let head = || stage.push().by("HEAD").saying("");
    let answer = stage.send(head()).await;
    assert_eq!(
        (answer.status, &*answer.body, answer.ended_with_headers),
        (405, &b""[..], true)
    );
    assert_eq!(
        (
            answer.header("apns-id"),
            stage.decision()["reason"].as_str()
        ),
        (Some(APNS_ID), Some("MethodNotAllowed"))
    );
    for fault in [
        json!({ "fault": "answer", "status": 500, "body": "text" }),
        json!({ "fault": "body-unfinished" }),
    ] {
        stage.put(&["faults"], &json!([fault]));
        let answer = stage.send(head()).await;
        assert_eq!(
            (&*answer.body, answer.ended_with_headers),
            (&b""[..], true),
            "{fault}"
        );
    }
    stage.put(&["faults"], &json!([]));
    assert_eq!(
        stage
            .send(stage.push().by("GET").saying(""))
            .await
            .reason()
            .as_deref(),
        Some("MethodNotAllowed")
    );
}
