//! Updates of the inspector: what others change shows by itself, through one stream.

use serde_json::json;

use super::{PHONE_LINE, SUMMARY, phones};
use crate::driver::by_test;
use crate::support::trill::Trill;
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, KEY_ID, KeyFile, SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn what_others_do_shows_by_itself_and_typing_goes_on() {
    let visit = Visit::new().await;
    let key = KeyFile::new();
    visit.enrol_key(&key);
    visit.enrol_device();
    visit.open_inspector().await;
    assert!(
        visit
            .tab
            .text("[data-test=\"simulated-key\"] .line")
            .await
            .contains(KEY_ID)
    );
    visit.open_phone().await;
    visit.tab.wait_for(&by_test("setting-name"), SOON).await;
    visit.tab.click(&by_test("setting-name")).await;
    visit.tab.select_all().await;
    visit.tab.type_text("Half a na").await;
    let body = json!({ "name": "<img src=x onerror=alert(1)>", "bundle_id": BUNDLE_ID, "do_not_disturb": true });
    let path = format!(
        "/api/simulator/devices/{}",
        DEVICE_TOKEN.replacen("6f", "70", 1)
    );
    visit.trill.request(
        "PUT",
        &path,
        &[("content-type", "application/json")],
        body.to_string().as_bytes(),
    );
    visit.wait_for_text("<img src=x onerror=alert(1)>").await;
    visit.wait_for_text("Do Not Disturb").await;
    visit.tab.type_text("me").await;
    assert_eq!(
        visit.tab.text(&by_test("setting-name")).await,
        "Half a name"
    );
    let push = visit.trill.request(
        "POST",
        "/simulator/3/device/00",
        &[("apns-topic", "a.voip")],
        b"{}",
    );
    assert_eq!(push.status, 403, "without a provider token");
    visit.wait_for_status(403).await;
    assert_eq!(
        visit
            .tab
            .attribute(&by_test("decision"), "data-rule")
            .await
            .as_deref(),
        Some("authorization-missing")
    );
    assert_eq!(
        visit
            .tab
            .eval("document.querySelectorAll('img').length")
            .await,
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_has_one_stream_and_none_of_the_inspector_when_that_is_closed() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    let streams = async || {
        let capture = visit.tab.capture().await;
        capture
            .requests_to("GET", "/api/events")
            .iter()
            .map(|request| request.url.clone())
            .collect::<Vec<_>>()
    };
    assert!(
        !streams().await.last().unwrap().contains("device="),
        "{:?}",
        streams().await
    );
    visit.tab.click(SUMMARY).await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .tab
        .wait_for("[data-test=\"phone\"][data-state=\"idle\"]", SOON)
        .await;
    assert!(
        streams().await.last().unwrap().contains("device="),
        "{:?}",
        streams().await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_somebody_has_chosen_from_follows_what_others_change() {
    let visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.open_phone().await;
    visit.choose_label("online", "Offline").await;
    visit.wait_for_text("com.example.calls · Offline").await;
    let mut phone = phones(&visit)[0].clone();
    let path = format!(
        "/api/simulator/devices/{}",
        phone["device_token"].as_str().unwrap()
    );
    for derived in [
        "device_token",
        "topic",
        "phone",
        "stored",
        "unreported_pushes",
    ] {
        phone.as_object_mut().unwrap().remove(derived);
    }
    phone["online"] = json!(true);
    let answer = visit.trill.request(
        "PUT",
        &path,
        &[("content-type", "application/json")],
        phone.to_string().as_bytes(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    visit
        .tab
        .wait_until(
            "document.querySelector('#setting-online').selectedOptions[0].text === 'Online'",
            SOON,
        )
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_relay_is_said_and_what_begins_anew_is_shown() {
    let mut visit = Visit::new().await;
    visit.demo_and_inspector().await;
    visit.tab.wait_for(PHONE_LINE, SOON).await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit
        .wait_for_text("The relay has stopped, and its simulator with it.")
        .await;
    visit.tab.click(&by_test("add-phone")).await;
    visit.trill = Trill::start_on(&address, &[]);
    visit.wait_for_text("No phone is enrolled").await;
    visit.wait_for_text("Nothing was pushed yet").await;
    visit
        .tab
        .wait_until(
            "document.querySelector('[data-test=refusal]') === null",
            SOON,
        )
        .await;
}
