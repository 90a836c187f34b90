//! Faults of a guest, which trouble nobody else.

use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::{Guest, stage};
use crate::simulator::{BUNDLE_ID, NOW};

#[tokio::test]
async fn a_guest_troubles_nobody_else() {
    let (alice, bob, owner) = stage().await;
    for (script, code) in [
        (json!([{ "fault": "silence" }]), "fault_not_yours"),
        (
            json!([{ "fault": "silence", "device_token": "a11ce0" }, { "fault": "refuse", "reason": "Shutdown" }]),
            "fault_not_yours",
        ),
        (
            json!([{ "fault": "silence", "device_token": "b0b0" }]),
            "fault_not_yours",
        ),
        (
            json!([{ "fault": "silence", "key_id": "KEYOFOWNER" }]),
            "fault_not_yours",
        ),
        (
            json!([{ "fault": "silence", "key_id": "NOBODYS000", "device_token": "ff" }]),
            "fault_not_yours",
        ),
        (json!([{ "fault": "tls-stall" }]), "fault_for_everybody"),
        (
            json!([{ "fault": "restart", "down_ms": 1, "device_token": "a11ce0" }]),
            "fault_for_everybody",
        ),
    ] {
        assert_eq!(
            alice.refused(Method::PUT, &["faults"], &script),
            (403, code),
            "{script}"
        );
    }
    assert_eq!(owner.get(&["faults"])["faults"], json!([]));

    let refuse = |reason: &str, name: &str, whom: &str| json!([{ "fault": "refuse", "reason": reason, "seed": 1, name: whom }]);
    alice.switch(refuse("InternalServerError", "key_id", "KEYOFALICE"));
    bob.switch(refuse("ServiceUnavailable", "device_token", "B0B0"));
    assert_eq!(
        alice.get(&["faults"])["faults"],
        refuse("InternalServerError", "key_id", "KEYOFALICE")
    );
    assert_eq!(
        bob.get(&["faults"])["faults"],
        refuse("ServiceUnavailable", "device_token", "B0B0")
    );
    assert_eq!(
        owner.get(&["faults"])["faults"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            bob.push("a11ce0").await.status,
            bob.push("b0b0").await.status
        ),
        (500, 400, 503)
    );
    let faults = |guest: &Guest| {
        guest
            .events()
            .iter()
            .filter(|(kind, _)| *kind == "fault")
            .count()
    };
    assert_eq!((faults(&alice), faults(&bob), faults(&owner)), (1, 1, 2));

    // Each switches off only what is their own; the owner, all.
    bob.ask(Method::DELETE, &["faults"], &Value::Null)
        .expect("it is always possible");
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            bob.push("b0b0").await.status
        ),
        (500, 200)
    );
    owner
        .ask(Method::DELETE, &["faults"], &Value::Null)
        .expect("it is always possible");
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            alice.get(&["faults"])["faults"].clone()
        ),
        (200, json!([]))
    );
}

#[tokio::test]
async fn a_change_of_somebody_elses_faults_lets_go_of_nothing() {
    let (alice, bob, _) = stage().await;
    alice.switch(json!([{ "fault": "silence", "key_id": "KEYOFALICE" }]));
    let held = tokio::time::timeout(Duration::from_millis(300), async {
        let (answer, ()) = tokio::join!(alice.try_push("a11ce0", NOW), async {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                bob.switch(json!([{ "fault": "silence", "device_token": "b0b0" }]));
                bob.ask(Method::DELETE, &["faults"], &Value::Null)
                    .expect("it is always possible");
            }
        });
        answer
    });
    assert!(held.await.is_err(), "the push is still held");

    alice.switch(json!([{ "fault": "silence", "key_id": "KEYOFALICE" }]));
    let (let_go, ()) = tokio::join!(alice.try_push("a11ce0", NOW), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        alice
            .ask(Method::DELETE, &["faults"], &Value::Null)
            .expect("it is always possible");
    });
    assert!(let_go.is_err(), "its stream was reset");
}

#[tokio::test]
async fn a_fault_does_not_outlive_the_hold_on_what_it_names() {
    let (alice, bob, _) = stage().await;
    alice.switch(
        json!([{ "fault": "refuse", "reason": "InternalServerError", "device_token": "a11ce0" }]),
    );
    alice
        .ask(Method::DELETE, &["devices", "a11ce0"], &Value::Null)
        .expect("it is hers");
    bob.ask(
        Method::PUT,
        &["devices", "a11ce0"],
        &json!({ "bundle_id": BUNDLE_ID }),
    )
    .expect("it is free");
    assert_eq!(bob.push("a11ce0").await.status, 200);
    assert_eq!(alice.journal(), [[""; 3]; 0]);
}
