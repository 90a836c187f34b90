//! The way out through a proxy that is asked with CONNECT, and each way in which it leads nowhere.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};
use trill::relay::{Config, Proxy};

use super::peer::{ACCEPT, Peer};
use super::raw_http1::Answer;
use super::running::{ANY_PORT, DEVICE_TOKEN, Running, in_front_of};

/// Conduct of the proxy when it is asked.
#[derive(Clone, Copy)]
enum Way {
    /// Connects.
    Through,
    /// Connects those who are `me:s3cret`.
    Known,
    /// Says this and hangs up.
    Says(&'static [u8]),
    /// Says nothing.
    Silent,
}

/// A small proxy. It remembers what it was asked.
struct Gate {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Gate {
    async fn that(way: Way) -> Self {
        let listener = TcpListener::bind(ANY_PORT).await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = asked.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, way, notes.clone()));
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("not poisoned").clone()
    }

    fn proxy(&self) -> Proxy {
        Proxy::new("127.0.0.1", self.port)
    }
}

async fn serve(
    mut stream: TcpStream,
    way: Way,
    notes: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    notes.lock().expect("not poisoned").push(head.clone());
    let refusal: &[u8] = match way {
        Way::Through => b"",
        // printf me:s3cret | base64
        Way::Known if head.contains("\r\nProxy-Authorization: Basic bWU6czNjcmV0\r\n") => b"",
        Way::Known => {
            b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n"
        }
        Way::Says(words) => words,
        Way::Silent => return std::future::pending().await,
    };
    if !refusal.is_empty() {
        return stream.write_all(refusal).await;
    }
    let host = head.split(' ').nth(1).unwrap_or_default();
    let mut server = TcpStream::connect(host).await?;
    // In pieces, as a network may deliver it.
    for piece in [
        &b"HTTP/1.1 200 Connec"[..],
        b"tion established\r\nProxy-agent: test\r\n\r",
        b"\n",
    ] {
        stream.write_all(piece).await?;
        stream.flush().await?;
        sleep(Duration::from_millis(5)).await;
    }
    copy_bidirectional(&mut stream, &mut server).await.map(drop)
}

async fn push(peer: &Peer, proxy: Proxy) -> Answer {
    let relay = Running::start(Config {
        proxy: Some(proxy),
        ..in_front_of(peer)
    })
    .await;
    relay.send(relay.push().body("{}")).await
}

#[tokio::test]
async fn pushes_go_through_the_proxy_and_the_simulator_does_not() {
    let (peer, gate) = (Peer::that(ACCEPT).await, Gate::that(Way::Through).await);
    let relay = Running::start(Config {
        proxy: Some(gate.proxy()),
        ..in_front_of(&peer)
    })
    .await;
    for credential in ["bearer a", "bearer b", "bearer a"] {
        assert_eq!(
            relay
                .send(relay.push().header("authorization", credential).body("{}"))
                .await
                .outcome(),
            "accepted"
        );
    }
    let target = format!("localhost:{}", peer.address.port());
    let asked = gate.asked();
    assert_eq!(
        asked.len(),
        2,
        "a connection each, and the proxy finds the address each time"
    );
    for head in &asked {
        assert_eq!(
            *head,
            format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"),
            "nothing else is told"
        );
    }
    let simulated = relay
        .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
        .header("apns-topic", "a.voip")
        .body("{}");
    assert_eq!(relay.send(simulated).await.status, 403);
    assert_eq!(gate.asked().len(), 2);
}

#[tokio::test]
async fn apples_hosts_are_asked_for_at_their_port() {
    let gate = Gate::that(Way::Says(b"HTTP/1.1 403 Forbidden\r\n\r\n")).await;
    let relay = Running::start(Config {
        proxy: Some(gate.proxy()),
        apns_port: 2_197,
        ..Config::default()
    })
    .await;
    let answer = relay.send(relay.push().body("{}")).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (502, "proxy_forbids", "not-sent")
    );
    assert!(
        gate.asked()[0].starts_with("CONNECT api.sandbox.push.apple.com:2197 HTTP/1.1\r\n"),
        "{:?}",
        gate.asked()
    );
}

#[tokio::test]
async fn proxy_credentials_are_sent_to_the_proxy_only() {
    let (peer, gate) = (Peer::that(ACCEPT).await, Gate::that(Way::Known).await);
    let as_user = |credentials: &str| {
        gate.proxy()
            .with_credentials(credentials)
            .expect("a user and a password")
    };
    assert_eq!(
        push(&peer, as_user("me:s3cret")).await.outcome(),
        "accepted"
    );
    assert!(!peer.seen()[0].headers.contains_key("proxy-authorization"));
    for (proxy, part) in [
        (gate.proxy(), "--proxy-credentials-file"),
        (as_user("me:other"), "Correct user:password"),
    ] {
        let answer = push(&peer, proxy).await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (502, "proxy_credentials", "not-sent")
        );
        let (text, detail) = (
            String::from_utf8_lossy(&answer.body).into_owned(),
            answer.json()["detail"].clone(),
        );
        assert!(
            detail.as_str().is_some_and(|detail| detail.contains(part)),
            "{text}"
        );
        assert!(
            !text.contains("other") && !text.contains("s3cret"),
            "{text}"
        );
    }
    assert_eq!(gate.asked().len(), 3, "a refusal is not repeated");
}

#[tokio::test]
async fn a_proxy_that_does_not_connect_gets_no_push() {
    let peer = Peer::that(ACCEPT).await;
    for (words, code, tries) in [
        (
            &b"HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno"[..],
            "proxy_forbids",
            1,
        ),
        (b"HTTP/1.0 502 Bad Gateway\r\n\r\n", "proxy_failed", 1),
        (b"HTTP/1.1 101 Switching\r\n\r\n", "proxy_failed", 1),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "not_a_proxy", 1),
        (b"\x15\x03\x01\x00\x02\x02\x28", "not_a_proxy", 1),
        (b"HTTP/1.1 ok\r\n\r\n", "not_a_proxy", 1),
        (b"HTTP/1.1 200 OK\r\n", "proxy_unreachable", 3),
    ] {
        let gate = Gate::that(Way::Says(words)).await;
        let answer = push(&peer, gate.proxy()).await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (502, code, "not-sent"),
            "{answer:?}"
        );
        let (title, detail) = (
            answer.json()["title"].clone(),
            answer.json()["detail"].clone(),
        );
        assert!(
            [title, detail]
                .iter()
                .all(|text| text.as_str().is_some_and(|text| text.len() <= 160)),
            "{answer:?}"
        );
        assert_eq!(gate.asked().len(), tries, "{code}");
    }
    assert_eq!(peer.connections(), 0);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_or_silent_is_given_up_in_time() {
    let peer = Peer::that(ACCEPT).await;
    let gone = TcpListener::bind(ANY_PORT)
        .await
        .expect("a port is free")
        .local_addr()
        .expect("it has an address")
        .port();
    let answer = push(&peer, Proxy::new("127.0.0.1", gone)).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (502, "proxy_unreachable", "not-sent")
    );

    let silent = Gate::that(Way::Silent).await;
    let start = Instant::now();
    let answer = push(&peer, silent.proxy()).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (502, "connect_timeout", "not-sent")
    );
    assert!(
        answer.json()["title"]
            .as_str()
            .is_some_and(|title| title.contains("the proxy did not say")),
        "{answer:?}"
    );
    assert!(
        (650..3_000).contains(&start.elapsed().as_millis()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(silent.asked().len(), 1, "a timeout is not repeated");
}
