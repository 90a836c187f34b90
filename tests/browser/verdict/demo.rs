//! The demo, which rings whatever was done before.

use std::time::Duration;

use serde_json::{Value, json};

use crate::driver::by_test;
use crate::support::trill::Trill;
use crate::visit::{SOON, Visit};

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_after_killed_pushes_and_with_a_payload_without_a_call() {
    let visit = Visit::new().await;
    visit.fill("payload", "{}").await;
    visit.demo_rings().await;
    visit.fill("payload", "{}").await;
    for _ in 0..5 {
        visit.send().await;
        visit
            .tab
            .wait_until("document.querySelector('[data-test=outcome]:not([data-phone=ringing]):not([data-phone=unseen])') !== null", SOON)
            .await;
    }
    visit.demo_rings().await;
    visit.tab.capture().await.assert_quiet(&[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_whatever_its_phone_was_switched_to() {
    let visit = Visit::new().await;
    for change in [
        json!({ "do_not_disturb": true }),
        json!({ "online": false }),
        json!({ "blocked": ["alice@example.com"] }),
        json!({ "reports": false }),
        json!({ "state": "unregistered" }),
        json!({ "pushes_per_minute": 0 }),
    ] {
        visit.demo_rings().await;
        let token = visit.tab.text(&by_test("device-token")).await;
        let mut body = json!({ "bundle_id": "com.example.calls" });
        for (name, value) in change.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let path = format!("devices/{token}");
        visit.control("PUT", &path, &body);
        visit.demo_rings().await;
        let phone = visit.control("GET", &path, &Value::Null);
        let (name, value) = change.as_object().unwrap().iter().next().unwrap();
        assert_eq!(phone[name], *value, "the phone stays as it was switched");
        assert_ne!(visit.tab.text(&by_test("device-token")).await, token);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_with_a_fault_on_and_gives_it_back() {
    let visit = Visit::new().await;
    visit.demo_rings().await;
    for fault in [
        json!({ "fault": "refuse", "reason": "ServiceUnavailable" }),
        json!({ "fault": "refuse", "reason": "InvalidProviderToken", "sticks": true }),
        json!({ "fault": "silence", "next": 3 }),
        json!({ "fault": "tls-stall" }),
    ] {
        visit.control("PUT", "faults", &json!([fault]));
        visit.demo_rings().await;
        assert_eq!(
            visit.control("GET", "faults", &Value::Null)["faults"],
            json!([])
        );
        visit.tab.click(&by_test("faults-on")).await;
        visit
            .tab
            .wait_until(
                "document.querySelector('[data-test=faults-on]') === null",
                SOON,
            )
            .await;
        let is_on = async || {
            visit.control("GET", "faults", &Value::Null)["faults"][0]["fault"] == fault["fault"]
        };
        for _ in 0..200 {
            if is_on().await {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert!(is_on().await, "{fault}");
    }
    // Faults of a key or a phone are left where they are: another key and another phone ring.
    let [key_id, token] = [
        visit.tab.text(&by_test("key-id")).await,
        visit.tab.text(&by_test("device-token")).await,
    ];
    let narrow = json!([{ "fault": "silence", "key_id": key_id }, { "fault": "silence", "device_token": token }]);
    visit.control("PUT", "faults", &narrow);
    visit.demo_rings().await;
    assert_eq!(
        visit.control("GET", "faults", &Value::Null)["faults"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_rings_after_a_restart_and_after_a_refusal() {
    let mut visit = Visit::new().await;
    visit.demo_rings().await;
    let address = visit.trill.address().to_string();
    visit.trill.stop();
    visit.trill = Trill::start_on(&address, &[]);
    visit.demo_rings().await;
    visit.control(
        "PUT",
        "faults",
        &json!([{ "fault": "refuse", "reason": "ExpiredProviderToken", "next": 1 }]),
    );
    visit.send().await;
    visit.wait_for_verdict("Rejected", "bad", "unseen").await;
    visit.demo_rings().await;
}
