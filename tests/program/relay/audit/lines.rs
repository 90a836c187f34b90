//! Lines of the audit file: sends, refusals, sign-ins and sessions.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use trill::relay::{Config, Limits, OnFailure, Policy, Rate, TopicRule};

use super::{APNS_ID, audited, lines};
use crate::relay::access;
use crate::relay::peer::{ACCEPT, Deed, Manners, Peer};
use crate::relay::running::{DEVICE_TOKEN, Running, all};
use crate::support::temp_dir::TempDir;

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
