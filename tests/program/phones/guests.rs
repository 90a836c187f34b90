//! Shared pages: an app belongs to an account, and others see it only if its owner names them.

use serde_json::{Value, json};

use super::{BUNDLE_ID, JSON, Stage, TOKEN, refusal};
use crate::relay::raw_http1::Client;
use crate::support::http1::{self, Answer};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const HOST: &str = "trill.test";

/// A shared page behind a proxy that names its users.
struct Shared {
    trill: Trill,
    phones: std::net::SocketAddr,
    _folder: TempDir,
}

impl Shared {
    fn start() -> Self {
        let folder = TempDir::new();
        let more = [
            "--public-url=https://trill.test",
            "--user-header=x-user",
            "--trusted-proxy=127.0.0.1",
        ];
        let arguments = Stage::arguments(&folder, &more);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let trill = Trill::start(&arguments);
        let phones = trill.address();
        let mut shared = Self {
            trill,
            phones,
            _folder: folder,
        };
        let relay = shared
            .ask("alice", "GET", "/api/relay", &Value::Null)
            .json();
        let address = relay["phones_url"]
            .as_str()
            .and_then(|url| url.split_once("://"));
        shared.phones = address.expect("a URL").1.parse().expect("an address");
        shared
    }

    fn ask(&self, user: &str, method: &str, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [JSON, ("x-user", user)];
        http1::request_as(
            HOST,
            self.trill.address(),
            method,
            path,
            &headers,
            text.as_bytes(),
        )
    }

    fn app(&self, user: &str) -> (String, String) {
        let body = json!({ "name": user, "bundle_ids": [BUNDLE_ID] });
        let app = self.ask(user, "POST", "/api/apps", &body).json();
        let text = |name: &str| app[name].as_str().expect("a text").to_owned();
        (text("id"), text("secret"))
    }

    fn register(&self, secret: &str, token: &str) -> Answer {
        let body = json!({ "bundle_id": BUNDLE_ID, "environment": "sandbox" }).to_string();
        let headers = [JSON, ("trill-app", secret)];
        http1::request(
            self.phones,
            "PUT",
            &format!("/api/devices/{token}"),
            &headers,
            body.as_bytes(),
        )
    }

    fn devices(&self, user: &str) -> Vec<String> {
        let devices = self.ask(user, "GET", "/api/devices", &Value::Null).json();
        let devices = devices["devices"].as_array().expect("a list");
        devices
            .iter()
            .map(|device| device["app_name"].as_str().expect("a text").to_owned())
            .collect()
    }

    async fn events(&self, user: &str) -> Client {
        let mut client = Client::connect(self.trill.address()).await;
        let request = format!("GET /api/events HTTP/1.1\r\nhost: {HOST}\r\nx-user: {user}\r\n\r\n");
        client.write(request.as_bytes()).await;
        client.until("events of Trill").await;
        client
    }
}

#[tokio::test]
async fn devices_are_seen_by_the_owner_and_by_those_the_owner_names() {
    let shared = Shared::start();
    let (id, alices) = shared.app("alice");
    let (_, bobs) = shared.app("bob");
    let viewers = format!("/api/apps/{id}/viewers");
    let named = shared.ask("alice", "PUT", &viewers, &json!({ "viewers": ["carol"] }));
    assert_eq!(named.json()["viewers"], json!(["carol"]));
    let mut streams = Vec::new();
    for user in ["alice", "carol", "bob"] {
        streams.push(shared.events(user).await);
    }
    assert_eq!(shared.register(&alices, TOKEN).status, 201);
    assert_eq!(
        shared.register(&bobs, TOKEN).status,
        201,
        "a token may belong to both"
    );
    for (number, expected) in [(0, "alice"), (1, "alice"), (2, "bob")] {
        let seen = streams[number].until("\"bundle_id\"").await;
        assert!(
            seen.contains(&format!("\"app_name\":\"{expected}\"")),
            "{number}: {seen}"
        );
    }
    assert_eq!(shared.devices("alice"), ["alice"]);
    assert_eq!(shared.devices("carol"), ["alice"]);
    assert_eq!(shared.devices("bob"), ["bob"]);
    assert!(shared.devices("dave").is_empty());
    let apps = shared.ask("carol", "GET", "/api/apps", &Value::Null).json();
    assert_eq!(
        (&apps["apps"][0]["is_owner"], &apps["apps"][0]["viewers"]),
        (&false.into(), &Value::Null)
    );

    let foreign = (404, "app_not_found".to_owned());
    let app = format!("/api/apps/{id}");
    for user in ["bob", "carol"] {
        let none = &Value::Null;
        assert_eq!(refusal(&shared.ask(user, "DELETE", &app, none)), foreign);
        assert_eq!(
            refusal(&shared.ask(user, "POST", &format!("{app}/secret"), &json!({}))),
            foreign
        );
        assert_eq!(
            refusal(&shared.ask(user, "DELETE", &format!("{app}/secret"), none)),
            foreign
        );
        let viewers = shared.ask(user, "PUT", &viewers, &json!({ "viewers": [user] }));
        assert_eq!(refusal(&viewers), foreign);
    }
    let device = format!("/api/devices/{TOKEN}");
    let carols = shared.ask("carol", "DELETE", &device, &Value::Null);
    assert_eq!(refusal(&carols), (404, "device_not_registered".into()));
    let shown = shared.ask("carol", "GET", &device, &Value::Null).json();
    assert_eq!(shown["devices"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        shared.ask("alice", "DELETE", &device, &Value::Null).status,
        204
    );
    assert_eq!(
        (shared.devices("alice").len(), shared.devices("bob").len()),
        (0, 1)
    );

    assert_eq!(shared.register(&alices, TOKEN).status, 201);
    assert_eq!(
        shared.ask("alice", "DELETE", &app, &Value::Null).status,
        204
    );
    assert!(shared.devices("carol").is_empty() && shared.devices("alice").is_empty());
    assert_eq!(
        refusal(&shared.register(&alices, TOKEN)),
        (401, "app_secret".into())
    );
}
