//! A reload in the middle of the work: what was typed is there again, wherever it was typed.

use serde_json::{Value, json};

use crate::driver::{NONE, by_test};
use crate::visit::{BUNDLE_ID, DEVICE_TOKEN, SOON, TEAM_ID, Visit};

/// Half a payload: nothing that could be sent.
const UNFINISHED: &str = "{\n  \"handle\": \"alice\",\n  \"call";

const TYPED: [(&str, &str); 15] = [
    ("key-id", "abc"),
    ("team-id", TEAM_ID),
    ("bundle-id", BUNDLE_ID),
    ("device-token", DEVICE_TOKEN),
    ("priority", "5"),
    ("expiration", "in 30 s"),
    ("collapse-id", "call-7"),
    ("payload", UNFINISHED),
    ("own-app-name", "Calls"),
    ("path-handle", "metadata.from[0]\nfrom"),
    ("path-caller-name", "who"),
    ("path-call-uuid", "metadata.call_id"),
    ("path-sent-at", "sent"),
    ("path-end", "type"),
    ("end-value", "cancel"),
];

#[tokio::test(flavor = "multi_thread")]
async fn everything_typed_is_there_again_after_a_reload() {
    let visit = Visit::new().await;
    visit.describe_own_app().await;
    visit
        .tab
        .click(&format!("{} summary", by_test("headers")))
        .await;
    visit.choose_environment("sandbox").await;
    visit.tab.tab_to(&by_test("push-type")).await;
    visit.tab.type_text("pu").await;
    visit.wait_for_value("push-type", "pushtotalk").await;
    for (field, text) in TYPED {
        visit.tab.tab_to(&by_test(field)).await;
        visit.tab.select_all().await;
        visit.tab.type_text(text).await;
    }
    // The last field still has the focus.
    visit.tab.reload().await;
    visit.tab.wait_for(&by_test("demo"), SOON).await;
    for (field, text) in TYPED {
        visit.wait_for_value(field, text).await;
    }
    visit.wait_for_value("path-has-video", "").await;
    visit.wait_for_value("push-type", "pushtotalk").await;
    visit
        .tab
        .wait_for("[data-test=environment] input[value=sandbox]:checked", SOON)
        .await;
    // And it goes on from there.
    visit.tab.tab_to(&by_test("payload")).await;
    visit.tab.press("End", NONE).await;
    assert_eq!(visit.tab.text(&by_test("payload")).await, UNFINISHED);
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_draft_that_the_first_version_stored_is_there_again() {
    const STORED: &str = include_str!("../fixtures/first_version/draft.json");
    const DEVICES: &str = include_str!("../fixtures/first_version/devices.txt");
    let visit = Visit::closed(&[]).await;
    let origin = visit.trill.origin();
    visit.tab.goto(&format!("{origin}/healthz")).await;
    for (name, text) in [("trill.draft", STORED), ("trill.devices", DEVICES)] {
        let script = format!("localStorage.setItem({}, {})", json!(name), json!(text));
        visit.tab.eval(&script).await;
    }
    visit.open().await;
    let stored: Value = serde_json::from_str(STORED).unwrap();
    for (field, text) in stored.as_object().unwrap() {
        if field != "environment" && field != "certificate" {
            visit.wait_for_value(field, text.as_str().unwrap()).await;
        }
    }
    let sandbox = "[data-test=environment] input[value=sandbox]:checked";
    visit.tab.wait_for(sandbox, SOON).await;
    let devices = visit.tab.eval("localStorage['trill.devices']").await;
    assert_eq!(devices, DEVICES, "no send has changed it");
    visit.tab.capture().await.assert_quiet(&[]);
}
