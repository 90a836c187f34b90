//! Trouble on the other side of the relay: senders that go away, or that send without an end.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::super::raw_http1::Client;
use super::super::running::DEVICE_TOKEN;
use super::Scene;

const APNS_ID: &str = "00000000-0000-4000-8000-000000000041";

#[tokio::test]
async fn a_push_whose_client_disconnects_is_completed() {
    let scene = Scene::new().await;
    scene.once(json!({ "fault": "delay", "ms": 300 }));
    let mut page = Client::connect(scene.relay.address).await;
    page.write(&scene.request(APNS_ID, &scene.token).bytes())
        .await;
    while scene.journal().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    drop(page);
    let stored = scene.relay.request(&format!("GET /api/sends/{APNS_ID}"));
    let start = Instant::now();
    let known = loop {
        let known = scene.relay.send(stored.clone()).await;
        if known.status != 202 {
            break known;
        }
        assert!(start.elapsed() < Duration::from_secs(3));
        sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(
        (known.status, &known.json()["outcome"]),
        (200, &"accepted".into())
    );
    let again = scene.relay.send(scene.request(APNS_ID, &scene.token)).await;
    assert_eq!(
        (
            again.outcome(),
            again.header("trill-repeat"),
            scene.accepted()
        ),
        ("accepted", "stored", 1)
    );
}

#[tokio::test]
async fn a_body_of_two_gigabytes_is_refused_by_its_length() {
    const MEGABYTE: usize = 1_024 * 1_024;
    let scene = Scene::new().await;
    let head = scene
        .relay
        .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
        .header("apns-topic", "a.voip");
    let mut announced = Client::connect(scene.relay.address).await;
    announced
        .write(&head.clone().header("content-length", "2147483648").bytes())
        .await;
    let start = Instant::now();
    let body = vec![b' '; MEGABYTE];
    // The relay reads a little, so that the answer is not lost in a reset, and hangs up.
    let sent = announced.write_until_refused(&body, 64).await;
    assert!(sent < 32, "{sent} megabytes were taken");
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );

    let mut patient = Client::connect(scene.relay.address).await;
    patient
        .write(&head.clone().header("content-length", "2147483648").bytes())
        .await;
    let answer = patient.answer().await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (413, "body_too_large", "not-sent")
    );

    let mut endless = Client::connect(scene.relay.address).await;
    endless
        .write(&head.header("transfer-encoding", "chunked").bytes())
        .await;
    let answer = endless.answer().await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (411, "length_required", "not-sent")
    );
    assert!(scene.journal().is_empty());
}
