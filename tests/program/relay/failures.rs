//! Failures on the way to APNs: each has its own word, and `not-sent` and `unknown` are never mixed up.

use std::time::Duration;

use h2::Reason;
use tokio::net::TcpListener;
use tokio::time::Instant;
use trill::apns::Environment;
use trill::relay::{Config, Deadlines, Override};

use super::peer::{ACCEPT, Deed, Manners, Peer, Raw};
use super::raw_http1::Answer;
use super::running::{ANY_PORT, Running, in_front_of, short};

async fn push(config: Config) -> Answer {
    let relay = Running::start(config).await;
    relay.send(relay.push().body("{}")).await
}

fn check(answer: &Answer, status: u16, code: &str, outcome: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (status, code, outcome),
        "{:?}",
        answer.json()
    );
    let title = answer.json()["title"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(
        title.contains("localhost") || title.contains("nowhere.invalid"),
        "the host is named: {title}"
    );
}

async fn check_manners(manners: Manners, code: &str) {
    let peer = Peer::start(manners, |_, _| ACCEPT).await;
    check(&push(in_front_of(&peer)).await, 502, code, "not-sent");
    assert!(peer.seen().is_empty());
}

fn to(host: &str, port: u16) -> Config {
    let upstreams = vec![Override {
        environment: Environment::Sandbox,
        host: host.to_owned(),
        port,
    }];
    Config {
        upstreams,
        deadlines: short(),
        ..Config::default()
    }
}

#[tokio::test]
async fn nothing_listens() {
    let listener = TcpListener::bind(ANY_PORT).await.expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    drop(listener);
    check(
        &push(to("localhost", port)).await,
        502,
        "cannot_connect",
        "not-sent",
    );
}

#[tokio::test]
async fn the_name_does_not_resolve() {
    let answer = push(to("nowhere.invalid", 443)).await;
    assert!(
        matches!(
            answer.code().as_str(),
            "name_not_resolved" | "connect_timeout"
        ),
        "{}",
        answer.code()
    );
    assert_eq!((answer.status, answer.outcome()), (502, "not-sent"));
}

#[tokio::test]
async fn wrong_certificates_have_distinct_errors() {
    let stranger = Peer::that(ACCEPT).await;
    let peer = Peer::that(ACCEPT).await;
    let config = Config {
        upstream_authorities: Some(vec![stranger.authority.clone()]),
        ..in_front_of(&peer)
    };
    check(
        &push(config).await,
        502,
        "certificate_authority",
        "not-sent",
    );
    check_manners(
        Manners {
            name: "api.push.apple.com",
            ..Manners::default()
        },
        "certificate_name",
    )
    .await;
    check_manners(
        Manners {
            years: (2019, 2020),
            ..Manners::default()
        },
        "certificate_time",
    )
    .await;
    check_manners(
        Manners {
            years: (2119, 2120),
            ..Manners::default()
        },
        "certificate_time",
    )
    .await;
}

#[tokio::test]
async fn the_server_speaks_no_http2() {
    check_manners(
        Manners {
            alpn: false,
            ..Manners::default()
        },
        "no_http2",
    )
    .await;
}

#[tokio::test]
async fn settings_never_arrive() {
    check_manners(
        Manners {
            raw: Some(Raw::Mute),
            ..Manners::default()
        },
        "connect_timeout",
    )
    .await;
}

#[tokio::test]
async fn the_handshake_stalls() {
    let listener = TcpListener::bind(ANY_PORT).await.expect("a port is free");
    let peer = Peer::that(ACCEPT).await;
    let port = listener.local_addr().expect("it has an address").port();
    let config = Config {
        upstreams: to("localhost", port).upstreams,
        ..in_front_of(&peer)
    };
    let start = Instant::now();
    check(&push(config).await, 502, "connect_timeout", "not-sent");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn the_connection_breaks_after_the_request_left() {
    let peer = Peer::that(Deed::HangUp).await;
    check(
        &push(in_front_of(&peer)).await,
        504,
        "connection_lost",
        "unknown",
    );
    assert_eq!(peer.seen().len(), 1, "it is not repeated");
}

#[tokio::test]
async fn only_a_refused_stream_is_certainly_not_processed() {
    for (reason, status, code, outcome) in [
        // Tried three times; the others once.
        (Reason::REFUSED_STREAM, 502, "stream_refused", "not-sent"),
        (Reason::INTERNAL_ERROR, 504, "stream_reset", "unknown"),
        (Reason::CANCEL, 504, "stream_reset", "unknown"),
        (Reason::ENHANCE_YOUR_CALM, 504, "stream_reset", "unknown"),
        (Reason::NO_ERROR, 504, "stream_reset", "unknown"),
    ] {
        let peer = Peer::that(Deed::Reset(reason)).await;
        check(&push(in_front_of(&peer)).await, status, code, outcome);
        assert_eq!(
            peer.seen().len(),
            if outcome == "unknown" { 1 } else { 3 },
            "{reason:?}"
        );
    }
}

#[tokio::test]
async fn a_goaway_decides_the_outcome_by_its_last_stream() {
    for (last_stream, status, code, outcome) in [
        (0, 502, "server_went_away", "not-sent"),
        (1, 504, "connection_lost", "unknown"),
    ] {
        let peer = Peer::start(
            Manners {
                raw: Some(Raw::GoAway { last_stream }),
                ..Manners::default()
            },
            |_, _| ACCEPT,
        )
        .await;
        check(&push(in_front_of(&peer)).await, status, code, outcome);
    }
}

#[tokio::test]
async fn a_push_without_an_answer_is_unknown_at_the_deadline() {
    let peer = Peer::start(Manners::default(), |number, _| {
        if number == 0 { Deed::Silence } else { ACCEPT }
    })
    .await;
    let relay = Running::in_front_of(&peer).await;
    let start = Instant::now();
    check(
        &relay.send(relay.push().body("{}")).await,
        504,
        "no_answer",
        "unknown",
    );
    assert!(
        (600..1_500).contains(&start.elapsed().as_millis()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted"
    );
    assert_eq!(
        peer.connections(),
        2,
        "a silent connection is not trusted again"
    );
}

#[tokio::test]
async fn an_unanswered_ping_ends_the_connection() {
    let peer = Peer::start(
        Manners {
            raw: Some(Raw::Deaf),
            ..Manners::default()
        },
        |_, _| ACCEPT,
    )
    .await;
    let quick = Duration::from_millis(150);
    let deadlines = Deadlines {
        ping_after: quick,
        pong: quick,
        answer: Duration::from_secs(5),
        send: Duration::from_secs(5),
        ..short()
    };
    let start = Instant::now();
    check(
        &push(Config {
            deadlines,
            ..in_front_of(&peer)
        })
        .await,
        504,
        "connection_lost",
        "unknown",
    );
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn a_slow_answer_is_an_answer() {
    let peer = Peer::that(Deed::After(Duration::from_millis(400), Box::new(ACCEPT))).await;
    assert_eq!(push(in_front_of(&peer)).await.outcome(), "accepted");
}
