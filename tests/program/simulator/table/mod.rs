//! The table: every row of what is known about APNs's answers that a request can show, sent over
//! real HTTP/2 on a connection of its own. Each row has the section of the reference it comes from.
//! `headers`, `push_types`, `tokens`, `device_tokens`, `reasons` and `certificates` hold the rows;
//! `sequences` is for what takes more than one request.

mod certificates;
mod device_tokens;
mod headers;
mod push_types;
mod reasons;
mod sequences;
mod tokens;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trill::apns::{ProviderToken, PushType, Reason};

use super::{BUNDLE_ID, NOW, Push, Stage, TEAM_ID, TOPIC};
use crate::support::h2_client::{H2Client, Identity};

/// Answered only when somebody switches them on: no request causes them.
const SWITCHED: [Reason; 5] = [
    Reason::Forbidden,
    Reason::IdleTimeout,
    Reason::InternalServerError,
    Reason::ServiceUnavailable,
    Reason::Shutdown,
];

const SANDBOX: &str = "api.sandbox.push.apple.com";
const PRODUCTION: &str = "api.push.apple.com";
const BARE_PHONE: &str = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";
const PRODUCTION_PHONE: &str = "a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2a2";
const GONE: &str = "a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3a3";
const OUTDATED: &str = "a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4a4";
const BUSY: &str = "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5";

/// One row: where it is from, whom it asks, what is sent, and what is expected.
struct Row {
    section: &'static str,
    host: &'static str,
    push: Push,
    status: u16,
    reason: Option<&'static str>,
    rule: &'static str,
    mark: &'static str,
}

fn row(
    section: &'static str,
    push: Push,
    answer: (u16, &'static str),
    rule: &'static str,
    mark: &'static str,
) -> Row {
    let reason = Some(answer.1).filter(|reason| !reason.is_empty());
    Row {
        section,
        host: SANDBOX,
        push,
        status: answer.0,
        reason,
        rule,
        mark,
    }
}

fn accepted(section: &'static str, push: Push) -> Row {
    row(section, push, (200, ""), "accepted", "documented")
}

impl Row {
    fn in_production(self) -> Self {
        Self {
            host: PRODUCTION,
            ..self
        }
    }
}

/// Sends every row and collects the reasons that were met.
async fn check(
    stage: &Stage,
    rows: Vec<Row>,
    identity: Option<&Identity>,
    met: &mut BTreeSet<String>,
) {
    for Row {
        section,
        host,
        push,
        status,
        reason,
        rule,
        mark,
    } in rows
    {
        let client = H2Client::connect_as(
            host,
            stage.simulator.address(),
            stage.simulator.certificate_authority(),
            identity,
        )
        .await;
        let answer = push.send(&client.expect("TLS succeeds")).await;
        let decision = stage.decision();
        let found = (
            answer.status,
            answer.reason(),
            decision["rule"].as_str(),
            decision["mark"].as_str(),
        );
        assert_eq!(
            found,
            (status, reason.map(str::to_owned), Some(rule), Some(mark)),
            "§{section}: {decision}"
        );
        assert_eq!(
            answer.header("apns-unique-id").is_some(),
            status == 200 && host == SANDBOX,
            "§{section} {rule}"
        );
        // §3.1 and §7.5: in milliseconds, and only with 410, whichever of its two reasons it has. All were enrolled just now.
        let timestamp = if status == 200 {
            Value::Null
        } else {
            answer.json()["timestamp"].clone()
        };
        assert_eq!(
            timestamp,
            if status == 410 {
                json!(NOW * 1_000)
            } else {
                Value::Null
            },
            "§{section} {rule}"
        );
        met.extend(answer.reason());
    }
}

fn kind_token(kind: PushType) -> String {
    let index = PushType::ALL
        .iter()
        .position(|other| *other == kind)
        .expect("it is one of all");
    format!("{:02x}", 0xc0 + index).repeat(32)
}

async fn stage() -> Stage {
    let stage = Stage::new().await;
    for (key_id, more) in [
        ("SANDBOX000", json!({ "environments": ["sandbox"] })),
        ("PRODUCTION", json!({ "environments": ["production"] })),
        ("SCOPED0000", json!({ "topics": [TOPIC] })),
    ] {
        stage.enrol_key(key_id, &stage.key, more);
    }
    for kind in PushType::ALL {
        stage.put(
            &["devices", &kind_token(kind)],
            &json!({ "bundle_id": BUNDLE_ID, "kind": kind.as_str() }),
        );
    }
    for (token, more) in [
        (BARE_PHONE, json!({ "kind": "alert" })),
        (PRODUCTION_PHONE, json!({ "environment": "production" })),
        (GONE, json!({ "state": "unregistered" })),
        (OUTDATED, json!({ "state": "expired" })),
        (BUSY, json!({ "pushes_per_minute": 0 })),
    ] {
        let mut body = json!({ "bundle_id": BUNDLE_ID });
        for (name, value) in more.as_object().expect("an object") {
            body[name] = value.clone();
        }
        stage.put(&["devices", token], &body);
    }
    stage
}

fn signed_by(stage: &Stage, key_id: &str) -> String {
    ProviderToken::sign(&stage.key, key_id, TEAM_ID, NOW).authorization()
}

fn to(push: Push, device_token: &str) -> Push {
    push.at(&format!("/3/device/{device_token}"))
}

#[tokio::test]
async fn every_row_is_answered_as_the_reference_has_it() {
    let mut met = BTreeSet::new();
    let stage = stage().await;
    let sections = [
        headers::rows(&stage),
        push_types::rows(&stage),
        reasons::rows(&stage),
        push_types::against_topics(&stage),
        tokens::rows(&stage),
        device_tokens::rows(&stage),
    ];
    for rows in sections {
        check(&stage, rows, None, &mut met).await;
    }
    certificates::check_all(&mut met).await;
    // Those that need two requests on one connection have tests of their own.
    met.extend(["UnrelatedKeyIdInToken", "TooManyProviderTokenUpdates"].map(str::to_owned));
    met.extend(SWITCHED.map(|reason| reason.as_str().to_owned()));
    let all: BTreeSet<String> = Reason::all()
        .map(|reason| reason.as_str().to_owned())
        .collect();
    assert_eq!(met, all);
}

#[tokio::test]
async fn ordinary_pushes_do_not_ring() {
    let stage = stage().await;
    let alert = to(stage.push(), BARE_PHONE)
        .with("apns-topic", BUNDLE_ID)
        .with("apns-push-type", "alert");
    assert_eq!(stage.send(alert).await.status, 200);
    assert!(
        stage
            .events("phone")
            .iter()
            .all(|event| event["state"] != "ringing")
    );
}

#[test]
fn the_document_of_the_rules_is_current() {
    let committed = include_str!("../../../../docs/simulator-rules.md");
    assert!(
        committed == trill::simulator::rules_document(),
        "trill simulate --rules > docs/simulator-rules.md"
    );
}
