//! Room for the entries and the noise of several guests.

use http::Method;
use serde_json::json;
use trill::caller::Caller;

use super::{Guest, stage};
use crate::simulator::BUNDLE_ID;

#[tokio::test]
async fn the_entries_of_one_guest_leave_room_for_those_of_others() {
    let (alice, bob, owner) = stage().await;
    let mallory = Guest {
        caller: Caller::guest("mallory"),
        ..Guest::new(&owner.simulator, Caller::guest("m"), 10, "MALLORYKEY", "ab").await
    };
    let enrol = |guest: &Guest, name: &str| {
        let key = guest
            .ask(Method::PUT, &["keys", name], &guest.key_body())
            .map_err(|error| error.code)
            .err();
        (
            key,
            guest
                .ask(
                    Method::PUT,
                    &["devices", name],
                    &json!({ "bundle_id": BUNDLE_ID }),
                )
                .map_err(|error| error.code)
                .err(),
        )
    };
    let taken = (0..1_500)
        .filter(|number| enrol(&mallory, &format!("{number:08x}")) == (None, None))
        .count();
    assert_eq!(taken, 200);
    assert_eq!(
        mallory.refused(Method::PUT, &["keys", "ONEMORE"], &mallory.key_body()),
        (409, "too_many_keys")
    );
    assert_eq!(
        mallory.refused(
            Method::PUT,
            &["devices", "ffff"],
            &json!({ "bundle_id": BUNDLE_ID })
        ),
        (409, "too_many_devices")
    );
    for crowd in 0..8 {
        let guest = Guest {
            caller: Caller::guest(&format!("crowd {crowd}")),
            ..Guest::new(&owner.simulator, Caller::guest("m"), 10, "K", "ab").await
        };
        for number in 0..200 {
            enrol(&guest, &format!("{crowd:02x}{number:06x}"));
        }
    }
    assert_eq!(owner.names("devices", "device_token").len(), 1_000);
    for number in 0..20 {
        assert_eq!(
            enrol(&alice, &format!("a1{number:06x}")),
            (None, None),
            "whoever has most makes room"
        );
    }
    assert_eq!(
        (
            alice.push("a11ce0").await.status,
            bob.push("b0b0").await.status
        ),
        (200, 200),
        "nobody else's went out"
    );
    assert_eq!(alice.names("keys", "key_id").len(), 21);
}

#[tokio::test]
async fn the_noise_of_one_guest_pushes_nothing_of_others_out_of_the_journal_and_the_events() {
    let (alice, bob, _) = stage().await;
    for _ in 0..30 {
        assert_eq!(alice.push("a11ce0").await.status, 200);
    }
    let before = (alice.journal(), alice.events());
    for _ in 0..1_100 {
        assert_eq!(bob.push("ff").await.status, 400);
    }
    // Her phone may have stopped ringing meanwhile.
    let events = alice.events();
    assert_eq!(
        (alice.journal(), &events[..before.1.len()]),
        (before.0, &before.1[..])
    );
    assert!(bob.journal().len() > 900);
}
