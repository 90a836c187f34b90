//! Before the push can leave: whatever goes wrong there, it was not sent.

use std::time::Duration;

use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, timeout};
use trill::apns::Environment;
use trill::relay::{Config, Override};

use super::super::running::{ANY_PORT, Running, all, short};
use super::Scene;

#[tokio::test]
async fn connections_that_end_before_they_are_ready_are_tried_three_times() {
    let ways = [
        ("connect", "close"),
        ("connect", "reset"),
        ("tls", "close"),
        ("tls", "reset"),
    ];
    all(ways.map(async |(when, how)| {
        let scene = Scene::new().await;
        let mut fault = json!({ "fault": "hang-up", "when": when, "how": how });
        scene.switch(fault.clone());
        let start = Instant::now();
        scene.ends(502, "connection_closed", "not-sent").await;
        assert_eq!(scene.struck(), 3, "{when} {how}");
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{:?}",
            start.elapsed()
        );
        fault["next"] = json!(2);
        scene.switch(fault);
        scene.is_well().await;
        assert_eq!(scene.struck(), 2, "{when} {how}");
        scene.check();
    }))
    .await;
}

#[tokio::test]
async fn wrong_certificates_have_distinct_errors_and_are_not_retried() {
    let scene = Scene::new().await;
    for (certificate, code) in [
        ("wrong-name", "certificate_name"),
        ("expired", "certificate_time"),
        ("not-yet-valid", "certificate_time"),
        ("self-signed", "certificate_authority"),
        ("unknown-authority", "certificate_authority"),
    ] {
        scene.switch(json!({ "fault": "tls-certificate", "certificate": certificate }));
        let answer = scene.ends(502, code, "not-sent").await;
        assert!(
            answer.json()["title"].as_str().is_some_and(|title| title
                .contains("Trill’s simulator")
                && !title.contains("apple")),
            "{answer:?}"
        );
        assert_eq!(scene.struck(), 1, "{certificate}");
    }
    assert!(scene.journal().is_empty());
    scene.clear();
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn a_server_without_http2_gets_no_push() {
    let scene = Scene::new().await;
    for alpn in ["none", "http/1.1"] {
        scene.switch(json!({ "fault": "tls-alpn", "alpn": alpn }));
        scene.ends(502, "no_http2", "not-sent").await;
        assert_eq!(scene.struck(), 1, "{alpn}");
    }
    scene.check();
}

#[tokio::test]
async fn a_stalled_handshake_is_given_up_and_not_retried() {
    let scene = Scene::new().await;
    for (fault, stage) in [
        ("tls-stall", "TLS handshake stalled"),
        ("settings-never", "SETTINGS"),
        ("ping-silence", "SETTINGS"),
    ] {
        scene.switch(json!({ "fault": fault }));
        let start = Instant::now();
        let answer = scene.ends(502, "connect_timeout", "not-sent").await;
        assert!(
            answer.json()["title"]
                .as_str()
                .is_some_and(|title| title.contains(stage)),
            "{answer:?}"
        );
        assert!(
            (650..3_000).contains(&start.elapsed().as_millis()),
            "{fault}: {:?}",
            start.elapsed()
        );
        assert_eq!(scene.struck(), 1, "{fault}");
        scene.clear();
    }
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn an_unanswered_tcp_connect_is_given_up_and_not_retried() {
    let socket = TcpSocket::new_v4().expect("there are sockets");
    socket.bind(ANY_PORT).expect("a port is free");
    let listener = socket.listen(1).expect("it listens");
    let address = listener.local_addr().expect("it has an address");
    let mut queue = Vec::new();
    while let Ok(stream) = timeout(Duration::from_millis(100), TcpStream::connect(address)).await {
        queue.push(stream.expect("it is let in"));
        assert!(queue.len() < 64, "the queue has no end");
    }
    let upstreams = vec![Override {
        environment: Environment::Sandbox,
        host: "127.0.0.1".to_owned(),
        port: address.port(),
    }];
    let relay = Running::start(Config {
        upstreams,
        deadlines: short(),
        ..Config::default()
    })
    .await;
    let start = Instant::now();
    let answer = relay.send(relay.push().body("{}")).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (502, "connect_timeout", "not-sent")
    );
    assert!(
        answer.json()["title"]
            .as_str()
            .is_some_and(|title| title.contains("no connection came about")),
        "{answer:?}"
    );
    assert!(
        (650..1_490).contains(&start.elapsed().as_millis()),
        "{:?}",
        start.elapsed()
    );
}
