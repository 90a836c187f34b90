//! Keys with one key ID, and one key in several hands.

use http::Method;
use serde_json::{Value, json};

use super::{Guest, stage, text};
use crate::simulator::key;

#[tokio::test]
async fn two_guests_have_keys_with_one_key_id_and_each_speaks_for_itself() {
    let (alice, mut bob, owner) = stage().await;
    bob.ask(Method::PUT, &["keys", "KEYOFALICE"], &bob.key_body())
        .expect("hers does not block it");
    bob.key_id = "KEYOFALICE";
    let pem = |guest: &Guest| text(&guest.get(&["keys", "KEYOFALICE"])["public_key"]);
    assert_eq!(
        (pem(&alice), pem(&bob)),
        (
            alice.key.public_key().to_pem(),
            bob.key.public_key().to_pem()
        )
    );
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            bob.push("b0b0").await.status
        ),
        (200, 200)
    );
    assert_eq!(
        bob.push("a11ce0").await.reason().as_deref(),
        Some("BadDeviceToken")
    );
    assert_eq!(
        alice.push("b0b0").await.reason().as_deref(),
        Some("BadDeviceToken")
    );
    assert_eq!(
        (
            alice.journal().len(),
            bob.journal().len(),
            owner.journal().len()
        ),
        (2, 2, 4)
    );

    // A limit of the one is no limit of the other, and a fault of the one not the other's.
    let mut limited = bob.key_body();
    limited["topics"] = json!(["com.example.other.voip"]);
    bob.ask(Method::PUT, &["keys", "KEYOFALICE"], &limited)
        .expect("it is his");
    bob.switch(
        json!([{ "fault": "refuse", "reason": "InternalServerError", "key_id": "KEYOFALICE" }]),
    );
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            bob.push("b0b0").await.status
        ),
        (200, 500)
    );
    bob.ask(Method::DELETE, &["faults"], &Value::Null)
        .expect("it is always possible");
    assert_eq!(
        bob.push("b0b0").await.reason().as_deref(),
        Some("TopicDisallowed")
    );
    bob.ask(Method::DELETE, &["keys", "KEYOFALICE"], &Value::Null)
        .expect("it is his");
    assert_eq!(
        bob.push("b0b0").await.reason().as_deref(),
        Some("InvalidProviderToken"),
        "her key did not make this signature"
    );
    assert_eq!(alice.push("a11ce0").await.status, 200);
}

#[tokio::test]
async fn colleagues_with_the_same_key_each_ring_their_own_phone() {
    let (alice, mut bob, _) = stage().await;
    bob.ask(Method::PUT, &["keys", "KEYOFALICE"], &alice.key_body())
        .expect("it is taken");
    (bob.key, bob.key_id) = (key(7), "KEYOFALICE");
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            bob.push("b0b0").await.status
        ),
        (200, 200)
    );
    assert_eq!(
        (alice.journal().len(), bob.journal().len()),
        (1, 1),
        "each sees what concerns the own phone"
    );
}
