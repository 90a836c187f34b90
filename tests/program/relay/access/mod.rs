//! Access: who is let in, by what, and what each sees of the others.

#[cfg(target_os = "linux")] // elsewhere there is one address
mod apart;
mod guests;
mod names;
mod sessions;
mod tls;
mod token;

use std::net::{IpAddr, Ipv4Addr};

use trill::relay::Config;
use trill::relay::access::{Access, AccessToken, Network, PublicUrl};

use super::raw_http1::{Answer, Client, Request};
use super::running::{DEVICE_TOKEN, Running, short};

/// As long as one that is made.
pub(super) const TOKEN: &str = "correct-horse-battery-staple-0123456789abcd";
const ORIGIN: &str = "https://trill.test";
const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

fn url(text: &str) -> PublicUrl {
    PublicUrl::parse(text).expect("a URL")
}

/// A page that is shared under `ORIGIN`, with the token.
pub(super) fn shared() -> Access {
    Access {
        public_urls: vec![url(ORIGIN)],
        token: AccessToken::parse(TOKEN).ok(),
        ..Access::default()
    }
}

/// The same behind a proxy that is `address`.
pub(super) fn proxied(address: &str) -> Access {
    let trusted_proxies = vec![Network::parse(address).expect("a network")];
    Access {
        public_urls: vec![url(ORIGIN)],
        user_header: "x-forwarded-user".parse().ok(),
        trusted_proxies,
        ..Access::default()
    }
}

async fn start(access: Access) -> Running {
    Running::start(Config {
        access,
        deadlines: short(),
        ..Config::default()
    })
    .await
}

/// A request of the shared page.
pub(super) fn page(line: &str) -> Request {
    Request::new(line)
        .header("host", "trill.test")
        .header("origin", ORIGIN)
        .header("sec-fetch-site", "same-origin")
}

/// A push of the shared page to the sandbox.
pub(super) fn push() -> Request {
    page(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
        .header("apns-topic", "com.example.calls.voip")
}

/// The cookie for the next request, and what else was said with it.
pub(super) fn cookie(answer: &Answer) -> (String, String) {
    let (cookie, attributes) = answer
        .header("set-cookie")
        .split_once("; ")
        .expect("a cookie with attributes");
    (cookie.to_owned(), attributes.to_owned())
}

pub(super) async fn try_sign_in(relay: &Running, token: &str) -> Answer {
    relay
        .send(
            page("POST /api/session")
                .header("trill-access", token)
                .body(""),
        )
        .await
}

/// Signs in, and gives the cookie.
pub(super) async fn sign_in(relay: &Running) -> String {
    let answer = try_sign_in(relay, TOKEN).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    cookie(&answer).0
}

/// The same from another address of this machine.
#[cfg(target_os = "linux")]
async fn sign_in_from(relay: &Running, own: IpAddr) -> String {
    let mut client = Client::connect_from(own, relay.address).await;
    client
        .write(
            &page("POST /api/session")
                .header("trill-access", TOKEN)
                .body("")
                .bytes(),
        )
        .await;
    cookie(&client.answer().await).0
}

async fn status_of(relay: &Running, request: Request) -> (u16, String) {
    let answer = relay.send(request).await;
    (answer.status, answer.code())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
