//! Hosts and origins: a request comes from this page, or from no page.

use super::check;
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Request;
use crate::relay::running::Running;

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
