//! Frames that nobody should send: they cost one connection, and little memory.

use std::fs;

use serde_json::json;

use super::super::running::DEVICE_TOKEN;
use super::Scene;
use crate::support::trill::Trill;

const FRAMES: [&str; 13] = [
    "continuation-flood",
    "huge-header",
    "reset-flood",
    "empty-data-flood",
    "ping-flood",
    "settings-flood",
    "window-overflow",
    "push-promise",
    "data-on-idle",
    "oversized-frame",
    "truncated-frame",
    "unknown-frames",
    "junk",
];

#[tokio::test]
async fn invalid_frames_cost_one_connection() {
    let scene = Scene::new().await;
    for frames in FRAMES {
        scene.once(json!({ "fault": "hostile", "frames": frames, "seed": 1 }));
        let answer = scene.push().await;
        assert!(
            matches!(answer.outcome(), "accepted" | "unknown"),
            "{frames}: it had left, and {answer:?}"
        );
        scene.is_well().await;
    }
    scene.check();
}

/// Largest memory that a process has had, in KiB.
#[cfg(target_os = "linux")]
fn peak(id: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("Linux tells");
    line.trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number")
}

#[cfg(target_os = "linux")]
#[test]
fn sixteen_megabytes_of_header_are_not_kept() {
    let trill = Trill::start(&[]);
    let json = [("content-type", "application/json")];
    let push = || {
        trill.request(
            "POST",
            &format!("/simulator/3/device/{DEVICE_TOKEN}"),
            &[json[0], ("apns-topic", "a.voip")],
            b"{}",
        )
    };
    assert_eq!(push().status, 403);
    let before = peak(trill.id());
    for frames in [
        "huge-header",
        "continuation-flood",
        "empty-data-flood",
        "oversized-frame",
    ] {
        let script = json!([{ "fault": "hostile", "frames": frames, "next": 1 }]).to_string();
        assert_eq!(
            trill
                .request("PUT", "/api/simulator/faults", &json, script.as_bytes())
                .status,
            200
        );
        push();
    }
    let grown = peak(trill.id()) - before;
    assert!(
        grown < 20 * 1_024,
        "{grown} KiB more, the simulator that sends them included"
    );
}
