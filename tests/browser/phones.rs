//! Registered apps and devices, and what their receipts make of a send. curl plays the app on a phone.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::{NONE, by_test};
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
struct Stage {
    visit: Visit,
    phones: SocketAddr,
    folder: TempDir,
}

impl Stage {
    async fn new() -> Self {
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
    fn app(&self) -> String {
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
    fn register(&self, secret: &str, more: &Value) {
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
    async fn ready(&self, phone: &Value) {
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
    async fn wait_for_ring(&self, state: &str) {
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

#[tokio::test(flavor = "multi_thread")]
async fn receipts_turn_an_accepted_send_into_one_that_rang_and_stand_there_after_a_restart() {
    let mut stage = Stage::new().await;
    let secret = stage.app();
    stage.register(&secret, &Value::Null);
    stage.ready(&json!({ "online": false })).await;
    stage.visit.send().await;
    stage.visit.wait_for_outcome("accepted", SOON).await;
    stage.wait_for_ring("accepted").await;
    for event in ["received", "reported"] {
        stage.receipt(&secret, event);
    }
    stage.wait_for_ring("rang").await;
    let sentence = stage.visit.tab.text(&by_test("ring")).await;
    assert!(sentence.starts_with("rang after "), "{sentence}");
    stage.receipt(&secret, "answered");
    let told = "document.querySelectorAll('.outcome [data-test=receipt]').length == 3";
    stage.visit.tab.wait_until(told, SOON).await;
    assert_eq!(
        stage.receipts().await,
        json!(["received", "reported", "answered"])
    );
    let times = stage
        .visit
        .tab
        .text(&format!("{} dd", by_test("receipts")))
        .await;
    assert!(
        times.starts_with("after 0.") && times.contains("the device’s clock: "),
        "{times}"
    );

    stage.restart();
    stage.visit.tab.reload().await;
    let row = "[data-test=stored-send][data-ring=rang]";
    stage.visit.tab.wait_for(row, SOON).await;
    let text = format!("document.querySelector('{row}').innerText");
    let text = stage.visit.tab.eval(&text).await;
    let text = text.as_str().unwrap();
    for part in ["rang after ", "Simulator · accepted", "answered"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(stage.visit.tab.has("[data-test=sends][open]").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_receipt_within_ten_seconds_the_causes_follow_also_after_a_reload() {
    let stage = Stage::new().await;
    let secret = stage.app();
    stage.register(&secret, &Value::Null);
    stage.ready(&json!({ "online": false })).await;
    stage.visit.send().await;
    stage.visit.wait_for_outcome("accepted", SOON).await;
    stage.wait_for_ring("nothing").await;
    let ring = stage.visit.tab.text(&by_test("ring")).await;
    assert_eq!(ring, "nothing came within 10 s");
    let cause = "[data-test=diagnosis] > .found[data-rank]:not([data-rank=ruled-out])";
    stage.visit.tab.wait_for(cause, SOON).await;
    stage.visit.send().await;
    stage
        .visit
        .tab
        .wait_for("[data-test=stored-send][data-ring=accepted]", SOON)
        .await;
    stage.visit.tab.reload().await;
    let both =
        "document.querySelectorAll('[data-test=stored-send][data-ring=nothing]').length == 2";
    stage.visit.tab.wait_until(both, PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_virtual_iphone_reports_in_the_same_words_without_a_push_server() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(RINGING, SOON).await;
    let rang = "[data-test=ring][data-state=rang]";
    visit.tab.wait_for(rang, SOON).await;
    assert!(visit.tab.text(rang).await.starts_with("rang after 0."));
    for (button, event) in [("accept", "answered"), ("decline", "ended")] {
        visit.tab.click(&by_test(button)).await;
        let told = format!(
            "[...document.querySelectorAll('[data-test=receipt]')].at(-1)?.textContent == '{event}'"
        );
        visit.tab.wait_until(&told, SOON).await;
    }
    assert!(!visit.tab.has(&by_test("sends")).await);
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(RINGING, SOON).await;
    visit.tab.click(&by_test("decline")).await;
    let declined =
        "[...document.querySelectorAll('[data-test=receipt]')].at(-1)?.textContent == 'declined'";
    visit.tab.wait_until(declined, SOON).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_makes_its_uuid_gets_a_name_for_receipts_with_one_click() {
    let stage = Stage::new().await;
    let visit = &stage.visit;
    visit
        .fill("payload", r#"{"handle":"alice","aps":{}}"#)
        .await;
    let add = by_test("add-call-name");
    visit.tab.wait_for(&add, SOON).await;
    let hint = visit
        .tab
        .text(".row:has(> [data-test=add-call-name])")
        .await;
    assert!(hint.contains("52 bytes"), "{hint}");
    visit.tab.tab_to(&add).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .wait_for_value(
            "payload",
            r#"{"handle":"alice","aps":{},"trill_call":"{{uuid}}"}"#,
        )
        .await;
    assert!(!visit.tab.has(&add).await);
    let without = Visit::new().await;
    without
        .fill("payload", r#"{"handle":"alice","aps":{}}"#)
        .await;
    assert!(!without.tab.has(&add).await, "nobody takes receipts");
}
