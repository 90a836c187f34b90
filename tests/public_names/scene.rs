//! A running program that has seen a bit of everything: a key, a phone, pushes and refusals.

use std::fs;

use serde_json::{Value, json};

use crate::support::http1::{self, Answer};
use crate::support::openssl;
use crate::support::push::{self, TOPIC};
pub(crate) use crate::support::push::{DEVICE_TOKEN, KEY_ID, TEAM_ID};
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

pub(crate) const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
/// Name of the call of each push.
pub(crate) const CALL: &str = "call-1";
const JSON: (&str, &str) = ("content-type", "application/json");
const SETTINGS: &str = r#"
[policy]
topics = ["com.example.calls"]
production = "off"
[[preset]]
name = "Staging phone"
environment = "sandbox"
key-id = "ABC123DEFG"
team-id = "TEAM654321"
bundle-id = "com.example.calls"
device-token = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff"
push-type = "voip"
payload = '{"handle":"alice"}'
"#;

/// A provider token of a new key.
pub(crate) fn token() -> String {
    push::provider_token(&openssl::p256_key())
}

/// The program with its audit file.
pub(crate) struct Scene {
    pub(crate) trill: Trill,
    folder: TempDir,
    token: String,
}

impl Scene {
    /// Starts the program, with a key and a phone in its simulator.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new();
        let text = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
        let settings = text(folder.write("trill.toml", SETTINGS));
        let identity = text(folder.write("voip.pem", PushFiles::universal(365).pem()));
        let audit = text(folder.path().join("audit.jsonl"));
        let data = text(folder.path().join("data"));
        let trill = Trill::start(&[
            "--phones",
            "127.0.0.1:0",
            "--data",
            &data,
            "--config",
            &settings,
            "--identity",
            &format!("voip={identity}"),
            "--audit",
            &audit,
            "--log",
            "debug",
            "--log-format",
            "json",
        ]);
        let key = openssl::p256_key();
        let scene = Self {
            trill,
            folder,
            token: push::provider_token(&key),
        };
        let body = json!({
            "team_id": TEAM_ID, "public_key": openssl::public_key(&key),
            "topics": ["com.example.calls.voip"], "group": "phones",
        });
        scene.ask("PUT", &format!("/api/simulator/keys/{KEY_ID}"), &body);
        let body = json!({
            "name": "Alice", "bundle_id": "com.example.calls",
            "mapping": { "call_uuid": "metadata.call_id" }, "pushes_per_minute": 100,
        });
        scene.ask(
            "PUT",
            &format!("/api/simulator/devices/{DEVICE_TOKEN}"),
            &body,
        );
        scene
    }

    /// Sends a request with a JSON body, or with none.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.trill.request(method, path, &[JSON], text.as_bytes())
    }

    /// Sends a request as an app with this secret.
    pub(crate) fn ask_as_app(
        &self,
        secret: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let headers = [JSON, ("trill-app", secret)];
        self.trill
            .request(method, path, &headers, body.to_string().as_bytes())
    }

    /// Sends a push that rings the phone of this token.
    pub(crate) fn push(&self, environment: &str, device_token: &str, apns_id: &str) -> Answer {
        let authorization = format!("bearer {}", self.token);
        let headers = [
            ("authorization", authorization.as_str()),
            ("apns-topic", TOPIC),
            ("apns-push-type", "voip"),
            ("apns-id", apns_id),
            ("trill-call", CALL),
        ];
        let body = json!({ "handle": "alice", "metadata": { "call_id": APNS_ID } }).to_string();
        http1::request(
            self.trill.address(),
            "POST",
            &push::path(environment, device_token),
            &headers,
            body.as_bytes(),
        )
    }

    /// Sends what is accepted, rejected and refused, once each.
    pub(crate) fn send_all(&self) {
        let accepted = self.push("simulator", DEVICE_TOKEN, APNS_ID);
        assert_eq!(accepted.header("trill-outcome"), Some("accepted"));
        let unknown = "00".repeat(32);
        let rejected = self.push(
            "simulator",
            &unknown,
            "eabeae54-14a8-11e5-b60b-1697f925ec7c",
        );
        assert_eq!(rejected.header("trill-outcome"), Some("rejected"));
        let refused = self.push(
            "production",
            DEVICE_TOKEN,
            "eabeae54-14a8-11e5-b60b-1697f925ec7d",
        );
        assert_eq!(refused.status, 403, "the policy has production off");
    }

    /// Stops the program; the lines of its audit file and of its log.
    pub(crate) fn end(mut self) -> (Vec<Value>, Vec<Value>) {
        assert_eq!(self.trill.end_by("-TERM"), Some(0));
        let audit = fs::read_to_string(self.folder.path().join("audit.jsonl")).unwrap();
        (json_lines(&audit), json_lines(&self.trill.stderr()))
    }
}

/// Values of lines of JSON.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}
