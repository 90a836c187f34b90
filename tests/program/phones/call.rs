//! The way of a call: the app registers, is rung, reports, answers and withdraws.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::{BUNDLE_ID, CALL, Stage, TOKEN, refusal};

const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";

#[tokio::test]
async fn an_app_registers_is_rung_reports_and_withdraws_and_the_page_sees_each_step() {
    let stage = Stage::new();
    let (_, secret) = stage.app();
    let mut events = stage.events().await;
    let body = json!({
        "bundle_id": BUNDLE_ID, "environment": "simulator", "kinds": ["voip"],
        "device_name": "<b>Ann’s iPhone</b>", "system_version": "18.0", "app_version": "1.2", "region": "DE",
    });
    let path = format!("/api/devices/{TOKEN}");
    let registered = stage.phone(&secret, "PUT", &path, &body);
    assert_eq!(registered.status, 201, "{}", registered.text());
    assert_eq!(registered.json()["device_token"], TOKEN.to_lowercase());
    let seen = events.until("\"registered_at_ms\"").await;
    assert!(
        seen.contains("event: registration") && seen.contains("<b>Ann’s iPhone</b>"),
        "{seen}"
    );
    assert_eq!(stage.phone(&secret, "PUT", &path, &body).status, 200);
    let devices = stage.get("/api/devices");
    assert_eq!(devices["devices"][0]["state"], "registered");
    assert_eq!(devices["devices"].as_array().map(Vec::len), Some(1));

    let provider_token = stage.enrol(&TOKEN.to_lowercase());
    let sent = stage.push(&provider_token, APNS_ID);
    assert_eq!(
        (sent.status, sent.header("trill-outcome")),
        (200, Some("accepted")),
        "{}",
        sent.text()
    );
    let send = format!("/api/sends/{APNS_ID}");
    assert_eq!(stage.get(&send)["ring"]["sentence"], "accepted");
    for event in ["received", "reported", "answered"] {
        let reported = stage.receipt(&secret, event);
        assert_eq!(reported.status, 200, "{}", reported.text());
        events.until(&format!("\"event\":\"{event}\"")).await;
    }
    let report = stage.get(&send);
    assert_eq!(report["ring"]["state"], "rang");
    let sentence = report["ring"]["sentence"].as_str().expect("a text");
    assert!(
        sentence.starts_with("rang after ") && sentence.ends_with('s'),
        "{sentence}"
    );
    assert_eq!(report["call"], CALL.to_lowercase());
    let receipts = report["receipts"].as_array().expect("a list");
    assert_eq!(receipts.len(), 3);
    assert_eq!(
        receipts[0]["device_at_ms"], 5,
        "the clock of the device is only shown"
    );
    let times = |name: &str| {
        let all = receipts.iter();
        all.map(|receipt| receipt[name].as_u64())
            .collect::<Vec<_>>()
    };
    assert!(times("after_ms").is_sorted(), "{report}");
    assert_eq!(
        report["ring"]["after_ms"], receipts[1]["after_ms"],
        "the times of the relay are those since the push left"
    );

    let stage = stage.killed();
    let after = stage.get(&send);
    assert_eq!(after["receipts"], report["receipts"]);
    assert_eq!(
        (&after["ring"], &after["outcome"]),
        (&report["ring"], &"accepted".into())
    );
    assert_eq!(
        stage.get("/api/sends?limit=1")["sends"][0]["apns_id"],
        APNS_ID
    );
    let mut events = stage.events().await;
    assert_eq!(
        stage.phone(&secret, "DELETE", &path, &Value::Null).status,
        204
    );
    events.until("\"change\":\"withdrawn\"").await;
    assert_eq!(stage.get("/api/devices")["devices"], json!([]));
    let again = stage.phone(&secret, "DELETE", &path, &Value::Null);
    assert_eq!(refusal(&again), (404, "device_not_registered".into()));
}

#[test]
fn a_call_that_callkit_filters_was_reported_and_is_silent() {
    let stage = Stage::new();
    let (_, secret) = stage.app();
    stage.register(&secret, TOKEN);
    let provider_token = stage.enrol(&TOKEN.to_lowercase());
    stage.push(&provider_token, APNS_ID);
    let body = json!({
        "call": CALL, "event": "failed", "device_token": TOKEN,
        "error": { "domain": "com.apple.CallKit.error.incomingcall", "code": 3 },
    });
    for _ in 0..2 {
        let reported = stage.phone(&secret, "POST", "/api/receipts", &body);
        assert_eq!(reported.status, 200, "{}", reported.text());
    }
    let report = stage.get(&format!("/api/sends/{APNS_ID}"));
    assert_eq!(
        report["ring"]["sentence"],
        "reported but silent: Do Not Disturb"
    );
    assert_eq!(
        report["receipts"].as_array().map(Vec::len),
        Some(1),
        "a repeat counts once"
    );
    assert_eq!(
        report["receipts"][0]["error"]["name"],
        "filteredByDoNotDisturb"
    );
}

#[test]
fn without_a_receipt_within_ten_seconds_nothing_came() {
    let stage = Stage::new();
    let provider_token = stage.enrol(&TOKEN.to_lowercase());
    stage.push(&provider_token, APNS_ID);
    let send = format!("/api/sends/{APNS_ID}");
    assert_eq!(stage.get(&send)["ring"]["state"], "accepted");
    sleep(Duration::from_millis(10_100));
    let ring = &stage.get(&send)["ring"];
    assert_eq!(ring["sentence"], "nothing came within 10 s");
}

#[tokio::test]
async fn a_device_that_apns_says_is_gone_is_marked_and_comes_back_by_registering() {
    let stage = Stage::new();
    let (_, secret) = stage.app();
    stage.register(&secret, TOKEN);
    let token = TOKEN.to_lowercase();
    let provider_token = stage.enrol(&token);
    let state = || stage.get("/api/devices")["devices"][0]["state"].take();
    let gone = json!({ "bundle_id": BUNDLE_ID, "state": "unregistered" });
    sleep(Duration::from_millis(5));
    stage.ask("PUT", &format!("/api/simulator/devices/{token}"), &gone);
    let mut events = stage.events().await;
    assert_eq!(stage.push(&provider_token, APNS_ID).status, 410);
    events.until("\"change\":\"unregistered\"").await;
    assert_eq!(state(), "unregistered");
    sleep(Duration::from_millis(5));
    assert_eq!(stage.register(&secret, TOKEN).status, 200);
    assert_eq!(state(), "registered");
    assert_eq!(stage.push(&provider_token, APNS_ID).status, 410);
    sleep(Duration::from_millis(300));
    assert_eq!(
        state(),
        "registered",
        "the answer is older than the registration"
    );
}

#[test]
fn the_list_has_the_receipts_of_a_virtual_iphone_until_its_simulator_ends() {
    let stage = Stage::new();
    let provider_token = stage.enrol(&TOKEN.to_lowercase());
    let online = json!({ "bundle_id": BUNDLE_ID });
    let path = format!("/api/simulator/devices/{}", TOKEN.to_lowercase());
    stage.ask("PUT", &path, &online);
    stage.push(&provider_token, APNS_ID);
    let newest = |stage: &Stage| stage.get("/api/sends?limit=1")["sends"][0].take();
    let send = newest(&stage);
    assert_eq!(send["ring"]["state"], "rang");
    let receipts = send["receipts"].as_array().expect("a list");
    assert_eq!(receipts[1]["event"], "reported");
    assert!(receipts[1]["after_ms"].is_u64());
    sleep(Duration::from_millis(10_100));
    let stage = stage.killed();
    let send = newest(&stage);
    assert_eq!(
        (&send["receipts"], &send["ring"]),
        (&json!([]), &Value::Null),
        "what the phone did is no longer known"
    );
}

#[test]
fn the_kinds_of_a_device_are_those_of_all_its_tokens() {
    let stage = Stage::new();
    let (_, secret) = stage.app();
    let (alert, calls) = ("aa".repeat(32), "bb".repeat(32));
    let register = |token: &str, kind: &str| {
        let body = json!({
            "bundle_id": BUNDLE_ID, "environment": "sandbox", "kinds": [kind], "device_id": "one",
        });
        stage.phone(&secret, "PUT", &format!("/api/devices/{token}"), &body);
    };
    let told = |token: &str| stage.get(&format!("/api/devices/{token}"))["devices"][0].take();
    register(&alert, "alert");
    let device = told(&alert);
    assert_eq!(device["kinds_sentence"], "alert yes, VoIP no");
    let reason = device["kinds_reason"].as_str().expect("a text");
    assert!(
        reason.starts_with("Likely ") && reason.contains("Voice over IP"),
        "{reason}"
    );
    register(&calls, "voip");
    for token in [&alert, &calls] {
        let device = told(token);
        assert_eq!(device["kinds_sentence"], "VoIP yes, alert yes");
        assert_eq!(device["kinds_reason"], Value::Null);
    }
}
