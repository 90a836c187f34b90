//! The simulator as an APNs client meets it: `requests` for what it answers, `table` for every row of
//! what is known about APNs, `phones` for what the virtual iPhones do and `phones_unwilling` for when
//! they do not, `control` for enrolling and what is written down, `journal` for asking for a part of
//! that, `inspector` for how the page reads and changes all that, `guests` for several callers, `faults` for
//! trouble on demand, `connections` for clients that do not speak its language.

mod connections;
mod control;
mod faults;
mod guests;
#[cfg(feature = "app")]
mod inspector;
mod journal;
mod phones;
mod phones_unwilling;
mod requests;
mod table;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use trill::apns::{ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::simulator::{ControlAnswer, ControlError, ControlRequest, Simulator};

use crate::support::h2_client::{Answer, H2Client};
use crate::support::push::{KEY_ID, TEAM_ID};

/// Time of the simulator's clock: tests do not depend on the day they are run.
const NOW: u64 = 1_800_000_000;
const BUNDLE_ID: &str = "com.example.calls";
const TOPIC: &str = "com.example.calls.voip";
const PHONE: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
const CALL: &str = r#"{"callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645","handle":"+15551234567"}"#;
const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

fn clock() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(NOW)
}

/// A simulator with one key and one phone, and a client connected to it.
struct Stage {
    simulator: Simulator,
    key: SigningKey,
    client: H2Client,
}

impl Stage {
    async fn new() -> Self {
        let simulator = Simulator::start(LOOPBACK, clock)
            .await
            .expect("the simulator starts");
        let client =
            H2Client::connect(simulator.address(), simulator.certificate_authority()).await;
        let stage = Self {
            simulator,
            key: key(7),
            client,
        };
        stage.enrol_key(KEY_ID, &stage.key, json!({}));
        stage.put(
            &["devices", PHONE],
            &json!({ "bundle_id": BUNDLE_ID, "name": "Alice’s iPhone" }),
        );
        stage
    }

    /// Enrols a key of the usual team, with `more` fields.
    fn enrol_key(&self, key_id: &str, key: &SigningKey, more: Value) {
        let mut body = json!({ "team_id": TEAM_ID, "public_key": key.public_key().to_pem() });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        self.put(&["keys", key_id], &body);
    }

    fn put(&self, path: &[&str], body: &Value) -> Value {
        self.control(Method::PUT, path, body).expect("it is taken")
    }

    fn get(&self, path: &[&str]) -> Value {
        self.control(Method::GET, path, &Value::Null)
            .expect("it is there")
    }

    fn control(&self, method: Method, path: &[&str], body: &Value) -> Result<Value, ControlError> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.ask(method, path, body.as_bytes())
            .map(|answer| answer.body.unwrap_or_default())
    }

    /// Request with any bytes as its body; the whole answer.
    fn ask(
        &self,
        method: Method,
        path: &[&str],
        body: &[u8],
    ) -> Result<ControlAnswer, ControlError> {
        self.simulator
            .control(&Caller::Owner, &ControlRequest::new(&method, path, body))
    }

    fn token(&self) -> String {
        self.token_of(NOW)
    }

    /// One that was signed then.
    fn token_of(&self, issued_at: u64) -> String {
        ProviderToken::sign(&self.key, KEY_ID, TEAM_ID, issued_at).authorization()
    }

    /// A push that rings the phone.
    fn push(&self) -> Push {
        let push = Push {
            method: "POST",
            path: format!("/3/device/{PHONE}"),
            headers: HeaderMap::new(),
            body: CALL.into(),
        };
        push.with("authorization", &self.token())
            .with("apns-topic", TOPIC)
            .with("apns-push-type", "voip")
            .with("apns-priority", "10")
            .with("apns-expiration", "0")
            .with("apns-id", APNS_ID)
    }

    async fn send(&self, push: Push) -> Answer {
        push.send(&self.client).await
    }

    /// The newest decision in the journal, without what the list adds to it.
    fn decision(&self) -> Value {
        let journal = self.get(&["journal"]);
        let decisions = journal["decisions"].as_array().expect("a list");
        let mut decision = decisions.last().cloned().expect("there is a decision");
        for added in ["rule_text", "rule_source", "on_phone"] {
            let fields = decision.as_object_mut().expect("an object");
            assert!(fields.remove(added).is_some(), "{added}");
        }
        decision
    }

    fn phone(&self) -> Value {
        self.get(&["devices", PHONE])["phone"].clone()
    }

    fn events(&self, kind: &str) -> Vec<Value> {
        let events = self.simulator.events().since(&Caller::Owner, 0);
        events
            .iter()
            .filter(|event| event.kind == kind)
            .map(|event| serde_json::from_str(&event.to_json()).expect("it is JSON"))
            .collect()
    }
}

/// A key that is the same in every run.
fn key(seed: u8) -> SigningKey {
    SigningKey::from_random_bytes(&[seed; 32]).expect("a number on the curve")
}

/// A request that is still being changed.
struct Push {
    method: &'static str,
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Push {
    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, bytes(value));
        self
    }

    fn and(mut self, name: &'static str, value: &str) -> Self {
        self.headers
            .append(HeaderName::from_static(name), bytes(value));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    fn at(mut self, path: &str) -> Self {
        self.path = path.to_owned();
        self
    }

    fn saying(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn by(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    async fn send(self, client: &H2Client) -> Answer {
        client
            .send(self.method, &self.path, &self.headers, &self.body)
            .await
    }
}

fn bytes(value: &str) -> HeaderValue {
    HeaderValue::from_bytes(value.as_bytes()).expect("a legal header value")
}
