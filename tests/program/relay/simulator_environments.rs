//! The two environments of the simulator, each an environment of the relay.

use std::time::{Duration, UNIX_EPOCH};

use http::Method;
use serde_json::{Value, json};
use trill::apns::{ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::relay::Config;
use trill::simulator::ControlRequest;

use super::raw_http1::Answer;
use super::running::{DEVICE_TOKEN, Running};

const NOW: u64 = 1_800_000_000;
const TEAM_ID: &str = "TEAM000001";
const PRODUCTION_PHONE: &str = "b0";
const ENVIRONMENTS: [&str; 2] = ["simulator", "simulator-production"];

/// A relay whose simulator has a phone of each environment, and this key.
async fn stage(key: &SigningKey) -> Running {
    let relay = Running::start(Config {
        clock: || UNIX_EPOCH + Duration::from_secs(NOW),
        ..Config::default()
    })
    .await;
    let key = |environments| json!({ "team_id": TEAM_ID, "public_key": key.public_key().to_pem(), "environments": environments });
    let phone =
        |environment| json!({ "bundle_id": "com.example.calls", "environment": environment });
    for (collection, name, body) in [
        ("keys", "KEYOFBOTH0", key(json!(["sandbox", "production"]))),
        ("keys", "KEYSANDBOX", key(json!(["sandbox"]))),
        ("devices", DEVICE_TOKEN, phone("sandbox")),
        ("devices", PRODUCTION_PHONE, phone("production")),
    ] {
        control(&relay, Method::PUT, &[collection, name], &body.to_string());
    }
    relay
}

async fn push(
    relay: &Running,
    environment: &str,
    device_token: &str,
    key: &SigningKey,
    key_id: &str,
) -> Answer {
    let token = ProviderToken::sign(key, key_id, TEAM_ID, NOW).authorization();
    let request = relay.request(&format!("POST /{environment}/3/device/{device_token}"));
    let request = request
        .header("authorization", &token)
        .header("apns-topic", "com.example.calls.voip");
    relay
        .send(
            request
                .header("apns-push-type", "voip")
                .body(r#"{"handle":"alice"}"#),
        )
        .await
}

fn control(relay: &Running, method: Method, path: &[&str], body: &str) -> Value {
    let answer = relay.simulator.control(
        &Caller::Owner,
        &ControlRequest::new(&method, path, body.as_bytes()),
    );
    answer.expect("it is taken").body.unwrap_or_default()
}

fn decisions(relay: &Running) -> Vec<Value> {
    control(relay, Method::GET, &["journal"], "")["decisions"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

#[tokio::test]
async fn each_face_takes_its_own_phones_and_keys() {
    let key =
        SigningKey::from_random_bytes(&[7; 32]).expect("a number below the order of the curve");
    let relay = stage(&key).await;
    for (environment, device_token, key_id, status, reason) in [
        ("simulator", DEVICE_TOKEN, "KEYOFBOTH0", 200, None),
        (
            "simulator-production",
            PRODUCTION_PHONE,
            "KEYOFBOTH0",
            200,
            None,
        ),
        (
            "simulator",
            PRODUCTION_PHONE,
            "KEYOFBOTH0",
            400,
            Some("BadDeviceToken"),
        ),
        (
            "simulator-production",
            DEVICE_TOKEN,
            "KEYOFBOTH0",
            400,
            Some("BadDeviceToken"),
        ),
        ("simulator", DEVICE_TOKEN, "KEYSANDBOX", 200, None),
        (
            "simulator-production",
            PRODUCTION_PHONE,
            "KEYSANDBOX",
            403,
            Some("BadEnvironmentKeyInToken"),
        ),
    ] {
        let answer = push(&relay, environment, device_token, &key, key_id).await;
        assert_eq!(
            answer.status, status,
            "{environment} {device_token} {key_id}: {answer:?}"
        );
        assert_eq!(
            answer.outcome(),
            if status == 200 {
                "accepted"
            } else {
                "rejected"
            }
        );
        match reason {
            Some(reason) => assert_eq!(answer.json()["reason"], reason),
            // The console that the unique ID leads to shows development pushes only.
            None => assert_eq!(
                answer.header("apns-unique-id").is_empty(),
                environment == "simulator-production"
            ),
        }
    }
    let environments = decisions(&relay)
        .into_iter()
        .map(|decision| decision["environment"].clone());
    assert_eq!(
        environments.collect::<Vec<_>>(),
        [
            "sandbox",
            "production",
            "sandbox",
            "production",
            "sandbox",
            "production"
        ]
    );
}

#[tokio::test]
async fn the_environments_share_no_connection_and_no_environment_is_sent_elsewhere() {
    let key =
        SigningKey::from_random_bytes(&[7; 32]).expect("a number below the order of the curve");
    let relay = stage(&key).await;
    for environment in ENVIRONMENTS.into_iter().cycle().take(4) {
        push(&relay, environment, DEVICE_TOKEN, &key, "KEYOFBOTH0").await;
    }
    let connections: Vec<_> = decisions(&relay)
        .iter()
        .map(|decision| decision["connection"].as_u64())
        .collect();
    assert_ne!(connections[0], connections[1]);
    assert_eq!(
        connections[..2],
        connections[2..],
        "each environment goes on with its own connection"
    );

    let nowhere = push(
        &relay,
        "production-simulator",
        DEVICE_TOKEN,
        &key,
        "KEYOFBOTH0",
    )
    .await;
    assert_eq!(
        (nowhere.status, nowhere.code().as_str(), nowhere.outcome()),
        (404, "unknown_environment", "not-sent")
    );
}

#[tokio::test]
async fn each_face_has_its_own_issue_time() {
    let key =
        SigningKey::from_random_bytes(&[7; 32]).expect("a number below the order of the curve");
    let relay = stage(&key).await;
    let token = ProviderToken::sign(&key, "KEYOFBOTH0", TEAM_ID, NOW - 333).authorization();
    let request = relay
        .request(&format!(
            "POST /simulator-production/3/device/{PRODUCTION_PHONE}"
        ))
        .header("authorization", &token);
    let answer = relay
        .send(
            request
                .header("apns-topic", "com.example.calls.voip")
                .body(r#"{"handle":"alice"}"#),
        )
        .await;
    assert_eq!(answer.outcome(), "accepted");
    let half_hour = NOW - NOW % 1_800;
    for (query, issued_at) in [
        ("?environment=simulator-production", NOW - 333),
        ("?environment=simulator", half_hour),
        ("?environment=sandbox", half_hour),
        ("?environment=production", half_hour),
        ("", half_hour),
    ] {
        let schedule = relay
            .send(relay.request(&format!("GET /api/tokens/{TEAM_ID}/KEYOFBOTH0{query}")))
            .await;
        assert_eq!(schedule.json()["iat"], issued_at, "{query}");
    }
}
