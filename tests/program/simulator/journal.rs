//! Queries of the journal.

use http::Method;
use serde_json::Value;
use trill::caller::Caller;
use trill::simulator::{ControlError, ControlRequest};

use super::{APNS_ID, BUNDLE_ID, H2Client, NOW, PHONE, Stage};

const OTHER_ID: &str = "00000000-0000-4000-8000-000000000001";

/// The IDs of the decisions that a query finds.
fn found(stage: &Stage, query: &str) -> Vec<u64> {
    let answer = ask(stage, query).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let decisions = answer["decisions"].as_array().expect("a list");
    decisions
        .iter()
        .map(|decision| decision["id"].as_u64().expect("a number"))
        .collect()
}

fn ask(stage: &Stage, query: &str) -> Result<Value, ControlError> {
    let request = ControlRequest {
        query,
        ..ControlRequest::new(&Method::GET, &["journal"], b"")
    };
    stage
        .simulator
        .control(&Caller::Owner, &request)
        .map(|answer| answer.body.unwrap_or_default())
}

#[tokio::test]
async fn a_part_of_the_journal_can_be_asked_for() {
    let stage = Stage::new().await;
    stage.send(stage.push()).await;
    stage.send(stage.push().with("apns-id", OTHER_ID)).await;
    stage
        .send(stage.push().at("/3/device/ABCD").with("apns-id", OTHER_ID))
        .await;
    let other = H2Client::connect(
        stage.simulator.address(),
        stage.simulator.certificate_authority(),
    )
    .await;
    stage
        .push()
        .with("authorization", &stage.token_of(NOW - 1))
        .send(&other)
        .await;
    stage.push().without("authorization").send(&other).await;

    let hash = |id: usize| stage.get(&["journal"])["decisions"][id - 1]["token_hash"].clone();
    let (first, second) = (hash(1), hash(4));
    let (first, second) = (
        first.as_str().expect("a hash"),
        second.as_str().expect("a hash"),
    );
    for (query, ids) in [
        (String::new(), vec![1, 2, 3, 4, 5]),
        ("connection=1".to_owned(), vec![1, 2, 3]),
        ("connection=2".to_owned(), vec![4, 5]),
        ("connection=3".to_owned(), vec![]),
        (format!("token={first}"), vec![1, 2, 3]),
        (format!("token={second}"), vec![4]),
        (format!("device={PHONE}"), vec![1, 2, 4, 5]),
        (format!("device={}", PHONE.to_uppercase()), vec![1, 2, 4, 5]),
        ("device=abcd".to_owned(), vec![3]),
        (format!("apns_id={OTHER_ID}"), vec![2, 3]),
        (format!("apns_id={}", APNS_ID.to_uppercase()), vec![1, 4, 5]),
        ("since=3".to_owned(), vec![4, 5]),
        ("since=5".to_owned(), vec![]),
        (format!("connection=1&device={PHONE}&since=1"), vec![2]),
        (
            format!("token={first}&apns_id={OTHER_ID}&device=abcd&connection=1&since=0"),
            vec![3],
        ),
        (format!("token={second}&connection=1"), vec![]),
        ("limit=2".to_owned(), vec![4, 5]),
        ("limit=0".to_owned(), vec![]),
        ("limit=9".to_owned(), vec![1, 2, 3, 4, 5]),
        ("connection=1&limit=1".to_owned(), vec![3]),
    ] {
        assert_eq!(found(&stage, &query), ids, "{query}");
    }
}

#[tokio::test]
async fn a_part_of_a_list_says_how_long_the_whole_is() {
    let stage = Stage::new().await;
    for number in 0..3 {
        stage.send(stage.push()).await;
        let body = serde_json::json!({ "bundle_id": BUNDLE_ID });
        stage.put(&["devices", &format!("{number:064x}")], &body);
    }
    let part = |name: &str, query: &str| {
        let path = [name];
        let request = ControlRequest {
            query,
            ..ControlRequest::new(&Method::GET, &path, b"")
        };
        stage.simulator.control(&Caller::Owner, &request)
    };
    for (path, name, whole) in [
        ("devices", "devices", 4),
        ("keys", "keys", 1),
        ("journal", "decisions", 3),
    ] {
        for (query, length) in [("", whole), ("limit=2", whole.min(2)), ("limit=0", 0)] {
            let answer = part(path, query).expect(query).body.expect("a body");
            let entries = answer[name].as_array().expect("a list");
            assert_eq!(
                (entries.len(), answer["count"].as_u64()),
                (length, Some(whole as u64)),
                "{path} {query}"
            );
        }
        for query in ["limit=", "limit=-1", "limit=1&limit=1"] {
            let error = part(path, query).expect_err(query);
            assert_eq!((error.status.as_u16(), error.code), (400, "bad_parameter"));
        }
        for query in ["lmit=1", "limit=1&x", "limit"] {
            let error = part(path, query).expect_err(query);
            let code = if query == "limit" {
                "bad_parameter"
            } else {
                "unknown_parameter"
            };
            assert_eq!(
                (error.status.as_u16(), error.code),
                (400, code),
                "{path} {query}"
            );
        }
    }
}

#[tokio::test]
async fn a_decision_comes_with_its_rule_and_what_the_phone_did() {
    let stage = Stage::new().await;
    stage.send(stage.push()).await;
    let unknown = stage.push().at("/3/device/ABCD").with("apns-id", OTHER_ID);
    stage.send(unknown).await;
    let journal = ask(&stage, "").expect("the journal");
    let [rang, refused] = [0, 1].map(|index| journal["decisions"][index].clone());
    assert_eq!(rang["rule_text"], "No rule is broken.");
    assert_eq!(
        rang["on_phone"],
        "The app reported the call to CallKit, and the iPhone rings."
    );
    assert_eq!(
        (&refused["rule"], &refused["on_phone"]),
        (&Value::from("device-unknown"), &Value::Null)
    );
    assert_eq!(
        (&refused["rule_text"], &refused["rule_source"]),
        (
            &Value::from("No phone with this device token is enrolled."),
            &Value::from("public probes of credentials push to 64 zeros")
        )
    );
}

#[tokio::test]
async fn a_parameter_the_journal_does_not_know_is_refused_by_its_name() {
    let stage = Stage::new().await;
    for (query, code, name) in [
        ("conection=1", "unknown_parameter", "“conection”"),
        ("since=1&url", "unknown_parameter", "“url”"),
        ("=1", "unknown_parameter", "“”"),
        ("a%22\u{1b}=1", "unknown_parameter", "“a%22\\u{1b}”"),
        ("connection=one", "bad_parameter", "“connection”"),
        ("connection=-1", "bad_parameter", "“connection”"),
        ("connection=", "bad_parameter", "“connection”"),
        ("since=1&since=2", "bad_parameter", "“since”"),
        ("since=1.5", "bad_parameter", "“since”"),
        ("token=xyz", "bad_parameter", "“token”"),
        ("token=0123456789abcde", "bad_parameter", "“token”"),
        ("device=phone", "bad_parameter", "“device”"),
        ("device", "bad_parameter", "“device”"),
        ("apns_id=1", "bad_parameter", "“apns_id”"),
        ("limit=all", "bad_parameter", "“limit”"),
        ("limit=1&limit=2", "bad_parameter", "“limit”"),
    ] {
        let error = ask(&stage, query).expect_err(query);
        assert_eq!((error.status.as_u16(), error.code), (400, code), "{query}");
        assert!(error.cause.contains(name), "{query}: {}", error.cause);
        assert!(
            [&error.cause, &error.fix]
                .iter()
                .all(|sentence| sentence.chars().count() <= 160),
            "{error:?}"
        );
    }
}
