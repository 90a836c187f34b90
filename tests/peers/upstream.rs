//! The relay before a foreign server: what it sends, and what it says when that server dies, hangs or was
//! never there.

use std::thread;
use std::time::{Duration, Instant};

use crate::nghttpd::Nghttpd;
use crate::support::http1::Answer;
use crate::support::push::{self, DEVICE_TOKEN};
use crate::support::trill::Trill;

const PAYLOAD: &str = "{\n  \"aps\": {}, \"handle\": \"bj\u{f6}rn@example.com\",\t\"n\": 1.0e0 }\n";

/// The relay's own deadline for an answer, and a little for the test.
const DEADLINE: Duration = Duration::from_secs(17);

fn relay_to(server: &Nghttpd) -> Trill {
    let authority = server.authority();
    Trill::start(&[
        "--upstream",
        &server.as_sandbox(),
        "--upstream-ca",
        authority.to_str().unwrap(),
    ])
}

fn push(trill: &Trill) -> Answer {
    let headers = [
        ("authorization", "bearer e30.e30.c2ln"),
        ("apns-topic", "com.example.calls.voip"),
        ("apns-push-type", "voip"),
        ("apns-priority", "10"),
        ("apns-expiration", "0"),
        ("content-type", "application/json"),
        ("cookie", "session=private"),
        ("user-agent", "browser"),
        ("referer", "http://127.0.0.1/private"),
    ];
    trill.request(
        "POST",
        &push::path("sandbox", DEVICE_TOKEN),
        &headers,
        PAYLOAD.as_bytes(),
    )
}

/// Sends a push and checks how it ended and that it ended in time.
fn check(trill: &Trill, status: u16, outcome: &str, patience: Duration) -> Answer {
    let start = Instant::now();
    let answer = push(trill);
    let took = start.elapsed();
    assert_eq!(
        (answer.status, answer.header("trill-outcome")),
        (status, Some(outcome)),
        "after {took:?}: {}",
        answer.text()
    );
    assert!(took < patience, "{took:?}");
    answer
}

#[test]
fn a_push_arrives_as_it_was_sent_and_nothing_else_does() {
    let server = Nghttpd::start();
    let trill = relay_to(&server);
    let answer = check(&trill, 200, "accepted", DEADLINE);
    assert_eq!(answer.text(), PAYLOAD, "the body went there and back");

    let received = server.received();
    let value = |name: &str| {
        received
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    };
    for (name, expected) in [
        (":method", "POST"),
        (":scheme", "https"),
        (":path", &format!("/3/device/{DEVICE_TOKEN}")),
        (
            ":authority",
            server.as_sandbox().trim_start_matches("sandbox=https://"),
        ),
        ("authorization", "bearer e30.e30.c2ln"),
        ("apns-topic", "com.example.calls.voip"),
        ("apns-push-type", "voip"),
        ("apns-priority", "10"),
        ("apns-expiration", "0"),
    ] {
        assert_eq!(value(name), Some(expected), "{name} in {received:?}");
    }
    for private in [
        "cookie",
        "referer",
        "origin",
        "host",
        "content-type",
        "x-forwarded-for",
    ] {
        assert_eq!(value(private), None, "{private} was forwarded");
    }
}

#[test]
fn a_server_killed_in_mid_request_leaves_the_outcome_unknown() {
    let mut server = Nghttpd::start();
    let trill = relay_to(&server);
    // The first push opens the connection, so that the next is written at once.
    check(&trill, 200, "accepted", DEADLINE);
    server.freeze();
    let answer = thread::scope(|scope| {
        let sender = scope.spawn(|| check(&trill, 504, "unknown", Duration::from_secs(5)));
        thread::sleep(Duration::from_millis(700));
        server.kill();
        sender.join().unwrap()
    });
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    server.restart();
    check(&trill, 200, "accepted", DEADLINE);
}

#[test]
fn a_server_that_falls_silent_leaves_the_outcome_unknown_within_the_deadline() {
    let server = Nghttpd::start();
    let trill = relay_to(&server);
    check(&trill, 200, "accepted", DEADLINE);
    server.freeze();
    check(&trill, 504, "unknown", DEADLINE);
}

#[test]
fn a_server_that_never_shakes_hands_was_sent_nothing() {
    let server = Nghttpd::start();
    let trill = relay_to(&server);
    server.freeze();
    check(&trill, 502, "not-sent", DEADLINE);
}

#[test]
fn a_server_that_is_not_there_was_sent_nothing() {
    let mut server = Nghttpd::start();
    let trill = relay_to(&server);
    server.kill();
    check(&trill, 502, "not-sent", Duration::from_secs(8));
    server.restart();
    check(&trill, 200, "accepted", DEADLINE);
}

#[test]
fn a_server_of_an_unknown_authority_is_told_nothing() {
    let server = Nghttpd::start();
    let trill = Trill::start(&["--upstream", &server.as_sandbox()]);
    check(&trill, 502, "not-sent", DEADLINE);
    assert!(
        !server
            .received()
            .iter()
            .any(|(name, _)| name == "authorization")
    );
}
