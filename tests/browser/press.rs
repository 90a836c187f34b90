//! Mouse and keys on the page itself: a press reaches what it aimed at, the focus is never lost, and lists
//! are walked with the arrows.

use std::time::Duration;

use serde_json::json;

use crate::driver::{NONE, by_test};
use crate::support::temp_dir::TempDir;
use crate::visit::{SOON, Visit};

/// Longer than most people press a button.
const SLOW: Duration = Duration::from_millis(300);

const WRONG: &str = r#"{"handle": 1,}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_press_is_not_lost_to_what_is_said_about_the_field_it_leaves() {
    let visit = Visit::new().await;
    for width in [390, 820, 1440] {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        visit
            .tab
            .call("Emulation.setDeviceMetricsOverride", size)
            .await;
        for held in [Duration::ZERO, SLOW] {
            visit.open().await;
            visit.fill("payload", WRONG).await;
            assert!(
                !visit.tab.has("#payload-note [data-test=finding]").await,
                "nobody is corrected while still typing"
            );
            visit.tab.click_for(&by_test("send"), held).await;
            visit.tab.wait_for(&by_test("stopped"), SOON).await;
            visit
                .tab
                .wait_for("#payload-note [data-rule=json_trailing_comma]", SOON)
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_goes_leaves_the_focus_to_what_it_changed() {
    let visit = Visit::new().await;
    let focus = "document.activeElement.id";
    visit.fill("key-id", "abc123defg").await;
    visit.tab.press("Tab", NONE).await;
    visit
        .tab
        .wait_for("#key-id-note [data-test=fix]", SOON)
        .await;
    visit.tab.tab_back_to("#key-id-note [data-test=fix]").await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(&format!("{focus} === 'key-id'"), SOON)
        .await;
    visit.wait_for_value("key-id", "ABC123DEFG").await;

    visit.fill("payload", WRONG).await;
    visit.tab.press("Tab", NONE).await;
    visit.tab.tab_to("#payload-note [data-test=fix]").await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(&format!("{focus} === 'payload'"), SOON)
        .await;
    visit.tab.tab_back_to(&by_test("undo")).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_value("payload", WRONG).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_templates_are_walked_with_the_arrows_and_the_list_says_which_one_stands_there() {
    let visit = Visit::new().await;
    visit.tab.wait_for("option[value=wire]", SOON).await;
    let chosen = "document.querySelector('[data-test=template]').value";
    let entries = visit
        .tab
        .eval("[...document.querySelectorAll('[data-test=template] option')].map(e => e.value)")
        .await;
    let start = visit
        .tab
        .eval(&format!("{entries}.indexOf({chosen})"))
        .await
        .as_u64()
        .expect("one is chosen");
    visit.fill("payload", "{\"mine\": 1}").await;
    visit
        .tab
        .wait_until(&format!("{chosen} === ''"), SOON)
        .await;
    assert_eq!(entries[0], "", "the title comes first, {start}");
    visit.tab.tab_back_to(&by_test("template")).await;
    let mut seen = Vec::new();
    for step in 1..=4 {
        visit.tab.press("ArrowDown", NONE).await;
        visit
            .tab
            .wait_until(&format!("{chosen} === {}", entries[step]), SOON)
            .await;
        seen.push(visit.tab.text(&by_test("payload")).await);
    }
    seen.dedup();
    assert_eq!(seen.len(), 4, "each brings its own payload");
    // The text that somebody wrote is one step back, whatever was tried.
    visit.tab.click(&by_test("undo")).await;
    visit.wait_for_value("payload", "{\"mine\": 1}").await;
    visit
        .tab
        .wait_until(&format!("{chosen} === ''"), SOON)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_push_types_follows_what_a_template_brings_and_undo_takes_back() {
    let visit = Visit::new().await;
    visit.tab.wait_for("option[value=wire]", SOON).await;
    visit
        .tab
        .click(&format!("{} summary", by_test("headers")))
        .await;
    let push_type = "document.querySelector('[data-test=push-type]').value";
    visit.fill("payload", "{\"mine\": 1}").await;
    visit.tab.tab_to(&by_test("push-type")).await;
    visit.tab.type_text("bac").await;
    visit
        .tab
        .wait_until(&format!("{push_type} === 'background'"), SOON)
        .await;
    visit.tab.tab_to(&by_test("template")).await;
    visit.tab.type_text("Push to Talk").await;
    visit
        .tab
        .wait_until(&format!("{push_type} === 'pushtotalk'"), SOON)
        .await;
    visit.tab.click(&by_test("undo")).await;
    visit
        .tab
        .wait_until(&format!("{push_type} === 'background'"), SOON)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_is_opened_from_a_file() {
    let folder = TempDir::new();
    let (small, large) = (
        folder.write("call.json", r#"{"handle": "from a file"}"#),
        folder.write("large.json", "x".repeat(70 * 1024)),
    );
    let visit = Visit::new().await;
    visit
        .tab
        .choose_file(&by_test("payload-picker"), &small)
        .await;
    visit
        .wait_for_value("payload", r#"{"handle": "from a file"}"#)
        .await;
    visit
        .tab
        .choose_file(&by_test("payload-picker"), &large)
        .await;
    visit.tab.wait_for(&by_test("held"), SOON).await;
    assert!(
        visit
            .tab
            .text(&by_test("held"))
            .await
            .contains("large.json has 71,680 bytes")
    );
    visit
        .wait_for_value("payload", r#"{"handle": "from a file"}"#)
        .await;
}
