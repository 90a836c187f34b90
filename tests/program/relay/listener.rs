//! The listener: slow, idle and hostile connections end, and a stopping relay answers what it has begun.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep};
use trill::relay::{Config, Deadlines, Relay, StartError};
use trill::simulator::Simulator;

use super::peer::{ACCEPT, Deed, Peer};
use super::raw_http1::Client;
use super::running::{ANY_PORT, Running, in_front_of, short};

fn impatient() -> Deadlines {
    Deadlines {
        head: Duration::from_millis(200),
        browser_idle: Duration::from_millis(600),
        ..short()
    }
}

#[tokio::test]
async fn slow_heads_and_idle_connections_end() {
    let relay = Running::start(Config {
        deadlines: impatient(),
        ..Config::default()
    })
    .await;
    let start = Instant::now();
    let mut silent = Client::connect(relay.address).await;
    silent.closed().await;
    assert!(
        start.elapsed() < Duration::from_millis(550),
        "silent from the start: {:?}",
        start.elapsed()
    );

    let mut idle = Client::connect(relay.address).await;
    for _ in 0..3 {
        idle.write(&relay.request("GET /healthz").bytes()).await;
        assert_eq!(idle.answer().await.status, 200);
        sleep(Duration::from_millis(350)).await;
    }
    let start = Instant::now();
    idle.closed().await;
    assert!(start.elapsed() < Duration::from_millis(600), "idle");

    let mut slow = Client::connect(relay.address).await;
    slow.write(&relay.request("GET /healthz").bytes()).await;
    assert_eq!(slow.answer().await.status, 200);
    slow.write(b"GET /healthz HTTP/1.1\r\nhos").await;
    let start = Instant::now();
    slow.closed().await;
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "a head begun and not ended: {:?}",
        start.elapsed()
    );
}

/// An impatient relay in front of a peer that accepts each push after this time, and a client of it.
async fn behind_a_slow_peer(milliseconds: u64) -> (Peer, Running, Client) {
    let answer = Deed::After(Duration::from_millis(milliseconds), Box::new(ACCEPT));
    let peer = Peer::that(answer).await;
    let relay = Running::start(Config {
        deadlines: impatient(),
        ..in_front_of(&peer)
    })
    .await;
    let client = Client::connect(relay.address).await;
    (peer, relay, client)
}

#[tokio::test]
async fn a_long_answer_is_no_idle_connection() {
    let (_peer, relay, mut client) = behind_a_slow_peer(650).await;
    client.write(&relay.push().body("{}").bytes()).await;
    assert_eq!(client.answer().await.outcome(), "accepted");
    client.write(&relay.request("GET /healthz").bytes()).await;
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn the_idle_time_begins_with_the_last_answer() {
    let (_peer, relay, mut client) = behind_a_slow_peer(400).await;
    // The second and third come before the first is answered.
    client
        .write(&relay.push().body("{}").bytes().repeat(3))
        .await;
    for _ in 0..3 {
        assert_eq!(client.answer().await.outcome(), "accepted");
    }
    let start = Instant::now();
    client.closed().await;
    let took = start.elapsed().as_millis();
    assert!((450..900).contains(&took), "{took} ms");
}

#[tokio::test]
async fn heads_are_limited_and_nonsense_costs_one_connection() {
    let relay = Running::start(Config::default()).await;
    let many = (0..100).fold(relay.request("GET /healthz"), |request, index| {
        request.header(&format!("x-{index}"), "1")
    });
    assert_eq!(relay.send(many).await.status, 431);
    let long = relay
        .request("GET /healthz")
        .header("x", &"y".repeat(20_000));
    assert_eq!(relay.send(long).await.status, 431);
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello over TLS\r\n\r\n"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /\r\n\r\n",
    ] {
        let mut client = Client::connect(relay.address).await;
        client.write(nonsense).await;
        client.closed().await;
    }
    assert_eq!(relay.send(relay.request("GET /healthz")).await.status, 200);
}

#[tokio::test]
async fn a_panic_costs_one_answer() {
    static BROKEN: AtomicBool = AtomicBool::new(false);
    fn clock() -> SystemTime {
        assert!(
            !BROKEN.load(Ordering::SeqCst),
            "the clock is broken, as this test wants it"
        );
        SystemTime::now()
    }
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config {
        clock,
        ..in_front_of(&peer)
    })
    .await;
    BROKEN.store(true, Ordering::SeqCst);
    let answer = relay.send(relay.request("GET /api/relay")).await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (500, "internal", "")
    );
    let answer = relay
        .send(relay.push().header("authorization", "bearer a").body("{}"))
        .await;
    assert_eq!(
        (answer.status, answer.outcome()),
        (500, "unknown"),
        "it had left"
    );
    BROKEN.store(false, Ordering::SeqCst);
    let metrics = relay.send(relay.request("GET /metrics")).await.body;
    assert!(
        String::from_utf8_lossy(&metrics).contains("trill_panics_total 2\n"),
        "they are counted"
    );
    assert_eq!(
        relay.send(relay.request("GET /api/relay")).await.status,
        200
    );
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let relay = Running::start(Config::default()).await;
    let mut client = Client::connect(relay.address).await;
    let pair = [
        relay.request("GET /healthz").bytes(),
        relay.request("GET /api/nothing").bytes(),
    ]
    .concat();
    client.write(&pair.repeat(20)).await;
    for _ in 0..20 {
        assert_eq!(client.answer().await.status, 200);
        assert_eq!(client.answer().await.status, 404);
    }
}

#[tokio::test]
async fn a_stopping_relay_answers_what_it_has_begun() {
    let peer = Peer::that(Deed::After(Duration::from_millis(400), Box::new(ACCEPT))).await;
    let relay = Running::in_front_of(&peer).await;
    let (address, push) = (relay.address, relay.push().body("{}"));
    let mut idle = Client::connect(address).await;
    idle.write(&relay.request("GET /healthz").bytes()).await;
    assert_eq!(idle.answer().await.status, 200);
    let mut busy = Client::connect(address).await;
    busy.write(&push.bytes()).await;
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(10)).await;
    }
    let stopped = relay.stop();
    assert_eq!(busy.answer().await.outcome(), "accepted");
    idle.closed().await;
    stopped.await.expect("it ends");
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn a_relay_that_cannot_start_prints_the_reason() {
    let simulator = Simulator::start(ANY_PORT, SystemTime::now)
        .await
        .expect("the simulator starts");
    let taken = Running::start(Config::default()).await;
    for (listen, part) in [
        (taken.address, "choose another with --listen 127.0.0.1:0"),
        (
            "0.0.0.0:0".parse().expect("an address"),
            "--public-url https://HOST",
        ),
    ] {
        let error = Relay::bind(
            Config {
                listen,
                ..Config::default()
            },
            simulator.clone(),
        )
        .await
        .err()
        .expect("it does not start");
        assert!(error.to_string().contains(part), "{error}");
        assert!(matches!(
            error,
            StartError::PortTaken(_) | StartError::Access(_)
        ));
    }
}
