//! The senders: several keys of two teams, one phone, and pushes that each have an `apns-id`.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use trill::apns::{ApnsId, Outcome, ProviderToken, SigningKey};

use super::accounts::Accounts;
use crate::raw_http1::{Answer, Request, exchange};

const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str =
    r#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;
/// Team and key.
const KEYS: [(&str, &str); 4] = [
    ("TEAM000001", "KEY0000001"),
    ("TEAM000001", "KEY0000002"),
    ("TEAM000002", "KEY0000003"),
    ("TEAM000002", "KEY0000004"),
];

/// Those who send to the simulator of one relay, and their accounts.
pub(crate) struct Senders {
    address: SocketAddr,
    /// One for each key.
    authorizations: Vec<String>,
    accounts: Mutex<Accounts>,
    longest: Mutex<Duration>,
}

impl Senders {
    /// Enrols the keys and the phone with the simulator of the relay at `address`.
    pub(crate) async fn at(address: SocketAddr) -> Arc<Self> {
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .expect("the clock is right")
            .as_secs();
        let mut authorizations = Vec::new();
        for (index, (team_id, key_id)) in (1..).zip(KEYS) {
            let key = SigningKey::from_random_bytes(&[index; 32]).expect("a number on the curve");
            let body = json!({ "team_id": team_id, "public_key": key.public_key().to_pem() });
            control(address, "PUT", &format!("keys/{key_id}"), &body).await;
            authorizations.push(ProviderToken::sign(&key, key_id, team_id, now).authorization());
        }
        control(
            address,
            "PUT",
            &format!("devices/{PHONE}"),
            &json!({ "bundle_id": "com.example.calls" }),
        )
        .await;
        Arc::new(Self {
            address,
            authorizations,
            accounts: Mutex::default(),
            longest: Mutex::default(),
        })
    }

    /// Sends a push with one of the keys.
    pub(crate) async fn send(&self, id: [u8; 16], key: usize) -> Outcome {
        let apns_id = ApnsId::from_random_bytes(id);
        self.accounts().begin(apns_id.as_str());
        let request = Request::new(&format!("POST /simulator/3/device/{PHONE}"))
            .header("host", &self.address.to_string())
            .header("authorization", &self.authorizations[key])
            .header("apns-topic", "com.example.calls.voip")
            .header("apns-push-type", "voip")
            .header("apns-id", apns_id.as_str())
            .body(PAYLOAD);
        let start = Instant::now();
        let answer = exchange(self.address, &request).await;
        let took = start.elapsed();
        let outcome =
            Outcome::parse(answer.outcome()).unwrap_or_else(|| panic!("no outcome in {answer:?}"));
        self.accounts().end(
            apns_id.as_str(),
            outcome,
            &String::from_utf8_lossy(&answer.body),
        );
        let mut longest = self.longest.lock().expect("not poisoned");
        *longest = took.max(*longest);
        outcome
    }

    /// One push with each key, all accepted.
    pub(crate) async fn send_well(&self, ids: impl FnMut() -> [u8; 16]) {
        let mut ids = ids;
        for key in 0..KEYS.len() {
            assert_eq!(
                self.send(ids(), key).await,
                Outcome::Accepted,
                "without trouble a push is accepted"
            );
        }
    }

    /// Number of keys.
    pub(crate) fn keys(&self) -> usize {
        KEYS.len()
    }

    /// Accounts of what they were told.
    pub(crate) fn accounts(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().expect("not poisoned")
    }

    /// The longest any of them had to wait.
    pub(crate) fn longest(&self) -> Duration {
        *self.longest.lock().expect("not poisoned")
    }

    /// Switches faults on, and all others off.
    pub(crate) async fn switch(&self, script: &Value) {
        control(self.address, "PUT", "faults", script).await;
    }

    /// Switches all faults off.
    pub(crate) async fn calm(&self) {
        self.switch(&json!([])).await;
    }
}

/// Asks the simulator's control interface behind a relay.
pub(crate) async fn control(address: SocketAddr, method: &str, path: &str, body: &Value) -> Answer {
    let request = Request::new(&format!("{method} /api/simulator/{path}"))
        .header("host", &address.to_string())
        .header("content-type", "application/json");
    let request = if body.is_null() {
        request
    } else {
        request.body(body.to_string())
    };
    let answer = exchange(address, &request).await;
    assert!(
        (200..300).contains(&answer.status),
        "{method} {path}: {}",
        String::from_utf8_lossy(&answer.body)
    );
    answer
}
