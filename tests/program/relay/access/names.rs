//! The names of a shared page, and what it tells to those who are not in.

use serde_json::json;
use trill::relay::access::Access;

use super::{ORIGIN, TOKEN, cookie, is, page, proxied, shared, sign_in, start, url};
use crate::relay::raw_http1::Request;

#[tokio::test]
async fn the_page_goes_by_its_public_urls_and_the_scheme_of_each() {
    let public_urls = vec![url(ORIGIN), url("http://10.1.2.3:8080")];
    let relay = start(Access {
        public_urls,
        insecure_http: true,
        ..shared()
    })
    .await;
    let port = relay.address.port();
    for (host, origin, expected) in [
        ("trill.test", "https://trill.test", is(204, "")),
        ("TRILL.test", "https://trill.test", is(204, "")),
        ("trill.test:443", "https://trill.test", is(204, "")),
        ("10.1.2.3:8080", "http://10.1.2.3:8080", is(204, "")),
        ("localhost:P", "http://localhost:P", is(204, "")),
        ("127.0.0.1:P", "http://127.0.0.1:P", is(204, "")),
        (
            "trill.test",
            "https://trill.test:443",
            is(403, "origin_not_allowed"),
        ),
        (
            "trill.test",
            "http://trill.test",
            is(403, "origin_not_allowed"),
        ),
        (
            "trill.test",
            "http://10.1.2.3:8080",
            is(403, "origin_not_allowed"),
        ),
        (
            "trill.test",
            "https://a.trill.test",
            is(403, "origin_not_allowed"),
        ),
        (
            "10.1.2.3:8080",
            "https://10.1.2.3:8080",
            is(403, "origin_not_allowed"),
        ),
        (
            "localhost:P",
            "https://trill.test",
            is(403, "origin_not_allowed"),
        ),
        (
            "localhost:P",
            "https://localhost:P",
            is(403, "origin_not_allowed"),
        ),
        (
            "trill.test:80",
            "http://trill.test",
            is(421, "host_not_allowed"),
        ),
        (
            "trill.test:P",
            "https://trill.test",
            is(421, "host_not_allowed"),
        ),
        ("10.1.2.3", "http://10.1.2.3", is(421, "host_not_allowed")),
        (
            "trill.test.evil.test",
            "https://trill.test",
            is(421, "host_not_allowed"),
        ),
        (
            "a.trill.test",
            "https://trill.test",
            is(421, "host_not_allowed"),
        ),
        ("0.0.0.0:P", "http://0.0.0.0:P", is(421, "host_not_allowed")),
        ("[::]:P", "http://[::]:P", is(421, "host_not_allowed")),
        (
            "2130706433:P",
            "http://2130706433:P",
            is(421, "host_not_allowed"),
        ),
        ("127.1:P", "http://127.1:P", is(421, "host_not_allowed")),
    ] {
        let [host, origin] = [host, origin].map(|text| text.replace('P', &port.to_string()));
        let request = Request::new("POST /api/session")
            .header("host", &host)
            .header("origin", &origin)
            .header("trill-access", TOKEN);
        let answer = relay.send(request.body("")).await;
        assert_eq!((answer.status, answer.code()), expected, "{host} {origin}");
        if answer.status == 204 {
            assert_eq!(
                cookie(&answer).1.contains("Secure"),
                origin.starts_with("https"),
                "{origin}"
            );
        }
    }
    let access = relay
        .send(page("GET /api/relay").header("trill-access", TOKEN))
        .await
        .json()["access"]
        .clone();
    assert_eq!(
        access,
        json!({ "mode": "token", "granted": true, "user": null, "insecure": ["http"] })
    );
}

#[tokio::test]
async fn without_access_the_relay_tells_version_and_mode() {
    let relay = start(shared()).await;
    let entrance = json!({ "version": env!("CARGO_PKG_VERSION"), "access": { "mode": "token", "granted": false } });
    for request in [
        page("GET /api/relay"),
        page("GET /api/relay").header("trill-access", "wrong"),
        page("GET /api/relay").header("cookie", "trill=x"),
    ] {
        let answer = relay.send(request).await;
        assert_eq!((answer.status, answer.json()), (200, entrance.clone()));
    }
    let whole = relay
        .send(page("GET /api/relay").header("cookie", &sign_in(&relay).await))
        .await
        .json();
    assert_eq!(
        whole["access"],
        json!({ "mode": "token", "granted": true, "user": null, "insecure": [] })
    );
    assert!(whole["environments"].is_array() && whole["clock"].is_u64());
}

#[tokio::test]
async fn a_proxy_may_be_named_as_an_ipv6_socket_shows_it() {
    for (proxy, status) in [
        ("::ffff:127.0.0.1", 200),
        ("::ffff:127.0.0.0/104", 200),
        ("::ffff:127.0.0.2", 401),
        ("::ffff:10.0.0.0/104", 401),
    ] {
        let relay = start(proxied(proxy)).await;
        let named = relay
            .send(page("GET /api/tokens/TEAM000001/KEY0000001").header("x-forwarded-user", "alice"))
            .await;
        assert_eq!(named.status, status, "{proxy}");
    }
}
