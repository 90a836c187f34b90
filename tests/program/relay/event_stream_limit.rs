//! Event streams in great numbers: whoever opens more than one may have is told which were closed for it, and neither a
//! push nor a watcher notices.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, sleep, timeout};
use trill::relay::access::{Access, Tls};
use trill::relay::{Config, Deadlines, Exposure, Limits};

use super::access::{page, proxied, shared, sign_in};
use super::many_files::has_many_files;
use super::peer::{ACCEPT, Deed, Peer};
use super::raw_http1::{Answer, Client, Request, exchange_from};
use super::running::{DEVICE_TOKEN, Running, in_front_of, short};
use crate::support::h2_client::tls_as;

/// Longest time that everybody else may wait for an answer.
const SOON: Duration = Duration::from_secs(2);

/// Opens as many streams, one after the other, each on a connection of its own that stays open.
async fn open(address: SocketAddr, request: &Request, count: usize) -> Vec<Client> {
    let mut streams = Vec::new();
    for _ in 0..count {
        let mut stream = Client::connect(address).await;
        stream.write(&request.bytes()).await;
        assert_eq!(stream.head().await.status, 200);
        streams.push(stream);
    }
    streams
}

/// Number of the streams that go on, once each of the others has been told why it does not.
async fn go_on(streams: &mut [Client], surplus: usize) -> usize {
    for stream in &mut streams[..surplus] {
        let told = timeout(SOON, stream.until("\r\n0\r\n\r\n"))
            .await
            .expect("it is told");
        assert!(
            told.contains("event: closed\nretry: ")
                && told.contains(r#""code":"too_many_streams""#),
            "{told}"
        );
    }
    streams[surplus..]
        .iter()
        .filter(|stream| !stream.text().contains("event: closed"))
        .count()
}

async fn soon(answer: impl Future<Output = Answer>) -> Answer {
    let start = Instant::now();
    let answer = timeout(SOON, answer).await.expect("it is answered");
    assert!(start.elapsed() < SOON);
    answer
}

#[tokio::test]
async fn eleven_hundred_streams_of_one_program_are_thirty_two() {
    if !has_many_files(
        "relay::event_stream_limit::eleven_hundred_streams_of_one_program_are_thirty_two",
    ) {
        return;
    }
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let mut streams = open(relay.address, &relay.request("GET /api/events"), 1_100).await;
    assert_eq!(
        soon(relay.send(relay.request("GET /healthz"))).await.status,
        200
    );
    assert_eq!(
        soon(relay.send(relay.push().body("{}"))).await.outcome(),
        "accepted"
    );
    // Connections that carried the oldest have rested since, and gave way; each was told first.
    assert_eq!(go_on(&mut streams, 1_100 - 32).await, 32);
}

#[tokio::test]
async fn one_guest_behind_a_proxy_ends_no_other_stream() {
    if !has_many_files("relay::event_stream_limit::one_guest_behind_a_proxy_ends_no_other_stream") {
        return;
    }
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits::of(Exposure::Shared);
    let relay = Running::start(Config {
        access: proxied("127.0.0.1"),
        limits,
        ..in_front_of(&peer)
    })
    .await;
    let of = |user: &str, line: &str| page(line).header("x-forwarded-user", user);
    let mut bobs = open(relay.address, &of("bob", "GET /api/events"), 1).await;
    let mut streams = open(relay.address, &of("mallory", "GET /api/events"), 1_100).await;
    assert_eq!(soon(relay.send(page("GET /healthz"))).await.status, 200);
    for user in ["bob", "mallory"] {
        let device = if user == "bob" { DEVICE_TOKEN } else { "ab" };
        let push = of(user, &format!("POST /sandbox/3/device/{device}"))
            .header("apns-topic", "com.example.calls.voip");
        assert_eq!(
            soon(relay.send(push.body("{}"))).await.outcome(),
            "accepted"
        );
    }
    let per_client = 24;
    let surplus = streams.len() - per_client;
    assert_eq!(go_on(&mut streams, surplus).await, per_client);
    let enrol =
        of("bob", "PUT /api/simulator/devices/b0b0").header("content-type", "application/json");
    assert_eq!(
        soon(relay.send(enrol.body(r#"{"bundle_id":"com.example.calls"}"#)))
            .await
            .status,
        201
    );
    timeout(SOON, bobs[0].until("b0b0"))
        .await
        .expect("his stream goes on");
}

#[tokio::test]
async fn forty_tabs_behind_one_address_leave_room_for_requests() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits::of(Exposure::Shared);
    let relay = Running::start(Config {
        access: shared(),
        limits,
        ..in_front_of(&peer)
    })
    .await;
    // Somebody with a single tab, and somebody with the others.
    let [alice, bob] = [sign_in(&relay).await, sign_in(&relay).await];
    let mut alices = open(
        relay.address,
        &page("GET /api/events").header("cookie", &alice),
        1,
    )
    .await;
    let mut tabs = open(
        relay.address,
        &page("GET /api/events").header("cookie", &bob),
        40,
    )
    .await;
    assert_eq!(soon(relay.send(page("GET /healthz"))).await.status, 200);
    for (number, cookie) in [(1, &alice), (2, &bob)] {
        let push = page(&format!("POST /sandbox/3/device/ab{number:02}"))
            .header("apns-topic", "com.example.calls.voip");
        assert_eq!(
            soon(relay.send(push.header("cookie", cookie).body("{}")))
                .await
                .outcome(),
            "accepted"
        );
    }
    let open_tabs = 24 - 1;
    assert_eq!(go_on(&mut tabs, 40 - open_tabs).await, open_tabs);
    let enrol = page("PUT /api/simulator/devices/a11ce0")
        .header("cookie", &alice)
        .header("content-type", "application/json");
    assert_eq!(
        relay
            .send(enrol.body(r#"{"bundle_id":"com.example.calls"}"#))
            .await
            .status,
        201
    );
    timeout(SOON, alices[0].until("a11ce0"))
        .await
        .expect("whoever has one tab keeps it");
    let elsewhere = page("GET /api/relay").header("cookie", &alice);
    assert_eq!(
        soon(exchange_from(
            Ipv4Addr::new(127, 0, 0, 2),
            relay.address,
            &elsewhere
        ))
        .await
        .status,
        200
    );
}

#[tokio::test]
async fn where_each_client_has_one_stream_the_next_is_refused_with_retry_after() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits {
        connections: 4,
        ..Limits::of(Exposure::Shared)
    };
    let relay = Running::start(Config {
        access: proxied("127.0.0.1"),
        limits,
        ..in_front_of(&peer)
    })
    .await;
    let of = |user: &str| page("GET /api/events").header("x-forwarded-user", user);
    let mut streams = Vec::new();
    for user in ["alice", "bob"] {
        streams.extend(open(relay.address, &of(user), 1).await);
    }
    let refused = relay.send(of("carol")).await;
    assert_eq!(
        (
            refused.status,
            refused.code().as_str(),
            refused.header("retry-after")
        ),
        (503, "too_many_streams", "30")
    );
    drop(streams.pop());
    sleep(Duration::from_millis(100)).await;
    open(relay.address, &of("carol"), 1).await;
    assert!(!streams[0].text().contains("event: closed"));
}

#[tokio::test]
async fn with_tls_evicted_streams_end_with_an_event_and_a_full_relay_answers() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let authority = made.cert.der().clone();
    let tls = Tls::from_pem(
        made.cert.pem().as_bytes(),
        made.signing_key.serialize_pem().as_bytes(),
    )
    .expect("they belong together");
    let limits = Limits {
        connections: 8,
        reserve: 4,
        ..Limits::default()
    };
    let peer = Peer::that(Deed::After(Duration::from_secs(1), Box::new(ACCEPT))).await;
    let access = Access {
        tls: Some(tls),
        ..Access::default()
    };
    let deadlines = Deadlines {
        answer: 5 * SOON,
        send: 5 * SOON,
        ..short()
    };
    let relay = Running::start(Config {
        access,
        limits,
        deadlines,
        ..in_front_of(&peer)
    })
    .await;
    let ask = async |request: Request| {
        let mut stream = tls_as("localhost", relay.address, &authority, &["http/1.1"])
            .await
            .expect("TLS succeeds");
        let origin = format!("https://localhost:{}", relay.address.port());
        stream
            .write_all(&request.header("origin", &origin).bytes())
            .await
            .expect("it is taken");
        stream
    };
    let mut streams = Vec::new();
    for _ in 0..40 {
        let mut stream = ask(relay
            .request("GET /api/events")
            .without("host")
            .header("host", &host(&relay)))
        .await;
        read_until(&mut stream, ": events of Trill").await;
        streams.push(stream);
    }
    for stream in &mut streams[..36] {
        let told = timeout(SOON, read_until(stream, "event: closed"))
            .await
            .expect("it is told");
        assert!(told.contains("event: closed"));
    }
    // Four streams, and four pushes: all eight are busy now.
    let mut pushes = Vec::new();
    for _ in 0..4 {
        pushes.push(
            ask(relay
                .push()
                .without("host")
                .header("host", &host(&relay))
                .body("{}"))
            .await,
        );
    }
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    let start = Instant::now();
    let mut refused = ask(relay
        .push()
        .without("host")
        .header("host", &host(&relay))
        .body("{}"))
    .await;
    let refused = read_until(&mut refused, "trill-outcome: not-sent").await;
    assert!(
        refused.starts_with("HTTP/1.1 503") && refused.contains("retry-after: 1"),
        "{refused}"
    );
    let mut health = ask(Request::new("GET /healthz").header("host", "watcher")).await;
    assert!(
        read_until(&mut health, "ok")
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
    for push in &mut pushes {
        let answer = read_until(push, "trill-outcome").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

fn host(relay: &Running) -> String {
    format!("localhost:{}", relay.address.port())
}

/// Reads until a text has come, or the end.
async fn read_until(stream: &mut (impl AsyncRead + Unpin), text: &str) -> String {
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains(text) {
        let read = timeout(Duration::from_secs(10), stream.read_buf(&mut received))
            .await
            .expect("it goes on");
        if !read.is_ok_and(|length| length > 0) {
            break;
        }
    }
    String::from_utf8_lossy(&received).into_owned()
}
