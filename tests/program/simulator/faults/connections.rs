//! Faults of a connection before the first request on it.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::super::{LOOPBACK, PHONE, Push, Stage, clock};
use super::raw::{DATA, HEADERS, PING, RST_STREAM, Raw, SETTINGS};
use super::{accepted, clear, client, is_well, once, struck, switch};
use crate::support::h2_client::tls;

async fn tls_error(stage: &Stage) -> String {
    let stream = tls(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
        &["h2"],
    )
    .await;
    stream.expect_err("TLS fails").to_string()
}

async fn tcp(stage: &Stage) -> TcpStream {
    TcpStream::connect(stage.simulator.address())
        .await
        .expect("it listens")
}

#[tokio::test]
async fn connections_are_closed_or_reset_before_tls() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "hang-up", "when": "connect" }));
    assert_eq!(
        tcp(&stage)
            .await
            .read(&mut [0; 1])
            .await
            .expect("a plain end"),
        0
    );
    is_well(&stage).await;
    once(
        &stage,
        json!({ "fault": "hang-up", "when": "connect", "how": "reset" }),
    );
    let error = tcp(&stage)
        .await
        .read(&mut [0; 1])
        .await
        .expect_err("a reset");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    is_well(&stage).await;
}

#[tokio::test]
async fn connections_are_closed_or_reset_after_tls() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "hang-up", "when": "tls" }));
    assert_eq!(
        Raw::connect(&stage).await.end().await.expect("a plain end"),
        0
    );
    is_well(&stage).await;
    once(
        &stage,
        json!({ "fault": "hang-up", "when": "tls", "how": "reset" }),
    );
    let error = Raw::connect(&stage).await.end().await.expect_err("a reset");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    is_well(&stage).await;
}

#[tokio::test]
async fn tls_stalls_until_the_fault_is_gone() {
    let stage = Stage::new().await;
    switch(&stage, json!([{ "fault": "tls-stall" }]));
    let mut stalled = tcp(&stage).await;
    stalled.write_all(b"\x16\x03\x01").await.expect("it reads");
    assert!(
        timeout(Duration::from_millis(300), stalled.read(&mut [0; 1]))
            .await
            .is_err()
    );
    clear(&stage);
    let _ = timeout(Duration::from_secs(5), stalled.read(&mut [0; 1]))
        .await
        .expect("it lets go");
    is_well(&stage).await;
}

#[tokio::test]
async fn certificates_are_wrong_in_every_way() {
    let stage = Stage::new().await;
    for (certificate, complaint) in [
        ("wrong-name", "not valid for name"),
        ("expired", "expired"),
        ("not-yet-valid", "not valid yet"),
        ("self-signed", "invalid peer certificate"),
        ("unknown-authority", "UnknownIssuer"),
    ] {
        once(
            &stage,
            json!({ "fault": "tls-certificate", "certificate": certificate }),
        );
        let error = tls_error(&stage).await;
        assert!(error.contains(complaint), "{certificate}: {error}");
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn tls_agrees_on_another_protocol() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "tls-alpn" }));
    let stream = tls(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
        &["h2"],
    )
    .await
    .expect("TLS succeeds");
    assert_eq!(stream.get_ref().1.alpn_protocol(), None);
    is_well(&stage).await;
    once(&stage, json!({ "fault": "tls-alpn", "alpn": "http/1.1" }));
    assert!(tls_error(&stage).await.contains("NoApplicationProtocol"));
    is_well(&stage).await;
}

#[tokio::test]
async fn settings_never_arrive() {
    let stage = Stage::new().await;
    switch(&stage, json!([{ "fault": "settings-never", "next": 1 }]));
    let mut raw = Raw::connect(&stage).await;
    raw.push(1, &stage.push()).await;
    assert!(raw.hears_nothing().await);
    assert_eq!(accepted(&stage), 0);
    is_well(&stage).await;
    clear(&stage);
    let _ = raw.end().await;
}

#[tokio::test]
async fn the_first_settings_say_what_the_script_says() {
    let stage = Stage::new().await;
    let settings = json!({
        "fault": "settings", "max_concurrent_streams": 9, "initial_window_size": 7, "max_frame_size": 1, "max_header_list_size": 100,
    });
    once(&stage, settings);
    let first = Raw::connect(&stage).await.next().await.expect("a frame");
    assert_eq!(first.kind, SETTINGS);
    assert_eq!(
        [3, 4, 5, 6].map(|identifier| first.setting(identifier)),
        [Some(9), Some(7), Some(1), Some(100)]
    );
    let plain = Raw::connect(&stage).await.next().await.expect("a frame");
    assert_eq!(
        [3, 4].map(|identifier| plain.setting(identifier)),
        [Some(1), Some(65_535)]
    );
    is_well(&stage).await;
}

#[tokio::test]
async fn without_any_fault_the_first_settings_are_those_of_apns() {
    let stage = Stage::new().await;
    let mut raw = Raw::connect(&stage).await;
    let first = raw.next().await.expect("a frame");
    let expected = [(1, 4_096), (3, 1), (4, 65_535), (5, 16_384), (6, 8_000)];
    assert_eq!(
        (first.kind, first.payload.len()),
        (SETTINGS, 6 * expected.len())
    );
    for (identifier, value) in expected {
        assert_eq!(
            first.setting(identifier),
            Some(value),
            "setting {identifier}"
        );
    }
    raw.push(1, &stage.push()).await;
    let more = loop {
        match raw.find(SETTINGS).await.expect("it comes") {
            acknowledgement if acknowledgement.payload.is_empty() => {}
            settings => break settings,
        }
    };
    assert_eq!(
        (more.payload.len(), more.setting(3)),
        (6, Some(1_000)),
        "after a valid token"
    );
}

#[tokio::test]
async fn a_header_list_of_more_than_8000_bytes_gets_431_and_is_not_judged() {
    let stage = Stage::new().await;
    // Before its first answer the client may not have heard of the limit.
    assert_eq!(stage.send(stage.push()).await.status, 200);
    let padded = |length| stage.push().with("x-padding", &"x".repeat(length));
    assert_eq!(stage.send(padded(7_000)).await.status, 200);
    let before = accepted(&stage);
    let answer = stage.send(padded(8_000)).await;
    assert_eq!(
        (answer.status, answer.ended_with_headers, accepted(&stage)),
        (431, true, before)
    );
    assert_eq!(
        stage.send(stage.push()).await.status,
        200,
        "the connection lives"
    );
}

#[tokio::test]
async fn a_window_of_zero_keeps_the_body_back() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "window-zero" }));
    let mut raw = Raw::connect(&stage).await;
    assert_eq!(raw.next().await.expect("a frame").setting(4), Some(0));
    raw.push_headers(1, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [] as [u8; 0]);
    once(&stage, json!({ "fault": "window-zero" }));
    let waiting = client(&stage).await;
    // A client may send before it has heard of the window; after an answer it has.
    assert_eq!(
        stage
            .push()
            .by("GET")
            .saying("")
            .send(&waiting)
            .await
            .status,
        405
    );
    let push = stage.push();
    let send = waiting.send(push.method, &push.path, &push.headers, &push.body);
    assert!(timeout(Duration::from_millis(300), send).await.is_err());
    assert_eq!(accepted(&stage), 0);
    is_well(&stage).await;
}

#[tokio::test]
async fn bytes_drip() {
    let stage = Stage::new().await;
    switch(
        &stage,
        json!([{ "fault": "slow", "bytes": 1, "pause_ms": 2, "next": 1 }]),
    );
    let begun = Instant::now();
    let answer = stage.push().send(&client(&stage).await).await;
    // SETTINGS, an acknowledgement and the answer have more than a hundred bytes.
    assert_eq!(
        (answer.status, begun.elapsed() >= Duration::from_millis(200)),
        (200, true),
        "{:?}",
        begun.elapsed()
    );
    is_well(&stage).await;
}

#[tokio::test]
async fn pings_are_not_answered() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "ping-silence" }));
    let mut raw = Raw::connect(&stage).await;
    raw.send(PING, 0, 0, b"12345678").await;
    raw.push(1, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [HEADERS]);
    let mut plain = Raw::connect(&stage).await;
    plain.send(PING, 0, 0, b"12345678").await;
    assert_eq!(plain.kinds_before_silence().await, [PING]);
    is_well(&stage).await;
}

#[tokio::test]
async fn without_any_fault_there_is_one_stream_until_the_first_valid_token() {
    let stage = Stage::new().await;
    let mut raw = Raw::connect(&stage).await;
    assert_eq!(raw.next().await.expect("a frame").setting(3), Some(1));
    // A client that has not heard of the limit is served.
    let nobody = Push {
        path: format!("/3/device/{}", "0".repeat(64)),
        ..stage.push()
    };
    raw.push_headers(1, &nobody).await;
    raw.push(
        3,
        &Push {
            headers: http::HeaderMap::new(),
            ..stage.push()
        },
    )
    .await;
    let answer = raw.find(HEADERS).await.expect("it comes");
    assert_eq!((answer.stream, answer.is_accepted()), (3, false));
    // One that has is not.
    raw.send(SETTINGS, 1, 0, &[]).await;
    raw.push_headers(5, &stage.push()).await;
    let refused = raw.find(RST_STREAM).await.expect("it comes");
    assert_eq!((refused.stream, refused.number(0)), (5, 7));
    // A valid token is what counts, not that a phone is reached.
    raw.send(DATA, 1, 1, b"{}").await;
    let raised = raw.find(SETTINGS).await.expect("it comes");
    assert_eq!(raised.setting(3), Some(1_000));
    let answer = raw.find(HEADERS).await.expect("it comes");
    assert_eq!((answer.stream, answer.is_accepted()), (1, false));
    raw.push_headers(7, &stage.push()).await;
    raw.push(9, &stage.push()).await;
    assert!(
        raw.find(HEADERS)
            .await
            .is_some_and(|frame| frame.is_accepted() && frame.stream == 9)
    );
}

#[tokio::test]
async fn a_connection_is_trusted_with_its_first_accepted_push() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "trust-slowly", "then": 500 }));
    let mut raw = Raw::connect(&stage).await;
    assert_eq!(raw.next().await.expect("a frame").setting(3), Some(1));
    // Two at a time are one too many.
    raw.push_headers(1, &stage.push()).await;
    raw.push_headers(3, &stage.push()).await;
    let refused = raw.find(RST_STREAM).await.expect("it comes");
    assert_eq!((refused.stream, refused.number(0)), (3, 7));
    raw.send(DATA, 1, 1, &stage.push().body).await;
    let mut raised = None;
    let mut is_accepted = false;
    while raised.is_none() || !is_accepted {
        let frame = raw.next().await.expect("a frame");
        is_accepted |= frame.is_accepted();
        raised = raised.or(frame.setting(3));
    }
    assert_eq!(raised, Some(500));
    raw.send(SETTINGS, 1, 0, &[]).await;
    raw.send(SETTINGS, 1, 0, &[]).await;
    raw.push_headers(5, &stage.push()).await;
    raw.push(7, &stage.push()).await;
    assert!(
        raw.find(HEADERS)
            .await
            .is_some_and(|frame| frame.is_accepted() && frame.stream == 7)
    );
}

#[tokio::test]
async fn twenty_at_once_wait_for_trust() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "trust-slowly" }));
    let client = std::sync::Arc::new(client(&stage).await);
    // The limit that the client has heard of is known to it from the first answer on.
    assert_eq!(stage.push().send(&client).await.status, 200);
    let mut sends = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, push) = (std::sync::Arc::clone(&client), stage.push());
        sends.spawn(async move { push.send(&client).await.status });
    }
    assert!(sends.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(accepted(&stage), 21);
}

#[tokio::test]
async fn the_same_seed_fires_for_the_same_connections() {
    let run = async || {
        let stage = Stage::new().await;
        switch(
            &stage,
            json!([{ "fault": "hang-up", "when": "connect", "rate": 0.5, "seed": 11 }]),
        );
        let mut ends = Vec::new();
        for _ in 0..16 {
            let tls = tls(
                stage.simulator.address(),
                stage.simulator.certificate_authority(),
                &["h2"],
            )
            .await;
            ends.push(tls.is_ok());
        }
        (ends, struck(&stage))
    };
    let first = run().await;
    assert!(first.0.contains(&true) && first.0.contains(&false));
    assert_eq!(first, run().await);
}

#[tokio::test]
async fn the_server_dies_and_comes_back() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "restart", "down_ms": 400 }));
    let mut raw = Raw::connect(&stage).await;
    raw.push(1, &stage.push()).await;
    let _ = raw.end().await;
    assert_eq!(accepted(&stage), 1);
    let refused = TcpStream::connect(stage.simulator.address())
        .await
        .expect_err("nothing listens");
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    let begun = Instant::now();
    while TcpStream::connect(stage.simulator.address()).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    is_well(&stage).await;
    assert_eq!(stage.get(&["devices", PHONE])["phone"]["state"], "ringing");
}

#[tokio::test]
async fn without_a_script_nothing_fails() {
    let simulator = trill::simulator::Simulator::start(LOOPBACK, clock)
        .await
        .expect("it starts");
    let shown = simulator
        .control(
            &trill::caller::Caller::Owner,
            &trill::simulator::ControlRequest::new(&http::Method::GET, &["faults"], b""),
        )
        .expect("it is there")
        .body;
    let shown = shown.expect("a body");
    assert_eq!(
        (&shown["faults"], &shown["counts"]),
        (&json!([]), &json!([]))
    );
}
