//! The matrix: every name a stranger's page may give the relay, with everything a browser says about where a request
//! comes from, on every address the relay listens on. None of it is served, and all that is ours is.

use std::net::{Ipv6Addr, SocketAddr};

use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Request;
use crate::relay::running::{ANY_PORT, DEVICE_TOKEN, Running, in_front_of};

/// Names that are not the relay's; `P` is its port.
const STRANGERS: [&str; 44] = [
    // Names that lead here because somebody else's name server says so.
    "evil.test",
    "evil.test:P",
    "localhost.evil.test:P",
    "127.0.0.1.evil.test:P",
    "127.0.0.1.nip.io:P",
    "evil.localhost:P",
    "host.docker.internal:P",
    // The loopback by other spellings.
    "0.0.0.0:P",
    "0:P",
    "[::]:P",
    "2130706433:P",
    "0x7f000001:P",
    "017700000001:P",
    "127.1:P",
    "127.0.1:P",
    "127.0.0.2:P",
    "127.0.0.01:P",
    "127.0.0.1.:P",
    "localhost.:P",
    "[::ffff:127.0.0.1]:P",
    "[0:0:0:0:0:0:0:1]:P",
    "[::1%25lo]:P",
    "::1:P",
    // The right name and the wrong port.
    "localhost",
    "127.0.0.1",
    "[::1]",
    "localhost:",
    "localhost:1",
    "localhost:80",
    "localhost:0P",
    "localhost:P0",
    "localhost:+P",
    // What a lenient reader of addresses takes for the right name.
    "user@localhost:P",
    "localhost:P@evil.test",
    "evil.test#localhost:P",
    "localhost:P#evil.test",
    "http://localhost:P",
    "localhost:P/",
    "localhost:P, evil.test",
    "localhost:P evil.test",
    "xn--localhost-:P",
    "l\u{43e}calhost:P",
    // Where the pushes go.
    "api.push.apple.com",
    "169.254.169.254",
];

/// The relay's own names on the loopback.
const OURS: [&str; 4] = ["localhost:P", "LocalHost:P", "127.0.0.1:P", "[::1]:P"];

/// What a browser, or a script, says about where a request comes from; `HOST` is the name it calls the relay by.
const SHAPES: [(Option<&str>, Option<&str>, Kind); 8] = [
    (None, None, Kind::Script),
    // A page whose name was led here looks to the browser as if it were at home.
    (Some("http://HOST"), Some("same-origin"), Kind::Script),
    (Some("http://HOST"), None, Kind::Script),
    (Some("null"), None, Kind::Script),
    (Some("http://evil.test"), Some("cross-site"), Kind::Script),
    (Some("http://127.0.0.1:1"), Some("same-site"), Kind::Script),
    (None, Some("none"), Kind::Script),
    (None, None, Kind::Form),
];

/// Who could have made it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A script, or a page that may set headers.
    Script,
    /// A form.
    Form,
}

#[tokio::test]
async fn strangers_are_turned_away_on_127_0_0_1() {
    check(ANY_PORT, &OURS).await;
}

#[tokio::test]
async fn strangers_are_turned_away_on_ipv6() {
    check(SocketAddr::from((Ipv6Addr::LOCALHOST, 0)), &OURS).await;
}

/// Tries every name with every shape on a relay that listens there and goes by the names `ours`.
async fn check(listen: SocketAddr, ours: &[&str]) {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start_on(listen, in_front_of(&peer)).await;
    let port = relay.address.port().to_string();
    for stranger in STRANGERS {
        let host = stranger.replace('P', &port);
        for (number, shape) in SHAPES.iter().enumerate() {
            let answer = relay.send(shaped(push(shape.2), &host, *shape).body("{}")).await;
            assert_eq!((answer.status, answer.code().as_str(), answer.outcome()), (421, "host_not_allowed", "not-sent"), "{host} {number}");
            for (line, body) in [("PUT /api/simulator/faults", "[]"), ("DELETE /api/simulator/faults", "")] {
                assert_eq!(relay.send(shaped(Request::new(line), &host, *shape).body(body)).await.status, 421, "{line} {host} {number}");
            }
            for path in ["/", "/api/events", "/api/relay", "/api/simulator/journal"] {
                let answer = relay.send(shaped(Request::new(&format!("GET {path}")), &host, *shape)).await;
                assert_eq!(answer.status, 421, "{path} {host} {number}");
            }
        }
    }
    assert!(peer.seen().is_empty());

    let mut served = 0;
    for own in ours {
        let host = own.replace('P', &port);
        for (number, shape) in SHAPES.iter().enumerate() {
            let answer = relay.send(shaped(push(shape.2), &host.to_ascii_lowercase(), *shape).body("{}")).await;
            // The page of this relay, and scripts.
            let expected = if number < 3 { 200 } else { 403 };
            assert_eq!(answer.status, expected, "{host} {number}");
            served += usize::from(expected == 200);
        }
        let answer = relay.send(shaped(push(Kind::Script), &host, SHAPES[0]).body("{}")).await;
        assert_eq!(answer.status, 200, "{host}, as it was typed");
        served += 1;
    }
    assert_eq!(peer.seen().len(), served);
}

fn push(kind: Kind) -> Request {
    let push = Request::new(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"));
    match kind {
        Kind::Script => push.header("apns-topic", "com.example.calls.voip"),
        Kind::Form => push.header("content-type", "application/x-www-form-urlencoded"),
    }
}

fn shaped(request: Request, host: &str, (origin, site, _): (Option<&str>, Option<&str>, Kind)) -> Request {
    let headers = [("origin", origin), ("sec-fetch-site", site)];
    let headers = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
    headers.fold(request.header("host", host), |request, (name, value)| request.header(name, &value.replace("HOST", host)))
}
