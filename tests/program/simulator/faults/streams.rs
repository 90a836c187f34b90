//! Faults of the stream of a request, or of its connection because of it.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::timeout;

use super::super::{PHONE, Stage};
use super::raw::{DATA, GOAWAY, HEADERS, PING, RST_STREAM, Raw, SETTINGS};
use super::{accepted, clear, client, is_well, once, struck, switch};

/// Sends a push that should be reset, and returns the error code.
async fn reset(stage: &Stage) -> Option<u32> {
    let (client, push) = (client(stage).await, stage.push());
    let error = client
        .try_send(push.method, &push.path, &push.headers, &push.body)
        .await
        .expect_err("a reset");
    error.reason().map(u32::from)
}

/// Sends a push on a new raw connection.
async fn push(stage: &Stage) -> Raw {
    let mut raw = Raw::connect(stage).await;
    raw.push(1, &stage.push()).await;
    raw
}

#[tokio::test]
async fn streams_are_reset_with_every_code() {
    let stage = Stage::new().await;
    let names = [
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    ];
    for (code, name) in (0_u32..).zip(names) {
        once(&stage, json!({ "fault": "reset", "code": name }));
        let frame = push(&stage).await.find(RST_STREAM).await.expect(name);
        assert_eq!((frame.stream, frame.number(0)), (1, code), "{name}");
    }
    // All but the refused one were processed.
    assert_eq!(accepted(&stage), names.len() - 1);
    is_well(&stage).await;
}

#[tokio::test]
async fn a_stream_is_refused_once_or_always() {
    let stage = Stage::new().await;
    once(
        &stage,
        json!({ "fault": "reset", "code": "REFUSED_STREAM" }),
    );
    assert_eq!(reset(&stage).await, Some(7));
    is_well(&stage).await;
    assert_eq!(accepted(&stage), 1);

    switch(
        &stage,
        json!([{ "fault": "reset", "code": "REFUSED_STREAM" }]),
    );
    for _ in 0..5 {
        assert_eq!(reset(&stage).await, Some(7));
    }
    assert_eq!((accepted(&stage), struck(&stage)), (1, vec![5]));
    clear(&stage);
    is_well(&stage).await;

    once(
        &stage,
        json!({ "fault": "reset", "code": "CANCEL", "judged": false }),
    );
    assert_eq!((reset(&stage).await, accepted(&stage)), (Some(8), 2));
}

#[tokio::test]
async fn an_answer_is_lost_after_acceptance() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "answer-lost" }));
    let mut raw = push(&stage).await;
    assert_eq!(raw.kinds_before_silence().await, [] as [u8; 0]);
    assert_eq!(
        (accepted(&stage), &stage.phone()["state"]),
        (1, &json!("ringing"))
    );
    // The connection itself is well.
    raw.send(PING, 0, 0, b"12345678").await;
    raw.push(3, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [PING, HEADERS]);
    clear(&stage);
    assert!(
        raw.find(RST_STREAM)
            .await
            .is_some_and(|frame| frame.stream == 1),
        "what hung is let go"
    );
}

#[tokio::test]
async fn a_request_meets_silence() {
    let stage = Stage::new().await;
    switch(
        &stage,
        json!([{ "fault": "silence", "device_token": PHONE, "next": 20 }]),
    );
    let mut raw = Raw::connect(&stage).await;
    for stream in 0..20 {
        raw.push(stream * 2 + 1, &stage.push().saying("x".repeat(3_000)))
            .await;
    }
    assert_eq!(raw.kinds_before_silence().await, [] as [u8; 0]);
    assert_eq!(accepted(&stage), 0);
    raw.push(41, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [HEADERS]);
    is_well(&stage).await;
}

#[tokio::test]
async fn headers_come_but_the_body_never_ends() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "body-unfinished", "status": 400 }));
    let mut raw = push(&stage).await;
    let head = raw.find(HEADERS).await.expect("headers");
    assert_eq!((head.payload[0], head.flags & 1), (0x8c, 0));
    let body = raw.find(DATA).await.expect("a beginning");
    assert_eq!(
        (&body.payload[..], body.flags & 1),
        (&b"{\"reason\":"[..], 0)
    );
    assert!(raw.hears_nothing().await);
    is_well(&stage).await;
}

#[tokio::test]
async fn an_answer_is_late() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "delay", "ms": 300 }));
    let begun = Instant::now();
    assert_eq!(stage.send(stage.push()).await.status, 200);
    assert!(begun.elapsed() >= Duration::from_millis(300));
    assert_eq!(accepted(&stage), 1);
    is_well(&stage).await;
}

#[tokio::test]
async fn a_connection_goes_half_open() {
    let stage = Stage::new().await;
    for (judged, processed) in [(true, 1), (false, 0)] {
        let before = accepted(&stage);
        once(&stage, json!({ "fault": "half-open", "judged": judged }));
        let mut raw = push(&stage).await;
        raw.kinds_before_silence().await;
        raw.send(PING, 0, 0, b"12345678").await;
        raw.push(3, &stage.push()).await;
        assert!(raw.hears_nothing().await);
        assert_eq!(accepted(&stage) - before, processed);
        is_well(&stage).await;
        clear(&stage);
        let _ = raw.end().await;
    }
}

#[tokio::test]
async fn connections_end_around_a_request() {
    let stage = Stage::new().await;
    for (when, how, processed) in [
        ("headers", "close", 0),
        ("headers", "reset", 0),
        ("judged", "close", 1),
        ("judged", "reset", 1),
        ("answered", "close", 1),
        ("answered", "reset", 1),
    ] {
        let before = accepted(&stage);
        once(
            &stage,
            json!({ "fault": "hang-up", "when": when, "how": how }),
        );
        let mut raw = Raw::connect(&stage).await;
        raw.push_headers(1, &stage.push()).await;
        if when != "headers" {
            raw.send(DATA, 1, 1, &stage.push().body).await;
        }
        if when == "answered" {
            assert!(
                raw.find(HEADERS)
                    .await
                    .is_some_and(|frame| frame.is_accepted())
            );
        }
        let end = raw.end().await;
        match how {
            "close" => assert!(end.is_ok(), "{when}: {end:?}"),
            _ => assert_eq!(
                end.map_err(|error| error.kind()),
                Err(ErrorKind::ConnectionReset),
                "{when}"
            ),
        }
        assert_eq!(accepted(&stage) - before, processed, "{when} {how}");
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn an_answer_breaks_off() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "cut", "after_bytes": 12 }));
    let mut raw = Raw::connect(&stage).await;
    raw.kinds_before_silence().await;
    raw.push(1, &stage.push()).await;
    assert_eq!(raw.end().await.expect("a plain end"), 12);
    is_well(&stage).await;
    assert_eq!(accepted(&stage), 2);
}

#[tokio::test]
async fn settings_are_lowered_in_mid_flight() {
    let stage = Stage::new().await;
    for limit in [1, 0] {
        once(
            &stage,
            json!({ "fault": "settings-change", "max_concurrent_streams": limit }),
        );
        let mut raw = Raw::connect(&stage).await;
        raw.kinds_before_silence().await;
        raw.push(1, &stage.push()).await;
        let changed = raw.find(SETTINGS).await.expect("it changes");
        assert_eq!((changed.flags, changed.setting(3)), (0, Some(limit)));
        assert!(
            raw.find(HEADERS)
                .await
                .is_some_and(|frame| frame.is_accepted())
        );
        // Both are acknowledged; the second must not reach those who never asked.
        raw.send(SETTINGS, 1, 0, &[]).await;
        raw.send(SETTINGS, 1, 0, &[]).await;
        raw.push(3, &stage.push()).await;
        assert_eq!(raw.kinds_before_silence().await, [HEADERS]);
    }
    is_well(&stage).await;
}

#[tokio::test]
async fn the_same_seed_fires_for_the_same_streams() {
    let run = async || {
        let stage = Stage::new().await;
        switch(
            &stage,
            json!([{ "fault": "reset", "code": "INTERNAL_ERROR", "rate": 0.3, "seed": 5 }]),
        );
        let mut raw = Raw::connect(&stage).await;
        for stream in 0..30 {
            raw.push(stream * 2 + 1, &stage.push()).await;
            // One after another: who comes first is asked first.
            while raw
                .next()
                .await
                .is_some_and(|frame| ![HEADERS, RST_STREAM].contains(&frame.kind))
            {}
        }
        let events: Vec<Value> = stage
            .events("fault")
            .iter()
            .map(|event| event["stream"].clone())
            .collect();
        events
    };
    let first = run().await;
    assert!((3..15).contains(&first.len()), "{first:?}");
    assert_eq!(first, run().await);
}

#[tokio::test]
async fn a_held_request_is_released_when_other_faults_are_enabled() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "half-open" }));
    let mut raw = push(&stage).await;
    raw.kinds_before_silence().await;
    switch(&stage, json!([]));
    let end = timeout(Duration::from_secs(5), raw.find(GOAWAY))
        .await
        .expect("it lets go");
    assert_eq!(end, None);
    is_well(&stage).await;
}
