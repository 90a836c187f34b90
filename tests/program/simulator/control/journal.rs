//! Journal of the decisions: what it holds of a push, and what it leaves out.

use serde_json::json;
use trill::caller::Caller;

use crate::simulator::{APNS_ID, CALL, KEY_ID, NOW, PHONE, Stage, TEAM_ID, TOPIC};

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
