//! Guests kept apart: the ways in which one might touch what is another's, and that none does.

use std::net::Ipv4Addr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;
use trill::apns::{ProviderToken, SigningKey};
use trill::relay::{Config, Exposure, Limits};

use super::{APNS_ID, page, proxied, shared, sign_in, status_of, try_sign_in};
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::{Answer, Client, Request, exchange_from};
use crate::relay::running::{DEVICE_TOKEN, Running, in_front_of};

const TEAM_ID: &str = "TEAM000001";
const KEY_ID: &str = "KEYOFALICE";
const TOPIC: &str = "com.example.calls.voip";
const PHONE: &str = "a11ce0";

/// Somebody whom the proxy has signed in.
struct Guest<'a> {
    relay: &'a Running,
    name: &'static str,
    key: SigningKey,
    key_id: &'static str,
}

impl Guest<'_> {
    fn request(&self, line: &str) -> Request {
        page(line)
            .header("x-forwarded-user", self.name)
            .header("content-type", "application/json")
    }

    async fn ask(&self, line: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.relay.send(self.request(line).body(body)).await
    }

    async fn get(&self, path: &str) -> Value {
        self.relay
            .send(self.request(&format!("GET {path}")))
            .await
            .json()
    }

    fn public_key(&self) -> Value {
        json!({ "team_id": TEAM_ID, "public_key": self.key.public_key().to_pem() })
    }

    /// A push signed with the own key under this ID, at this many seconds before now.
    fn push(&self, environment: &str, device: &str, key_id: &str, age: u64) -> Request {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .expect("after 1970")
            .as_secs();
        let token = ProviderToken::sign(&self.key, key_id, TEAM_ID, now - age).authorization();
        let push = self
            .request(&format!("POST /{environment}/3/device/{device}"))
            .header("authorization", &token);
        push.header("apns-topic", TOPIC)
            .header("apns-push-type", "voip")
            .body(r#"{"handle":"a","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#)
    }

    async fn try_push(&self, environment: &str, device: &str, key_id: &str) -> (u16, String) {
        let answer = self
            .relay
            .send(self.push(environment, device, key_id, 0))
            .await;
        (
            answer.status,
            String::from_utf8_lossy(&answer.body).into_owned(),
        )
    }

    /// All that is this guest's, as the guest sees it.
    async fn own(&self) -> Value {
        let journal = self.get("/api/simulator/journal").await;
        let decisions: Vec<_> = journal["decisions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|decision| decision["apns_id"].clone())
            .collect();
        json!({
            "keys": self.get("/api/simulator/keys").await,
            "phones": self.get("/api/simulator/devices").await,
            "faults": self.get("/api/simulator/faults").await,
            "journal": decisions,
            "send": self.get(&format!("/api/sends/{APNS_ID}")).await,
        })
    }
}

/// A way to touch what is another's: its name, what came of it, and what is to come of it.
type Way = (&'static str, (u16, String), (u16, String));

#[tokio::test]
async fn no_guest_can_touch_the_keys_phones_or_pushes_of_another() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits::of(Exposure::Shared);
    let relay = Running::start(Config {
        access: proxied("127.0.0.1"),
        limits,
        ..in_front_of(&peer)
    })
    .await;
    let guest = |name, seed, key_id| Guest {
        relay: &relay,
        name,
        key: SigningKey::from_random_bytes(&[seed; 32]).expect("a scalar"),
        key_id,
    };
    let (alice, mallory) = (guest("alice", 1, KEY_ID), guest("mallory", 2, "MALLORYKEY"));
    for (guest, phone) in [(&alice, PHONE), (&mallory, "ee11")] {
        assert_eq!(
            guest
                .ask(
                    &format!("PUT /api/simulator/keys/{}", guest.key_id),
                    guest.public_key()
                )
                .await
                .status,
            201
        );
        let body = json!({ "bundle_id": "com.example.calls", "reports": false });
        assert_eq!(
            guest
                .ask(&format!("PUT /api/simulator/devices/{phone}"), body)
                .await
                .status,
            201
        );
    }
    let faults = json!([{ "fault": "refuse", "reason": "Shutdown", "key_id": "KEYOFALICE", "next": 1, "seed": 1 }]);
    assert_eq!(
        alice.ask("PUT /api/simulator/faults", faults).await.status,
        200
    );
    assert_eq!(alice.try_push("simulator", PHONE, KEY_ID).await.0, 503);
    assert_eq!(alice.try_push("simulator", PHONE, KEY_ID).await.0, 200);
    assert_eq!(
        relay
            .send(
                alice
                    .push("sandbox", DEVICE_TOKEN, KEY_ID, 0)
                    .header("apns-id", APNS_ID)
            )
            .await
            .outcome(),
        "accepted"
    );
    let mut events = Client::connect(relay.address).await;
    events
        .write(&alice.request("GET /api/events").bytes())
        .await;
    assert_eq!(events.head().await.status, 200);
    let before = alice.own().await;
    assert_eq!(
        (
            before["journal"].as_array().map(Vec::len),
            &before["send"]["outcome"]
        ),
        (Some(2), &json!("accepted"))
    );

    let (phone, key) = (
        format!("/api/simulator/devices/{PHONE}"),
        format!("/api/simulator/keys/{KEY_ID}"),
    );
    let bad_device = (400, r#"{"reason":"BadDeviceToken"}"#.to_owned());
    let ways: [Way; 8] = [
        (
            "1. ring her phone with the own key",
            mallory.try_push("simulator", PHONE, "MALLORYKEY").await,
            bad_device.clone(),
        ),
        (
            "2. sign under her key ID",
            mallory.try_push("simulator", PHONE, KEY_ID).await,
            (403, r#"{"reason":"InvalidProviderToken"}"#.to_owned()),
        ),
        (
            "3. read and remove her key",
            code(mallory.ask(&format!("DELETE {key}"), Value::Null).await),
            is(404, "key_not_found"),
        ),
        (
            "4. take her key ID",
            code(
                mallory
                    .ask(&format!("PUT {key}"), mallory.public_key())
                    .await,
            ),
            is(201, ""),
        ),
        (
            "4. and speak for her by it",
            mallory.try_push("simulator", PHONE, KEY_ID).await,
            bad_device,
        ),
        (
            "5. take or change her phone",
            code(
                mallory
                    .ask(
                        &format!("PUT {phone}"),
                        json!({ "bundle_id": "com.example.b" }),
                    )
                    .await,
            ),
            is(409, "taken"),
        ),
        (
            "6. answer her calls",
            code(
                mallory
                    .ask(&format!("POST {phone}/answer"), Value::Null)
                    .await,
            ),
            is(409, "taken"),
        ),
        (
            "7. switch faults for her",
            code(
                mallory
                    .ask(
                        "PUT /api/simulator/faults",
                        json!([{ "fault": "silence", "device_token": PHONE }]),
                    )
                    .await,
            ),
            is(403, "fault_not_yours"),
        ),
    ];
    for (way, found, expected) in ways {
        assert_eq!(found, expected, "{way}");
        assert_eq!(alice.own().await, before, "{way}");
    }

    let replayed = relay
        .send(
            mallory
                .push("sandbox", "ee12", KEY_ID, 0)
                .header("apns-id", APNS_ID),
        )
        .await;
    assert_eq!(
        (replayed.outcome(), replayed.header("trill-repeat")),
        ("accepted", ""),
        "8. use her apns-id, or learn that it was used"
    );
    assert_eq!(
        mallory
            .get("/api/sends/eabeae54-14a8-11e5-b60b-1697f925ec7c")
            .await["code"],
        "send_not_found"
    );
    let theirs = mallory
        .get(&format!("/api/simulator/journal?device={PHONE}"))
        .await["decisions"]
        .clone();
    let seen: Vec<_> = theirs
        .as_array()
        .expect("a list")
        .iter()
        .map(|decision| decision["key_id"].clone())
        .collect();
    assert_eq!(
        seen,
        ["MALLORYKEY", KEY_ID, KEY_ID],
        "9. read her journal: these are Mallory's own tries"
    );

    let mut flood = Client::connect(relay.address).await;
    for _ in 0..1_050 {
        flood
            .write(&mallory.push("simulator", "ff", "MALLORYKEY", 0).bytes())
            .await;
        assert_eq!(flood.answer().await.status, 400);
    }
    assert_eq!(
        alice.own().await,
        before,
        "10. push her decisions out of the journal"
    );

    let mut refused = 0;
    for device in 0..60 {
        refused += usize::from(
            mallory
                .try_push("sandbox", &format!("ee{device:02}"), KEY_ID)
                .await
                .0
                == 429,
        );
    }
    assert!(refused > 0);
    assert_eq!(
        alice.try_push("sandbox", "a111", KEY_ID).await.0,
        200,
        "11. use up her rate"
    );

    let mut streams = Vec::new();
    for _ in 0..60 {
        let mut stream = Client::connect(relay.address).await;
        stream
            .write(&mallory.request("GET /api/events").bytes())
            .await;
        assert_eq!(stream.head().await.status, 200);
        streams.push(stream);
    }
    assert_eq!(alice.try_push("simulator", PHONE, KEY_ID).await.0, 200);
    let heard = timeout(Duration::from_secs(5), events.until("event: phone"))
        .await
        .expect("12. close her events");
    assert!(
        !heard.contains("event: closed") && !heard.contains("MALLORY"),
        "{heard}"
    );
}

fn code(answer: Answer) -> (u16, String) {
    (answer.status, answer.code())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_thousand_sign_ins_end_no_other_session_and_reset_no_rate() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits::of(Exposure::Shared);
    let relay = Running::start(Config {
        access: shared(),
        limits,
        ..in_front_of(&peer)
    })
    .await;
    let alice = super::sign_in_from(&relay, super::ELSEWHERE).await;
    let mallory = sign_in(&relay).await;
    let (mut opened, mut last, mut refused) = (1, mallory, 0);
    for _ in 0..1_000 {
        let answer = try_sign_in(&relay, super::TOKEN).await;
        match answer.status {
            204 => {
                (opened, last) = (opened + 1, super::cookie(&answer).0);
            }
            _ => {
                assert_eq!(code(answer), is(429, "too_many_sign_ins"));
                refused += 1;
            }
        }
    }
    assert!(refused > 500 && opened >= 60, "{opened} {refused}");
    assert_eq!(
        status_of(
            &relay,
            page("GET /api/tokens/TEAM000001/KEY0000001").header("cookie", &alice)
        )
        .await
        .0,
        200,
        "she is still in"
    );

    let push = |cookie: &str, device: String| {
        page(&format!("POST /sandbox/3/device/{device}"))
            .header("cookie", cookie)
            .body("{}")
    };
    let mut too_many = 0;
    for device in 0..60 {
        too_many += usize::from(
            relay
                .send(push(&last, format!("ee{device:02}")))
                .await
                .status
                == 429,
        );
    }
    assert!(too_many > 0);
    // The bucket is empty, whichever of the sessions sends.
    let renewed = try_sign_in(&relay, super::TOKEN).await;
    let fresh = if renewed.status == 204 {
        super::cookie(&renewed).0
    } else {
        last
    };
    let mut again = Vec::new();
    for device in 0..10 {
        again.push(
            relay
                .send(push(&fresh, format!("ef{device:02}")))
                .await
                .status,
        );
    }
    assert!(
        again.contains(&429),
        "a new session has what is left of the old one's rate: {again:?}"
    );
    let hers = push(&alice, "a100".to_owned());
    let hers = exchange_from(Ipv4Addr::new(127, 0, 0, 2), relay.address, &hers).await;
    assert_eq!(hers.outcome(), "accepted", "hers is not touched");
}
