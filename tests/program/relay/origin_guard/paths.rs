//! Paths, methods and header fields: exact, known and legal.

use super::check;
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::running::{DEVICE_TOKEN, Running};

#[tokio::test]
async fn paths_are_exact_and_methods_few() {
    let relay = Running::start(Default::default()).await;
    let push = format!("/sandbox/3/device/{DEVICE_TOKEN}");
    for (method, path, allow) in [
        ("GET", push.as_str(), "POST"),
        ("PUT", &push, "POST"),
        ("DELETE", &push, "POST"),
        ("OPTIONS", &push, "POST"),
        ("TRACE", &push, "POST"),
        ("OPTIONS", "/", "GET, HEAD"),
        ("POST", "/", "GET, HEAD"),
        ("POST", "/api/relay", "GET"),
        ("POST", "/api/tokens/TEAM000001/KEY0000001", "GET"),
        ("PUT", "/api/tokens/TEAM000001/KEY0000001", "GET"),
        ("DELETE", "/api/tokens/TEAM000001/KEY0000001", "GET"),
        ("OPTIONS", "/api/tokens/TEAM000001/KEY0000001", "GET"),
        ("OPTIONS", "/api/simulator/keys", "GET, POST, PUT, DELETE"),
        ("POST", "/healthz", "GET, HEAD"),
    ] {
        let answer = relay
            .send(relay.request(&format!("{method} {path}")).body(""))
            .await;
        assert_eq!(
            (
                answer.status,
                answer.code().as_str(),
                answer.header("allow")
            ),
            (405, "method_not_allowed", allow),
            "{method} {path}"
        );
        assert!(
            !answer
                .headers
                .iter()
                .any(|(name, _)| name.starts_with("access-control-")),
            "{method} {path}"
        );
    }
    for path in [
        "/api",
        "/api/",
        "/api/send",
        "/api/relay/",
        "//api/relay",
        "/api/%72elay",
        "/api/simulator",
        "/api/simulator/",
        "/api/tokens/A",
        "/api/tokens/TEAM000001/KEY0000001/",
        "/api/tokens/TEAM000001/KEY0000001/x",
        "/api/Tokens/TEAM000001/KEY0000001",
    ] {
        check(
            &relay,
            relay.request(&format!("GET {path}")),
            404,
            "not_found",
            path,
        )
        .await;
    }
    for path in [
        "/x",
        "/sandbox/3/device",
        "/sandbox/3/device/ab/cd",
        "/..%2f",
        "/sandbox/4/device/ab",
    ] {
        check(
            &relay,
            relay.push().without("host").header("host", "").body(""),
            400,
            "host_missing",
            path,
        )
        .await;
        check(
            &relay,
            relay.request(&format!("POST {path}")).body(""),
            404,
            "not_found",
            path,
        )
        .await;
    }
    for word in ["prod", "Sandbox", "api.push.apple.com@evil", "1", ""] {
        let request = relay
            .request(&format!("POST /{word}/3/device/{DEVICE_TOKEN}"))
            .header("apns-topic", "a")
            .body("{}");
        let answer = relay.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (404, "unknown_environment", "not-sent"),
            "{word}"
        );
        assert!(answer.json()["detail"].as_str().is_some_and(|detail| {
            detail.contains("simulator, simulator-production, sandbox, production")
        }));
    }
}

#[tokio::test]
async fn fields_are_known_single_and_legal() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for (name, value, code) in [
        ("apns-topics", "a", "unknown_field"),
        ("apns-unique-id", "a", "unknown_field"),
        ("trill-identities", "a", "unknown_field"),
        ("trill-host", "evil.test", "unknown_field"),
        ("apns-topic", "a second one", "duplicate_field"),
        ("apns-id", "caf\u{e9}", "illegal_characters"),
        ("apns-id", "a\tb", "illegal_characters"),
    ] {
        let answer = relay
            .send(relay.push().header(name, value).body("{}"))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (400, code, "not-sent"),
            "{name}: {value}"
        );
        assert_eq!(answer.json()["field"], name);
    }
    let twice = relay
        .push()
        .header("authorization", "bearer a")
        .header("authorization", "bearer b")
        .body("{}");
    check(&relay, twice, 400, "duplicate_field", "two credentials").await;
    let query = relay
        .request(&format!(
            "POST /sandbox/3/device/{DEVICE_TOKEN}?url=http://evil.test"
        ))
        .header("apns-topic", "a")
        .body("{}");
    check(&relay, query, 400, "unknown_field", "query").await;
    for token in [
        "",
        "xyz",
        "00..00",
        "..",
        "0%30",
        "00g0",
        "%3Cab%3E",
        "a b".replace(' ', "+").as_str(),
    ] {
        let request = relay
            .request(&format!("POST /sandbox/3/device/{token}"))
            .header("apns-topic", "a")
            .body("{}");
        check(&relay, request, 422, "device_token", token).await;
    }
    assert!(peer.seen().is_empty());
}
