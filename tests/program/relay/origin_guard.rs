//! Origin guard: every refusal comes from Trill, says so, and lets nothing through.

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::json;

use super::peer::{ACCEPT, Peer};
use super::raw_http1::{Client, Request};
use super::running::{DEVICE_TOKEN, Running};

/// Sends a request that must be refused, and checks how.
async fn check(relay: &Running, request: Request, status: u16, code: &str, why: &str) {
    let answer = relay.send(request).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (status, code),
        "{why}"
    );
    assert!(
        !answer
            .headers
            .iter()
            .any(|(name, _)| name.starts_with("access-control-")),
        "{why}"
    );
    let problem = answer.json();
    for part in ["title", "detail"] {
        let sentence = problem[part].as_str().expect("a sentence");
        assert!(
            (10..=160).contains(&sentence.chars().count()) && sentence.ends_with('.'),
            "{why}: {sentence}"
        );
    }
}

#[tokio::test]
async fn only_the_names_of_the_loopback_with_the_real_port_are_served() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let port = relay.address.port();
    for host in ["127.0.0.1:P", "localhost:P", "LOCALHOST:P", "[::1]:P"] {
        let request = relay
            .push()
            .without("host")
            .header("host", &host.replace('P', &port.to_string()))
            .body("{}");
        assert_eq!(relay.send(request).await.status, 200, "{host}");
    }
    for host in [
        "evil.test",
        "evil.test:P",
        "localhost.evil.test:P",
        "127.0.0.1.nip.io:P",
        "0.0.0.0:P",
        "[::]:P",
        "2130706433:P",
        "127.1:P",
        "localhost.:P",
        "localhost",
        "127.0.0.1",
        "localhost:1",
        "user@localhost:P",
        "xn--localhost-:P",
        "localhost:0P",
        "127.0.0.2:P",
    ] {
        let request = relay
            .push()
            .without("host")
            .header("host", &host.replace('P', &port.to_string()))
            .body("{}");
        check(&relay, request, 421, "host_not_allowed", host).await;
        for path in ["/", "/api/tokens/TEAM000001/KEY0000001"] {
            let page = Request::new(&format!("GET {path}"))
                .header("host", &host.replace('P', &port.to_string()));
            check(&relay, page, 421, "host_not_allowed", host).await;
        }
    }
    let own = format!("127.0.0.1:{port}");
    check(
        &relay,
        relay.push().without("host").body("{}"),
        400,
        "host_missing",
        "none",
    )
    .await;
    check(
        &relay,
        relay.push().without("host").header("host", "").body("{}"),
        400,
        "host_missing",
        "empty",
    )
    .await;
    check(
        &relay,
        relay.push().header("host", &own).body("{}"),
        400,
        "host_missing",
        "two",
    )
    .await;
    check(
        &relay,
        Request::new("GET http://evil.test/").header("host", &own),
        421,
        "host_not_allowed",
        "absolute form",
    )
    .await;
    let health = relay
        .send(Request::new("GET /healthz").header("host", "anybody.test"))
        .await;
    assert_eq!(health.status, 200, "liveness answers to any name");
    assert_eq!(peer.seen().len(), 4);
}

#[tokio::test]
async fn a_push_comes_from_this_page_or_from_no_page() {
    const OK: (u16, &str) = (200, "");
    const ORIGIN: (u16, &str) = (403, "origin_not_allowed");
    const SITE: (u16, &str) = (403, "cross_site");
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let own = format!("http://127.0.0.1:{}", relay.address.port());
    let other_name = own.replace("127.0.0.1", "localhost");
    let secure = own.replace("http:", "https:");
    for (origin, site, expected) in [
        (Some(own.as_str()), Some("same-origin"), OK),
        (Some(&own), None, OK),
        (None, None, OK),
        (None, Some("same-origin"), ORIGIN),
        (Some(&own), Some("cross-site"), SITE),
        (Some(&own), Some("same-site"), SITE),
        (Some(&own), Some("none"), SITE),
        (Some(&own), Some("nonsense"), SITE),
        (None, Some("cross-site"), SITE),
        (Some("null"), None, ORIGIN),
        (Some("null"), Some("same-origin"), ORIGIN),
        (Some(&other_name), Some("same-origin"), ORIGIN),
        (Some(&secure), None, ORIGIN),
        (Some("http://127.0.0.1:1"), None, ORIGIN),
        (Some("http://evil.test"), None, ORIGIN),
        (Some("http://evil.test"), Some("cross-site"), SITE),
        (Some(""), None, ORIGIN),
    ] {
        let mut request = relay.push().body("{}");
        for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let answer = relay.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            expected,
            "origin {origin:?}, sec-fetch-site {site:?}"
        );
        assert_eq!(
            answer.outcome(),
            if expected == OK {
                "accepted"
            } else {
                "not-sent"
            }
        );
    }
    let twice = relay
        .push()
        .header("origin", &own)
        .header("origin", &own)
        .body("{}");
    check(&relay, twice, 403, "origin_not_allowed", "two origins").await;
}

#[tokio::test]
async fn a_request_without_origin_carries_something_no_form_can_make() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let bare = relay.push().without("apns-topic").body("{}");
    check(&relay, bare.clone(), 403, "cross_site", "bare").await;
    for (name, value) in [
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", "text/plain"),
        ("authorization", "basic eDp5"),
        ("x-requested-with", "XMLHttpRequest"),
    ] {
        check(
            &relay,
            bare.clone().header(name, value),
            403,
            "cross_site",
            value,
        )
        .await;
    }
    for (name, value) in [
        ("content-type", "application/json"),
        ("authorization", "bearer x"),
        ("authorization", "Bearer x"),
        ("apns-priority", "10"),
    ] {
        assert_eq!(
            relay.send(bare.clone().header(name, value)).await.status,
            200,
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn a_read_comes_from_this_page_or_from_no_page() {
    let relay = Running::start(Default::default()).await;
    let own = format!("http://127.0.0.1:{}", relay.address.port());
    for (path, headers, status) in [
        ("/api/relay", vec![], 200),
        ("/api/relay", vec![("sec-fetch-site", "same-origin")], 200),
        ("/api/relay", vec![("sec-fetch-site", "none")], 200),
        (
            "/api/relay",
            vec![("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
            200,
        ),
        ("/api/relay", vec![("sec-fetch-site", "cross-site")], 403),
        ("/api/relay", vec![("sec-fetch-site", "same-site")], 403),
        (
            "/api/relay",
            vec![
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
            ],
            403,
        ),
        ("/api/relay", vec![("origin", "http://evil.test")], 403),
        ("/api/events", vec![("sec-fetch-site", "cross-site")], 403),
        ("/api/tokens/TEAM000001/KEY0000001", vec![], 200),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![("sec-fetch-site", "same-origin")],
            200,
        ),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![("sec-fetch-site", "none")],
            200,
        ),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
            200,
        ),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![("sec-fetch-site", "cross-site")],
            403,
        ),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![("sec-fetch-site", "same-site")],
            403,
        ),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
            ],
            403,
        ),
        (
            "/api/tokens/TEAM000001/KEY0000001",
            vec![("origin", "http://evil.test")],
            403,
        ),
        (
            "/",
            vec![
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
            ],
            200,
        ),
        (
            "/",
            vec![
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "no-cors"),
            ],
            403,
        ),
        ("/", vec![("origin", "http://evil.test")], 403),
    ] {
        let request = headers.iter().fold(
            relay.request(&format!("GET {path}")),
            |request, (name, value)| request.header(name, value),
        );
        assert_eq!(
            relay.send(request).await.status,
            status,
            "{path} {headers:?}"
        );
    }
}

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
async fn a_body_is_announced_and_small() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let chunked = relay.push().header("transfer-encoding", "chunked");
    check(&relay, relay.push(), 411, "length_required", "no length").await;
    check(
        &relay,
        chunked.clone(),
        411,
        "length_required",
        "chunked, no body",
    )
    .await;
    check(
        &relay,
        chunked.body("{}"),
        411,
        "length_required",
        "chunked and a length",
    )
    .await;
    check(
        &relay,
        relay.push().body(vec![b' '; 16 * 1024 + 1]),
        413,
        "body_too_large",
        "a byte too long",
    )
    .await;
    check(
        &relay,
        relay.push().body(vec![b' '; 60_000]),
        413,
        "body_too_large",
        "far too long",
    )
    .await;
    for length in [
        "-1",
        "+2",
        "2, 2",
        "2 2",
        "0x2",
        "99999999999999999999999999",
    ] {
        let answer = relay
            .send(relay.push().header("content-length", length))
            .await;
        assert!(
            matches!(answer.status, 400 | 411 | 413),
            "{length}: {}",
            answer.status
        );
    }
    assert_eq!(
        relay
            .send(relay.push().body(vec![b' '; 16 * 1024]))
            .await
            .status,
        200,
        "the longest"
    );
    assert_eq!(
        relay.send(relay.push().body("")).await.status,
        200,
        "what to say of an empty body is APNs's business"
    );
    let slow = tokio::time::Instant::now();
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.push().header("content-length", "2").bytes())
        .await;
    let answer = client.answer().await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (408, "body_timeout", "not-sent")
    );
    assert!((4..7).contains(&slow.elapsed().as_secs()));
    client.closed().await;
    assert_eq!(peer.seen().len(), 2);
}

#[tokio::test]
async fn a_body_is_plain_json_or_what_curl_says() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for content_type in [
        "application/json",
        "application/x-www-form-urlencoded",
        "Application/JSON; charset=UTF-8",
    ] {
        assert_eq!(
            relay
                .send(relay.push().header("content-type", content_type).body("{}"))
                .await
                .status,
            200,
            "{content_type}"
        );
    }
    assert!(
        peer.seen()
            .iter()
            .all(|seen| !seen.headers.contains_key("content-type")),
        "it is not forwarded"
    );
    for content_type in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json;charset=utf-16",
        "application/jsonp",
        "",
        "json",
    ] {
        check(
            &relay,
            relay.push().header("content-type", content_type).body("{}"),
            415,
            "content_type",
            content_type,
        )
        .await;
    }
    let json = relay.push().header("content-type", "application/json");
    check(
        &relay,
        json.clone()
            .header("content-type", "application/json")
            .body("{}"),
        415,
        "content_type",
        "two",
    )
    .await;
    check(
        &relay,
        json.header("content-encoding", "gzip").body("{}"),
        415,
        "content_type",
        "gzip",
    )
    .await;
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

const OPENSSL_KEY: &str = include_str!("../../fixtures/keys/rfc7515-openssl.p8");
const CERTIFICATE: &str = include_str!("../../fixtures/keys/certificate.pem");
const BUNDLE: &[u8] = include_bytes!("../../fixtures/keys/bundle.p12");

/// Base64 between the lines of armour.
fn openssl_body() -> String {
    OPENSSL_KEY
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect()
}

#[tokio::test]
async fn a_private_key_in_a_request_is_refused() {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let path = format!("POST /sandbox/3/device/{}", BEGIN.replace(' ', "%20"));
    for (place, request) in [
        (
            "body",
            relay.push().body(format!("{{\"key\": \"{BEGIN}\\nMIG\"}}")),
        ),
        (
            "SEC1 body",
            relay.push().body("-----BEGIN EC PRIVATE KEY-----"),
        ),
        (
            "bare base64",
            relay
                .push()
                .body("MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHkwdwIBAQQgAAAA"),
        ),
        (
            "as openssl writes it",
            relay
                .push()
                .body(json!({ "key": openssl_body() }).to_string()),
        ),
        (
            "folded",
            relay.push().body(
                json!({ "key": openssl_body().replace("MIGHAgEA", "MIGH\r\nAgEA") }).to_string(),
            ),
        ),
        (
            "a whole file in base64",
            relay
                .push()
                .body(Base64::encode_string(OPENSSL_KEY.as_bytes())),
        ),
        (
            "a bundle",
            relay
                .push()
                .body(json!({ "p12": Base64::encode_string(BUNDLE) }).to_string()),
        ),
        (
            "header",
            relay.push().header("authorization", BEGIN).body("{}"),
        ),
        (
            "foreign header",
            relay.push().header("x-key", BEGIN).body("{}"),
        ),
        (
            "path",
            relay.request(&path).header("apns-topic", "a").body("{}"),
        ),
    ] {
        let answer = relay.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (422, "secret_in_request", "not-sent"),
            "{place}"
        );
        let echo = format!("{answer:?}");
        assert!(
            !echo.contains("BEGIN") && !echo.contains("MIG"),
            "{place}: {echo}"
        );
    }
    assert_eq!(
        relay
            .send(relay.push().body("-----BEGIN PUBLIC KEY-----"))
            .await
            .status,
        200,
        "a public key is no secret"
    );
    let certificate = json!({ "handle": "alice", "certificate": CERTIFICATE });
    assert_eq!(
        relay
            .send(relay.push().body(certificate.to_string()))
            .await
            .status,
        200,
        "nor is a certificate"
    );
    assert_eq!(peer.seen().len(), 2);
}

/// The payload reaches the phone; a token of the app itself may well be in it.
#[tokio::test]
async fn a_provider_token_outside_its_header_is_refused() {
    let part = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
    let jwt = |header: &str, claims: &str| {
        [
            part(header),
            part(claims),
            part("no signature, but as long as one would be, at 64 bytes in all"),
        ]
        .join(".")
    };
    let provider = jwt(
        r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
        r#"{"iss":"TEAM654321","iat":1437179036}"#,
    );
    let app = jwt(
        r#"{"alg":"ES256","kid":"ABC123DEFG"}"#,
        r#"{"iss":"calls","sub":"alice","iat":1437179036,"exp":1437182636}"#,
    );
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let push = |token: &str| {
        relay
            .push()
            .header("authorization", &format!("bearer {provider}"))
            .body(json!({ "token": token }).to_string())
    };
    let answer = relay.send(push(&provider)).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (422, "secret_in_request", "not-sent")
    );
    assert!(!format!("{answer:?}").contains(&provider[provider.len() - 24..]));
    assert_eq!(relay.send(push(&app)).await.status, 200);
    assert_eq!(peer.seen().len(), 1);
}
