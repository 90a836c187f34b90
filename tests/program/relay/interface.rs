//! The rest of the interface: what the page asks and watches.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use serde_json::json;
use trill::apns::{ProviderToken, SigningKey};
use trill::caller::Caller;
use trill::relay::{Config, Deadlines};
use trill::simulator::ControlRequest;

use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::Client;
use super::running::{Running, in_front_of, short};

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

#[tokio::test]
async fn events_are_replayed_and_then_live() {
    let relay = Running::start(Config {
        deadlines: short(),
        ..Config::default()
    })
    .await;
    // Each enrolment is an event, and its name tells which.
    let enrol = |device: &str, name: &str| {
        let body = json!({ "bundle_id": "com.example.calls", "name": name }).to_string();
        let path = ["devices", device];
        relay
            .simulator
            .control(
                &Caller::Owner,
                &ControlRequest::new(&Method::PUT, &path, body.as_bytes()),
            )
            .expect("it is taken");
    };
    for (device, name) in [("aa", "n1"), ("bb", "n2"), ("aa", "n3")] {
        enrol(device, name);
    }
    let newest = relay.simulator.events().newest();
    let first = newest - 2;
    let open = async |query: &str| {
        let mut client = Client::connect(relay.address).await;
        client
            .write(&relay.request(&format!("GET /api/events{query}")).bytes())
            .await;
        let head = client.head().await;
        assert_eq!(
            (
                head.status,
                head.header("content-type"),
                head.header("cache-control")
            ),
            (200, "text/event-stream", "no-store")
        );
        client.until(": ").await;
        client
    };
    let mut all = open(&format!("?since={first}")).await;
    let mut one_device = open(&format!("?since={}&device=AA", first - 1)).await;
    let mut only_new = open("").await;
    let mut after_restart = open(&format!("?since={}", newest + 1_000)).await;

    let text = all.until(r#""name":"n3""#).await;
    assert!(
        text.contains(&format!("id: {newest}\r\nevent: device\r\ndata: ").replace('\r', ""))
            && text.contains(r#""name":"n2""#),
        "{text}"
    );
    assert!(!text.contains(r#""name":"n1""#), "{text}");
    assert!(
        after_restart
            .until(r#""name":"n3""#)
            .await
            .contains(r#""name":"n1""#)
    );

    enrol("bb", "n4");
    enrol("aa", "n5");
    let text = one_device.until(r#""name":"n5""#).await;
    assert!(
        text.contains(r#""name":"n1""#)
            && text.contains(r#""name":"n3""#)
            && !text.contains(r#""name":"n2""#)
            && !text.contains(r#""name":"n4""#),
        "{text}"
    );
    let text = only_new.until(r#""name":"n5""#).await;
    assert!(
        text.contains("event: device") && !text.contains(r#""name":"n3""#),
        "{text}"
    );

    let mut resumed = Client::connect(relay.address).await;
    resumed
        .write(
            &relay
                .request("GET /api/events?since=0")
                .header("last-event-id", &(newest + 1).to_string())
                .bytes(),
        )
        .await;
    let text = resumed.until(r#""name":"n5""#).await;
    assert!(!text.contains(r#""name":"n4""#), "{text}");
    for query in [
        "?since=x",
        "?since=-1",
        "?since=1&since=2",
        "?device=xyz",
        "?url=1",
    ] {
        assert_eq!(
            relay
                .send(relay.request(&format!("GET /api/events{query}")))
                .await
                .code(),
            "unknown_field",
            "{query}"
        );
    }
}

#[tokio::test]
async fn a_silent_event_stream_says_that_it_lives_and_ends_with_the_relay() {
    let deadlines = Deadlines {
        event_ping: Duration::from_millis(50),
        ..short()
    };
    let relay = Running::start(Config {
        deadlines,
        ..Config::default()
    })
    .await;
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.request("GET /api/events").bytes())
        .await;
    client.until(": ping\n\n").await;
    relay.stop().await.expect("it stops at once");
    client.closed().await;
}

#[tokio::test]
async fn the_simulator_is_controlled_through_the_relay() {
    let relay = Running::start(Config::default()).await;
    assert_eq!(
        relay
            .send(relay.request("GET /api/simulator/keys"))
            .await
            .status,
        200
    );
    for (query, status) in [
        ("", 200),
        ("?", 200),
        ("?since=0&connection=1", 200),
        ("?since=soon", 400),
        ("?sincee=1", 400),
    ] {
        let journal = relay
            .send(relay.request(&format!("GET /api/simulator/journal{query}")))
            .await;
        assert_eq!(journal.status, status, "{query}");
    }
    let unknown = relay
        .send(relay.request("GET /api/simulator/nonsense"))
        .await;
    assert_eq!(
        (unknown.status, unknown.header("content-type")),
        (404, "application/problem+json")
    );
    let put = relay.request("PUT /api/simulator/keys/KEY0000001");
    let plain = relay
        .send(put.clone().header("content-type", "text/plain").body("{}"))
        .await;
    assert_eq!((plain.status, plain.code().as_str()), (415, "content_type"));
    let foreign = relay
        .send(put.header("origin", "http://evil.test").body("{}"))
        .await;
    assert_eq!(
        (foreign.status, foreign.code().as_str()),
        (403, "origin_not_allowed")
    );

    let json = |line: &str| {
        relay
            .request(line)
            .header("content-type", "application/json")
    };
    let enrolled = relay
        .send(
            json("PUT /api/simulator/devices/00ff")
                .body(r#"{"bundle_id":"com.example.calls","online":false}"#),
        )
        .await;
    let reinstalled = relay
        .send(json("POST /api/simulator/devices/00ff/reinstall").body(""))
        .await;
    assert_eq!((enrolled.status, reinstalled.status), (201, 201));
}

#[tokio::test]
async fn faults_are_switched_through_the_relay() {
    let relay = Running::start(Config::default()).await;
    let put = relay
        .request("PUT /api/simulator/faults")
        .header("content-type", "application/json");
    let script = r#"[{"fault":"refuse","reason":"TooManyRequests","next":1,"seed":1}]"#;
    let shown = relay.send(put.clone().body(script)).await;
    assert_eq!(
        (shown.status, &shown.json()["faults"]),
        (200, &serde_json::from_str(script).expect("JSON"))
    );
    let listed = relay.send(relay.request("GET /api/simulator/faults")).await;
    for field in ["faults", "counts", "labels"] {
        assert_eq!(listed.json()[field], shown.json()[field], "{field}");
    }
    let refused = relay.send(put.body("[\n{]")).await;
    assert_eq!((refused.status, refused.code().as_str()), (400, "not_json"));
    assert!(
        refused.json()["title"]
            .as_str()
            .is_some_and(|title| title.contains("line 2, column 2")),
        "{}",
        refused.json()
    );
    assert_eq!(
        relay
            .send(relay.request("DELETE /api/simulator/faults"))
            .await
            .status,
        204
    );
    assert_eq!(
        relay
            .send(relay.request("GET /api/simulator/faults"))
            .await
            .json()["faults"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn the_page_has_its_headers_even_when_it_is_missing() {
    let relay = Running::start(Config {
        clock: SystemTime::now,
        ..Config::default()
    })
    .await;
    let page = relay
        .send(
            relay
                .request("GET /?from=bookmark")
                .header("accept-encoding", "br"),
        )
        .await;
    assert_eq!(
        (page.status, page.header("cache-control")),
        (200, "no-store")
    );
    for (name, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=(), usb=(), clipboard-read=(self)",
        ),
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
             img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
        ),
    ] {
        assert_eq!(page.header(name), value);
    }
    let head = relay
        .send(relay.request("HEAD /").header("accept-encoding", "br"))
        .await;
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, page.body.len().to_string().as_str(), 0)
    );
    for path in [
        "/nothing.js",
        "/../Cargo.toml",
        "/..%2fCargo.toml",
        "/src",
        "/.",
        "/..",
    ] {
        assert_eq!(
            relay
                .send(relay.request(&format!("GET {path}")))
                .await
                .status,
            404,
            "{path}"
        );
    }
}
