//! TLS on the page's own side, as the openssl program sees it.

use std::time::Duration;

use tokio::time::timeout;
use trill::relay::access::{Access, Tls};
use trill::relay::{Config, Deadlines};

use crate::relay::raw_http1::Client;
use crate::relay::running::{Running, short};
use crate::support::openssl;
use crate::support::temp_dir::TempDir;

#[tokio::test]
async fn tls_uses_the_configured_certificate() {
    let key = openssl::p256_key();
    let certificate = openssl::server_certificate(&key, "localhost");
    let folder = TempDir::new();
    let authority = folder.write("authority.pem", &certificate);
    let stranger = folder.write(
        "stranger.pem",
        openssl::server_certificate(&openssl::p256_key(), "localhost"),
    );
    let tls = Tls::from_pem(certificate.as_bytes(), key.as_bytes()).expect("they belong together");
    let deadlines = Deadlines {
        handshake: Duration::from_millis(300),
        ..short()
    };
    let relay = Running::start(Config {
        access: Access {
            tls: Some(tls),
            ..Access::default()
        },
        deadlines,
        ..Config::default()
    })
    .await;
    let address = relay.address;
    let port = address.port();

    // Silent ones hold up nobody, and not for long.
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(Client::connect(address).await);
    }
    let ask = async |request: String,
                     name: &'static str,
                     authority: &std::path::Path,
                     flags: &'static [&'static str]| {
        let authority = authority.to_owned();
        let ask =
            move || openssl::ask_over_tls(address, name, &authority, flags, request.as_bytes());
        tokio::task::spawn_blocking(ask).await.expect("it ends")
    };
    let read = |origin: &str| {
        format!(
            "GET /api/relay HTTP/1.1\r\nhost: localhost:{port}\r\norigin: {origin}\r\nconnection: close\r\n\r\n"
        )
    };
    let secure = format!("https://localhost:{port}");
    for flags in [
        &["-alpn", "http/1.1"][..],
        &["-alpn", "h2,http/1.1"],
        &[],
        &["-tls1_2"],
        &["-tls1_3"],
    ] {
        let answer = ask(read(&secure), "localhost", &authority, flags)
            .await
            .unwrap_or_default();
        assert!(
            answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""version""#),
            "{flags:?}: {answer}"
        );
        assert!(
            !answer.contains("PRIVATE") && !answer.contains(key.lines().nth(1).expect("a line")),
            "{answer}"
        );
    }
    let plain = ask(
        read(&secure.replace("https", "http")),
        "localhost",
        &authority,
        &[],
    )
    .await
    .unwrap_or_default();
    assert!(
        plain.starts_with("HTTP/1.1 403 "),
        "the page's origin is https: {plain}"
    );
    assert_eq!(
        ask(read(&secure), "localhost", &stranger, &[]).await,
        None,
        "the client does check"
    );
    assert_eq!(
        ask(read(&secure), "trill.test", &authority, &[]).await,
        None,
        "the client does check the name"
    );
    assert_eq!(
        ask(read(&secure), "localhost", &authority, &["-alpn", "h2"]).await,
        None,
        "nothing but HTTP/1.1 is spoken"
    );
    for mut client in silent {
        timeout(Duration::from_secs(2), client.closed())
            .await
            .expect("the handshake has its time");
    }
    let mut without_tls = Client::connect(address).await;
    without_tls.write(read(&secure).as_bytes()).await;
    without_tls.closed().await;
}
