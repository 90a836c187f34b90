//! Answers that the simulator would not give by itself.

use serde_json::{Value, json};
use trill::apns::Reason;

use super::super::{APNS_ID, NOW, Stage};
use super::raw::{HEADERS, Raw};
use super::{accepted, clear, client, is_well, once, switch};
use crate::support::h2_client::Answer;

async fn answered(stage: &Stage, mut fault: Value) -> Answer {
    fault["fault"] = json!("answer");
    once(stage, fault);
    let answer = stage.push().send(&client(stage).await).await;
    is_well(stage).await;
    answer
}

#[tokio::test]
async fn every_reason_can_be_given() {
    let stage = Stage::new().await;
    for reason in Reason::all() {
        once(
            &stage,
            json!({ "fault": "refuse", "reason": reason.as_str() }),
        );
        let answer = stage.send(stage.push()).await;
        assert_eq!(
            (answer.status, answer.reason().as_deref()),
            (reason.status(), Some(reason.as_str()))
        );
        assert_eq!(answer.header("apns-id"), Some(APNS_ID));
        assert_eq!(stage.decision()["reason"], reason.as_str());
    }
    assert_eq!(
        (accepted(&stage), &stage.phone()["state"]),
        (0, &json!("idle"))
    );
    is_well(&stage).await;
}

#[tokio::test]
async fn a_device_is_gone_since_a_time() {
    let stage = Stage::new().await;
    once(
        &stage,
        json!({ "fault": "refuse", "reason": "Unregistered" }),
    );
    assert_eq!(
        stage.send(stage.push()).await.json()["timestamp"],
        NOW * 1_000
    );
    once(
        &stage,
        json!({ "fault": "refuse", "reason": "ExpiredToken", "timestamp": 1_454_948_015_990_u64 }),
    );
    assert_eq!(
        stage.send(stage.push()).await.json(),
        json!({ "reason": "ExpiredToken", "timestamp": 1_454_948_015_990_u64 })
    );
    for reason in ["ExpiredToken", "Unregistered"] {
        once(&stage, json!({ "fault": "refuse", "reason": reason }));
        assert_eq!(
            stage.send(stage.push()).await.json(),
            json!({ "reason": reason, "timestamp": NOW * 1_000 })
        );
    }
    is_well(&stage).await;
}

#[tokio::test]
async fn errors_come_in_bursts() {
    let stage = Stage::new().await;
    for (reason, status) in [("InternalServerError", 500), ("ServiceUnavailable", 503)] {
        switch(
            &stage,
            json!([{ "fault": "refuse", "reason": reason, "next": 3 }]),
        );
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(stage.send(stage.push()).await.status);
        }
        assert_eq!(statuses, [status, status, status, 200]);
    }
}

#[tokio::test]
async fn a_connection_keeps_refusing() {
    let stage = Stage::new().await;
    once(
        &stage,
        json!({ "fault": "refuse", "reason": "ExpiredProviderToken", "sticks": true }),
    );
    for _ in 0..3 {
        assert_eq!(
            stage.send(stage.push()).await.reason().as_deref(),
            Some("ExpiredProviderToken")
        );
    }
    is_well(&stage).await;
    clear(&stage);
    let push = stage.push();
    let stuck = stage
        .client
        .try_send(push.method, &push.path, &push.headers, &push.body)
        .await;
    assert!(stuck.is_err(), "{stuck:?}");
    is_well(&stage).await;
}

#[tokio::test]
async fn bodies_are_of_any_kind() {
    let stage = Stage::new().await;
    let body = async |fault: Value| {
        let answer = answered(&stage, fault).await;
        (answer.status, answer.body.to_vec())
    };
    assert_eq!(
        body(json!({ "status": 400, "reason": "NeverHeardOf" })).await,
        (400, br#"{"reason":"NeverHeardOf"}"#.to_vec())
    );
    assert_eq!(
        body(json!({ "status": 400, "body": "<html>" })).await,
        (400, b"<html>".to_vec())
    );
    assert_eq!(
        body(json!({ "status": 400, "body": "{\"reason\":7}" })).await,
        (400, b"{\"reason\":7}".to_vec())
    );
    assert_eq!(
        body(json!({ "status": 400, "body": "" })).await,
        (400, Vec::new())
    );
    assert_eq!(body(json!({ "status": 400 })).await, (400, Vec::new()));
    assert_eq!(
        body(json!({ "status": 400, "body_bytes": 1 << 20 })).await,
        (400, vec![b'x'; 1 << 20])
    );
    let nested = [vec![b'['; 10_000], vec![b']'; 10_000]].concat();
    assert_eq!(
        body(json!({ "status": 400, "body_nesting": 10_000 })).await,
        (400, nested)
    );
    assert_eq!(
        body(json!({ "status": 200, "body": "{}" })).await,
        (200, b"{}".to_vec())
    );
}

#[tokio::test]
async fn statuses_are_of_any_kind() {
    let stage = Stage::new().await;
    for (status, processed) in [(200, 1), (202, 1), (302, 0), (418, 0), (999, 0)] {
        let before = accepted(&stage);
        let answer = answered(
            &stage,
            json!({ "status": status, "headers": { "location": "https://elsewhere.invalid/" } }),
        )
        .await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (status, Some("https://elsewhere.invalid/"))
        );
        assert_eq!(accepted(&stage) - before, processed + 1, "{status}");
    }
    let answer =
        answered(&stage, json!({ "status": 503, "headers": { "retry-after": "7", "content-type": "text/plain" }, "body": "x" })).await;
    assert_eq!(
        (answer.header("retry-after"), answer.header("content-type")),
        (Some("7"), Some("text/plain"))
    );
}

#[tokio::test]
async fn another_status_comes_first() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "answer", "informational": 103 }));
    let mut raw = Raw::connect(&stage).await;
    raw.push(1, &stage.push()).await;
    let first = raw.find(HEADERS).await.expect("the first");
    assert_eq!((first.is_accepted(), first.flags & 1), (false, 0));
    let second = raw.find(HEADERS).await.expect("the second");
    assert_eq!((second.is_accepted(), second.flags & 1), (true, 1));
    is_well(&stage).await;
}

#[tokio::test]
async fn the_id_is_missing_or_another() {
    let stage = Stage::new().await;
    assert_eq!(
        answered(&stage, json!({})).await.header("apns-id"),
        Some(APNS_ID)
    );
    assert_eq!(
        answered(&stage, json!({ "apns_id": "missing" }))
            .await
            .header("apns-id"),
        None
    );
    let other = answered(&stage, json!({ "apns_id": "different" })).await;
    assert!(
        other
            .header("apns-id")
            .is_some_and(|id| id.len() == 36 && id != APNS_ID)
    );
}
