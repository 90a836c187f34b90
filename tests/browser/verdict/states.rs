//! States of the phone and of the push, each with its verdict.

use serde_json::{Value, json};

use super::IDLE;
use crate::driver::by_test;
use crate::visit::{DEVICE_TOKEN, SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn eight_states_of_the_phone_have_their_verdict() {
    let visit = Visit::ready().await;
    let with_call = visit.tab.text(&by_test("payload")).await;
    let cases = [
        (
            json!({}),
            true,
            "Accepted, and the iPhone rings",
            "good",
            "ringing",
            "phone-rang",
        ),
        (
            json!({}),
            false,
            "Accepted, but iOS killed the app",
            "bad",
            "killed",
            "call-id-unusable",
        ),
        (
            json!({ "reports": false }),
            true,
            "Accepted, but iOS killed the app",
            "bad",
            "killed",
            "call-not-reported",
        ),
        (
            json!({ "do_not_disturb": true }),
            true,
            "Accepted, but not shown: Do Not Disturb is on",
            "warn",
            "silent",
            "call-filtered",
        ),
        (
            json!({ "blocked": ["alice@example.com"] }),
            true,
            "Accepted, but not shown: the caller is blocked",
            "warn",
            "silent",
            "call-filtered",
        ),
        (
            json!({ "online": false }),
            true,
            "Accepted, but the iPhone is offline and never gets it",
            "warn",
            "silent",
            "not-delivered",
        ),
        (
            json!({ "state": "unregistered" }),
            true,
            "Rejected",
            "bad",
            "unseen",
            "token-unregistered",
        ),
    ];
    for (change, has_call, headline, tone, phone, cause) in cases {
        visit.control("DELETE", &format!("devices/{DEVICE_TOKEN}"), &Value::Null);
        visit.put_phone(&change);
        visit
            .fill(
                "payload",
                if has_call {
                    &with_call
                } else {
                    r#"{"handle":"alice"}"#
                },
            )
            .await;
        visit.send().await;
        visit.wait_for_verdict(headline, tone, phone).await;
        // Two states in a row may have the same verdict, so the cause of the second is waited for.
        visit.wait_for_first_cause(cause).await;
        if tone == "good" {
            visit.tab.click(&by_test("decline")).await;
            visit.tab.wait_for(IDLE, SOON).await;
        }
    }
    assert_eq!(
        visit.caption().await,
        "APNs refused the last push, so this iPhone heard nothing of it."
    );

    visit.control("DELETE", &format!("devices/{DEVICE_TOKEN}"), &Value::Null);
    visit.put_phone(&json!({}));
    visit.fill("payload", "{}").await;
    for _ in 0..4 {
        visit.send().await;
        visit
            .wait_for_verdict("Accepted, but iOS killed the app", "bad", "killed")
            .await;
    }
    visit.send().await;
    visit
        .wait_for_verdict(
            "Accepted, but iOS delivers no more VoIP pushes to the app",
            "bad",
            "silent",
        )
        .await;
    assert_eq!(visit.first_cause().await, "delivery-stopped");
    // The forecast and the inspector tell how many there were.
    let told = "document.body.innerText.includes('4 unreported pushes seen')";
    visit.tab.wait_until(told, SOON).await;
    visit.tab.click(&by_test("simulator")).await;
    let row = format!("{} summary", by_test("simulated-phone"));
    visit.tab.wait_for(&row, SOON).await;
    visit.tab.click(&row).await;
    visit.tab.wait_for(&by_test("unreported"), SOON).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_without_an_answer_says_what_the_phone_did() {
    let visit = Visit::ready().await;
    visit.control(
        "PUT",
        "faults",
        &json!([{ "fault": "delay", "ms": 2000, "next": 1 }]),
    );
    visit.send().await;
    let underway = format!("{}[data-phone=\"ringing\"]", by_test("underway"));
    visit.tab.wait_for(&underway, SOON).await;
    assert_eq!(
        visit.tab.text(&underway).await,
        "No answer yet, but the iPhone rings"
    );
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .wait_for_verdict("Accepted, and the call was declined", "good", "rang")
        .await;

    visit.control(
        "PUT",
        "faults",
        &json!([{ "fault": "hang-up", "when": "judged", "next": 1 }]),
    );
    visit.send().await;
    visit
        .wait_for_verdict("No answer, but the iPhone rings", "warn", "ringing")
        .await;
    visit.tab.click(&by_test("decline")).await;
    visit
        .wait_for_verdict("No answer, but the call was declined", "warn", "rang")
        .await;

    // A caption is about its own push.
    visit.put_phone(&json!({ "state": "unregistered" }));
    visit.send().await;
    visit.wait_for_verdict("Rejected", "bad", "unseen").await;
    assert!(!visit.caption().await.contains("declined"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verdict_of_another_environment_is_dimmed() {
    let visit = Visit::ready().await;
    visit.send().await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
    assert!(!visit.tab.has(&by_test("elsewhere")).await);
    visit.choose_environment("production").await;
    visit
        .tab
        .wait_for(&format!("{}[data-elsewhere]", by_test("outcome")), SOON)
        .await;
    assert_eq!(
        visit.tab.text(&by_test("elsewhere")).await,
        "This push went to Simulator. Production is chosen now."
    );
    let same = "(e => getComputedStyle(e.querySelector('.verdict')).color === getComputedStyle(e).color)(document.querySelector('[data-test=outcome]'))";
    assert_eq!(
        visit.tab.eval(same).await,
        true,
        "it has no colour of its own"
    );
    visit.choose_environment("simulator").await;
    visit
        .wait_for_verdict("Accepted, and the iPhone rings", "good", "ringing")
        .await;
}
