//! Guests on a shared page: what each sees, may disturb and leaves behind.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::{Value, json};
use trill::apns::{ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::simulator::{ControlError, ControlRequest, Simulator};

use super::{BUNDLE_ID, CALL, H2Client, LOOPBACK, NOW, TEAM_ID, TOPIC, clock, key};
use crate::support::h2_client::Answer;

const DAY: u64 = 24 * 60 * 60;
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody on a shared page, with a key, a phone and a connection.
struct Guest {
    caller: Caller,
    simulator: Simulator,
    client: H2Client,
    key: SigningKey,
    key_id: &'static str,
}

impl Guest {
    async fn new(
        simulator: &Simulator,
        caller: Caller,
        seed: u8,
        key_id: &'static str,
        phone: &'static str,
    ) -> Self {
        let client =
            H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
        let guest = Self {
            caller,
            simulator: simulator.clone(),
            client,
            key: key(seed),
            key_id,
        };
        guest
            .ask(Method::PUT, &["keys", key_id], &guest.key_body())
            .expect("it is taken");
        guest
            .ask(
                Method::PUT,
                &["devices", phone],
                &json!({ "bundle_id": BUNDLE_ID }),
            )
            .expect("it is taken");
        guest
    }

    fn key_body(&self) -> Value {
        json!({ "team_id": TEAM_ID, "public_key": self.key.public_key().to_pem() })
    }

    fn ask(&self, method: Method, path: &[&str], body: &Value) -> Result<Value, ControlError> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.simulator.control(
            &self.caller,
            &ControlRequest::new(&method, path, body.as_bytes()),
        );
        answer.map(|answer| answer.body.unwrap_or_default())
    }

    fn get(&self, path: &[&str]) -> Value {
        self.ask(Method::GET, path, &Value::Null)
            .expect("it is there")
    }

    fn refused(&self, method: Method, path: &[&str], body: &Value) -> (u16, &'static str) {
        let error = self.ask(method, path, body).expect_err("it is refused");
        for sentence in [&error.cause, &error.fix] {
            assert!(
                !sentence.is_empty() && sentence.chars().count() <= 160,
                "{sentence}"
            );
            assert!(
                !sentence.contains("alice") && !sentence.contains("bob"),
                "{sentence}"
            );
        }
        (error.status.as_u16(), error.code)
    }

    fn switch(&self, script: Value) -> Value {
        self.ask(Method::PUT, &["faults"], &script)
            .expect("it is taken")
    }

    /// Pushes a call to this phone at that time, with the guest's own key.
    async fn push_at(&self, phone: &str, now: u64) -> Answer {
        let answer = tokio::time::timeout(PATIENCE, self.try_push(phone, now)).await;
        answer.expect("no fault holds it").expect("it is answered")
    }

    async fn try_push(&self, phone: &str, now: u64) -> Result<Answer, h2::Error> {
        let token = ProviderToken::sign(&self.key, self.key_id, TEAM_ID, now).authorization();
        let mut headers = http::HeaderMap::new();
        for (name, value) in [
            ("authorization", token.as_str()),
            ("apns-topic", TOPIC),
            ("apns-push-type", "voip"),
        ] {
            headers.insert(name, super::bytes(value));
        }
        self.client
            .try_send(
                "POST",
                &format!("/3/device/{phone}"),
                &headers,
                CALL.as_bytes(),
            )
            .await
    }

    async fn push(&self, phone: &str) -> Answer {
        self.push_at(phone, NOW).await
    }

    /// Key ID, device token and rule of each decision this caller sees.
    fn journal(&self) -> Vec<[String; 3]> {
        let journal = self.get(&["journal"]);
        let decisions = journal["decisions"].as_array().expect("a list");
        decisions
            .iter()
            .map(|decision| ["key_id", "device_token", "rule"].map(|name| text(&decision[name])))
            .collect()
    }

    /// Kind and device token of each event this caller sees.
    fn events(&self) -> Vec<(&'static str, String)> {
        let events = self.simulator.events().since(&self.caller, 0);
        events
            .iter()
            .map(|event| (event.kind, event.device_token.to_string()))
            .collect()
    }

    fn names(&self, collection: &str, field: &str) -> Vec<String> {
        self.get(&[collection])[collection]
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| text(&entry[field]))
            .collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Two guests of one simulator, and its owner with a key and a phone too.
async fn stage() -> (Guest, Guest, Guest) {
    let simulator = Simulator::start(LOOPBACK, clock)
        .await
        .expect("the simulator starts");
    let alice = Guest::new(
        &simulator,
        Caller::guest("alice"),
        7,
        "KEYOFALICE",
        "a11ce0",
    )
    .await;
    let bob = Guest::new(&simulator, Caller::guest("bob"), 8, "KEY0OF0BOB", "b0b0").await;
    let owner = Guest::new(&simulator, Caller::Owner, 9, "KEYOFOWNER", "0b0b").await;
    (alice, bob, owner)
}

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

static LATER: AtomicU64 = AtomicU64::new(0);

fn moving_clock() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW + LATER.load(Ordering::Relaxed))
}

#[tokio::test]
async fn the_entries_of_guests_expire_after_a_day_without_use() {
    let simulator = Simulator::start(LOOPBACK, moving_clock)
        .await
        .expect("the simulator starts");
    let alice = Guest::new(
        &simulator,
        Caller::guest("alice"),
        7,
        "KEYOFALICE",
        "a11ce0",
    )
    .await;
    let bob = Guest::new(&simulator, Caller::guest("bob"), 8, "KEY0OF0BOB", "b0b0").await;
    let owner = Guest::new(&simulator, Caller::Owner, 9, "KEYOFOWNER", "0b0b").await;
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
