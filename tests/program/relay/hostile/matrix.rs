//! The matrix: every name a stranger's page may give the relay, with everything a browser says about where a request
//! comes from, on every address the relay listens on. None of it is served, and all that is ours is.

use std::net::{Ipv6Addr, SocketAddr};

use trill::relay::Config;
use trill::relay::access::{Access, AccessToken, PublicUrl};

use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Request;
use crate::relay::running::{ANY_PORT, DEVICE_TOKEN, Running, in_front_of};

/// Lets a script in where the page is shared.
const TOKEN: &str = "correct-horse-battery-staple-0123456789abcd";

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
    // Hosts that a lenient reader of addresses takes for the right name.
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
    // Targets of the pushes.
    "api.push.apple.com",
    "169.254.169.254",
];

/// The relay's own names on the loopback.
const OURS: [&str; 4] = ["localhost:P", "LocalHost:P", "127.0.0.1:P", "[::1]:P"];

/// Headers by which a browser, or a script, says where a request comes from; `HOME` is the origin of the page there.
const SHAPES: [Shape; 8] = [
    Shape {
        origin: None,
        site: None,
        kind: Kind::Script,
    },
    // A page whose name was led here looks to the browser as if it were at home.
    Shape {
        origin: Some("HOME"),
        site: Some("same-origin"),
        kind: Kind::Script,
    },
    Shape {
        origin: Some("HOME"),
        site: None,
        kind: Kind::Script,
    },
    Shape {
        origin: Some("null"),
        site: None,
        kind: Kind::Script,
    },
    Shape {
        origin: Some("http://evil.test"),
        site: Some("cross-site"),
        kind: Kind::Script,
    },
    Shape {
        origin: Some("http://127.0.0.1:1"),
        site: Some("same-site"),
        kind: Kind::Script,
    },
    Shape {
        origin: None,
        site: Some("none"),
        kind: Kind::Script,
    },
    Shape {
        origin: None,
        site: None,
        kind: Kind::Form,
    },
];

/// One way to say it.
struct Shape {
    origin: Option<&'static str>,
    site: Option<&'static str>,
    kind: Kind,
}

impl Shape {
    /// The request in this shape, to a relay by this name.
    fn of(&self, request: Request, host: &str, scheme: &str) -> Request {
        // As browsers write it: in small letters, and without the port that goes without saying.
        let home = format!(
            "{scheme}://{}",
            host.to_ascii_lowercase().trim_end_matches(":443")
        );
        let headers = [("origin", self.origin), ("sec-fetch-site", self.site)];
        let headers = headers
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        headers.fold(request.header("host", host), |request, (name, value)| {
            request.header(name, &value.replace("HOME", &home))
        })
    }
}

/// Kind of program that could have made the request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A script, or a page that may set headers.
    Script,
    /// A form.
    Form,
}

#[tokio::test]
async fn strangers_are_turned_away_on_127_0_0_1() {
    check(ANY_PORT, Access::default(), "http", &OURS).await;
}

#[tokio::test]
async fn strangers_are_turned_away_on_ipv6() {
    check(
        SocketAddr::from((Ipv6Addr::LOCALHOST, 0)),
        Access::default(),
        "http",
        &OURS,
    )
    .await;
}

#[tokio::test]
async fn strangers_are_turned_away_from_a_shared_page() {
    let public_urls = ["https://trill.test", "https://ring.test:8443"]
        .map(|url| PublicUrl::parse(url).expect("a URL"));
    let access = Access {
        public_urls: public_urls.into(),
        token: AccessToken::parse(TOKEN).ok(),
        ..Access::default()
    };
    check(
        ANY_PORT,
        access,
        "https",
        &[
            "trill.test",
            "Trill.Test",
            "trill.test:443",
            "ring.test:8443",
        ],
    )
    .await;
}

/// Tries every name with every shape on a relay that listens there and goes by the names `ours`, by this scheme.
async fn check(listen: SocketAddr, access: Access, scheme: &str, ours: &[&str]) {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start_on(
        listen,
        Config {
            access,
            ..in_front_of(&peer)
        },
    )
    .await;
    let port = relay.address.port().to_string();
    for stranger in STRANGERS {
        let host = stranger.replace('P', &port);
        for (number, shape) in SHAPES.iter().enumerate() {
            let answer = relay
                .send(shape.of(push(shape.kind), &host, scheme).body("{}"))
                .await;
            assert_eq!(
                (answer.status, answer.code().as_str(), answer.outcome()),
                (421, "host_not_allowed", "not-sent"),
                "{host} {number}"
            );
            for (line, body) in [
                ("PUT /api/simulator/faults", "[]"),
                ("DELETE /api/simulator/faults", ""),
            ] {
                let answer = relay
                    .send(shape.of(Request::new(line), &host, scheme).body(body))
                    .await;
                assert_eq!(answer.status, 421, "{line} {host} {number}");
            }
            for path in ["/", "/api/events", "/api/relay", "/api/simulator/journal"] {
                let answer = relay
                    .send(shape.of(Request::new(&format!("GET {path}")), &host, scheme))
                    .await;
                assert_eq!(answer.status, 421, "{path} {host} {number}");
            }
        }
    }
    assert!(peer.seen().is_empty());

    let mut served = 0;
    for own in ours {
        let host = own.replace('P', &port);
        for (number, shape) in SHAPES.iter().enumerate() {
            let mut push = shape.of(push(shape.kind), &host, scheme);
            if shape.kind == Kind::Script {
                push = push.header("trill-access", TOKEN);
            }
            // The page of this relay, and scripts.
            let expected = if number < 3 { 200 } else { 403 };
            assert_eq!(
                relay.send(push.body("{}")).await.status,
                expected,
                "{host} {number}"
            );
            served += usize::from(expected == 200);
        }
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
