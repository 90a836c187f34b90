//! The verdict on the page: APNs's answer and the phone together, faults by their names, a relay that goes and comes
//! back, and a demo that always rings.

mod demo;
mod faults;
mod restart;
mod states;

use std::time::Duration;

use serde_json::{Value, json};
use trill::call::template::ARTICLE;

use crate::driver::by_test;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KeyFile, SOON, Visit};

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
