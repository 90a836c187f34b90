//! Field mapping: payloads of SDKs that put the parts of a call elsewhere ring all the same.

use serde_json::json;
use trill::call::template::{ARTICLE, list};

use crate::driver::{CONTROL, NONE, by_test};
use crate::visit::{DEVICE_TOKEN, KeyFile, SOON, Visit};

fn phone(state: &str) -> String {
    format!("{}[data-state=\"{state}\"]", by_test("phone"))
}

impl Visit {
    /// Picks a template by the first letters of its name.
    async fn pick_template(&self, id: &str, letters: &str) {
        let template = list::all()
            .iter()
            .find(|template| template.id == id)
            .expect("there is such a template");
        self.tab
            .wait_for(&format!("option[value={id}]"), SOON)
            .await;
        self.tab.tab_to(&by_test("template")).await;
        self.tab.type_text(letters).await;
        self.wait_for_value("payload", template.text).await;
    }

    async fn caller(&self) -> String {
        self.tab.text(".caller-name").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_phone_finds_the_call_where_each_sdk_puts_it() {
    let visit = Visit::new().await;
    for (id, letters, handle) in [
        ("vonage", "Vo", "15551234567"),
        ("linphone", "Li", "sip:alice@example.com"),
        ("connectycube", "Con", ""),
        ("telnyx", "Tel", "+15551234567"),
    ] {
        visit.pick_template(id, letters).await;
        visit.tab.click(&by_test("demo")).await;
        visit.tab.wait_for(&phone("ringing"), SOON).await;
        visit
            .tab
            .wait_until(
                &format!(
                    "document.querySelector('.phone-place').innerText.includes({})",
                    json!(handle)
                ),
                SOON,
            )
            .await;
        assert_eq!(visit.caller().await, "Alice Example", "{id}");
        visit.tab.click(&by_test("decline")).await;
        visit.tab.wait_for(&phone("idle"), SOON).await;
    }
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_phone_is_enrolled_with_the_mapping_of_the_form() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.fill_all(&key, "{}").await;
    visit.pick_template("vonage", "Vo").await;
    visit.send().await;
    visit.wait_for_outcome("rejected", SOON).await;
    visit.tab.click(&by_test("enrol")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "Alice Example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enrolled_from_the_page_learns_where_the_next_template_has_its_call() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, ARTICLE).await;
    visit.send().await;
    visit.tab.click(&by_test("enrol")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    visit.tab.click(&by_test("decline")).await;
    visit.tab.wait_for(&phone("idle"), SOON).await;
    visit.pick_template("vonage", "Vo").await;
    visit.tab.press("Enter", CONTROL).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "Alice Example");
    assert_eq!(visit.decisions().len(), 3, "one rejected, two accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_told_nothing_of_the_mapping_finds_no_call() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    let path = format!("/api/simulator/devices/{DEVICE_TOKEN}");
    let enrol = |body: serde_json::Value| {
        let answer = visit.trill.request(
            "PUT",
            &path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        );
        assert!((200..300).contains(&answer.status), "{}", answer.text());
    };
    let payload = r#"{"inner":{"deep":{"who":"alice","call":"{{uuid}}"}}}"#;
    visit.fill_all(&key, payload).await;
    enrol(json!({ "bundle_id": "com.example.calls" }));
    visit.send().await;
    visit.tab.wait_for(&phone("killed"), SOON).await;
    enrol(
        json!({ "bundle_id": "com.example.calls", "mapping": { "handle": "inner.deep.who", "call_uuid": "inner.deep.call" } }),
    );
    visit.send().await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_are_typed_decide_what_the_page_foretells_and_a_wrong_one_is_pointed_out() {
    let visit = Visit::new().await;
    visit
        .fill(
            "payload",
            r#"{"inner":{"deep":{"who":"alice","call":"{{uuid}}"}}}"#,
        )
        .await;
    let foretold = |text: &str| {
        format!(
            "document.querySelector('#payload-note').innerText.includes({})",
            json!(text)
        )
    };
    visit
        .tab
        .click(&format!("{} summary", by_test("mapping")))
        .await;
    visit.tab.tab_to(&by_test("path-handle")).await;
    visit.tab.type_text("inner..who").await;
    visit.tab.press("Tab", NONE).await;
    visit
        .tab
        .wait_for(
            "#path-handle-note [data-test=finding][data-severity=error]",
            SOON,
        )
        .await;
    visit.fill("path-handle", "inner.deep.who").await;
    visit.fill("path-call-uuid", "inner.deep.call").await;
    visit.tab.press("Tab", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('#path-handle-note [data-test=finding]') === null",
            SOON,
        )
        .await;
    visit
        .tab
        .wait_until(&foretold("rings with an audio call from alice"), SOON)
        .await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(&phone("ringing"), SOON).await;
    assert_eq!(visit.caller().await, "alice");
}
