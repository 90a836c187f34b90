//! A full disk: sends stop, or their lines come later.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};
use trill::relay::OnFailure;

use super::{PATIENCE, audited, ended, lines};
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Request;
use crate::relay::running::Running;
use crate::support::temp_dir::TempDir;

/// A path that leads to a disk without room, until it is mended.
struct FullDisk {
    folder: TempDir,
}

impl FullDisk {
    fn new() -> Self {
        let disk = Self {
            folder: TempDir::new(),
        };
        std::os::unix::fs::symlink("/dev/full", disk.path()).expect("a link");
        disk
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("audit.jsonl")
    }

    fn mend(&self) {
        fs::remove_file(self.path()).expect("the link goes");
    }
}

async fn until(relay: &Running, request: impl Fn() -> Request, code: &str) {
    let start = Instant::now();
    while relay.send(request()).await.code() != code {
        assert!(start.elapsed() < PATIENCE, "it never comes to {code:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_full_disk_stops_sends_before_they_leave_until_there_is_room() {
    let disk = FullDisk::new();
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(audited(&peer, &disk.path(), OnFailure::Stop)).await;
    for _ in 0..3 {
        let refused = relay.send(relay.push().body("{}")).await;
        assert_eq!(
            (refused.status, refused.outcome(), refused.code().as_str()),
            (503, "not-sent", "audit_unwritable")
        );
    }
    assert_eq!(relay.send(relay.request("GET /healthz")).await.status, 200);
    let metrics = relay.send(relay.request("GET /metrics")).await;
    let metrics = String::from_utf8(metrics.body).expect("it is text");
    assert!(
        metrics.contains("trill_audit_writable 0\n")
            && !metrics.contains("trill_audit_failures_total 0\n"),
        "{metrics}"
    );
    assert!(
        peer.seen().is_empty(),
        "nothing left, not even the push that found the disk full"
    );
    disk.mend();
    until(&relay, || relay.push().body("{}"), "").await;
    let lines = ended(&disk.path(), 2).await;
    let said: Vec<_> = lines
        .iter()
        .map(|line| json!([line["outcome"], line["reason"]]))
        .collect();
    assert_eq!(
        said,
        [
            json!(["not-sent", "audit_unwritable"]),
            json!(["accepted", null])
        ],
        "the line that waited says that nothing left"
    );
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_full_disk_delays_lines_where_sends_continue() {
    let disk = FullDisk::new();
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(audited(&peer, &disk.path(), OnFailure::Continue)).await;
    let push = relay.push().header("authorization", "bearer x");
    for _ in 0..20 {
        assert_eq!(
            relay.send(push.clone().body("{}")).await.outcome(),
            "accepted"
        );
    }
    disk.mend();
    assert_eq!(lines(&disk.path(), 40).await.len(), 40, "they waited");
}
