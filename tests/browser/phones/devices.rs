//! Registered devices: one that appears, and one that is gone.

use std::time::Duration;

use serde_json::{Value, json};

use super::{RINGING, Stage, rows};
use crate::driver::by_test;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, SOON};

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
