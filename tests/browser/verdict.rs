//! The verdict on the page: APNs's answer and the phone together, faults by their names, a relay that goes and comes
//! back, and a demo that always rings.

use std::time::Duration;

use serde_json::{Value, json};
use trill::call::template::ARTICLE;

use crate::driver::by_test;
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KeyFile, SOON, Visit};

/// The relay waits so long for an answer, and the page a little longer.
const NO_ANSWER: Duration = Duration::from_secs(40);
const RINGING: &str = "[data-test=\"phone\"][data-state=\"ringing\"]";
const IDLE: &str = "[data-test=\"phone\"][data-state=\"idle\"]";

impl Visit {
    fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.trill.request(
            method,
            &format!("/api/simulator/{path}"),
            &[("content-type", "application/json")],
            body.as_bytes(),
        );
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path}: {} {}",
            answer.status,
            answer.text()
        );
        if answer.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }

    /// Enrols the phone of the form anew, with this changed.
    fn put_phone(&self, change: &Value) {
        let mut body = json!({ "name": "Alice’s iPhone", "bundle_id": BUNDLE_ID });
        for (name, value) in change.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.control("PUT", &format!("devices/{DEVICE_TOKEN}"), &body);
    }

    /// A form with everything for a call, and a simulator that knows its key and phone.
    async fn ready() -> Self {
        let key = KeyFile::new();
        let visit = Self::new().await;
        visit.enrol_key(&key);
        visit.put_phone(&json!({}));
        visit
            .fill_all(
                &key,
                &ARTICLE.replace("db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "{{uuid}}"),
            )
            .await;
        visit
    }

    /// Waits until the verdict reads so.
    async fn wait_for_verdict(&self, headline: &str, tone: &str, phone: &str) {
        let outcome = format!(
            "{}[data-tone=\"{tone}\"][data-phone=\"{phone}\"]",
            by_test("outcome")
        );
        let reads = format!(
            "document.querySelector({})?.querySelector('.verdict').innerText === {}",
            json!(outcome),
            json!(headline)
        );
        self.tab.wait_until(&reads, SOON).await;
    }

    async fn wait_for_first_cause(&self, cause: &str) {
        let is_first = format!(
            "(document.querySelector('[data-test=diagnosis] [data-cause]')?.dataset.cause ?? '') === {}",
            json!(cause)
        );
        self.tab.wait_until(&is_first, SOON).await;
    }

    async fn first_cause(&self) -> String {
        let first = self
            .tab
            .eval(
                "document.querySelector('[data-test=diagnosis] [data-cause]')?.dataset.cause ?? ''",
            )
            .await;
        first.as_str().unwrap_or_default().to_owned()
    }

    async fn caption(&self) -> String {
        self.tab.text(".caption").await
    }

    /// Presses the demo's button, and waits until the phone rings with a call of this press.
    async fn demo_rings(&self) {
        let before = self.decisions().len();
        self.tab.click(&by_test("demo")).await;
        let accepted = "document.querySelector('[data-test=outcome][data-outcome=accepted][data-phone=ringing]') !== null";
        for _ in 0..400 {
            if self.decisions().len() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(self.decisions().len() > before, "the demo sent nothing");
        self.tab.wait_until(accepted, SOON).await;
        self.tab.wait_for(RINGING, SOON).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_states_of_the_phone_have_their_verdict() {
    let visit = Visit::ready().await;
    let with_call = visit.tab.text(&by_test("payload")).await;
    let cases = [
        (
            json!({}),
            true,
            "Accepted, and the iPhone rings",
            "good",
            "ringing",
            "phone-rang",
        ),
        (
            json!({}),
            false,
            "Accepted, but iOS killed the app",
            "bad",
            "killed",
            "call-id-unusable",
        ),
        (
            json!({ "reports": false }),
            true,
            "Accepted, but iOS killed the app",
            "bad",
            "killed",
            "call-not-reported",
        ),
        (
            json!({ "do_not_disturb": true }),
            true,
            "Accepted, but not shown: Do Not Disturb is on",
            "warn",
            "silent",
            "call-filtered",
        ),
        (
            json!({ "blocked": ["alice@example.com"] }),
            true,
            "Accepted, but not shown: the caller is blocked",
            "warn",
            "silent",
            "call-filtered",
        ),
        (
            json!({ "online": false }),
            true,
            "Accepted, but the iPhone is offline and never gets it",
            "warn",
            "silent",
            "not-delivered",
        ),
        (
            json!({ "state": "unregistered" }),
            true,
            "Rejected",
            "bad",
            "unseen",
            "token-unregistered",
        ),
    ];
    for (change, has_call, headline, tone, phone, cause) in cases {
        visit.control("DELETE", &format!("devices/{DEVICE_TOKEN}"), &Value::Null);
        visit.put_phone(&change);
        visit
            .fill(
                "payload",
                if has_call {
                    &with_call
                } else {
                    r#"{"handle":"alice"}"#
                },
            )
            .await;
        visit.send().await;
        visit.wait_for_verdict(headline, tone, phone).await;
        // Two states in a row may have the same verdict, so the cause of the second is waited for.
        visit.wait_for_first_cause(cause).await;
        if tone == "good" {
            visit.tab.click(&by_test("decline")).await;
            visit.tab.wait_for(IDLE, SOON).await;
        }
    }
    assert_eq!(
        visit.caption().await,
        "APNs refused the last push, so this iPhone heard nothing of it."
    );

    visit.control("DELETE", &format!("devices/{DEVICE_TOKEN}"), &Value::Null);
    visit.put_phone(&json!({}));
    visit.fill("payload", "{}").await;
    for _ in 0..4 {
        visit.send().await;
        visit
            .wait_for_verdict("Accepted, but iOS killed the app", "bad", "killed")
            .await;
    }
    visit.send().await;
    visit
        .wait_for_verdict(
            "Accepted, but iOS delivers no more VoIP pushes to the app",
            "bad",
            "silent",
        )
        .await;
    assert_eq!(visit.first_cause().await, "delivery-stopped");
    // The forecast and the inspector tell how many there were.
    let told = "document.body.innerText.includes('4 unreported pushes seen')";
    visit.tab.wait_until(told, SOON).await;
    visit.tab.click(&by_test("simulator")).await;
    let row = format!("{} summary", by_test("simulated-phone"));
    visit.tab.wait_for(&row, SOON).await;
    visit.tab.click(&row).await;
    visit.tab.wait_for(&by_test("unreported"), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_the_inspector_is_the_first_cause_of_what_it_does() {
    let visit = Visit::ready().await;
    visit.tab.click(&by_test("simulator")).await;
    visit.tab.wait_for(&by_test("setting-fault"), SOON).await;
    let labels = visit.tab.eval("[...document.querySelector('#setting-fault').options].map(option => option.text.split(':')[0])").await;
    let labels: Vec<String> = serde_json::from_value(labels).unwrap();
    assert_eq!(labels.len(), 15);
    for label in labels {
        let choose = format!(
            "(list => {{ list.value = [...list.options].find(option => option.text.split(':')[0] === {}).value;
            list.dispatchEvent(new Event('change', {{ bubbles: true }})); }})(document.querySelector('#setting-fault'))",
            json!(label)
        );
        visit.tab.eval(&choose).await;
        visit.tab.click(&by_test("fault-on")).await;
        visit.tab.wait_for(&by_test("fault"), SOON).await;
        visit.send().await;
        let told = format!(
            "(first => first?.dataset.cause === 'simulator-fault' && first.dataset.rank === 'certain' && first.innerText.includes({}))
            (document.querySelector('[data-test=diagnosis] [data-cause]'))",
            json!(format!("“{label}” struck this push"))
        );
        visit.tab.wait_until(&told, NO_ANSWER).await;
        let said = visit
            .tab
            .eval("document.querySelector('[data-test=outcome]').innerText.toLowerCase()")
            .await;
        let said = said.as_str().unwrap();
        assert!(
            !said.contains("apple.com") && !said.contains("system status"),
            "{label}: {said}"
        );
        assert!(
            said.contains(&format!("the simulator’s fault “{}”", label.to_lowercase())),
            "{label}: {said}"
        );
        // One click and the simulator is well.
        visit.tab.click(&by_test("diagnosis-faults-off")).await;
        visit
            .tab
            .wait_until("document.querySelector('[data-test=fault]') === null", SOON)
            .await;
        assert_eq!(
            visit.control("GET", "faults", &Value::Null)["faults"],
            json!([])
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_without_an_answer_says_what_the_phone_did() {
    let visit = Visit::ready().await;
    visit.control(
        "PUT",
        "faults",
        &json!([{ "fault": "delay", "ms": 2000, "next": 1 }]),
    );
    visit.send().await;
    let underway = format!("{}[data-phone=\"ringing\"]", by_test("underway"));
    visit.tab.wait_for(&underway, SOON).await;
    assert_eq!(
        visit.tab.text(&underway).await,
        "No answer yet, but the iPhone rings"
    );
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .wait_for_verdict("Accepted, and the call was declined", "good", "rang")
        .await;

    visit.control(
        "PUT",
        "faults",
        &json!([{ "fault": "hang-up", "when": "judged", "next": 1 }]),
    );
    visit.send().await;
    visit
        .wait_for_verdict("No answer, but the iPhone rings", "warn", "ringing")
        .await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .wait_for_verdict("No answer, but the call was declined", "warn", "rang")
        .await;

    // A caption is about its own push.
    visit.put_phone(&json!({ "state": "unregistered" }));
    visit.send().await;
    visit.wait_for_verdict("Rejected", "bad", "unseen").await;
    assert!(!visit.caption().await.contains("declined"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_of_another_environment_is_dimmed() {
    let visit = Visit::ready().await;
    visit.send().await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
    assert!(!visit.tab.has(&by_test("elsewhere")).await);
    visit.choose_environment("production").await;
    visit
        .tab
        .wait_for(&format!("{}[data-elsewhere]", by_test("outcome")), SOON)
        .await;
    assert_eq!(
        visit.tab.text(&by_test("elsewhere")).await,
        "This push went to Simulator. Production is chosen now."
    );
    let same = "(e => getComputedStyle(e.querySelector('.verdict')).color === getComputedStyle(e).color)(document.querySelector('[data-test=outcome]'))";
    assert_eq!(
        visit.tab.eval(same).await,
        true,
        "it has no colour of its own"
    );
    visit.choose_environment("simulator").await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_phone_goes_with_the_relay_and_comes_back_with_it() {
    let mut visit = Visit::new().await;
    visit.demo_rings().await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit
        .tab
        .wait_for(&format!("{IDLE}[data-link=\"lost\"]"), SOON)
        .await;
    assert!(
        visit
            .caption()
            .await
            .starts_with("The connection to Trill is lost")
    );
    assert!(!visit.tab.has(&by_test("accept")).await);
    visit.trill = Trill::start_on(&address, &[]);
    visit
        .tab
        .wait_for(&format!("{IDLE}[data-link=\"live\"]"), SOON)
        .await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rang", "good", "rang")
        .await;
    // Key and phone are there again, without a press.
    assert_eq!(
        visit.control("GET", "devices", &Value::Null)["devices"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    visit.send().await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
    let statuses: Vec<_> = visit
        .decisions()
        .iter()
        .map(|decision| decision["status"].clone())
        .collect();
    assert_eq!(statuses, [200]);

    // Also when nobody had the time to notice.
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(IDLE, SOON).await;
    visit.trill.stop();
    visit.trill = Trill::start_on(&address, &[]);
    visit.send().await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_after_killed_pushes_and_with_a_payload_without_a_call() {
    let visit = Visit::new().await;
    visit.fill("payload", "{}").await;
    visit.demo_rings().await;
    visit.fill("payload", "{}").await;
    for _ in 0..5 {
        visit.send().await;
        visit
            .tab
            .wait_until("document.querySelector('[data-test=outcome]:not([data-phone=ringing]):not([data-phone=unseen])') !== null", SOON)
            .await;
    }
    visit.demo_rings().await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_whatever_its_phone_was_switched_to() {
    let visit = Visit::new().await;
    for change in [
        json!({ "do_not_disturb": true }),
        json!({ "online": false }),
        json!({ "blocked": ["alice@example.com"] }),
        json!({ "reports": false }),
        json!({ "state": "unregistered" }),
        json!({ "pushes_per_minute": 0 }),
    ] {
        visit.demo_rings().await;
        let token = visit.tab.text(&by_test("device-token")).await;
        let mut body = json!({ "bundle_id": "com.example.calls" });
        for (name, value) in change.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let path = format!("devices/{token}");
        visit.control("PUT", &path, &body);
        visit.demo_rings().await;
        let phone = visit.control("GET", &path, &Value::Null);
        let (name, value) = change.as_object().unwrap().iter().next().unwrap();
        assert_eq!(phone[name], *value, "the phone stays as it was switched");
        assert_ne!(visit.tab.text(&by_test("device-token")).await, token);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_with_a_fault_on_and_gives_it_back() {
    let visit = Visit::new().await;
    visit.demo_rings().await;
    for fault in [
        json!({ "fault": "refuse", "reason": "ServiceUnavailable" }),
        json!({ "fault": "refuse", "reason": "InvalidProviderToken", "sticks": true }),
        json!({ "fault": "silence", "next": 3 }),
        json!({ "fault": "tls-stall" }),
    ] {
        visit.control("PUT", "faults", &json!([fault]));
        visit.demo_rings().await;
        assert_eq!(
            visit.control("GET", "faults", &Value::Null)["faults"],
            json!([])
        );
        visit.tab.click(&by_test("faults-on")).await;
        visit
            .tab
            .wait_until(
                "document.querySelector('[data-test=faults-on]') === null",
                SOON,
            )
            .await;
        let is_on = async || {
            visit.control("GET", "faults", &Value::Null)["faults"][0]["fault"] == fault["fault"]
        };
        for _ in 0..200 {
            if is_on().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(is_on().await, "{fault}");
    }
    // Faults of a key or a phone are left where they are: another key and another phone ring.
    let [key_id, token] = [
        visit.tab.text(&by_test("key-id")).await,
        visit.tab.text(&by_test("device-token")).await,
    ];
    let narrow = json!([{ "fault": "silence", "key_id": key_id }, { "fault": "silence", "device_token": token }]);
    visit.control("PUT", "faults", &narrow);
    visit.demo_rings().await;
    assert_eq!(
        visit.control("GET", "faults", &Value::Null)["faults"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_after_a_restart_and_after_a_refusal() {
    let mut visit = Visit::new().await;
    visit.demo_rings().await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit.trill = Trill::start_on(&address, &[]);
    visit.demo_rings().await;
    visit.control(
        "PUT",
        "faults",
        &json!([{ "fault": "refuse", "reason": "ExpiredProviderToken", "next": 1 }]),
    );
    visit.send().await;
    visit.wait_for_verdict("Rejected", "bad", "unseen").await;
    visit.demo_rings().await;
}
