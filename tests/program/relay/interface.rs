//! Description of the relay, and the issue times that all clients get.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::json;
use trill::apns::{ProviderToken, SigningKey};
use trill::relay::Config;

use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::running::{Running, in_front_of};

/// 2027-01-15 08:00 UTC, on a boundary of the schedule.
const START: u64 = 1_800_000_000;

#[tokio::test]
async fn the_relay_describes_itself() {
    let peer = Peer::that(ACCEPT).await;
    let clock = || UNIX_EPOCH + Duration::from_secs(START);
    let relay = Running::start(Config {
        clock,
        ..in_front_of(&peer)
    })
    .await;
    let answer = relay.send(relay.request("GET /api/relay")).await;
    let relay = answer.json();
    assert_eq!(relay["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(relay["clock"], START * 1_000);
    let environments = [
        ("simulator", "api.sandbox.push.apple.com"),
        ("simulator-production", "api.push.apple.com"),
        ("sandbox", &format!("localhost:{}", peer.address.port())),
        ("production", "api.push.apple.com"),
    ];
    assert_eq!(
        relay["environments"],
        json!(environments.map(|(name, host)| json!({ "name": name, "host": host })))
    );
    let access = json!({ "mode": "open", "granted": true, "user": null, "insecure": [] });
    assert_eq!(
        (&relay["identities"], &relay["access"]),
        (&json!([]), &access)
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_restart_can_be_told_from_a_pause() {
    let first = Running::start(Config::default()).await;
    let instance = async |relay: &Running| {
        relay.send(relay.request("GET /api/relay")).await.json()["instance"].clone()
    };
    let named = instance(&first).await;
    assert!(
        named.as_str().is_some_and(|name| name.len() == 36),
        "{named}"
    );
    assert_eq!(instance(&first).await, named);
    assert_ne!(
        instance(&Running::start(Config::default()).await).await,
        named
    );
}

#[tokio::test]
async fn all_clients_get_the_same_issue_time() {
    let clock = || UNIX_EPOCH + Duration::from_secs(START + 700);
    let peer = Peer::start(Manners::default(), |number, _| {
        if number == 0 {
            Deed::Answer(403, &[], "{}")
        } else {
            ACCEPT
        }
    })
    .await;
    let relay = Running::start(Config {
        clock,
        ..in_front_of(&peer)
    })
    .await;
    let issued_at = async || {
        relay
            .send(relay.request("GET /api/tokens/TEAM000001/KEY0000001"))
            .await
            .json()["iat"]
            .as_u64()
    };
    assert_eq!(issued_at().await, Some(START - START % 1_800));

    let key =
        SigningKey::from_random_bytes(&[7; 32]).expect("a number below the order of the curve");
    let token = ProviderToken::sign(&key, "KEY0000001", "TEAM000001", START + 333);
    let push = || {
        relay
            .push()
            .header("authorization", &token.authorization())
            .body("{}")
    };
    assert_eq!(relay.send(push()).await.outcome(), "rejected");
    assert_eq!(
        issued_at().await,
        Some(START - START % 1_800),
        "a refusal of the token teaches nothing"
    );
    assert_eq!(relay.send(push()).await.outcome(), "accepted");
    assert_eq!(
        issued_at().await,
        Some(START + 333),
        "the accepted token stays in use"
    );
    let other = relay
        .send(relay.request("GET /api/tokens/TEAM000001/KEY0000002"))
        .await
        .json();
    assert_eq!(
        (other["iat"].as_u64(), other["clock"].as_u64()),
        (Some(START - START % 1_800), Some((START + 700) * 1_000))
    );
    for (query, known) in [
        ("", START + 333),
        ("?environment=sandbox", START + 333),
        ("?environment=production", START - START % 1_800),
    ] {
        let told = relay
            .send(relay.request(&format!("GET /api/tokens/TEAM000001/KEY0000001{query}")))
            .await
            .json()["iat"]
            .as_u64();
        assert_eq!(told, Some(known), "{query}");
    }
    for query in [
        "?environment=",
        "?environment=Sandbox",
        "?environment=sandbox&environment=sandbox",
        "?env=sandbox",
    ] {
        let refused = relay
            .send(relay.request(&format!("GET /api/tokens/TEAM000001/KEY0000001{query}")))
            .await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (400, "unknown_environment"),
            "{query}"
        );
    }
    for path in [
        "/api/tokens//K",
        "/api/tokens/T/",
        "/api/tokens/T/a-b",
        "/api/tokens/T/%41",
    ] {
        assert_eq!(
            relay
                .send(relay.request(&format!("GET {path}")))
                .await
                .status,
            422,
            "{path}"
        );
    }
}
