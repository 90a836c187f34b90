//! The audit file: a line for every send, and what happens to sends when it cannot be written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use trill::relay::{AuditFile, Config, OnFailure, Relay, StartError};
use trill::simulator::Simulator;

use super::access;
use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::Request;
use super::running::{ANY_PORT, DEVICE_TOKEN, Running, in_front_of};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
/// Lines are written by a thread that may be late.
const PATIENCE: Duration = Duration::from_secs(10);

fn audited(peer: &Peer, path: &Path, on_failure: OnFailure) -> Config {
    Config { audit: Some(AuditFile { path: path.to_owned(), on_failure }), ..in_front_of(peer) }
}

/// The lines of a file, when there are so many.
async fn lines(path: &Path, count: usize) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines: Vec<_> = text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
        if lines.len() >= count {
            return lines;
        }
        assert!(start.elapsed() < PATIENCE, "{count} lines are not in {text:?}");
        sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn every_send_is_a_line() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::start(Manners::default(), |number, _| match number {
        0 => Deed::Answer(200, &[("apns-id", APNS_ID)], ""),
        1 => Deed::Answer(410, &[], r#"{"reason":"Unregistered"}"#),
        2 => Deed::Answer(400, &[], r#"{"reason":"no reason of Apple's"}"#),
        _ => Deed::HangUp,
    })
    .await;
    let relay = Running::start(audited(&peer, &path, OnFailure::Stop)).await;
    let push = || relay.push().header("authorization", "bearer audited");
    let named = push().header("apns-id", "EABEAE54-14A8-11E5-B60B-1697F925EC7C").body(r#"{"payload":1}"#);
    assert_eq!(relay.send(push().body("{}")).await.outcome(), "accepted");
    assert_eq!(relay.send(named).await.outcome(), "rejected");
    let odd = relay.request("POST /sandbox/3/device/abcd").header("apns-topic", "no topic of anybody");
    assert_eq!(relay.send(odd.header("authorization", "bearer audited").body("")).await.outcome(), "rejected");
    assert_eq!(relay.send(push().body("{}")).await.outcome(), "unknown");
    // Nothing was sent, so nothing is written down.
    assert_eq!(relay.send(relay.push().header("apns-frobnicate", "1").body("{}")).await.status, 400);
    let lines = lines(&path, 4).await;
    assert_eq!(lines.len(), 4, "{lines:?}");
    let expected = [
        ("accepted", 200, Value::Null, APNS_ID, 2),
        ("rejected", 410, "Unregistered".into(), "eabeae54-14a8-11e5-b60b-1697f925ec7c", 13),
        ("rejected", 400, "undocumented".into(), "", 0),
        ("unknown", 504, "connection_lost".into(), "", 2),
    ];
    for (line, (outcome, status, reason, apns_id, bytes)) in lines.iter().zip(expected) {
        assert_eq!((&line["event"], &line["user"], &line["address"]), (&"send".into(), &"owner".into(), &"127.0.0.1".into()), "{line}");
        assert_eq!((&line["outcome"], &line["status"], &line["reason"]), (&outcome.into(), &status.into(), &reason), "{line}");
        assert_eq!((&line["bytes"], line["apns_id"].as_str().unwrap_or_default()), (&bytes.into(), apns_id), "{line}");
        let time = line["time"].as_str().expect("a time");
        assert!(time.starts_with("20") && time.len() == 24 && time.ends_with('Z'), "{time}");
        assert!(line["ms"].as_f64().is_some_and(|ms| ms >= 0.0), "{line}");
    }
    assert_eq!((&lines[0]["environment"], &lines[0]["topic"]), (&"sandbox".into(), &"com.example.calls.voip".into()));
    assert_eq!(lines[0]["device"], DEVICE_TOKEN[DEVICE_TOKEN.len() - 4..]);
    assert_eq!((&lines[2]["device"], &lines[2]["topic"]), (&Value::Null, &Value::Null), "neither can be one");
    let hash = |index: usize| lines[index]["device_hash"].as_str().expect("a hash");
    assert!(hash(0) == hash(1) && hash(0) != hash(2) && hash(0).len() == 16, "it tells devices apart");
    let text = fs::read_to_string(&path).expect("it is there");
    for secret in [&DEVICE_TOKEN[..DEVICE_TOKEN.len() - 4], "audited", "payload", "no reason of", "no topic of"] {
        assert!(!text.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn who_is_let_in_is_a_line_and_so_is_a_user_nobody_vouched_for() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config { access: access::shared(), ..audited(&peer, &path, OnFailure::Stop) }).await;
    for token in [access::TOKEN, "not the token, but as long as one may be"] {
        access::try_sign_in(&relay, token).await;
    }
    let entered = lines(&path, 2).await;
    assert_eq!((&entered[0]["event"], &entered[0]["outcome"]), (&json!("sign-in"), &json!("let-in")));
    assert_eq!(
        (&entered[1]["outcome"], &entered[1]["status"], &entered[1]["reason"]),
        (&json!("refused"), &json!(401), &json!("access_token"))
    );
    assert!(!fs::read_to_string(&path).expect("it is there").contains(access::TOKEN));

    let path = folder.path().join("proxied.jsonl");
    let relay = Running::start(Config { access: access::proxied("127.0.0.2"), ..audited(&peer, &path, OnFailure::Stop) }).await;
    let forged = access::page("GET /api/catalogue").header("x-forwarded-user", "mallory");
    assert_eq!(relay.send(forged).await.status, 401);
    let line = &lines(&path, 1).await[0];
    assert_eq!((&line["event"], &line["address"], &line["reason"]), (&json!("forged-user"), &json!("127.0.0.1"), &json!("sign_in")));
}

#[tokio::test]
async fn another_start_appends_and_knows_devices_by_another_hash() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    for _ in 0..2 {
        let relay = Running::start(audited(&peer, &path, OnFailure::Continue)).await;
        assert_eq!(relay.send(relay.push().body("{}")).await.outcome(), "accepted");
        relay.stop().await.expect("it ends");
    }
    let lines = lines(&path, 2).await;
    assert_ne!(lines[0]["device_hash"], lines[1]["device_hash"], "its key is made at the start");
}

#[tokio::test]
async fn a_file_that_was_put_away_is_made_anew() {
    let folder = TempDir::new();
    let (path, old) = (folder.path().join("audit.jsonl"), folder.path().join("audit.jsonl.1"));
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(audited(&peer, &path, OnFailure::Stop)).await;
    assert_eq!(relay.send(relay.push().body("{}")).await.outcome(), "accepted");
    lines(&path, 1).await;
    fs::rename(&path, &old).expect("it is renamed");
    assert_eq!(relay.send(relay.push().body("{}")).await.outcome(), "accepted");
    lines(&path, 1).await;
    assert_eq!(lines(&old, 1).await.len(), 1);
}

#[tokio::test]
async fn a_session_has_a_name_that_opens_nothing() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config { access: access::shared(), ..audited(&peer, &path, OnFailure::Stop) }).await;
    let entered = access::try_sign_in(&relay, access::TOKEN).await;
    let (cookie, _) = access::cookie(&entered);
    assert_eq!(relay.send(access::push().header("cookie", &cookie).body("{}")).await.outcome(), "accepted");
    assert_eq!(relay.send(access::push().body("{}")).await.code(), "sign_in", "of strangers who send there is no line");
    let scripted = relay.send(access::push().header("trill-access", access::TOKEN).body("{}")).await;
    assert_eq!(scripted.outcome(), "accepted");
    let lines = lines(&path, 3).await;
    let users: Vec<_> = lines.iter().map(|line| line["user"].as_str().unwrap_or_default()).collect();
    assert!(lines.len() == 3 && users[0].starts_with("session ") && users[0] == users[1] && users[2] == "script", "{lines:?}");
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(!text.contains(cookie.split_once('=').expect("a value").1) && !text.contains(access::TOKEN), "{text}");
}

/// A path that leads to a disk without room, until it is mended.
#[cfg(target_os = "linux")]
struct FullDisk {
    folder: TempDir,
}

#[cfg(target_os = "linux")]
impl FullDisk {
    fn new() -> Self {
        let disk = Self { folder: TempDir::new() };
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

#[cfg(target_os = "linux")]
async fn until(relay: &Running, request: impl Fn() -> Request, code: &str) {
    let start = Instant::now();
    while relay.send(request()).await.code() != code {
        assert!(start.elapsed() < PATIENCE, "it never comes to {code:?}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_stops_sends_before_they_leave_until_there_is_room() {
    let disk = FullDisk::new();
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(audited(&peer, &disk.path(), OnFailure::Stop)).await;
    until(&relay, || relay.push().body("{}"), "audit_unwritable").await;
    let gone = peer.seen().len();
    let refused = relay.send(relay.push().body("{}")).await;
    assert_eq!((refused.status, refused.outcome(), refused.code().as_str()), (503, "not-sent", "audit_unwritable"));
    assert_eq!(relay.send(relay.request("GET /healthz")).await.status, 200);
    let metrics = relay.send(relay.request("GET /metrics")).await;
    let metrics = String::from_utf8(metrics.body).expect("it is text");
    assert!(metrics.contains("trill_audit_writable 0\n") && !metrics.contains("trill_audit_failures_total 0\n"), "{metrics}");
    assert_eq!(peer.seen().len(), gone, "nothing left while it could not be written down");
    disk.mend();
    until(&relay, || relay.push().body("{}"), "").await;
    assert_eq!(lines(&disk.path(), peer.seen().len()).await.len(), peer.seen().len(), "each once, also those that waited");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_costs_nothing_but_time_where_sends_go_on() {
    let disk = FullDisk::new();
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(audited(&peer, &disk.path(), OnFailure::Continue)).await;
    let push = relay.push().header("authorization", "bearer x");
    for _ in 0..20 {
        assert_eq!(relay.send(push.clone().body("{}")).await.outcome(), "accepted");
    }
    disk.mend();
    assert_eq!(lines(&disk.path(), 20).await.len(), 20, "they waited");
}

/// The system cuts a line in two where the file may not grow any more, as a disk does that fills up.
#[cfg(unix)]
#[test]
fn a_line_that_does_not_fit_is_taken_back_and_written_whole_later() {
    let folder = TempDir::new();
    let (path, old) = (folder.path().join("audit.jsonl"), folder.path().join("audit.jsonl.1"));
    let file = path.to_str().expect("a temporary path is text");
    // One block is half a kilobyte or a whole one, for two lines or four. Unless it is ignored, the signal ends the program.
    let limits = "trap '' XFSZ && ulimit -f 1";
    let mut trill = Trill::start_under(limits, &["--audit", file, "--audit-failure", "stop"]);
    let send = || {
        let path = format!("/simulator/3/device/{DEVICE_TOKEN}");
        let answer = trill.request("POST", &path, &[("apns-topic", "com.example.calls.voip")], b"{}");
        answer.header("trill-outcome").unwrap_or_default().to_owned()
    };
    let mut rejected = 0;
    while send() == "rejected" {
        rejected += 1;
        assert!(rejected < 1_000, "the limit does not hold");
        std::thread::sleep(Duration::from_millis(5));
    }
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.ends_with("}\n") && text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
    assert!(text.lines().count() < rejected, "some wait");
    fs::rename(&path, &old).expect("it is put away");
    let start = std::time::Instant::now();
    while send() != "rejected" {
        assert!(start.elapsed() < PATIENCE, "it does not recover");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(trill.end_by("-TERM"), Some(0));
    let both = [&old, &path].map(|file| fs::read_to_string(file).unwrap_or_default()).concat();
    let ids: BTreeSet<_> = both.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["apns_id"].to_string()).collect();
    // The line of the last one may have found the new file full.
    assert!(both.lines().count() >= rejected && ids.len() == both.lines().count(), "each once: {both}");
    let log = trill.stderr();
    assert!(log.contains("the audit file cannot be written") && log.contains("can be written again"), "{log}");
}

#[tokio::test]
async fn a_file_that_cannot_be_made_is_a_reason_not_to_start_where_it_stops_sends() {
    let peer = Peer::that(ACCEPT).await;
    let folder = TempDir::new();
    // Not even root makes files in a file.
    let path = folder.write("no-folder", "").join("audit.jsonl");
    let simulator = Simulator::start(ANY_PORT, std::time::SystemTime::now).await.expect("the simulator starts");
    let config = Config { listen: ANY_PORT, ..audited(&peer, &path, OnFailure::Stop) };
    let error = Relay::bind(config, simulator).await.err().expect("it does not start");
    assert!(matches!(error, StartError::Audit(..)) && error.to_string().contains("--audit-failure continue"), "{error}");
    let relay = Running::start(audited(&peer, &path, OnFailure::Continue)).await;
    assert_eq!(relay.send(relay.push().body("{}")).await.outcome(), "accepted");
    fs::remove_file(folder.path().join("no-folder")).expect("it goes");
    fs::create_dir(folder.path().join("no-folder")).expect("a folder");
    assert_eq!(lines(&path, 1).await.len(), 1);
}
