//! The audit file: a line for every send, and what happens to sends when it cannot be written.

mod file;
#[cfg(target_os = "linux")] // where /dev/full is
mod full_disk;
mod lines;

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};
use trill::relay::{AuditFile, Config, OnFailure};

use super::peer::Peer;
use super::running::in_front_of;

const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
/// Lines are written by a thread that may be late.
const PATIENCE: Duration = Duration::from_secs(10);

fn audited(peer: &Peer, path: &Path, on_failure: OnFailure) -> Config {
    Config {
        audit: Some(AuditFile {
            path: path.to_owned(),
            on_failure,
        }),
        ..in_front_of(peer)
    }
}

/// The lines of a file, when there are so many.
async fn lines(path: &Path, count: usize) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines: Vec<_> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("each line is JSON"))
            .collect();
        if lines.len() >= count {
            return lines;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "{count} lines are not in {text:?}"
        );
        sleep(Duration::from_millis(10)).await;
    }
}

/// Audit lines that say how a push ended, as soon as there are `count`.
async fn ended(path: &Path, count: usize) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let ended: Vec<_> = lines(path, 0)
            .await
            .into_iter()
            .filter(|line| line["phase"] == "ended")
            .collect();
        if ended.len() >= count {
            return ended;
        }
        assert!(
            start.elapsed() < PATIENCE,
            "{count} pushes have not ended: {ended:?}"
        );
        sleep(Duration::from_millis(10)).await;
    }
}
