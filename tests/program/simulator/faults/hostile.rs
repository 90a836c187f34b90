//! Frames that nobody should send.

use serde_json::{Value, json};

use super::super::Stage;
use super::raw::{CONTINUATION, DATA, Frame, PING, RST_STREAM, Raw, SETTINGS};
use super::{client, is_well, once};

/// The frames that come with the answer to a push.
async fn frames(stage: &Stage, mut fault: Value) -> Vec<Frame> {
    fault["fault"] = json!("hostile");
    let mut raw = Raw::connect(stage).await;
    raw.kinds_before_silence().await;
    once(stage, fault.clone());
    raw.push(1, &stage.push()).await;
    let mut frames = Vec::new();
    while let Some(frame) = raw.next().await {
        let is_answer = frame.is_accepted() && frame.flags & 1 == 1;
        frames.push(frame);
        if is_answer {
            break;
        }
    }
    frames
}

fn count(frames: &[Frame], kind: u8) -> usize {
    frames.iter().filter(|frame| frame.kind == kind).count()
}

#[tokio::test]
async fn frames_flood() {
    let stage = Stage::new().await;
    for (flood, kind) in [
        ("continuation-flood", CONTINUATION),
        ("reset-flood", RST_STREAM),
        ("empty-data-flood", DATA),
        ("ping-flood", PING),
        // One more grants the streams of a trusted connection.
        ("settings-flood", SETTINGS),
    ] {
        let frames = frames(&stage, json!({ "frames": flood, "count": 10_000 })).await;
        assert_eq!(
            count(&frames, kind),
            if kind == SETTINGS { 10_001 } else { 10_000 },
            "{flood}"
        );
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn a_header_has_sixteen_megabytes() {
    let stage = Stage::new().await;
    let frames = frames(&stage, json!({ "frames": "huge-header" })).await;
    let bytes: usize = frames
        .iter()
        .filter(|frame| frame.kind == CONTINUATION)
        .map(|frame| frame.payload.len())
        .sum();
    assert_eq!(bytes, 16 * 1024 * 1024);
    is_well(&stage).await;
}

#[tokio::test]
async fn frames_break_the_protocol() {
    let stage = Stage::new().await;
    for (hostile, kind, stream, length) in [
        ("window-overflow", 8, 0, 4),
        ("push-promise", 5, 1, 5),
        ("data-on-idle", DATA, 0x7fff_ffff, 16),
        ("oversized-frame", DATA, 1, 1_048_576),
        ("unknown-frames", 0xfa, 1, 16),
    ] {
        let frames = frames(&stage, json!({ "frames": hostile })).await;
        let first = frames
            .iter()
            .find(|frame| frame.kind == kind)
            .expect(hostile);
        assert_eq!(
            (first.stream, first.payload.len()),
            (stream, length),
            "{hostile}"
        );
        is_well(&stage).await;
    }
}

#[tokio::test]
async fn a_frame_breaks_off() {
    let stage = Stage::new().await;
    let mut raw = Raw::connect(&stage).await;
    raw.kinds_before_silence().await;
    once(
        &stage,
        json!({ "fault": "hostile", "frames": "truncated-frame", "bytes": 100 }),
    );
    raw.push(1, &stage.push()).await;
    assert_eq!(raw.end().await.expect("a plain end"), 9 + 50);
    is_well(&stage).await;
}

#[tokio::test]
async fn junk_is_the_same_for_the_same_seed() {
    let stage = Stage::new().await;
    let mut junk = Vec::new();
    for seed in [1, 1, 2] {
        let mut raw = Raw::connect(&stage).await;
        raw.kinds_before_silence().await;
        once(
            &stage,
            json!({ "fault": "hostile", "frames": "junk", "bytes": 2_000, "seed": seed }),
        );
        raw.push(1, &stage.push()).await;
        junk.push(raw.bytes(2_000).await);
        is_well(&stage).await;
    }
    assert_eq!(junk[0], junk[1]);
    assert_ne!(junk[0], junk[2]);
}

#[tokio::test]
async fn a_client_defends_itself_and_the_simulator_stays() {
    let stage = Stage::new().await;
    for frames in [
        "continuation-flood",
        "huge-header",
        "window-overflow",
        "data-on-idle",
        "oversized-frame",
        "junk",
    ] {
        once(
            &stage,
            json!({ "fault": "hostile", "frames": frames, "seed": 1 }),
        );
        let (client, push) = (client(&stage).await, stage.push());
        let answer = client
            .try_send(push.method, &push.path, &push.headers, &push.body)
            .await;
        assert!(answer.is_err(), "{frames}: {answer:?}");
        is_well(&stage).await;
    }
    once(
        &stage,
        json!({ "fault": "hostile", "frames": "unknown-frames" }),
    );
    is_well(&stage).await;
}
