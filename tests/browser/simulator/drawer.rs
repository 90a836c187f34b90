//! The drawer of the inspector: who has one, how it opens, and how it is reached.

use serde_json::json;

use super::{DECISION_LINE, PHONE_LINE, RINGING, SUMMARY, phones};
use crate::driver::{NONE, by_test};
use crate::visit::{SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn only_the_simulator_has_an_inside_to_look_into() {
    let visit = Visit::new().await;
    visit.choose_environment("sandbox").await;
    assert!(!visit.tab.has(SUMMARY).await);
    visit.choose_environment("simulator").await;
    visit.tab.wait_for(SUMMARY, SOON).await;
    assert!(!visit.tab.has("#journal").await, "it is closed at first");
    visit.open_inspector().await;
    for empty in [
        "No phone is enrolled",
        "No fault is on",
        "No key is enrolled",
        "Nothing was pushed yet",
    ] {
        visit.wait_for_text(empty).await;
    }
    visit.tab.click(SUMMARY).await;
    visit
        .tab
        .wait_until("document.querySelector('#journal') === null", SOON)
        .await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_in_it_is_reached_with_the_keyboard_alone() {
    let visit = Visit::new().await;
    visit.tab.click(&by_test("demo")).await;
    visit.tab.wait_for(RINGING, SOON).await;
    visit.tab.tab_to(SUMMARY).await;
    visit.tab.press("Enter", NONE).await;
    visit.tab.wait_for(PHONE_LINE, SOON).await;
    visit.assert_focus(SUMMARY).await;
    visit.tab.tab_to(PHONE_LINE).await;
    visit.tab.press(" ", NONE).await;
    visit.tab.wait_for(&by_test("setting-name"), SOON).await;
    visit.assert_focus(PHONE_LINE).await;

    // A name is taken with Enter, and the focus stays where it was.
    visit.tab.tab_to(&by_test("setting-name")).await;
    visit.tab.select_all().await;
    visit.tab.type_text("Alice").await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=simulated-phone] strong').innerText === 'Alice'",
            SOON,
        )
        .await;
    visit.assert_focus(&by_test("setting-name")).await;

    // Two callers one after the other: the field is empty and has the focus again.
    visit.tab.tab_to(&by_test("setting-blocked")).await;
    for handle in ["bob", "carol, at work"] {
        visit.tab.type_text(handle).await;
        visit.tab.press("Enter", NONE).await;
        visit.wait_for_text(handle).await;
        visit.tab.wait_until("document.activeElement.id === 'setting-blocked' && document.activeElement.value === ''", SOON).await;
    }
    assert_eq!(
        phones(&visit)[0]["blocked"],
        json!(["bob", "carol, at work"])
    );
    visit.tab.tab_to(&by_test("unblock")).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelectorAll('[data-test=blocked]').length === 1",
            SOON,
        )
        .await;
    assert_eq!(phones(&visit)[0]["blocked"], json!(["carol, at work"]));

    // The button that was pressed is gone, and the focus is at the heading of its part.
    visit.tab.tab_to(&by_test("remove-phone")).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until("document.activeElement.id === 'devices'", SOON)
        .await;
    visit.tab.tab_to(&by_test("remove-key")).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until("document.activeElement.id === 'keys'", SOON)
        .await;
    visit.tab.tab_to(DECISION_LINE).await;
    visit.tab.press("Enter", NONE).await;
    visit.wait_for_text("No rule is broken.").await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=decision] dl') === null",
            SOON,
        )
        .await;
    visit.tab.tab_back_to(SUMMARY).await;
    visit.tab.press("Enter", NONE).await;
    visit
        .tab
        .wait_until("document.querySelector('#journal') === null", SOON)
        .await;
    visit.assert_focus(SUMMARY).await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_fits_a_small_screen() {
    let visit = Visit::new().await;
    for width in [390, 360, 820, 1440] {
        let size =
            json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        visit
            .tab
            .call("Emulation.setDeviceMetricsOverride", size)
            .await;
        if width == 390 {
            visit.demo_and_inspector().await;
            visit.open_phone().await;
            visit.tab.click(DECISION_LINE).await;
            visit
                .tab
                .wait_for("[data-test=\"decision\"] dl", SOON)
                .await;
            visit.tab.click(&by_test("fault-on")).await;
            visit.tab.wait_for(&by_test("fault"), SOON).await;
        }
        let over = visit
            .tab
            .eval("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        assert_eq!(over, 0, "at {width}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_drawer_opens_again_after_a_reload() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.tab.reload().await;
    visit.tab.wait_for(SUMMARY, SOON).await;
    visit.open_inspector().await;
    visit.tab.wait_for(DECISION_LINE, SOON).await;
    visit.tab.wait_for(PHONE_LINE, SOON).await;
}
