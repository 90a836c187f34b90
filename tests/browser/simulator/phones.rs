//! Phones in the inspector: the one of the demo, one that is offline, and one that is added.

use serde_json::json;

use super::{DECISION_LINE, PHONE_LINE, RINGING, phones};
use crate::driver::{NONE, by_test};
use crate::visit::{SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_phone_its_key_and_its_push_stand_in_it() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    let key_id = visit.tab.text(&by_test("key-id")).await;
    assert!(
        visit
            .tab
            .text("[data-test=\"simulated-key\"] .line")
            .await
            .contains(&key_id)
    );
    let phone = visit.tab.text(PHONE_LINE).await;
    for word in [
        "Demo iPhone",
        "com.example.calls",
        "VoIP",
        "Sandbox",
        "Active",
        "ringing",
    ] {
        assert!(phone.contains(word), "{word}: {phone}");
    }
    assert!(
        visit
            .tab
            .has("[data-test=\"simulated-phone\"] [aria-current=\"true\"]")
            .await,
        "it is the one in the form"
    );
    visit.open_phone().await;
    visit.tab.wait_for(&by_test("whole-token"), SOON).await;
    assert_eq!(
        visit.tab.text(&by_test("whole-token")).await,
        visit.tab.text(&by_test("device-token")).await
    );
    visit.tab.click(DECISION_LINE).await;
    for text in [
        "accepted, documented",
        "No rule is broken.",
        "The app reported the call to CallKit",
        "com.example.calls.voip",
    ] {
        visit.wait_for_text(text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_switched_offline_does_not_ring_and_the_journal_says_why_at_once() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.tab.click(&by_test("decline")).await;
    visit.open_phone().await;
    visit.choose_label("online", "Offline").await;
    visit.wait_for_text("com.example.calls · Offline").await;
    let before = phones(&visit)[0].clone();
    assert_eq!(
        (&before["online"], &before["name"]),
        (&json!(false), &json!("Demo iPhone"))
    );

    visit.send().await;
    visit
        .tab
        .wait_until(
            "document.querySelectorAll('[data-test=decision]').length === 2",
            SOON,
        )
        .await;
    visit.wait_for_status(200).await;
    visit.tab.click(DECISION_LINE).await;
    visit.wait_for_text("The iPhone is offline.").await;
    assert!(!visit.tab.has(RINGING).await);
    assert_eq!(phones(&visit)[0]["online"], false);

    visit.choose_label("state", "Unregistered").await;
    visit
        .tab
        .wait_until(
            "document.querySelector('#setting-state').selectedOptions[0].text === 'Unregistered'",
            SOON,
        )
        .await;
    visit
        .wait_for_text("Offline · VoIP · Sandbox · Unregistered")
        .await;
    visit.send().await;
    visit.wait_for_status(410).await;
    visit.tab.click(DECISION_LINE).await;
    for text in [
        "device-unregistered, documented",
        "The phone is enrolled as unregistered.",
        "Handling notification responses",
    ] {
        visit.wait_for_text(text).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_is_added_used_and_rings_and_its_app_installed_anew() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.fill("bundle-id", "com.example.other").await;
    visit.tab.click(&by_test("add-phone")).await;
    visit
        .tab
        .wait_until("document.activeElement.id === 'setting-name'", SOON)
        .await;
    assert_eq!(
        visit.tab.text(&by_test("setting-bundle_id")).await,
        "com.example.other"
    );
    let token = visit.tab.text(&by_test("whole-token")).await;
    visit.fill("bundle-id", "").await;
    visit.tab.click(&by_test("use-phone")).await;
    visit.wait_for_value("device-token", &token).await;
    visit.wait_for_value("bundle-id", "com.example.other").await;
    visit
        .tab
        .wait_for("[data-test=\"phone\"][data-state=\"idle\"]", SOON)
        .await;
    visit.send().await;
    visit.tab.wait_for(RINGING, SOON).await;

    visit.tab.click(&by_test("reinstall-phone")).await;
    visit
        .tab
        .wait_until(
            &format!(
                "document.querySelector({})?.innerText !== {}",
                json!(by_test("whole-token")),
                json!(token)
            ),
            SOON,
        )
        .await;
    visit.send().await;
    visit.wait_for_status(410).await;
    visit.tab.click(&by_test("use-phone")).await;
    visit.send().await;
    visit.tab.wait_for(RINGING, SOON).await;
    assert_eq!(phones(&visit).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_simulator_refuses_is_said_with_its_fix_and_stays_typed() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.open_phone().await;
    visit
        .tab
        .set_value(&by_test("setting-bundle_id"), "two words")
        .await;
    visit.tab.press("Enter", NONE).await;
    visit
        .wait_for_text("Send the bundle ID of the app, such as com.example.calls.")
        .await;
    assert!(
        visit
            .tab
            .text(&by_test("refusal"))
            .await
            .starts_with("The field “bundle_id” is empty, too long")
    );
    assert_eq!(
        visit.tab.text(&by_test("setting-bundle_id")).await,
        "two words"
    );
    assert_eq!(phones(&visit)[0]["bundle_id"], "com.example.calls");
    visit
        .tab
        .set_value(&by_test("setting-bundle_id"), "com.example.mended")
        .await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=refusal]') === null",
            SOON,
        )
        .await;
    assert_eq!(phones(&visit)[0]["bundle_id"], "com.example.mended");
}
