//! The push server for apps: curl plays an app on a phone, from another address of this machine.

mod call;
mod crash;
mod guests;
mod receiver;
mod refusals;
mod secrets;
mod store;
mod tls;
mod virtual_iphone;

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::relay::raw_http1::Client;
use crate::support::http1::{self, Answer};
use crate::support::openssl;
use crate::support::push::{self, BUNDLE_ID, KEY_ID, TEAM_ID, TOPIC};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const JSON: (&str, &str) = ("content-type", "application/json");
/// Device token in capitals, as the article prints it.
const TOKEN: &str = "6FA1C2D3E4B5A69788796A5B4C3D2E1F00112233445566778899AABBCCDDEEFF";
const CALL: &str = "DB1DFF98-BFEF-4EC0-8AC6-8187A3B0C645";

/// A running program with a push server.
struct Stage {
    trill: Trill,
    phones: SocketAddr,
    folder: TempDir,
}

impl Stage {
    fn new() -> Self {
        Self::on(TempDir::new(), &[])
    }

    /// A program whose data is in a folder.
    fn on(folder: TempDir, more: &[&str]) -> Self {
        let trill = Trill::start(
            &Self::arguments(&folder, more)
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        );
        let mut stage = Self {
            phones: trill.address(),
            trill,
            folder,
        };
        stage.phones = stage.get("/api/relay")["phones_url"]
            .as_str()
            .and_then(|url| url.split_once("://")?.1.parse().ok())
            .expect("an address");
        stage
    }

    fn arguments(folder: &TempDir, more: &[&str]) -> Vec<String> {
        let data = format!("--data={}", folder.path().join("data").display());
        let mut arguments = vec!["--phones=127.0.0.2:0".to_owned(), data];
        arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
        arguments
    }

    /// Stops the program at once, and starts it again on its data.
    fn killed(mut self) -> Self {
        self.trill.stop();
        Self::on(self.folder, &[])
    }

    /// Asks as the page.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.trill.request(method, path, &[JSON], text.as_bytes())
    }

    fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, &Value::Null);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Registers an app; its id and its secret.
    fn app(&self) -> (String, String) {
        let body = json!({ "name": "Calls", "bundle_ids": [BUNDLE_ID] });
        let app = self.ask("POST", "/api/apps", &body);
        assert_eq!(app.status, 201, "{}", app.text());
        let text = |name: &str| app.json()[name].as_str().expect("a text").to_owned();
        (text("id"), text("secret"))
    }

    /// Asks as an app on a phone.
    fn phone(&self, secret: &str, method: &str, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [JSON, ("trill-app", secret)];
        http1::request(self.phones, method, path, &headers, text.as_bytes())
    }

    fn register(&self, secret: &str, token: &str) -> Answer {
        let body = json!({ "bundle_id": BUNDLE_ID, "environment": "simulator" });
        self.phone(secret, "PUT", &format!("/api/devices/{token}"), &body)
    }

    fn receipt(&self, secret: &str, event: &str) -> Answer {
        let body = json!({ "call": CALL, "event": event, "at_ms": 5 });
        self.phone(secret, "POST", "/api/receipts", &body)
    }

    /// Enrols a key and a virtual iPhone with the simulator; the provider token for pushes. It is
    /// offline, so that the only receipts are those of curl.
    fn enrol(&self, token: &str) -> String {
        let key = openssl::p256_key();
        let body = json!({ "team_id": TEAM_ID, "public_key": openssl::public_key(&key) });
        self.ask("PUT", &format!("/api/simulator/keys/{KEY_ID}"), &body);
        let body = json!({ "bundle_id": BUNDLE_ID, "online": false });
        let phone = self.ask("PUT", &format!("/api/simulator/devices/{token}"), &body);
        assert_eq!(phone.status, 201, "{}", phone.text());
        push::provider_token(&key)
    }

    /// Sends a push with the name of its call.
    fn push(&self, provider_token: &str, apns_id: &str) -> Answer {
        let authorization = format!("bearer {provider_token}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("apns-topic", TOPIC),
            ("apns-push-type", "voip"),
            ("apns-id", apns_id),
            ("trill-call", CALL),
        ];
        let body = json!({ "handle": "alice", "callUUID": CALL }).to_string();
        let path = push::path("simulator", &TOKEN.to_lowercase());
        self.trill.request("POST", &path, &headers, body.as_bytes())
    }

    /// Opens the event stream of the page.
    async fn events(&self) -> Client {
        let mut client = Client::connect(self.trill.address()).await;
        let request = format!(
            "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n",
            self.trill.address()
        );
        client.write(request.as_bytes()).await;
        client.until("events of Trill").await;
        client
    }
}

/// Status and code of a refusal.
fn refusal(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status, code)
}
