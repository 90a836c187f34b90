//! Event stream of the relay: replay, live events, signs of life and its end.

use std::time::Duration;

use http::Method;
use serde_json::json;
use trill::caller::Caller;
use trill::relay::{Config, Deadlines};
use trill::simulator::ControlRequest;

use super::raw_http1::Client;
use super::running::{Running, short};

#[tokio::test]
async fn events_are_replayed_and_then_live() {
    let relay = Running::start(Config {
        deadlines: short(),
        ..Config::default()
    })
    .await;
    // Each enrolment is an event, and its name tells which.
    let enrol = |device: &str, name: &str| {
        let body = json!({ "bundle_id": "com.example.calls", "name": name }).to_string();
        let path = ["devices", device];
        relay
            .simulator
            .control(
                &Caller::Owner,
                &ControlRequest::new(&Method::PUT, &path, body.as_bytes()),
            )
            .expect("it is taken");
    };
    for (device, name) in [("aa", "n1"), ("bb", "n2"), ("aa", "n3")] {
        enrol(device, name);
    }
    let newest = relay.simulator.events().newest();
    let first = newest - 2;
    let open = async |query: &str| {
        let mut client = Client::connect(relay.address).await;
        client
            .write(&relay.request(&format!("GET /api/events{query}")).bytes())
            .await;
        let head = client.head().await;
        assert_eq!(
            (
                head.status,
                head.header("content-type"),
                head.header("cache-control")
            ),
            (200, "text/event-stream", "no-store")
        );
        client.until(": ").await;
        client
    };
    let mut all = open(&format!("?since={first}")).await;
    let mut one_device = open(&format!("?since={}&device=AA", first - 1)).await;
    let mut only_new = open("").await;
    let mut after_restart = open(&format!("?since={}", newest + 1_000)).await;

    let text = all.until(r#""name":"n3""#).await;
    assert!(
        text.contains(&format!("id: {newest}\r\nevent: device\r\ndata: ").replace('\r', ""))
            && text.contains(r#""name":"n2""#),
        "{text}"
    );
    assert!(!text.contains(r#""name":"n1""#), "{text}");
    assert!(
        after_restart
            .until(r#""name":"n3""#)
            .await
            .contains(r#""name":"n1""#)
    );

    enrol("bb", "n4");
    enrol("aa", "n5");
    let text = one_device.until(r#""name":"n5""#).await;
    assert!(
        text.contains(r#""name":"n1""#)
            && text.contains(r#""name":"n3""#)
            && !text.contains(r#""name":"n2""#)
            && !text.contains(r#""name":"n4""#),
        "{text}"
    );
    let text = only_new.until(r#""name":"n5""#).await;
    assert!(
        text.contains("event: device") && !text.contains(r#""name":"n3""#),
        "{text}"
    );

    let mut resumed = Client::connect(relay.address).await;
    resumed
        .write(
            &relay
                .request("GET /api/events?since=0")
                .header("last-event-id", &(newest + 1).to_string())
                .bytes(),
        )
        .await;
    let text = resumed.until(r#""name":"n5""#).await;
    assert!(!text.contains(r#""name":"n4""#), "{text}");
    for query in [
        "?since=x",
        "?since=-1",
        "?since=1&since=2",
        "?device=xyz",
        "?url=1",
    ] {
        assert_eq!(
            relay
                .send(relay.request(&format!("GET /api/events{query}")))
                .await
                .code(),
            "unknown_field",
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_silent_event_stream_says_that_it_lives_and_ends_with_the_relay() {
    let deadlines = Deadlines {
        event_ping: Duration::from_millis(50),
        ..short()
    };
    let relay = Running::start(Config {
        deadlines,
        ..Config::default()
    })
    .await;
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.request("GET /api/events").bytes())
        .await;
    client.until(": ping\n\n").await;
    relay.stop().await.expect("it stops at once");
    client.closed().await;
}
