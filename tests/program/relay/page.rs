//! The page as the relay serves it: its headers.

use std::time::SystemTime;

use trill::relay::Config;

use super::running::Running;
use crate::support::openssl;

/// Styles that stand in a document.
fn styles(document: &str) -> impl Iterator<Item = &str> {
    let parts = document.split("<style>").skip(1);
    parts.map(|part| part.split("</style>").next().unwrap())
}

/// The hash of a text in base64, as openssl makes it.
fn sha256(text: &str) -> String {
    let hash = openssl::run(&["dgst", "-sha256", "-binary"], text.as_bytes());
    let encoded = openssl::run(&["base64", "-A"], &hash);
    String::from_utf8(encoded).unwrap()
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
    ] {
        assert_eq!(page.header(name), value);
    }
    let plain = relay.send(relay.request("GET /")).await;
    let styles: String = styles(&String::from_utf8_lossy(&plain.body))
        .map(|style| format!(" 'sha256-{}'", sha256(style)))
        .collect();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'{styles}; connect-src 'self'; \
         img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    );
    for document in [&page, &plain] {
        assert_eq!(document.header("content-security-policy"), policy);
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
