//! The virtual iPhone on the page: it rings, is answered, hangs up, is declined, and dies.

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::visit::{SOON, Visit};

fn phone(state: &str) -> String {
    format!("{}[data-state=\"{state}\"]", by_test("phone"))
}

/// Whether the phone's place says a text.
fn says(text: &str) -> String {
    format!("document.querySelector('.phone-place').innerText.includes({})", json!(text))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_answered_and_ended_and_the_next_one_declined() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.wait_until(&says("alice@example.com"), SOON).await;
    visit.tab.click(&by_test("accept")).await;
    visit.tab.wait_for(&phone("in-call"), SOON).await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(&phone("idle"), SOON).await;
    visit.tab.wait_until(&says("The call has ended."), SOON).await;

    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_until(&says("The call was declined."), SOON).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_still_rings_after_a_reload() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.reload().await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.click(&by_test("accept")).await;
    visit.tab.wait_for(&phone("in-call"), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_without_a_call_is_foretold_and_kills_the_app() {
    let visit = Visit::new().await;
    visit.fill("payload", r#"{"handle": "alice", "callUUID": "42"}"#).await;
    visit.tab.wait_until(&format!("document.body.innerText.includes({})", json!("The call’s ID is not a UUID")), SOON).await;
    // Known to the simulator, and then sent as it stands.
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.fill("payload", r#"{"handle": "alice", "callUUID": "42"}"#).await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(&phone("idle"), SOON).await;
    visit.send().await;
    visit.tab.wait_for(&phone("killed"), SOON).await;
    visit.wait_for_outcome("accepted", SOON).await;
    assert_eq!(visit.tab.text(&by_test("payload")).await, r#"{"handle": "alice", "callUUID": "42"}"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_is_shown_and_never_run() {
    let visit = Visit::new().await;
    let name = "</script><img src=x onerror=alert(1)>";
    let payload = json!({ "callUUID": "db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "handle": "javascript:alert(1)", "callerName": name });
    visit.fill("payload", &payload.to_string()).await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.tab.text(".caller-name").await, name);
    assert_eq!(visit.tab.eval("document.querySelectorAll('img, a[href^=javascript]').length").await, Value::from(0));
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_with_the_template_that_was_chosen() {
    let visit = Visit::new().await;
    let template = r#"{"metadata":{"call_id":"{{uuid}}","caller_name":"Bob","caller_number":"+15551234567"},"sentAt":{{now}}}"#;
    visit.fill("payload", template).await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.tab.text(".caller-name").await, "Bob");
    assert_eq!(visit.tab.text(&by_test("payload")).await, template);
}
