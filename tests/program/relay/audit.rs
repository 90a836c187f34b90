//! The audit file: a line for every send, and what happens to sends when it cannot be written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use trill::relay::{
    AuditFile, Config, Limits, OnFailure, Policy, Rate, Relay, StartError, TopicRule,
};
use trill::simulator::Simulator;

use super::access;
use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::Request;
use super::running::{ANY_PORT, DEVICE_TOKEN, Running, all, in_front_of};
use crate::support::http1;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

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

/// Those that say how a push ended, when there are so many.
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

#[tokio::test]
async fn every_send_is_a_line_before_it_leaves_and_one_when_it_has_ended() {
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
    let named = push()
        .header("apns-id", "EABEAE54-14A8-11E5-B60B-1697F925EC7C")
        .body(r#"{"payload":1}"#);
    assert_eq!(relay.send(push().body("{}")).await.outcome(), "accepted");
    assert_eq!(relay.send(named).await.outcome(), "rejected");
    let odd = relay
        .request("POST /sandbox/3/device/abcd")
        .header("apns-topic", "no topic of anybody");
    assert_eq!(
        relay
            .send(odd.header("authorization", "bearer audited").body(""))
            .await
            .outcome(),
        "rejected"
    );
    assert_eq!(relay.send(push().body("{}")).await.outcome(), "unknown");
    // Nothing was sent, so nothing is written down.
    assert_eq!(
        relay
            .send(relay.push().header("apns-frobnicate", "1").body("{}"))
            .await
            .status,
        400
    );
    let all = lines(&path, 8).await;
    assert_eq!(all.len(), 8, "{all:?}");
    let (begun, lines): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|line| line["phase"] == "begun");
    let mut ids = BTreeSet::new();
    for (begun, ended) in begun.iter().zip(&lines) {
        assert_eq!(
            (&begun["event"], &ended["event"], &ended["phase"]),
            (&"send".into(), &"send".into(), &"ended".into())
        );
        assert!(
            begun["id"] == ended["id"] && ids.insert(begun["id"].to_string()),
            "one id ties two lines: {begun} {ended}"
        );
        for field in [
            "user",
            "address",
            "environment",
            "topic",
            "device",
            "device_hash",
            "bytes",
        ] {
            assert_eq!(begun[field], ended[field], "{field}");
        }
        assert!(
            ["outcome", "status", "reason", "ms"]
                .iter()
                .all(|field| begun[*field].is_null()),
            "nobody knows yet: {begun}"
        );
    }
    assert_eq!((begun.len(), lines.len()), (4, 4));
    let expected = [
        ("accepted", 200, Value::Null, APNS_ID, 2),
        (
            "rejected",
            410,
            "Unregistered".into(),
            "eabeae54-14a8-11e5-b60b-1697f925ec7c",
            13,
        ),
        ("rejected", 400, "undocumented".into(), "", 0),
        ("unknown", 504, "connection_lost".into(), "", 2),
    ];
    for (line, (outcome, status, reason, apns_id, bytes)) in lines.iter().zip(expected) {
        assert_eq!(
            (&line["event"], &line["user"], &line["address"]),
            (&"send".into(), &"owner".into(), &"127.0.0.1".into()),
            "{line}"
        );
        assert_eq!(
            (&line["outcome"], &line["status"], &line["reason"]),
            (&outcome.into(), &status.into(), &reason),
            "{line}"
        );
        assert_eq!(
            (&line["bytes"], line["apns_id"].as_str().unwrap_or_default()),
            (&bytes.into(), apns_id),
            "{line}"
        );
        let time = line["time"].as_str().expect("a time");
        assert!(
            time.starts_with("20") && time.len() == 24 && time.ends_with('Z'),
            "{time}"
        );
        assert!(line["ms"].as_f64().is_some_and(|ms| ms >= 0.0), "{line}");
    }
    assert_eq!(
        (&lines[0]["environment"], &lines[0]["topic"]),
        (&"sandbox".into(), &"com.example.calls.voip".into())
    );
    assert_eq!(lines[0]["device"], DEVICE_TOKEN[DEVICE_TOKEN.len() - 4..]);
    assert_eq!(
        (&lines[2]["device"], &lines[2]["topic"]),
        (&Value::Null, &Value::Null),
        "neither can be one"
    );
    let hash = |index: usize| lines[index]["device_hash"].as_str().expect("a hash");
    assert!(
        hash(0) == hash(1) && hash(0) != hash(2) && hash(0).len() == 16,
        "it tells devices apart"
    );
    let text = fs::read_to_string(&path).expect("it is there");
    for secret in [
        &DEVICE_TOKEN[..DEVICE_TOKEN.len() - 4],
        "audited",
        "payload",
        "no reason of",
        "no topic of",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&path)
                .expect("it is there")
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }
}

#[tokio::test]
async fn a_send_refused_by_policy_or_rate_is_one_line() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    let policy = Policy {
        topics: TopicRule::parse("com.example.calls").map(|rule| vec![rule]),
        ..Policy::default()
    };
    let (send_rate, new_connections) = (Some(Rate::per_minute(1, 4)), Some(Rate::per_minute(1, 1)));
    let limits = Limits {
        send_rate,
        new_connections,
        ..Limits::default()
    };
    let relay = Running::start(Config {
        policy,
        limits,
        ..audited(&peer, &path, OnFailure::Stop)
    })
    .await;
    let outside = relay
        .request("POST /production/3/device/abcd")
        .header("apns-topic", "org.other.voip");
    assert_eq!(relay.send(outside.body("{}")).await.code(), "policy_topic");
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted"
    );
    assert_eq!(
        relay
            .send(relay.push().header("authorization", "bearer b").body("{}"))
            .await
            .code(),
        "too_many_credentials"
    );
    assert_eq!(
        relay
            .send(relay.push().header("apns-frobnicate", "1").body("{}"))
            .await
            .status,
        400
    );
    assert_eq!(
        relay.send(relay.push().body("{}")).await.code(),
        "too_many_sends"
    );
    let lines = lines(&path, 6).await;
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|line| line["phase"] != "begun")
        .collect();
    let said: Vec<_> = lines
        .iter()
        .map(|line| {
            json!([
                line["event"],
                line["outcome"],
                line["status"],
                line["reason"]
            ])
        })
        .collect();
    let expected = [
        json!(["refused", "not-sent", 403, "policy_topic"]),
        json!(["send", "accepted", 200, null]),
        json!(["send", "not-sent", 429, "too_many_credentials"]),
        json!(["refused", "not-sent", 429, "too_many_sends"]),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        (&lines[0]["environment"], &lines[0]["device"]),
        (&json!("production"), &Value::Null),
        "a short token is not shown"
    );
}

#[tokio::test]
async fn sign_ins_and_forged_user_headers_are_lines() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config {
        access: access::shared(),
        ..audited(&peer, &path, OnFailure::Stop)
    })
    .await;
    for token in [access::TOKEN, "not the token, but as long as one may be"] {
        access::try_sign_in(&relay, token).await;
    }
    let entered = lines(&path, 2).await;
    assert_eq!(
        (&entered[0]["event"], &entered[0]["outcome"]),
        (&json!("sign-in"), &json!("let-in"))
    );
    assert_eq!(
        (
            &entered[1]["outcome"],
            &entered[1]["status"],
            &entered[1]["reason"]
        ),
        (&json!("refused"), &json!(401), &json!("access_token"))
    );
    assert!(
        !fs::read_to_string(&path)
            .expect("it is there")
            .contains(access::TOKEN)
    );

    let path = folder.path().join("proxied.jsonl");
    let relay = Running::start(Config {
        access: access::proxied("127.0.0.2"),
        ..audited(&peer, &path, OnFailure::Stop)
    })
    .await;
    let forged =
        access::page("GET /api/tokens/TEAM000001/KEY0000001").header("x-forwarded-user", "mallory");
    assert_eq!(relay.send(forged).await.status, 401);
    let line = &lines(&path, 1).await[0];
    assert_eq!(
        (&line["event"], &line["address"], &line["reason"]),
        (
            &json!("forged-user"),
            &json!("127.0.0.1"),
            &json!("sign_in")
        )
    );
}

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

#[tokio::test]
async fn the_name_of_a_session_in_the_audit_gives_no_access() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config {
        access: access::shared(),
        ..audited(&peer, &path, OnFailure::Stop)
    })
    .await;
    let entered = access::try_sign_in(&relay, access::TOKEN).await;
    let (cookie, _) = access::cookie(&entered);
    assert_eq!(
        relay
            .send(access::push().header("cookie", &cookie).body("{}"))
            .await
            .outcome(),
        "accepted"
    );
    assert_eq!(
        relay.send(access::push().body("{}")).await.code(),
        "sign_in",
        "of strangers who send there is no line"
    );
    let scripted = relay
        .send(
            access::push()
                .header("trill-access", access::TOKEN)
                .body("{}"),
        )
        .await;
    assert_eq!(scripted.outcome(), "accepted");
    let lines = lines(&path, 5).await;
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|line| line["phase"] != "begun")
        .collect();
    let users: Vec<_> = lines
        .iter()
        .map(|line| line["user"].as_str().unwrap_or_default())
        .collect();
    assert!(
        lines.len() == 3
            && users[0].starts_with("session ")
            && users[0] == users[1]
            && users[2] == "script",
        "{lines:?}"
    );
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(
        !text.contains(cookie.split_once('=').expect("a value").1) && !text.contains(access::TOKEN),
        "{text}"
    );
}

/// A path that leads to a disk without room, until it is mended.
#[cfg(target_os = "linux")]
struct FullDisk {
    folder: TempDir,
}

#[cfg(target_os = "linux")]
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

#[cfg(target_os = "linux")]
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

#[tokio::test]
async fn a_send_refused_as_overload_is_a_line() {
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let peer = Peer::that(Deed::After(Duration::from_millis(300), Box::new(ACCEPT))).await;
    let limits = Limits {
        sends_in_flight: 1,
        ..Limits::default()
    };
    let relay = Running::start(Config {
        limits,
        ..audited(&peer, &path, OnFailure::Stop)
    })
    .await;
    let answers = all((0..2).map(|_| relay.send(relay.push().body("{}")))).await;
    let codes: BTreeSet<_> = answers.iter().map(|answer| answer.code()).collect();
    assert_eq!(
        codes,
        BTreeSet::from([String::new(), "overloaded".to_owned()])
    );
    let refused: Vec<_> = lines(&path, 3)
        .await
        .into_iter()
        .filter(|line| line["event"] == "refused")
        .collect();
    assert_eq!(
        (refused.len(), &refused[0]["reason"], &refused[0]["outcome"]),
        (1, &json!("overloaded"), &json!("not-sent"))
    );
}
