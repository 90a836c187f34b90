//! The crowd: whoever asks nothing gives way to whoever asks, and whoever reads nothing is left.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use trill::relay::access::{Access, Network, PublicUrl};
use trill::relay::{Config, Deadlines, Limits};

use crate::relay::peer::{ACCEPT, Deed, Peer};
use crate::relay::raw_http1::{Client, exchange_from};
use crate::relay::running::{Running, in_front_of, short};
use crate::support::trill::Trill;

/// More than anything here takes, and less than the relay's patience with a silent connection.
const SOON: Duration = Duration::from_secs(3);

async fn silent(relay: &Running, count: usize) -> Vec<Client> {
    let mut clients = Vec::new();
    for _ in 0..count {
        clients.push(Client::connect(relay.address).await);
    }
    clients
}

async fn ask(relay: &Running, client: &mut Client) -> u16 {
    client.write(&relay.request("GET /healthz").bytes()).await;
    timeout(SOON, client.answer())
        .await
        .expect("it is answered")
        .status
}

#[tokio::test]
async fn the_oldest_silent_connection_is_evicted() {
    let relay = Running::start(Config {
        limits: Limits {
            connections: 4,
            ..Limits::default()
        },
        ..Config::default()
    })
    .await;
    let mut kept = Client::connect(relay.address).await;
    assert_eq!(ask(&relay, &mut kept).await, 200);
    let mut crowd = silent(&relay, 3).await;
    // A newcomer is given a second.
    sleep(Duration::from_millis(1_100)).await;
    let mut late = Client::connect(relay.address).await;
    assert_eq!(ask(&relay, &mut late).await, 200);
    timeout(SOON, crowd[0].closed())
        .await
        .expect("the oldest is closed");
    for client in [&mut kept, &mut late].into_iter().chain(&mut crowd[1..]) {
        assert_eq!(ask(&relay, client).await, 200, "the others go on");
    }
    // Now all of them rest, and the one that came first goes.
    let mut another = Client::connect(relay.address).await;
    assert_eq!(ask(&relay, &mut another).await, 200);
    timeout(SOON, kept.closed()).await.expect("it is closed");
}

#[tokio::test]
async fn a_busy_connection_keeps_its_slot_and_a_new_one_is_refused() {
    let peer = Peer::that(Deed::After(Duration::from_millis(600), Box::new(ACCEPT))).await;
    let relay = Running::start(Config {
        limits: Limits {
            connections: 2,
            ..Limits::default()
        },
        ..in_front_of(&peer)
    })
    .await;
    let mut busy = silent(&relay, 2).await;
    for client in &mut busy {
        client.write(&relay.push().body("{}").bytes()).await;
    }
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    let start = Instant::now();
    let mut late = Client::connect(relay.address).await;
    assert_eq!(
        ask(&relay, &mut late).await,
        200,
        "whoever watches is told that the relay lives"
    );
    let push = relay.send(relay.push().body(vec![b' '; 16_000])).await;
    assert_eq!(
        (push.status, push.code().as_str(), push.outcome()),
        (503, "too_many_connections", "not-sent")
    );
    assert_eq!(
        (push.header("retry-after"), push.header("connection")),
        ("1", "close")
    );
    let other = relay.send(relay.request("GET /api/relay")).await;
    assert_eq!(
        (other.status, other.code().as_str(), other.outcome()),
        (503, "too_many_connections", "")
    );
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "at once: {:?}",
        start.elapsed()
    );
    let mut accepted = 0;
    for client in &mut busy {
        accepted += usize::from(
            timeout(SOON, client.answer())
                .await
                .expect("it is answered")
                .outcome()
                == "accepted",
        );
    }
    assert_eq!(accepted, 2);
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted",
        "then there is room again"
    );
}

#[tokio::test]
async fn the_connections_of_an_address_are_limited() {
    let relay = Running::start(Config {
        limits: Limits {
            connections_per_address: Some(2),
            ..Limits::default()
        },
        ..Config::default()
    })
    .await;
    let mut crowd = silent(&relay, 2).await;
    let mut late = Client::connect(relay.address).await;
    assert_eq!(ask(&relay, &mut late).await, 200);
    timeout(SOON, crowd[0].closed())
        .await
        .expect("the oldest is closed");

    // An event stream is not idle, but one of two is the most an address may have of those.
    let mut first = open_stream(&relay).await;
    let second = open_stream(&relay).await;
    first.until("event: closed").await;
    assert_eq!(
        ask(&relay, &mut Client::connect(relay.address).await).await,
        200
    );

    let peer = Peer::that(Deed::After(Duration::from_millis(600), Box::new(ACCEPT))).await;
    let limits = Limits {
        connections_per_address: Some(2),
        ..Limits::default()
    };
    let relay = Running::start(Config {
        limits,
        ..in_front_of(&peer)
    })
    .await;
    let mut busy = silent(&relay, 2).await;
    for client in &mut busy {
        client.write(&relay.push().body("{}").bytes()).await;
    }
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    let refused = relay.send(relay.push().body("{}")).await;
    assert_eq!(
        (refused.status, refused.code().as_str(), refused.outcome()),
        (503, "too_many_connections", "not-sent")
    );
    let other = exchange_from(
        Ipv4Addr::new(127, 0, 0, 2),
        relay.address,
        &relay.push().body("{}"),
    )
    .await;
    assert_eq!(other.outcome(), "accepted", "nobody else notices");
    drop(second);
}

async fn open_stream(relay: &Running) -> Client {
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.request("GET /api/events").bytes())
        .await;
    assert_eq!(
        timeout(SOON, client.head())
            .await
            .expect("it is answered")
            .status,
        200
    );
    client
}

#[tokio::test]
async fn a_trusted_proxy_has_no_limit_per_address() {
    let proxy = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
    let access = Access {
        public_urls: vec![PublicUrl::parse("https://trill.test").expect("a URL")],
        user_header: "x-forwarded-user".parse().ok(),
        trusted_proxies: vec![Network::parse("127.0.0.2").expect("a network")],
        ..Access::default()
    };
    let relay = Running::start(Config {
        access,
        limits: Limits {
            connections_per_address: Some(2),
            ..Limits::default()
        },
        ..Config::default()
    })
    .await;
    let mut proxied = Vec::new();
    for _ in 0..6 {
        proxied.push(Client::connect_from(proxy, relay.address).await);
    }
    let mut crowd = silent(&relay, 3).await;
    timeout(SOON, crowd[0].closed())
        .await
        .expect("anybody else has two");
    for client in &mut proxied {
        assert_eq!(ask(&relay, client).await, 200);
    }
}

const PHONES: &str = "GET /api/simulator/devices";

/// Enrols so many phones that the list of them is a long answer.
async fn enrol_many(relay: &Running) {
    let phone = json!({ "bundle_id": "com.example.calls", "name": "a".repeat(100) }).to_string();
    for number in 0..150 {
        let enrol = relay
            .request(&format!("PUT /api/simulator/devices/{number:04x}"))
            .header("content-type", "application/json")
            .body(&phone);
        assert_eq!(relay.send(enrol).await.status / 100, 2);
    }
    assert!(relay.send(relay.request(PHONES)).await.body.len() > 50_000);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_disconnected() {
    const ASKED: usize = 200;
    let reader = Duration::from_millis(500);
    let relay = Running::start(Config {
        deadlines: Deadlines { reader, ..short() },
        ..Config::default()
    })
    .await;
    enrol_many(&relay).await;
    let phones = relay.request(PHONES).bytes();
    let mut client = Client::connect(relay.address).await;
    let _ = timeout(reader, client.write(&phones.repeat(ASKED))).await;
    sleep(reader * 3).await;
    let start = Instant::now();
    timeout(SOON, client.closed()).await.expect("it was closed");
    assert!(start.elapsed() < reader, "long ago: {:?}", start.elapsed());
    let answers = client.text().matches("HTTP/1.1 200").count();
    assert!((1..ASKED / 2).contains(&answers), "{answers}");
    assert_eq!(relay.send(relay.request("GET /healthz")).await.status, 200);
}

#[tokio::test]
async fn a_client_that_reads_slowly_gets_all_answers() {
    const ASKED: usize = 20;
    // A receive buffer opens again when half of it is read: that takes some of these pauses.
    let reader = Duration::from_secs(2);
    let relay = Running::start(Config {
        deadlines: Deadlines { reader, ..short() },
        ..Config::default()
    })
    .await;
    enrol_many(&relay).await;
    let mut client = Client::connect(relay.address).await;
    client
        .write(&relay.request(PHONES).bytes().repeat(ASKED))
        .await;
    for _ in 0..ASKED {
        sleep(reader / 20).await;
        assert_eq!(
            timeout(SOON, client.answer())
                .await
                .expect("it goes on")
                .status,
            200
        );
    }
}

#[test]
fn a_relay_out_of_file_descriptors_evicts_idle_connections() {
    let trill = Trill::start_under("ulimit -n 100", &[]);
    let crowd: Vec<_> = (0..200)
        .filter_map(|_| std::net::TcpStream::connect(trill.address()).ok())
        .collect();
    assert!(crowd.len() > 150, "{}", crowd.len());
    for _ in 0..5 {
        let start = std::time::Instant::now();
        assert_eq!(trill.request("GET", "/healthz", &[], b"").status, 200);
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{:?}",
            start.elapsed()
        );
    }
}

#[test]
fn eighty_event_streams_under_sixty_four_files_block_no_request() {
    let trill = Trill::start_under("ulimit -n 64", &[]);
    // The log has a thread of its own.
    let start = std::time::Instant::now();
    let mut said = trill.stderr();
    while !said.contains("instead of 1024") && start.elapsed() < SOON {
        std::thread::sleep(Duration::from_millis(20));
        said = trill.stderr();
    }
    assert!(
        said.contains("lets Trill open 64 files") && said.contains("instead of 1024"),
        "{said}"
    );
    let limits = trill.request("GET", "/api/relay", &[], b"").json()["limits"].clone();
    let most = usize::try_from(
        limits["event_streams_per_client"]
            .as_u64()
            .expect("a number"),
    )
    .expect("it fits");
    assert!((4..16).contains(&most), "{limits}");

    let mut streams: Vec<_> = (0..80).map(|_| event_stream(&trill)).collect();
    for _ in 0..3 {
        let start = std::time::Instant::now();
        assert_eq!(trill.request("GET", "/healthz", &[], b"").status, 200);
        let push = trill.request(
            "POST",
            "/simulator/3/device/ab",
            &[("apns-topic", "com.example.calls.voip")],
            b"{}",
        );
        assert_eq!(
            (push.status, push.header("trill-outcome")),
            (403, Some("rejected")),
            "it reached the simulator: {push:?}"
        );
        assert!(
            start.elapsed() < Duration::from_secs(4),
            "{:?}",
            start.elapsed()
        );
    }
    let told = streams
        .iter_mut()
        .map(told)
        .filter(|told| told.contains("event: closed"))
        .count();
    assert!(
        told >= 80 - most,
        "{told} of 80 were told that one client may have {most}"
    );
}

/// An event stream whose head has been read.
fn event_stream(trill: &Trill) -> std::net::TcpStream {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(trill.address()).expect("it listens");
    stream.set_read_timeout(Some(SOON)).expect("it can be set");
    write!(
        stream,
        "GET /api/events HTTP/1.1\r\nhost: {}\r\n\r\n",
        trill.address()
    )
    .expect("it is taken");
    let mut status = [0; 12];
    stream.read_exact(&mut status).expect("it is answered");
    assert_eq!(&status, b"HTTP/1.1 200");
    stream
}

/// Reads what has come on it until nothing more comes at once.
fn told(stream: &mut std::net::TcpStream) -> String {
    use std::io::Read;
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .expect("it can be set");
    let (mut text, mut buffer) = (Vec::new(), [0; 4096]);
    while let Ok(length @ 1..) = stream.read(&mut buffer) {
        text.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8_lossy(&text).into_owned()
}
