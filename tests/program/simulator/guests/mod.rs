//! Guests on a shared page: what each sees, may disturb and leaves behind.

mod entries;
mod expiry;
mod faults;
mod keys;
mod room;

use std::time::{Duration, SystemTime};

use http::Method;
use serde_json::{Value, json};
use trill::apns::{ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::simulator::{ControlError, ControlRequest, Simulator};

use super::{BUNDLE_ID, CALL, H2Client, LOOPBACK, NOW, TEAM_ID, TOPIC, clock, key};
use crate::support::h2_client::Answer;

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
    stage_at(clock).await
}

/// The same guests and owner, at the time of another clock.
async fn stage_at(clock: fn() -> SystemTime) -> (Guest, Guest, Guest) {
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
