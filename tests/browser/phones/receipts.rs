//! Receipts of an app, and what they make of a send.

use serde_json::{Value, json};

use super::{PATIENCE, RINGING, Stage};
use crate::driver::{NONE, by_test};
use crate::visit::{SOON, Visit};

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
