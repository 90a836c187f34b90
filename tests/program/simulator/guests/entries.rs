//! Entries of guests: each sees and changes its own keys and phones alone.

use http::Method;
use serde_json::{Value, json};

use super::{Guest, stage, text};

#[tokio::test]
async fn guests_see_what_concerns_their_own_keys_and_phones() {
    let (alice, bob, owner) = stage().await;
    assert_eq!(alice.push("a11ce0").await.status, 200);
    assert_eq!(bob.push("b0b0").await.status, 200);
    assert_eq!(
        bob.push("a11ce0").await.reason().as_deref(),
        Some("BadDeviceToken"),
        "her phone rings by her keys alone"
    );
    assert_eq!(
        alice.push("ff").await.reason().as_deref(),
        Some("BadDeviceToken")
    );
    assert_eq!(owner.push("0b0b").await.status, 200);

    for (guest, key_id, phone) in [
        (&alice, "KEYOFALICE", "a11ce0"),
        (&bob, "KEY0OF0BOB", "b0b0"),
    ] {
        assert_eq!(guest.names("keys", "key_id"), [key_id]);
        assert_eq!(guest.names("devices", "device_token"), [phone]);
    }
    assert_eq!(
        owner.names("keys", "key_id"),
        ["KEY0OF0BOB", "KEYOFALICE", "KEYOFOWNER"]
    );
    assert_eq!(owner.names("devices", "device_token").len(), 3);

    let row = |key_id: &str, phone: &str, rule: &str| [key_id, phone, rule].map(str::to_owned);
    assert_eq!(
        alice.journal(),
        [
            row("KEYOFALICE", "a11ce0", "accepted"),
            row("KEYOFALICE", "ff", "device-unknown")
        ]
    );
    assert_eq!(
        bob.journal(),
        [
            row("KEY0OF0BOB", "b0b0", "accepted"),
            row("KEY0OF0BOB", "a11ce0", "device-of-another-guest")
        ]
    );
    assert_eq!(owner.journal().len(), 5);

    let event = |kind, phone: &str| (kind, phone.to_owned());
    let of_bob = [
        event("device", "b0b0"),
        event("decision", "b0b0"),
        event("phone", "b0b0"),
        event("receipt", "b0b0"),
        event("decision", "a11ce0"),
    ];
    assert_eq!(
        bob.events(),
        of_bob,
        "what became of somebody else's phone is not his to see"
    );
    assert_eq!(
        alice
            .events()
            .iter()
            .filter(|(kind, _)| *kind == "phone")
            .count(),
        1
    );
    assert!(
        alice
            .events()
            .iter()
            .all(|(_, phone)| phone == "a11ce0" || phone == "ff")
    );
    assert_eq!(owner.events().len(), 3 + 5 + 3 + 3);
}

#[tokio::test]
async fn the_lists_of_a_guest_hold_nothing_of_others() {
    let (alice, bob, owner) = stage().await;
    alice.switch(
        json!([{ "fault": "refuse", "reason": "TooManyRequests", "key_id": "KEYOFALICE" }]),
    );
    assert_eq!(alice.push("a11ce0").await.status, 429);
    assert_eq!(bob.push("b0b0").await.status, 200);
    let lists = |guest: &Guest| {
        ["devices", "keys", "journal"]
            .map(|name| guest.get(&[name]).to_string())
            .concat()
            + &guest.get(&["faults"])["faults"].to_string()
    };
    let signs = [
        "KEYOFALICE",
        "a11ce0",
        "TooManyRequests\"",
        "KEY0OF0BOB",
        "b0b0",
    ];
    let seen = |guest: &Guest| signs.map(|sign| lists(guest).contains(sign));
    assert_eq!(
        seen(&alice),
        [true, true, true, false, false],
        "{}",
        lists(&alice)
    );
    assert_eq!(
        seen(&bob),
        [false, false, false, true, true],
        "{}",
        lists(&bob)
    );
    assert_eq!(seen(&owner), [true; 5]);
}

#[tokio::test]
async fn the_entries_of_another_guest_are_neither_read_nor_replaced_nor_removed() {
    let (alice, bob, owner) = stage().await;
    let body = json!({ "bundle_id": "com.example.other" });
    for (method, path, body) in [
        (Method::GET, &["devices", "a11ce0"][..], Value::Null),
        (Method::GET, &["devices", "A11CE0"], Value::Null),
        (Method::PUT, &["devices", "a11ce0"], body.clone()),
        (Method::DELETE, &["devices", "a11ce0"], Value::Null),
        (Method::POST, &["devices", "a11ce0", "answer"], Value::Null),
        (Method::POST, &["devices", "a11ce0", "decline"], Value::Null),
        (
            Method::POST,
            &["devices", "a11ce0", "reinstall"],
            Value::Null,
        ),
        (Method::DELETE, &["devices", "0b0b"], Value::Null),
    ] {
        assert_eq!(
            bob.refused(method.clone(), path, &body),
            (409, "taken"),
            "{method} {path:?}"
        );
    }
    for key_id in ["KEYOFALICE", "KEYOFOWNER", "NOBODYS000"] {
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(
                bob.refused(method, &["keys", key_id], &Value::Null),
                (404, "key_not_found"),
                "{key_id}"
            );
        }
    }
    assert_eq!(
        bob.refused(Method::GET, &["devices", "ff"], &Value::Null),
        (404, "device_not_found")
    );
    assert_eq!(
        alice.push("a11ce0").await.status,
        200,
        "everything is as it was"
    );

    // The owner may mend what is a guest's; it stays the guest's.
    owner
        .ask(Method::PUT, &["devices", "a11ce0"], &body)
        .expect("the owner may");
    assert_eq!(
        alice.get(&["devices", "a11ce0"])["bundle_id"],
        "com.example.other"
    );
    let renewed = alice
        .ask(
            Method::POST,
            &["devices", "a11ce0", "reinstall"],
            &Value::Null,
        )
        .expect("it is hers");
    let new_token = text(&renewed["device_token"]);
    assert_eq!(
        bob.refused(Method::GET, &["devices", &new_token], &Value::Null),
        (409, "taken")
    );
    assert!(
        alice
            .ask(Method::DELETE, &["devices", &new_token], &Value::Null)
            .is_ok()
    );
}
