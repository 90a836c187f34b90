//! Expiry of entries: a guest’s after a day without use, the owner’s only when there is no room.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::json;
use trill::caller::Caller;
use trill::simulator::Simulator;

use super::{Guest, stage_at};
use crate::simulator::{BUNDLE_ID, LOOPBACK, NOW};

const DAY: u64 = 24 * 60 * 60;

static LATER: AtomicU64 = AtomicU64::new(0);

fn moving_clock() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW + LATER.load(Ordering::Relaxed))
}

#[tokio::test]
async fn the_entries_of_guests_expire_after_a_day_without_use() {
    let (alice, bob, owner) = stage_at(moving_clock).await;
    alice.switch(json!([{ "fault": "silence", "device_token": "a11ce0" }]));

    LATER.store(DAY - 3_600, Ordering::Relaxed);
    assert_eq!(
        bob.push_at("b0b0", NOW + DAY - 3_600).await.status,
        200,
        "a push is a sign of life"
    );
    assert_eq!(
        (
            alice.names("keys", "key_id").len(),
            alice.names("devices", "device_token").len()
        ),
        (1, 1)
    );

    LATER.store(DAY + 60, Ordering::Relaxed);
    let answer = bob.push_at("a11ce0", NOW + DAY + 60).await;
    assert_eq!(
        answer.reason().as_deref(),
        Some("BadDeviceToken"),
        "a push alone is enough to sweep"
    );
    assert_eq!(
        (
            alice.names("keys", "key_id").len(),
            alice.names("devices", "device_token").len()
        ),
        (0, 0)
    );
    assert_eq!(
        owner.get(&["faults"])["faults"],
        json!([]),
        "nobody is left to switch it off"
    );
    assert_eq!(
        alice.events().last().map(|(kind, _)| *kind),
        Some("device"),
        "its end is an event"
    );
    assert_eq!(
        (
            bob.names("keys", "key_id").len(),
            bob.names("devices", "device_token").len()
        ),
        (1, 1)
    );

    // Enrolling is a change; and what the owner enrolled stays.
    bob.ask(
        Method::PUT,
        &["devices", "b0b0"],
        &json!({ "bundle_id": BUNDLE_ID }),
    )
    .expect("it is his");
    LATER.store(2 * DAY + 90, Ordering::Relaxed);
    assert_eq!(bob.names("devices", "device_token").len(), 0);
    assert_eq!(
        (
            owner.names("keys", "key_id"),
            owner.names("devices", "device_token")
        ),
        (vec!["KEYOFOWNER".into()], vec!["0b0b".into()])
    );
}

static MUCH_LATER: AtomicU64 = AtomicU64::new(0);

#[tokio::test]
async fn an_idle_entry_of_the_owner_makes_room_only_when_there_is_none() {
    let clock = || UNIX_EPOCH + Duration::from_secs(NOW + MUCH_LATER.load(Ordering::Relaxed));
    let simulator = Simulator::start(LOOPBACK, clock)
        .await
        .expect("the simulator starts");
    let owner = Guest::new(&simulator, Caller::Owner, 9, "KEYOFOWNER", "0b0b").await;
    let (a_key, a_device) = (owner.key_body(), json!({ "bundle_id": BUNDLE_ID }));
    let enrol = |name: &str| {
        let key = owner
            .ask(Method::PUT, &["keys", name], &a_key)
            .map_err(|error| error.code);
        (
            key.err(),
            owner
                .ask(Method::PUT, &["devices", name], &a_device)
                .map_err(|error| error.code)
                .err(),
        )
    };
    for number in 1..1_000 {
        assert_eq!(enrol(&format!("{number:08x}")), (None, None));
    }
    let count = || {
        (
            owner.names("keys", "key_id").len(),
            owner.names("devices", "device_token").len(),
        )
    };
    assert_eq!(
        (enrol("ffff"), count()),
        (
            (Some("too_many_keys"), Some("too_many_devices")),
            (1_000, 1_000)
        )
    );

    MUCH_LATER.store(DAY - 60, Ordering::Relaxed);
    assert_eq!(
        (enrol("00000001"), enrol("ffff")),
        (
            (None, None),
            (Some("too_many_keys"), Some("too_many_devices"))
        )
    );
    MUCH_LATER.store(DAY, Ordering::Relaxed);
    assert_eq!(
        count(),
        (1_000, 1_000),
        "they wait as long as nobody needs their room"
    );
    assert_eq!((enrol("ffff"), count()), ((None, None), (2, 2)));
}
