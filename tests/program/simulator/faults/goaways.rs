//! GOAWAY in all its forms.

use serde_json::{Value, json};

use super::super::Stage;
use super::raw::{DATA, Frame, GOAWAY, HEADERS, Raw};
use super::{accepted, clear, is_well, once};

const LAST: u32 = 0x7fff_ffff;

/// The frames from a first push on, and the second on the same connection, which the fault strikes.
async fn frames(stage: &Stage, mut fault: Value) -> Vec<Frame> {
    fault["fault"] = json!("goaway");
    let mut raw = Raw::connect(stage).await;
    raw.push(1, &stage.push()).await;
    assert!(
        raw.find(HEADERS)
            .await
            .is_some_and(|frame| frame.is_accepted())
    );
    once(stage, fault);
    raw.push(3, &stage.push()).await;
    raw.rest().await
}

fn kinds(frames: &[Frame]) -> Vec<u8> {
    frames.iter().map(|frame| frame.kind).collect()
}

#[tokio::test]
async fn the_last_stream_is_above_at_or_below() {
    let stage = Stage::new().await;
    let mut before = accepted(&stage);
    for (fault, last, expected, processed) in [
        (json!({ "last": "above" }), LAST, vec![GOAWAY, HEADERS], 2),
        (json!({ "last": "at" }), 3, vec![GOAWAY, HEADERS], 2),
        (
            json!({ "last": "at", "answer": "before" }),
            3,
            vec![HEADERS, GOAWAY],
            2,
        ),
        (
            json!({ "last": "at", "answer": "never" }),
            3,
            vec![GOAWAY],
            2,
        ),
        (json!({ "last": "below" }), 1, vec![GOAWAY], 1),
    ] {
        let frames = frames(&stage, fault.clone()).await;
        assert_eq!(kinds(&frames), expected, "{fault}");
        let goaway = frames
            .iter()
            .find(|frame| frame.kind == GOAWAY)
            .expect("it is there");
        assert_eq!(
            (goaway.number(0), goaway.number(4), goaway.payload.len()),
            (last, 0, 8),
            "{fault}"
        );
        assert_eq!(accepted(&stage) - before, processed, "{fault}");
        is_well(&stage).await;
        before = accepted(&stage);
    }
}

/// Streams 3 to 9 are opened, and the fault strikes stream 5, whose body comes first of these.
async fn among_others(stage: &Stage, mut fault: Value) -> (Raw, u32) {
    fault["fault"] = json!("goaway");
    let mut raw = Raw::connect(stage).await;
    raw.push(1, &stage.push()).await;
    assert!(
        raw.find(HEADERS)
            .await
            .is_some_and(|frame| frame.is_accepted())
    );
    raw.push_headers(3, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [] as [u8; 0]);
    once(stage, fault);
    raw.push_headers(5, &stage.push()).await;
    raw.push_headers(7, &stage.push()).await;
    // Only when all have come does the fault strike.
    assert_eq!(raw.kinds_before_silence().await, [] as [u8; 0]);
    raw.send(DATA, 1, 5, &stage.push().body).await;
    let goaway = raw.find(GOAWAY).await.expect("it comes");
    (raw, goaway.number(0))
}

#[tokio::test]
async fn no_stream_above_the_last_one_is_judged_or_answered() {
    let stage = Stage::new().await;
    for (last, number, struck) in [("at", 5, 1), ("below", 3, 0)] {
        let before = accepted(&stage);
        let (mut raw, named) = among_others(&stage, json!({ "last": last, "closes": false })).await;
        assert_eq!(named, number, "{last}");
        raw.send(DATA, 1, 7, &stage.push().body).await;
        raw.push(9, &stage.push()).await;
        raw.send(DATA, 1, 3, &stage.push().body).await;
        let answered = raw.kinds_before_silence().await;
        assert_eq!(
            answered.iter().filter(|kind| **kind == HEADERS).count(),
            1 + struck,
            "{last}: {answered:?}"
        );
        assert_eq!(
            accepted(&stage) - before,
            2 + struck,
            "{last}: the first, the third, and the one in question"
        );
        // The connection lets go with the fault.
        clear(&stage);
        let _ = raw.end().await;
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn no_stream_that_was_judged_is_above_the_last_one() {
    let stage = Stage::new().await;
    for last in ["at", "below"] {
        let mut raw = Raw::connect(&stage).await;
        raw.push(1, &stage.push()).await;
        assert!(
            raw.find(HEADERS)
                .await
                .is_some_and(|frame| frame.is_accepted())
        );
        once(
            &stage,
            json!({ "fault": "goaway", "last": last, "answer": "never" }),
        );
        raw.push_headers(3, &stage.push()).await;
        assert_eq!(raw.kinds_before_silence().await, [] as [u8; 0]);
        raw.push(5, &stage.push()).await;
        assert!(
            raw.find(HEADERS)
                .await
                .is_some_and(|frame| frame.is_accepted() && frame.stream == 5)
        );
        raw.send(DATA, 1, 3, &stage.push().body).await;
        assert_eq!(
            raw.find(GOAWAY).await.expect("it comes").number(0),
            5,
            "{last}"
        );
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn two_come_one_after_another() {
    let stage = Stage::new().await;
    for (fault, expected) in [
        (
            json!({ "last": "at", "times": 2 }),
            vec![GOAWAY, GOAWAY, HEADERS],
        ),
        (json!({ "last": "below", "times": 2 }), vec![GOAWAY, GOAWAY]),
    ] {
        assert_eq!(kinds(&frames(&stage, fault).await), expected);
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn the_debug_data_is_a_reason_a_text_or_junk() {
    let stage = Stage::new().await;
    let mut debug = Vec::new();
    for fault in [
        json!({ "last": "at", "reason": "BadCertificate", "code": "PROTOCOL_ERROR" }),
        json!({ "last": "at", "debug": "\u{1b}[31m\u{0}\u{7f}" }),
        json!({ "last": "at", "junk_bytes": 16_376, "seed": 3 }),
        json!({ "last": "at", "junk_bytes": 16_376, "seed": 3 }),
        json!({ "last": "at", "junk_bytes": 16_376, "seed": 4 }),
    ] {
        let frames = frames(&stage, fault).await;
        debug.push((frames[0].number(4), frames[0].payload[8..].to_vec()));
        is_well(&stage).await;
    }
    assert_eq!(debug[0], (1, br#"{"reason":"BadCertificate"}"#.to_vec()));
    assert_eq!(debug[1], (0, b"\x1b[31m\0\x7f".to_vec()));
    assert_eq!(debug[2].1.len(), 16_376);
    assert_eq!(debug[2], debug[3]);
    assert_ne!(debug[2], debug[4]);
}

#[tokio::test]
async fn a_connection_may_stay_open() {
    let stage = Stage::new().await;
    once(
        &stage,
        json!({ "fault": "goaway", "last": "above", "answer": "before", "closes": false }),
    );
    let mut raw = Raw::connect(&stage).await;
    raw.push(1, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [HEADERS, GOAWAY]);
    raw.push(3, &stage.push()).await;
    assert_eq!(raw.kinds_before_silence().await, [HEADERS]);
    is_well(&stage).await;
}

#[tokio::test]
async fn apns_shuts_down() {
    let stage = Stage::new().await;
    once(&stage, json!({ "fault": "shutdown" }));
    let mut raw = Raw::connect(&stage).await;
    raw.push(1, &stage.push()).await;
    let frames = raw.rest().await;
    assert_eq!(kinds(&frames), [HEADERS, DATA, GOAWAY]);
    assert_eq!(
        [&frames[1].payload[..], &frames[2].payload[8..]],
        [&br#"{"reason":"Shutdown"}"#[..]; 2]
    );
    assert_eq!(
        (&stage.decision()["status"], accepted(&stage)),
        (&json!(503), 0)
    );
    is_well(&stage).await;
}
