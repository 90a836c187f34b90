//! The metrics: what has happened, for Prometheus.

use std::time::Duration;

use tokio::time::sleep;
use trill::relay::Config;

use super::peer::{ACCEPT, Deed, Peer};
use super::raw_http1::Client;
use super::running::{Running, in_front_of};

async fn metrics(relay: &Running) -> String {
    let answer = relay.send(relay.request("GET /metrics")).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "text/plain; version=0.0.4; charset=utf-8")
    );
    String::from_utf8(answer.body).expect("it is text")
}

fn value(metrics: &str, sample: &str) -> Option<f64> {
    metrics
        .lines()
        .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn sends_refusals_and_connections_are_counted() {
    let peer = Peer::start(super::peer::Manners::default(), |number, _| match number {
        0 => ACCEPT,
        1 => Deed::Answer(400, &[], r#"{"reason":"BadDeviceToken"}"#),
        2 => Deed::Answer(400, &[], r#"{"reason":"a secret \" of the server"}"#),
        3 => Deed::Answer(503, &[], ""),
        _ => Deed::HangUp,
    })
    .await;
    let relay = Running::in_front_of(&peer).await;
    for outcome in ["accepted", "rejected", "rejected", "rejected", "unknown"] {
        assert_eq!(relay.send(relay.push().body("{}")).await.outcome(), outcome);
    }
    let foreign = relay
        .request("GET /metrics")
        .without("host")
        .header("host", "rebound.example");
    assert_eq!(
        relay.send(foreign).await.status,
        421,
        "only /healthz may be called by any name"
    );
    assert_eq!(
        relay
            .send(relay.push().header("apns-frobnicate", "1").body("{}"))
            .await
            .code(),
        "unknown_field"
    );
    let text = metrics(&relay).await;
    for (sample, expected) in [
        ("trill_build_info{version=\"0.1.0\"}", 1.0),
        (
            "trill_sends_total{environment=\"sandbox\",outcome=\"accepted\"}",
            1.0,
        ),
        (
            "trill_sends_total{environment=\"sandbox\",outcome=\"rejected\"}",
            3.0,
        ),
        (
            "trill_sends_total{environment=\"sandbox\",outcome=\"unknown\"}",
            1.0,
        ),
        (
            "trill_sends_total{environment=\"sandbox\",outcome=\"not-sent\"}",
            0.0,
        ),
        (
            "trill_sends_total{environment=\"production\",outcome=\"accepted\"}",
            0.0,
        ),
        ("trill_send_seconds_count{environment=\"sandbox\"}", 5.0),
        (
            "trill_send_seconds_bucket{environment=\"sandbox\",le=\"+Inf\"}",
            5.0,
        ),
        ("trill_apns_reasons_total{reason=\"BadDeviceToken\"}", 1.0),
        ("trill_apns_reasons_total{reason=\"undocumented\"}", 1.0),
        ("trill_apns_reasons_total{reason=\"none\"}", 1.0),
        ("trill_refusals_total{code=\"host_not_allowed\"}", 1.0),
        ("trill_refusals_total{code=\"unknown_field\"}", 1.0),
        ("trill_refusals_total{code=\"connection_lost\"}", 1.0),
        ("trill_connections{kind=\"events\"}", 0.0),
        ("trill_sends_in_flight", 0.0),
        ("trill_panics_total", 0.0),
    ] {
        assert_eq!(value(&text, sample), Some(expected), "{sample} in\n{text}");
    }
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn open_streams_and_sends_in_flight_are_counted() {
    let peer = Peer::that(Deed::After(Duration::from_millis(400), Box::new(ACCEPT))).await;
    let relay = Running::in_front_of(&peer).await;
    let mut stream = Client::connect(relay.address).await;
    stream
        .write(&relay.request("GET /api/events").bytes())
        .await;
    assert_eq!(stream.head().await.status, 200);
    let mut sender = Client::connect(relay.address).await;
    sender.write(&relay.push().body("{}").bytes()).await;
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    let text = metrics(&relay).await;
    for (sample, expected) in [
        ("trill_sends_in_flight", 1.0),
        ("trill_upstream_connections", 1.0),
        ("trill_connections{kind=\"events\"}", 1.0),
        ("trill_connections{kind=\"http\"}", 3.0),
    ] {
        assert_eq!(value(&text, sample), Some(expected), "{sample} in\n{text}");
    }
    assert_eq!(sender.answer().await.outcome(), "accepted");
    drop((stream, sender));
    for _ in 0..200 {
        let text = metrics(&relay).await;
        let now = [
            "trill_sends_in_flight",
            "trill_connections{kind=\"events\"}",
        ]
        .map(|sample| value(&text, sample));
        if now == [Some(0.0), Some(0.0)]
            && value(&text, "trill_connections{kind=\"http\"}") == Some(1.0)
        {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!(
        "what has ended is still counted:\n{}",
        metrics(&relay).await
    );
}

#[tokio::test]
async fn the_page_alone_has_metrics() {
    let relay = Running::start(Config {
        scope: trill::relay::Scope::Simulator,
        ..Config::default()
    })
    .await;
    assert_eq!(
        relay.send(relay.request("GET /metrics")).await.status,
        404,
        "the control interface of the simulator has none"
    );
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(in_front_of(&peer)).await;
    assert_eq!(
        relay
            .send(
                relay
                    .request("POST /metrics")
                    .header("apns-id", "1")
                    .body("")
            )
            .await
            .status,
        405
    );
}
