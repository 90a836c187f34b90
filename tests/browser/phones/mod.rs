//! Registered apps and devices, and what their receipts make of a send. curl plays the app on a phone.

mod apps;
mod devices;
mod receipts;

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::support::http1::{self, Answer};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KeyFile, SOON, Visit};

const JSON: (&str, &str) = ("content-type", "application/json");
const CALL: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";
const RINGING: &str = "[data-test=\"phone\"][data-state=\"ringing\"]";
/// Longer than a receipt may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A page with a push server, and the app that it knows.
pub(crate) struct Stage {
    pub(crate) visit: Visit,
    phones: SocketAddr,
    folder: TempDir,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new();
        let arguments = arguments(&folder);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let visit = Visit::with(&arguments).await;
        let phones = phones(&visit.trill);
        Self {
            visit,
            phones,
            folder,
        }
    }

    /// Stops the program and starts it again on its data and its address.
    fn restart(&mut self) {
        let address = self.visit.trill.address().to_string();
        self.visit.trill.stop();
        let arguments = arguments(&self.folder);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        self.visit.trill = Trill::start_on(&address, &arguments);
        self.phones = phones(&self.visit.trill);
    }

    /// Registers an app by a script; its secret.
    pub(crate) fn app(&self) -> String {
        let body = json!({ "name": "Calls", "bundle_ids": [BUNDLE_ID] }).to_string();
        let app = self
            .visit
            .trill
            .request("POST", "/api/apps", &[JSON], body.as_bytes());
        app.json()["secret"].as_str().unwrap().to_owned()
    }

    /// Asks as an app on a phone.
    fn as_app(&self, secret: &str, method: &str, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [JSON, ("trill-app", secret)];
        http1::request(self.phones, method, path, &headers, text.as_bytes())
    }

    /// Registers the device of the tests, with more about it.
    pub(crate) fn register(&self, secret: &str, more: &Value) {
        let mut body = json!({ "bundle_id": BUNDLE_ID, "environment": "simulator", "device_name": "Ann’s iPhone" });
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let path = format!("/api/devices/{DEVICE_TOKEN}");
        let answer = self.as_app(secret, "PUT", &path, &body);
        assert!(answer.status < 300, "{}", answer.text());
    }

    fn receipt(&self, secret: &str, event: &str) {
        let body = json!({ "call": CALL, "event": event, "at_ms": 1_795_911_861_123_u64 });
        let answer = self.as_app(secret, "POST", "/api/receipts", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Fills in a call, with a key and a virtual iPhone that the simulator knows. It is offline, so
    /// that only curl reports.
    pub(crate) async fn ready(&self, phone: &Value) {
        let key = KeyFile::new();
        self.visit.enrol_key(&key);
        let path = format!("/api/simulator/devices/{DEVICE_TOKEN}");
        let mut body = json!({ "name": "iPhone", "bundle_id": BUNDLE_ID });
        for (name, value) in phone.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let body = body.to_string();
        self.visit
            .trill
            .request("PUT", &path, &[JSON], body.as_bytes());
        let payload = format!(r#"{{"handle":"alice","callUUID":"{CALL}","aps":{{}}}}"#);
        self.visit.fill_all(&key, &payload).await;
    }

    /// Waits until the result has this ring state.
    pub(crate) async fn wait_for_ring(&self, state: &str) {
        let ring = format!("[data-test=\"ring\"][data-state=\"{state}\"]");
        self.visit.tab.wait_for(&ring, PATIENCE).await;
    }

    /// Events of the receipts of the result.
    async fn receipts(&self) -> Value {
        let all = "[...document.querySelectorAll('.outcome [data-test=receipt]')].map(one => one.textContent)";
        self.visit.tab.eval(all).await
    }
}

fn arguments(folder: &TempDir) -> [String; 2] {
    let data = format!("--data={}", folder.path().join("data").display());
    ["--phones=127.0.0.2:0".to_owned(), data]
}

/// Address of the listener for phones.
fn phones(trill: &Trill) -> SocketAddr {
    let relay = trill.request("GET", "/api/relay", &[], b"").json();
    let url = relay["phones_url"].as_str().unwrap();
    url.split_once("://").unwrap().1.parse().unwrap()
}

/// Texts of the rows of a list of the card.
async fn rows(visit: &Visit, test: &str) -> Vec<String> {
    let all =
        format!("[...document.querySelectorAll('[data-test={test}]')].map(row => row.innerText)");
    let all = visit.tab.eval(&all).await;
    let texts = all.as_array().into_iter().flatten();
    texts
        .map(|text| text.as_str().unwrap_or_default().to_owned())
        .collect()
}

impl Stage {
    /// Opens the card of registered devices.
    pub(crate) async fn open_card(&self) {
        self.visit.tab.click(&by_test("phones")).await;
        self.visit.tab.wait_for(&by_test("app-form"), SOON).await;
    }

    /// Waits until the device of the tests is listed in this state.
    pub(crate) async fn wait_for_device(&self, state: &str) {
        let row = format!("[data-test=registered-device][data-state={state}]");
        self.visit.tab.wait_for(&row, SOON).await;
    }
}
