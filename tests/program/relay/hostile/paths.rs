//! Paths that only look like ours, and targets that no request can choose.

use std::time::Duration;

use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Client;
use crate::relay::running::{DEVICE_TOKEN, Running};

#[tokio::test]
async fn no_request_can_choose_its_target_host() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for word in [
        "https://169.254.169.254",
        "api.push.apple.com",
        "sandbox@evil.test",
        "sandbox:443",
        "..",
        "%73andbox",
        "sandbox\u{0}",
    ] {
        let line = format!(
            "POST /{}/3/device/{DEVICE_TOKEN}",
            word.replace('\0', "%00")
        );
        let answer = relay
            .send(relay.request(&line).header("apns-topic", "a").body("{}"))
            .await;
        assert_eq!(answer.status, 404, "{word}");
    }
    for name in [
        "apns-url",
        "apns-host",
        "apns-port",
        "trill-proxy",
        "trill-url",
        "trill-upstream",
        "trill-environment",
    ] {
        let answer = relay
            .send(relay.push().header(name, "https://evil.test").body("{}"))
            .await;
        assert_eq!(
            (
                answer.status,
                answer.code().as_str(),
                answer.json()["field"].as_str()
            ),
            (400, "unknown_field", Some(name)),
            "{name}"
        );
    }
    for query in [
        "url=https://evil.test",
        "host=evil.test",
        "port=25",
        "proxy=evil.test:3128",
    ] {
        let line = format!("POST /sandbox/3/device/{DEVICE_TOKEN}?{query}");
        let answer = relay
            .send(relay.request(&line).header("apns-topic", "a").body("{}"))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "unknown_field"),
            "{query}"
        );
    }
    // Headers of proxies lead nowhere, and go nowhere.
    let proxied = [
        "x-forwarded-host",
        "x-forwarded-for",
        "forwarded",
        "x-original-url",
        "x-rewrite-url",
        "x-http-method-override",
    ];
    let push = proxied.iter().fold(relay.push(), |push, name| {
        push.header(name, "https://evil.test/production")
    });
    assert_eq!(relay.send(push.body("{}")).await.status, 200);
    let seen = peer.seen();
    assert_eq!(
        (seen.len(), seen[0].path.as_str()),
        (1, format!("/3/device/{DEVICE_TOKEN}").as_str())
    );
    assert!(
        seen[0]
            .headers
            .values()
            .all(|value| !value.as_bytes().windows(9).any(|part| part == b"evil.test"))
    );
}

#[tokio::test]
async fn similar_paths_are_not_found() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for path in [
        format!("//sandbox/3/device/{DEVICE_TOKEN}"),
        format!("/sandbox/3/device/{DEVICE_TOKEN}/"),
        format!("/sandbox//3/device/{DEVICE_TOKEN}"),
        format!("/sandbox/3/%64evice/{DEVICE_TOKEN}"),
        format!("/sandbox/3/DEVICE/{DEVICE_TOKEN}"),
        format!("/x/../sandbox/3/device/{DEVICE_TOKEN}"),
        format!("/sandbox/3/device/../device/{DEVICE_TOKEN}"),
        format!("/sandbox/3/device;a=b/{DEVICE_TOKEN}"),
        format!("\\sandbox\\3\\device\\{DEVICE_TOKEN}"),
        "/..%2f".to_owned(),
        "/%2e%2e/api/relay".to_owned(),
        "/api/relay;jsessionid=1".to_owned(),
        "/api%2frelay".to_owned(),
    ] {
        let answer = relay
            .send(
                relay
                    .request(&format!("POST {path}"))
                    .header("apns-topic", "a")
                    .body("{}"),
            )
            .await;
        assert!(
            matches!(answer.status, 400 | 404),
            "{path}: {}",
            answer.status
        );
    }
    assert!(peer.seen().is_empty());
}

#[tokio::test]
async fn paths_with_fragments_queries_or_escapes_are_refused() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let push = |path: &str| {
        relay
            .request(&format!("POST {path}"))
            .header("apns-topic", "com.example.calls.voip")
            .body("{}")
    };
    for (path, status, code) in [
        ("/sandbox/3/device/abcd#", 400, "path_fragment"),
        ("/sandbox/3/device/abcd#ef", 400, "path_fragment"),
        ("/sandbox/3/device/abcd?#ef", 400, "path_fragment"),
        ("/sandbox/3/device/#abcd", 400, "path_fragment"),
        ("/sandbox#/3/device/abcd", 400, "path_fragment"),
        ("/api/simulator/faults#", 400, "path_fragment"),
        ("/sandbox/3/device/abcd?", 400, "unknown_field"),
        ("/sandbox/3/device/abcd?ef", 400, "unknown_field"),
        ("/sandbox/3/device/abcd;ef", 422, "device_token"),
        ("/sandbox/3/device/abcd%23ef", 422, "device_token"),
        ("/sandbox/3/device/ab%63d", 422, "device_token"),
        ("/sandbox/3/device/ab.cd", 422, "device_token"),
    ] {
        let answer = relay.send(push(path)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{path}"
        );
        assert_eq!(
            answer.outcome(),
            if path.starts_with("/sandbox/3/device/") {
                "not-sent"
            } else {
                ""
            },
            "{path}"
        );
    }
    assert_eq!(
        relay.send(relay.request("GET /healthz#x")).await.status,
        400
    );
    let whole = relay.request(&format!(
        "POST http://127.0.0.1:{}/sandbox/3/device/abcd#ef",
        relay.address.port()
    ));
    assert_eq!(
        relay
            .send(whole.header("apns-topic", "a").body("{}"))
            .await
            .code(),
        "path_fragment"
    );
    assert!(peer.seen().is_empty());
    // A `#` elsewhere is nobody's business.
    let coloured = relay
        .push()
        .header("x-color", "#fff")
        .body(r##"{"color":"#fff"}"##);
    assert_eq!(relay.send(coloured).await.status, 200);
}

#[tokio::test]
async fn a_path_with_a_fragment_ends_its_connection() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let cut = relay
        .request("POST /sandbox/3/device/abcd#ef")
        .header("apns-topic", "com.example.calls.voip")
        .body("{}")
        .bytes();
    // One after another, in one piece, and in two that part before the `#`.
    let whole = relay.push().body("{}").bytes();
    let piped = [whole.clone(), cut.clone()].concat();
    for pieces in [
        vec![cut.clone()],
        vec![piped],
        vec![cut[..30].to_vec(), cut[30..].to_vec()],
    ] {
        let mut client = Client::connect(relay.address).await;
        for piece in pieces {
            client.write(&piece).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let answer = client.answer().await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (400, "path_fragment", "not-sent")
        );
        client.closed().await;
    }
    assert!(peer.seen().is_empty());
    let mut client = Client::connect(relay.address).await;
    client.write(&whole).await;
    assert_eq!(client.answer().await.status, 200);
    client.write(&cut).await;
    assert_eq!(client.answer().await.code(), "path_fragment");
    client.closed().await;
    assert_eq!(peer.seen().len(), 1);
}
