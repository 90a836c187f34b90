//! A visit: the program, a browser, and the page open in it, with the fields by their names.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::capture::Request;
use crate::driver::{Browser, Tab, by_test};
use crate::support::leak::LeakFinder;
pub(crate) use crate::support::push::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, TEAM_ID};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;
use crate::support::{key_forms, openssl};

/// Time that anything on loopback may take that is not waiting on purpose.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A visit to the page.
pub(crate) struct Visit {
    pub(crate) tab: Tab,
    pub(crate) trill: Trill,
    browser: Browser,
}

/// A key as its owner has it: the file from Apple's portal.
pub(crate) struct KeyFile {
    /// The text of the file.
    pub(crate) text: String,
    /// The public half, which goes to APNs.
    pub(crate) public_key: String,
    /// The number nobody else may see.
    pub(crate) scalar: [u8; 32],
    path: std::path::PathBuf,
    _folder: TempDir,
}

impl KeyFile {
    /// Makes a key and writes it into a file with the name Apple gives it.
    pub(crate) fn new() -> Self {
        let key = openssl::p256_key();
        let text = key_forms::apple(&key);
        let folder = TempDir::new();
        let path = folder.write(&format!("AuthKey_{KEY_ID}.p8"), &text);
        Self {
            text,
            public_key: openssl::public_key(&key),
            scalar: key_forms::scalar(&key),
            path,
            _folder: folder,
        }
    }

    /// Path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Visit {
    /// Starts the program and opens its page.
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same, with further arguments for the program.
    pub(crate) async fn with(arguments: &[&str]) -> Self {
        let visit = Self::closed(arguments).await;
        visit.open().await;
        visit
    }

    /// The program and a browser, which has not gone to the page yet.
    pub(crate) async fn closed(arguments: &[&str]) -> Self {
        let trill = Trill::start(arguments);
        let page = trill.request("GET", "/", &[], b"");
        assert!(
            page.status == 200 && page.text().contains("boot"),
            "the program has no page; test a release build, or set TRILL_PAGE=1 while building"
        );
        let browser = Browser::launch().await;
        let tab = browser.tab().await;
        Self {
            tab,
            trill,
            browser,
        }
    }

    /// Another tab of the same browser.
    pub(crate) async fn new_tab(&self) -> Tab {
        self.browser.tab().await
    }

    /// Goes to the page and waits until it works.
    pub(crate) async fn open(&self) {
        self.tab.goto(&format!("{}/", self.trill.origin())).await;
        self.tab.wait_for(&by_test("demo"), SOON).await;
    }

    /// Tells the simulator the public key, as Apple knows it from the portal.
    pub(crate) fn enrol_key(&self, key: &KeyFile) {
        let body = json!({ "team_id": TEAM_ID, "public_key": key.public_key, "environments": ["sandbox", "production"], "topics": null });
        self.put(&format!("/api/simulator/keys/{KEY_ID}"), &body);
    }

    /// Gives the simulator a phone with the app on it.
    pub(crate) fn enrol_device(&self) {
        let body = json!({ "name": "Alice’s iPhone", "bundle_id": BUNDLE_ID, "kind": "voip", "state": "active" });
        self.put(&format!("/api/simulator/devices/{DEVICE_TOKEN}"), &body);
    }

    fn put(&self, path: &str, body: &Value) {
        let answer = self.trill.request(
            "PUT",
            path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        );
        assert!(
            (200..300).contains(&answer.status),
            "PUT {path}: {} {}",
            answer.status,
            answer.text()
        );
    }

    /// The simulator's decisions, oldest first.
    pub(crate) fn decisions(&self) -> Vec<Value> {
        let journal = self
            .trill
            .request("GET", "/api/simulator/journal", &[], b"")
            .json();
        let list = journal
            .as_array()
            .or_else(|| journal.as_object()?.values().find_map(Value::as_array));
        list.unwrap_or_else(|| panic!("no list in the journal: {journal}"))
            .clone()
    }

    /// Drops a key file where the page asks for one.
    pub(crate) async fn drop_key(&self, path: &Path) {
        self.tab.drop_files(&by_test("key-file"), &[path]).await;
    }

    /// Replaces what stands in a field.
    pub(crate) async fn fill(&self, field: &str, text: &str) {
        self.tab.set_value(&by_test(field), text).await;
    }

    /// Brings a key and fills every field for a call to the phone of [`Self::enrol_device`].
    pub(crate) async fn fill_all(&self, key: &KeyFile, payload: &str) {
        self.drop_key(key.path()).await;
        self.wait_for_value("key-id", KEY_ID).await;
        self.fill("team-id", TEAM_ID).await;
        self.choose_environment("simulator").await;
        self.fill("bundle-id", BUNDLE_ID).await;
        self.fill("device-token", DEVICE_TOKEN).await;
        self.fill("payload", payload).await;
    }

    /// Chooses the own app in the list of apps, which opens its description.
    pub(crate) async fn describe_own_app(&self) {
        self.tab.tab_to(&by_test("app")).await;
        self.tab.type_text("My own app").await;
        self.tab.wait_for(&by_test("mapping"), SOON).await;
    }

    /// Chooses an environment by its label, which is what people click.
    pub(crate) async fn choose_environment(&self, name: &str) {
        let radio = format!("{} input[value=\"{name}\"]", by_test("environment"));
        let label = format!(
            "{} label:has(input[value=\"{name}\"])",
            by_test("environment")
        );
        let target = if self.tab.has(&label).await {
            &label
        } else {
            &radio
        };
        self.tab.click(target).await;
        self.tab.wait_for(&format!("{radio}:checked"), SOON).await;
    }

    /// Waits until a field holds a text.
    pub(crate) async fn wait_for_value(&self, field: &str, value: &str) {
        self.tab
            .wait_until(
                &format!(
                    "document.querySelector('{}')?.value === {}",
                    by_test(field),
                    json!(value)
                ),
                SOON,
            )
            .await;
    }

    /// Waits until what a test knows by this name has the focus.
    pub(crate) async fn wait_for_focus(&self, name: &str) {
        self.tab
            .wait_until(
                &format!("document.activeElement?.dataset.test === {}", json!(name)),
                SOON,
            )
            .await;
    }

    /// Presses Send.
    pub(crate) async fn send(&self) {
        self.tab.click(&by_test("send")).await;
    }

    /// Waits until the page states this outcome.
    pub(crate) async fn wait_for_outcome(&self, outcome: &str, patience: Duration) {
        self.tab
            .wait_for(
                &format!("{}[data-outcome=\"{outcome}\"]", by_test("outcome")),
                patience,
            )
            .await;
    }

    /// Fails if the key can be found in what the browser keeps for the page or shows of it.
    pub(crate) async fn assert_key_not_kept(&self, key: &KeyFile) {
        let kept = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, document.documentElement.outerHTML])";
        let kept = self.tab.eval(kept).await;
        let found = LeakFinder::new(&key.scalar).find(kept.as_str().unwrap_or_default().as_bytes());
        assert_eq!(
            found, None,
            "the browser keeps the key, or the page shows it"
        );
    }
}

/// The provider token a request carried.
pub(crate) fn provider_token(request: &Request) -> &str {
    let authorization = request
        .header("authorization")
        .expect("the push carries a provider token");
    authorization
        .strip_prefix("bearer ")
        .unwrap_or_else(|| panic!("not a bearer token: {authorization:.12}"))
}
