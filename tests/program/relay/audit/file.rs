//! The audit file across starts, rotation and a kill.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use trill::relay::{Config, OnFailure, Relay, StartError};
use trill::simulator::Simulator;

use super::{APNS_ID, PATIENCE, audited, ended, lines};
use crate::relay::peer::{ACCEPT, Manners, Peer};
use crate::relay::running::{ANY_PORT, DEVICE_TOKEN, Running};
use crate::support::http1;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

#[tokio::test]
async fn another_start_appends_and_knows_devices_by_another_hash() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    for _ in 0..2 {
        let relay = Running::start(audited(&peer, &path, OnFailure::Continue)).await;
        assert_eq!(
            relay.send(relay.push().body("{}")).await.outcome(),
            "accepted"
        );
        relay.stop().await.expect("it ends");
    }
    let lines = ended(&path, 2).await;
    assert_ne!(
        lines[0]["id"], lines[1]["id"],
        "both are the first of their start"
    );
    assert_ne!(
        lines[0]["device_hash"], lines[1]["device_hash"],
        "its key is made at the start"
    );
}

#[tokio::test]
async fn a_rotated_file_is_created_again() {
    let folder = TempDir::new();
    let (path, old) = (
        folder.path().join("audit.jsonl"),
        folder.path().join("audit.jsonl.1"),
    );
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(audited(&peer, &path, OnFailure::Stop)).await;
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted"
    );
    lines(&path, 2).await;
    fs::rename(&path, &old).expect("it is renamed");
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted"
    );
    lines(&path, 2).await;
    assert_eq!(lines(&old, 2).await.len(), 2);
}

/// The system cuts a line in two where the file may not grow any more, as a disk does that fills up.
#[cfg(unix)]
#[test]
fn a_line_that_does_not_fit_is_removed_and_written_whole_later() {
    let folder = TempDir::new();
    let (path, old) = (
        folder.path().join("audit.jsonl"),
        folder.path().join("audit.jsonl.1"),
    );
    let file = path.to_str().expect("a temporary path is text");
    // A block is half a kilobyte or a whole one: room for a few pushes. Left alone, the signal would end the program.
    let limits = "ulimit -f 4";
    let mut trill = Trill::start_under(limits, &["--audit", file, "--audit-failure", "stop"]);
    let send = || {
        let path = format!("/simulator/3/device/{DEVICE_TOKEN}");
        let answer = trill.request(
            "POST",
            &path,
            &[("apns-topic", "com.example.calls.voip")],
            b"{}",
        );
        answer
            .header("trill-outcome")
            .unwrap_or_default()
            .to_owned()
    };
    let mut rejected = 0;
    while send() == "rejected" {
        rejected += 1;
        assert!(rejected < 1_000, "the limit does not hold");
        std::thread::sleep(Duration::from_millis(5));
    }
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(
        text.ends_with("}\n")
            && text
                .lines()
                .all(|line| serde_json::from_str::<Value>(line).is_ok()),
        "{text}"
    );
    fs::rename(&path, &old).expect("it is put away");
    let start = std::time::Instant::now();
    while send() != "rejected" {
        assert!(start.elapsed() < PATIENCE, "it does not recover");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(trill.end_by("-TERM"), Some(0));
    let both = [&old, &path]
        .map(|file| fs::read_to_string(file).unwrap_or_default())
        .concat();
    let written: Vec<_> = both
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"))
        .collect();
    let ids: BTreeSet<_> = written
        .iter()
        .map(|line| line["id"].to_string() + &line["phase"].to_string())
        .collect();
    let begun = written
        .iter()
        .filter(|line| line["phase"] == "begun")
        .count();
    // The last line of the last one may have found the new file full.
    assert!(
        begun >= rejected && ids.len() == written.len(),
        "each once: {both}"
    );
    let log = trill.stderr();
    assert!(
        log.contains("the audit file cannot be written") && log.contains("can be written again"),
        "{log}"
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_is_a_reason_not_to_start() {
    let peer = Peer::that(ACCEPT).await;
    let folder = TempDir::new();
    // Not even root makes files in a file.
    let path = folder.write("no-folder", "").join("audit.jsonl");
    for on_failure in [OnFailure::Stop, OnFailure::Continue] {
        let simulator = Simulator::start(ANY_PORT, std::time::SystemTime::now)
            .await
            .expect("the simulator starts");
        let config = Config {
            listen: ANY_PORT,
            ..audited(&peer, &path, on_failure)
        };
        let error = Relay::bind(config, simulator)
            .await
            .err()
            .expect("it does not start");
        assert!(
            matches!(error, StartError::Audit(..))
                && error
                    .to_string()
                    .contains("check the path given to --audit"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_line_of_a_push_is_in_the_file_when_it_leaves() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let file = path.clone();
    let (written, mut when_seen) = tokio::sync::mpsc::unbounded_channel();
    let peer = Peer::start(Manners::default(), move |_, _| {
        let _ = written.send(
            fs::read_to_string(&file)
                .unwrap_or_default()
                .matches("\"begun\"")
                .count(),
        );
        ACCEPT
    })
    .await;
    let relay = Running::start(audited(&peer, &path, OnFailure::Stop)).await;
    for number in 1..=20 {
        assert_eq!(
            relay.send(relay.push().body("{}")).await.outcome(),
            "accepted"
        );
        assert_eq!(when_seen.recv().await, Some(number));
    }
    assert_eq!(ended(&path, 20).await.len(), 20);
}

#[cfg(unix)]
#[test]
fn the_file_of_a_killed_relay_shows_what_may_have_left() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let file = path.to_str().expect("a temporary path is text");
    let mut trill = Trill::start(&["--audit", file, "--audit-failure", "stop"]);
    let push = |address, id: &str| {
        let send = format!("/simulator/3/device/{DEVICE_TOKEN}");
        http1::request(
            address,
            "POST",
            &send,
            &[("apns-topic", "com.example.calls.voip"), ("apns-id", id)],
            b"{}",
        )
    };
    const LOST: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7d";
    push(trill.address(), APNS_ID);
    let silent = trill.request(
        "PUT",
        "/api/simulator/faults",
        &[("content-type", "application/json")],
        br#"[{"fault":"silence"}]"#,
    );
    assert_eq!(silent.status / 100, 2, "{silent:?}");
    let address = trill.address();
    let sender = std::thread::spawn(move || std::panic::catch_unwind(|| push(address, LOST)));
    let start = std::time::Instant::now();
    while !fs::read_to_string(&path)
        .expect("it is there")
        .contains(LOST)
    {
        assert!(start.elapsed() < PATIENCE, "the push has no line");
        std::thread::sleep(Duration::from_millis(10));
    }
    trill.stop();
    assert!(
        sender.join().expect("the thread ends").is_err(),
        "nobody was left to answer"
    );
    let text = fs::read_to_string(&path).expect("it is there");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of = |id: &str| {
        lines
            .iter()
            .filter(|line| line["apns_id"] == id)
            .map(|line| line["phase"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (of(APNS_ID), of(LOST)),
        (vec![json!("begun"), json!("ended")], vec![json!("begun")])
    );
}
