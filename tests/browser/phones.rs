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
    assert!(sentence.starts_with("Rang after "), "{sentence}");
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
        times.starts_with("after ") && times.contains("device’s clock "),
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
    assert_eq!(ring, "Nothing came within 10 s");
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
    assert!(visit.tab.text(rang).await.starts_with("rang after "));
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

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_registered_by_keyboard_and_its_secret_is_shown_once() {
    let stage = Stage::new().await;
    let visit = &stage.visit;
    visit.tab.tab_to(&by_test("phones")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("app-form"), SOON).await;
    visit.tab.tab_to(&by_test("app-bundle-ids")).await;
    visit.tab.type_text("com.example.calls, my app!").await;
    visit.tab.tab_to(&by_test("register-app")).await;
    visit.tab.press("Enter", NONE).await;
    let name = "#app-name-note [data-test=finding]";
    visit.tab.wait_for(name, SOON).await;
    let sentence = visit.tab.text(name).await;
    assert!(
        sentence.starts_with("The field “name” is blank"),
        "{sentence}"
    );
    visit.tab.tab_back_to(&by_test("app-name")).await;
    visit.tab.type_text("Calls").await;
    assert!(!visit.tab.has(name).await, "its text has changed");
    visit.tab.tab_to(&by_test("register-app")).await;
    visit.tab.press("Enter", NONE).await;
    let ids = "#app-bundle-ids-note [data-test=finding]";
    visit.tab.wait_for(ids, SOON).await;
    visit.fill("app-bundle-ids", "com.example.calls").await;
    visit.tab.tab_to(&by_test("register-app")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("app-secret"), SOON).await;
    let has_focus = "document.activeElement.id === 'new-secret'";
    visit.tab.wait_until(has_focus, SOON).await;
    let code = "document.querySelector('[data-test=qr-code] path').getAttribute('d').startsWith('M0 0h7v1h-7z')";
    assert_eq!(visit.tab.eval(code).await, true);
    let copied = "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }";
    visit.tab.eval(copied).await;
    visit.tab.tab_to(&by_test("copy-secret")).await;
    visit.tab.press("Enter", NONE).await;
    let secret = visit.tab.text(&by_test("app-secret")).await;
    assert_eq!(visit.tab.eval("window.copied").await, secret.as_str());
    stage.register(&secret, &Value::Null);
    stage.wait_for_device("registered").await;
    visit.tab.tab_to(&by_test("hide-secret")).await;
    visit.tab.press("Enter", NONE).await;
    let gone = "document.querySelector('[data-test=new-secret]') === null";
    visit.tab.wait_until(gone, SOON).await;
    let kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML])";
    let kept = visit.tab.eval(kept).await;
    assert!(
        !kept.as_str().unwrap().contains(&secret),
        "it was shown once"
    );
    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("phones"), SOON).await;
    stage.open_card().await;
    assert!(!visit.tab.has(&by_test("app-secret")).await);
    assert_eq!(rows(visit, "registered-app").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_appears_by_itself_and_one_click_puts_it_into_the_form() {
    let stage = Stage::new().await;
    let visit = &stage.visit;
    let secret = stage.app();
    stage.ready(&Value::Null).await;
    visit.fill("bundle-id", "").await;
    visit.fill("device-token", "").await;
    stage.open_card().await;
    visit.choose_environment("sandbox").await;
    stage.register(
        &secret,
        &json!({ "device_name": "<b>Ann’s iPhone</b>", "system_version": "18.0" }),
    );
    stage.wait_for_device("registered").await;
    let row = &rows(visit, "registered-device").await[0];
    for part in [
        "<b>Ann’s iPhone</b>",
        "Calls · com.example.calls · simulator",
        "VoIP yes, alert no",
        "iOS 18.0",
    ] {
        assert!(row.contains(part), "{part} in {row}");
    }
    visit.tab.click(&by_test("use-device")).await;
    visit.wait_for_value("device-token", DEVICE_TOKEN).await;
    visit.wait_for_value("bundle-id", BUNDLE_ID).await;
    visit
        .tab
        .wait_for("input[value=simulator]:checked", SOON)
        .await;
    visit
        .tab
        .wait_for("[data-test=registered-device][aria-current]", SOON)
        .await;
    visit.send().await;
    visit.tab.wait_for(RINGING, SOON).await;
    stage.wait_for_ring("rang").await;
    visit.tab.press("z", crate::driver::CONTROL).await;
    visit.wait_for_value("device-token", "").await;
    visit
        .tab
        .wait_for("input[value=sandbox]:checked", SOON)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_apns_says_is_gone_is_marked_and_comes_back_by_registering() {
    let stage = Stage::new().await;
    let secret = stage.app();
    stage.register(&secret, &json!({ "kinds": ["alert"] }));
    stage.open_card().await;
    stage.wait_for_device("registered").await;
    let reason = by_test("kinds-reason");
    stage.visit.tab.wait_for(&reason, SOON).await;
    let reason = stage.visit.tab.text(&reason).await;
    assert!(reason.starts_with("Likely the background mode"), "{reason}");
    std::thread::sleep(Duration::from_millis(5));
    stage.ready(&json!({ "state": "unregistered" })).await;
    stage.visit.send().await;
    stage.visit.wait_for_outcome("rejected", SOON).await;
    stage.wait_for_device("unregistered").await;
    std::thread::sleep(Duration::from_millis(5));
    stage.register(&secret, &Value::Null);
    stage.wait_for_device("registered").await;
    let path = format!("/api/devices/{DEVICE_TOKEN}");
    assert_eq!(
        stage.as_app(&secret, "DELETE", &path, &Value::Null).status,
        204
    );
    stage.wait_for_device("withdrawn").await;
    stage.register(&secret, &Value::Null);
    stage.wait_for_device("registered").await;
    stage.visit.tab.click(&by_test("remove-device")).await;
    let none = "document.querySelector('[data-test=registered-device]') === null";
    stage.visit.tab.wait_until(none, SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_renewed_and_revoked_and_an_app_deleted_after_a_question() {
    let stage = Stage::new().await;
    let visit = &stage.visit;
    let first = stage.app();
    stage.register(&first, &Value::Null);
    stage.open_card().await;
    visit.tab.click(&by_test("renew-secret")).await;
    visit.tab.wait_for(&by_test("app-secret"), SOON).await;
    let second = visit.tab.text(&by_test("app-secret")).await;
    let path = format!("/api/devices/{DEVICE_TOKEN}");
    let status = |secret: &str| {
        stage
            .as_app(
                secret,
                "PUT",
                &path,
                &json!({ "bundle_id": BUNDLE_ID, "environment": "sandbox" }),
            )
            .status
    };
    assert_eq!((status(&first), status(&second)), (401, 200));
    visit.tab.click(&by_test("revoke-secret")).await;
    let revoked = "document.querySelector('[data-test=revoke-secret]') === null";
    visit.tab.wait_until(revoked, SOON).await;
    assert_eq!(status(&second), 401);
    visit.tab.tab_to(&by_test("delete-app")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("ask-delete"), SOON).await;
    visit.wait_for_focus("delete-no").await;
    let question = visit.tab.text("#ask-delete").await;
    assert_eq!(
        question,
        "Delete Calls, its 1 device, their sends and receipts?"
    );
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(&by_test("delete-app"), SOON).await;
    visit.tab.click(&by_test("delete-app")).await;
    visit.tab.wait_for(&by_test("delete-yes"), SOON).await;
    visit.tab.click(&by_test("delete-yes")).await;
    let none = "document.querySelector('[data-test=registered-app], [data-test=registered-device]') === null";
    visit.tab.wait_until(none, SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_users_page_shows_nothing_of_an_app() {
    let mut visit = Visit::closed(&[]).await;
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let folder = TempDir::new();
    let [phones, data] = arguments(&folder);
    let public = format!("--public-url=http://{address}");
    let users = [
        "--user-header=x-user",
        "--trusted-proxy=127.0.0.1",
        "--insecure-http",
    ];
    visit.trill = Trill::start_on(
        &address,
        &[&[phones.as_str(), &data, &public], users.as_slice()].concat(),
    );
    let body = json!({ "name": "Calls", "bundle_ids": [BUNDLE_ID] }).to_string();
    let alice = [JSON, ("x-user", "alice")];
    let app = visit
        .trill
        .request("POST", "/api/apps", &alice, body.as_bytes());
    assert_eq!(app.status, 201, "{}", app.text());
    for (user, apps) in [("alice", 1), ("bob", 0)] {
        let headers = json!({ "headers": { "x-user": user } });
        visit.tab.call("Network.setExtraHTTPHeaders", headers).await;
        visit.open().await;
        visit.tab.wait_for(&by_test("phones"), SOON).await;
        visit.tab.click(&by_test("phones")).await;
        visit.tab.wait_for(&by_test("app-form"), SOON).await;
        let shown = format!(
            "document.querySelector('[data-test=relay]').textContent === '{user}' && document.querySelectorAll('[data-test=registered-app]').length === {apps}"
        );
        visit.tab.wait_until(&shown, SOON).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_push_server_one_line_says_how_to_get_one() {
    let visit = Visit::new().await;
    visit
        .tab
        .wait_for("[data-test=phones-off] [aria-hidden=false] code", SOON)
        .await;
    let line = visit.tab.text(&by_test("phones-off")).await;
    assert!(line.contains("trill serve --phones ADDR"), "{line}");
    assert!(!visit.tab.has(&by_test("phones")).await);
}
