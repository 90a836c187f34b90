//! Attention: the page leads the eye, the ear and the focus to what happened, to who calls, and to what needs
//! attention.

use serde_json::json;

use crate::driver::{CONTROL, NONE, by_test};
use crate::visit::{KeyFile, SOON, Visit};

const CALL: &str =
    r#"{"handle": "alice@example.com", "callUUID": "{{uuid}}", "callerName": "Alice"}"#;

impl Visit {
    /// Gives the window this size.
    async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tab
            .call("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// Waits until all of an element is inside the window.
    async fn wait_for_sight(&self, selector: &str) {
        let is_in_sight = format!(
            "(() => {{ const box = document.querySelector({}).getBoundingClientRect(); \
             return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth; }})()",
            json!(selector)
        );
        self.tab.wait_until(&is_in_sight, SOON).await;
    }

    /// Waits until the element with this ID has the focus.
    async fn wait_for_focus_on(&self, id: &str) {
        let has_focus = format!("document.activeElement.id === {}", json!(id));
        self.tab.wait_until(&has_focus, SOON).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_send_the_verdict_and_the_ringing_phone_are_in_sight_on_every_screen() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.enrol_key(&key);
    visit.enrol_device();
    for (width, height) in [(360, 740), (390, 844), (820, 1180), (1440, 900)] {
        visit.resize(width, height).await;
        visit.open().await;
        visit.fill_all(&key, CALL).await;
        visit.tab.click(&by_test("send")).await;
        visit
            .tab
            .wait_for("[data-test=phone][data-state=ringing]", SOON)
            .await;
        visit.wait_for_outcome("accepted", SOON).await;
        visit.wait_for_sight(&by_test("verdict")).await;
        for part in [".caller-name", "[data-test=accept]", "[data-test=decline]"] {
            visit.wait_for_sight(part).await;
        }
        visit.tab.click(&by_test("decline")).await;
        visit
            .tab
            .wait_for("[data-test=phone]:not([data-state=ringing])", SOON)
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_announced_with_its_caller_and_a_second_enter_does_not_end_it() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit
        .tab
        .wait_for("[data-test=phone][data-state=ringing]", SOON)
        .await;
    let announcement = visit.tab.text(&by_test("announcement")).await;
    assert!(
        announcement.starts_with("Incoming call from "),
        "{announcement}"
    );
    visit.tab.tab_to(&by_test("accept")).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_for("[data-test=phone][data-state=in-call]", SOON)
        .await;
    visit.wait_for_focus_on("iphone").await;
    visit.tab.press("Enter", NONE).await;
    assert_eq!(visit.tab.text(&by_test("announcement")).await, "");
    assert!(visit.tab.has("[data-test=phone][data-state=in-call]").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_is_blocked_leads_to_the_first_field_in_question() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.tab.click(&by_test("send")).await;
    visit.wait_for_focus_on("key-text").await;
    let stopped = visit.tab.text(&by_test("stopped")).await;
    assert!(
        stopped.contains("4 fields need attention: signing key, Key ID, Team ID, device token."),
        "{stopped}"
    );

    visit.fill_all(&key, CALL).await;
    visit.fill("device-token", "").await;
    visit.tab.press("Enter", CONTROL).await;
    visit.wait_for_focus_on("device-token").await;
    let stopped = visit.tab.text(&by_test("stopped")).await;
    assert!(
        stopped.contains("1 field needs attention: device token."),
        "{stopped}"
    );

    visit.fill_all(&key, CALL).await;
    let headers = format!("{} > summary", by_test("headers"));
    visit.tab.click(&headers).await;
    visit.fill("collapse-id", "é").await;
    visit.tab.click(&headers).await;
    visit.tab.click(&by_test("send")).await;
    visit.wait_for_focus_on("collapse-id").await;
    assert!(
        visit.tab.has("details[open] #collapse-id").await,
        "what is folded away is unfolded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_question_about_production_takes_the_focus_and_gives_it_back() {
    let key = KeyFile::new();
    let visit = Visit::new().await;
    visit.fill_all(&key, CALL).await;
    visit.choose_environment("production").await;
    visit.tab.click(&by_test("send")).await;
    visit.wait_for_focus_on("production-no").await;
    visit.tab.press("Escape", NONE).await;
    visit.wait_for_focus_on("send").await;
    assert!(!visit.tab.has(&by_test("ask-production")).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn send_stays_where_it_is_while_somebody_types() {
    let visit = Visit::new().await;
    visit.resize(1440, 900).await;
    visit.tab.wait_for("option[value=wire]", SOON).await;
    let top = "document.querySelector('[data-test=send]').getBoundingClientRect().top + scrollY";
    let before = visit.tab.eval(top).await;
    for payload in ["{", "{}", r#"{"handle": 1, "aps": {"badge": 1}}"#, CALL] {
        visit.fill("payload", payload).await;
        visit.tab.press("Tab", NONE).await;
        assert_eq!(visit.tab.eval(top).await, before, "{payload}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_button_comes_first() {
    let visit = Visit::new().await;
    let secondary = "document.querySelector('.secondary').dataset.test";
    assert_eq!(visit.tab.eval(secondary).await, "send");
    visit.tab.click(&by_test("demo")).await;
    visit.wait_for_outcome("accepted", SOON).await;
    assert_eq!(visit.tab.eval(secondary).await, "demo");
    assert!(!visit.tab.has(".send.secondary").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_that_is_chosen_stands_out_in_forced_colours() {
    let visit = Visit::new().await;
    let forced = json!({ "features": [{ "name": "forced-colors", "value": "active" }] });
    visit.tab.call("Emulation.setEmulatedMedia", forced).await;
    let background = |which: &str| {
        format!(
            "getComputedStyle(document.querySelector('.environment {which} + span')).backgroundColor"
        )
    };
    for environment in ["simulator", "sandbox", "production"] {
        visit.choose_environment(environment).await;
        assert_ne!(
            visit.tab.eval(&background(":checked")).await,
            visit.tab.eval(&background(":not(:checked)")).await,
            "{environment}"
        );
    }
}
