//! The page as the relay serves it: its headers.

use std::time::SystemTime;

use trill::relay::Config;

use super::running::Running;

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
