//! Access: who is let in, by what, and what each sees of the others.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use trill::relay::access::{Access, AccessToken, Network, PublicUrl, Tls};
use trill::relay::{Config, Deadlines};

use super::peer::{ACCEPT, Peer};
use super::raw_http1::{Answer, Client, Request};
use super::running::{DEVICE_TOKEN, Running, in_front_of, short};
use crate::support::openssl;
use crate::support::temp_dir::TempDir;

/// As long as one that is made.
const TOKEN: &str = "correct-horse-battery-staple-0123456789abcd";
const ORIGIN: &str = "https://trill.test";
const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

fn url(text: &str) -> PublicUrl {
    PublicUrl::parse(text).expect("a URL")
}

/// A page that is shared under `ORIGIN`, with the token.
fn shared() -> Access {
    Access { public_urls: vec![url(ORIGIN)], token: AccessToken::parse(TOKEN).ok(), ..Access::default() }
}

/// The same behind a proxy that is `address`.
fn proxied(address: &str) -> Access {
    let trusted_proxies = vec![Network::parse(address).expect("a network")];
    Access { public_urls: vec![url(ORIGIN)], user_header: "x-forwarded-user".parse().ok(), trusted_proxies, ..Access::default() }
}

async fn start(access: Access) -> Running {
    Running::start(Config { access, deadlines: short(), ..Config::default() }).await
}

/// A request of the shared page.
fn page(line: &str) -> Request {
    Request::new(line).header("host", "trill.test").header("origin", ORIGIN).header("sec-fetch-site", "same-origin")
}

/// A push of the shared page to the sandbox.
fn push() -> Request {
    page(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}")).header("apns-topic", "com.example.calls.voip")
}

/// The cookie for the next request, and what else was said with it.
fn cookie(answer: &Answer) -> (String, String) {
    let (cookie, attributes) = answer.header("set-cookie").split_once("; ").expect("a cookie with attributes");
    (cookie.to_owned(), attributes.to_owned())
}

async fn try_sign_in(relay: &Running, token: &str) -> Answer {
    relay.send(page("POST /api/session").header("trill-access", token).body("")).await
}

/// Signs in, and gives the cookie.
async fn sign_in(relay: &Running) -> String {
    let answer = try_sign_in(relay, TOKEN).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    cookie(&answer).0
}

async fn status_of(relay: &Running, request: Request) -> (u16, String) {
    let answer = relay.send(request).await;
    (answer.status, answer.code())
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn everything_but_the_page_needs_access() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config { access: shared(), ..in_front_of(&peer) }).await;
    let push_line = format!("POST /sandbox/3/device/{DEVICE_TOKEN}");
    for line in [
        push_line.as_str(),
        "POST /simulator/3/device/ab",
        "GET /api/catalogue",
        "GET /api/tokens/TEAM000001/KEY0000001",
        &format!("GET /api/sends/{APNS_ID}"),
        "GET /api/events",
        "GET /api/simulator/keys",
        "GET /api/simulator/journal",
        "PUT /api/simulator/devices/ab",
        "DELETE /api/simulator/faults",
    ] {
        // Before the content type is looked at: who may not ask is not told what would be right.
        let request = || page(line).header("content-type", "text/plain").body("");
        let refused = relay.send(request()).await;
        assert_eq!((refused.status, refused.code().as_str()), (401, "sign_in"), "{line}");
        assert!(!refused.header("www-authenticate").is_empty());
        for wrong in [&TOKEN[1..], ""] {
            assert_eq!(status_of(&relay, request().header("trill-access", wrong)).await.0 / 100, 4, "{line}");
        }
    }
    assert_eq!(peer.seen().len(), 0);
    assert_eq!(relay.send(push().body("{}")).await.outcome(), "not-sent");
    for line in ["GET /", "HEAD /", "GET /healthz"] {
        assert_eq!(relay.send(page(line)).await.status, 200, "{line}");
    }
    assert_eq!(relay.send(page("GET /nothing.js")).await.status, 404);
}

#[tokio::test]
async fn a_script_sends_the_token_with_each_request() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config { access: shared(), ..in_front_of(&peer) }).await;
    let script = |line: &str| Request::new(line).header("host", "trill.test").header("trill-access", TOKEN);
    let sent = relay.send(script(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}")).header("apns-id", APNS_ID).body("{}")).await;
    assert_eq!((sent.status, sent.outcome()), (200, "accepted"));
    assert!(!format!("{:?}", peer.seen()).contains(TOKEN), "it does not travel on");
    for line in [&format!("GET /api/sends/{APNS_ID}"), "GET /api/relay", "GET /api/tokens/TEAM000001/KEY0000001", "GET /api/simulator/keys"]
    {
        assert_eq!(relay.send(script(line)).await.status, 200, "{line}");
    }
    for (name, value) in [("trill-access", TOKEN), ("trill-access", "x"), ("trill-other", TOKEN)] {
        let twice = script(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}")).header(name, value).body("{}");
        assert_ne!(relay.send(twice).await.status, 200, "{name} {value}");
    }
    assert_eq!(
        status_of(&relay, script("GET /api/catalogue").without("trill-access").header("authorization", TOKEN)).await,
        is(401, "sign_in")
    );
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn the_token_is_exchanged_for_a_cookie_of_this_page_alone() {
    let relay = start(shared()).await;
    for (token, expected) in
        [("", is(401, "access_token")), (&TOKEN[1..], is(401, "access_token")), (&TOKEN.to_uppercase(), is(401, "access_token"))]
    {
        let answer = try_sign_in(&relay, token).await;
        assert_eq!(((answer.status, answer.code()), answer.header("set-cookie")), (expected, ""), "{token}");
    }
    assert_eq!(status_of(&relay, page("POST /api/session").body("")).await, is(401, "access_token"));
    let answer = try_sign_in(&relay, TOKEN).await;
    let (cookie, attributes) = cookie(&answer);
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure");
    let (name, secret) = cookie.split_once('=').expect("a value");
    assert!(name.starts_with("__Host-trill-") && secret.len() == 43, "{cookie}");
    assert_eq!(answer.header("cache-control"), "no-store");

    let read = |origin: &str, site: &str| {
        let request = Request::new("GET /api/catalogue").header("host", "trill.test").header("cookie", &format!("a=b; {cookie}; c=d"));
        [("origin", origin), ("sec-fetch-site", site)]
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(request, |request, (name, value)| request.header(name, value))
    };
    for (origin, site, expected) in [
        (ORIGIN, "same-origin", is(200, "")),
        ("", "same-origin", is(200, "")),
        ("", "", is(200, "")),
        ("https://evil.test", "cross-site", is(403, "origin_not_allowed")),
        ("https://evil.test", "", is(403, "origin_not_allowed")),
        ("http://trill.test", "", is(403, "origin_not_allowed")),
        ("", "same-site", is(403, "cross_site")),
        ("null", "", is(403, "origin_not_allowed")),
    ] {
        assert_eq!(status_of(&relay, read(origin, site)).await, expected, "{origin} {site}");
    }
    // With the cookie, but from another page: not even signing out.
    for line in ["POST /api/session", "DELETE /api/session", "POST /simulator/3/device/ab", "PUT /api/simulator/devices/ab"] {
        let foreign = Request::new(line)
            .header("host", "trill.test")
            .header("cookie", &cookie)
            .header("apns-topic", "x")
            .header("trill-access", TOKEN);
        for (origin, site) in [("https://evil.test", "cross-site"), ("https://other.trill.test", "same-site"), ("null", "cross-site")] {
            let foreign = foreign.clone().header("origin", origin).header("sec-fetch-site", site).body("");
            assert_eq!(status_of(&relay, foreign).await.0, 403, "{line} {origin}");
        }
    }
    assert_eq!(status_of(&relay, read(ORIGIN, "same-origin")).await.0, 200, "it is still open");
}

#[tokio::test]
async fn only_an_open_session_of_this_relay_counts() {
    let [relay, other] = [start(shared()).await, start(shared()).await];
    let [cookie, foreign] = [sign_in(&relay).await, sign_in(&other).await];
    let name = |cookie: &str| cookie.split('=').next().unwrap_or_default().to_owned();
    assert_ne!(name(&cookie), name(&foreign));
    let catalogue = |cookies: &str| page("GET /api/catalogue").header("cookie", cookies);
    // One browser sends both cookies to both: cookies ignore the port.
    let both = format!("{cookie}; {foreign}");
    assert_eq!([status_of(&relay, catalogue(&both)).await.0, status_of(&other, catalogue(&both)).await.0], [200, 200]);
    let renamed = foreign.replace(&name(&foreign), &name(&cookie));
    for (cookies, why) in [
        (foreign.as_str(), "another relay's"),
        (&renamed, "another relay's under this one's name"),
        (&format!("{cookie}; {renamed}"), "two of this name: one was set by somebody else"),
        (&format!("{cookie}x"), "longer"),
        (&cookie[..cookie.len() - 1], "cut"),
        (&format!("{}=", name(&cookie)), "empty"),
        (&format!("{}={TOKEN}", name(&cookie)), "the token is no session"),
        ("", "none"),
    ] {
        assert_eq!(status_of(&relay, catalogue(cookies)).await, is(401, "sign_in"), "{why}");
    }
    assert_eq!(status_of(&relay, catalogue(&cookie)).await.0, 200);
}

#[tokio::test]
async fn a_session_ends_after_its_time_and_takes_its_events_along() {
    let deadlines = Deadlines { session: Duration::from_millis(400), ..short() };
    let relay = Running::start(Config { access: shared(), deadlines, ..Config::default() }).await;
    let cookie = sign_in(&relay).await;
    let mut events = Client::connect(relay.address).await;
    events.write(&page("GET /api/events").header("cookie", &cookie).bytes()).await;
    assert_eq!(events.head().await.status, 200);
    let catalogue = || page("GET /api/catalogue").header("cookie", &cookie);
    assert_eq!(status_of(&relay, catalogue()).await.0, 200);
    sleep(deadlines.session).await;
    assert_eq!(status_of(&relay, catalogue()).await, is(401, "sign_in"));
    events.until("\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let relay = start(shared()).await;
    let cookie = sign_in(&relay).await;
    let mut events = Client::connect(relay.address).await;
    events.write(&page("GET /api/events").header("cookie", &cookie).bytes()).await;
    assert_eq!(events.head().await.status, 200);
    let bye = relay.send(page("DELETE /api/session").header("cookie", &cookie).body("")).await;
    assert_eq!(bye.status, 204);
    let (ended, attributes) = self::cookie(&bye);
    assert_eq!((ended.split_once('=').map(|(_, secret)| secret), attributes.contains("Max-Age=0")), (Some(""), true));
    assert_eq!(status_of(&relay, page("GET /api/catalogue").header("cookie", &cookie)).await, is(401, "sign_in"));
    events.until("\r\n0\r\n\r\n").await;
    assert_eq!(status_of(&relay, page("DELETE /api/session").body("")).await.0, 204, "who is out may say so");
}

#[tokio::test]
async fn who_signs_in_again_goes_on_as_the_same_guest() {
    let relay = start(shared()).await;
    let first = sign_in(&relay).await;
    let enrol = page("PUT /api/simulator/devices/a11ce0").header("cookie", &first).body(r#"{"bundle_id":"com.example.calls"}"#);
    assert_eq!(relay.send(enrol).await.status, 201);
    let again = relay.send(page("POST /api/session").header("cookie", &first).header("trill-access", TOKEN).body("")).await;
    let second = cookie(&again).0;
    assert_ne!(first, second);
    let phone = |cookie: &str| page("GET /api/simulator/devices/a11ce0").header("cookie", cookie);
    assert_eq!(status_of(&relay, phone(&first)).await, is(401, "sign_in"), "a session has one cookie at a time");
    assert_eq!(status_of(&relay, phone(&second)).await.0, 200);
}

#[tokio::test]
async fn whoever_guesses_is_soon_not_listened_to() {
    let relay = start(shared()).await;
    let mut answers = Vec::new();
    for number in 0..100 {
        // Wherever a token is taken, it is a guess.
        let line = ["POST /api/session", "GET /api/relay", "GET /api/catalogue", "DELETE /api/simulator/faults"][number % 4];
        let answer = relay.send(page(line).header("trill-access", &format!("{TOKEN}{number}")).body("")).await;
        assert!(!answer.header("set-cookie").contains("trill"));
        answers.push((answer.status, answer.header("retry-after").parse().unwrap_or(0)));
    }
    assert!(answers[..10].iter().all(|(status, wait)| matches!(status, 200 | 401) && *wait == 0), "{answers:?}");
    assert!(answers[10..].iter().all(|(status, wait)| *status == 429 && (1..=60).contains(wait)), "{answers:?}");
    let right = try_sign_in(&relay, TOKEN).await;
    assert_eq!((right.status, right.code().as_str()), (429, "too_many_attempts"), "nobody has looked at it");

    let mut elsewhere = Client::connect_from(ELSEWHERE, relay.address).await;
    elsewhere.write(&page("POST /api/session").header("trill-access", TOKEN).body("").bytes()).await;
    let signed_in = elsewhere.answer().await;
    assert_eq!(signed_in.status, 204);
    // Whoever is in already stays in, also at the address of the guesser.
    assert_eq!(status_of(&relay, page("GET /api/catalogue").header("cookie", &cookie(&signed_in).0)).await.0, 200);
}

#[tokio::test]
async fn a_user_is_who_the_proxy_says_and_nobody_else() {
    let named = |line: &str, name: &str| page(line).header("x-forwarded-user", name);
    let relay = start(proxied("127.0.0.2")).await;
    for forged in [
        named("GET /api/catalogue", "alice"),
        page("GET /api/catalogue"),
        named("GET /api/catalogue", "alice").header("trill-access", TOKEN),
    ] {
        assert_eq!(status_of(&relay, forged).await, is(401, "sign_in"));
    }
    let entrance = relay.send(named("GET /api/relay", "alice")).await.json();
    assert_eq!(entrance, json!({ "version": env!("CARGO_PKG_VERSION"), "access": { "mode": "proxy", "granted": false } }));
    let from_proxy = async |request: Request| {
        let mut proxy = Client::connect_from(ELSEWHERE, relay.address).await;
        proxy.write(&request.bytes()).await;
        proxy.answer().await
    };
    let access = from_proxy(named("GET /api/relay", "alice@corp.example")).await.json()["access"].clone();
    assert_eq!(access, json!({ "mode": "proxy", "granted": true, "user": "alice@corp.example", "insecure": [] }));
    for nobody in [
        page("GET /api/catalogue"),
        named("GET /api/catalogue", ""),
        named("GET /api/catalogue", "a\u{7}"),
        // A proxy that adds the header instead of setting it leaves the client's own beside it.
        named("GET /api/catalogue", "alice").header("x-forwarded-user", "mallory"),
        page("GET /api/catalogue").header("x-forwarded_user", "alice"),
    ] {
        let answer = from_proxy(nobody).await;
        assert!(matches!(answer.status, 400 | 401), "{answer:?}");
    }
    let foreign = from_proxy(named("GET /api/catalogue", "alice").without("origin").header("origin", "https://evil.test")).await;
    assert_eq!((foreign.status, foreign.code().as_str()), (403, "origin_not_allowed"));
    let no_token = from_proxy(named("POST /api/session", "alice").header("trill-access", TOKEN).body("")).await;
    assert_eq!((no_token.status, no_token.code().as_str()), (404, "no_access_token"));
}

/// Two guests of one page: neither meets the phone, the events or the send of the other.
async fn check_apart(relay: &Running, alice: (&str, &str), bob: (&str, &str)) {
    let of = |(name, value): (&str, &str), line: &str| page(line).header(name, value).header("content-type", "application/json");
    let mut streams = Vec::new();
    for guest in [alice, bob] {
        let mut events = Client::connect(relay.address).await;
        events.write(&of(guest, "GET /api/events").bytes()).await;
        assert_eq!(events.head().await.status, 200);
        streams.push(events);
    }
    let phone = r#"{"bundle_id":"com.example.calls"}"#;
    for (guest, token) in [(alice, "a11ce0"), (bob, "b0b0")] {
        assert_eq!(relay.send(of(guest, &format!("PUT /api/simulator/devices/{token}")).body(phone)).await.status, 201);
    }
    assert_eq!(status_of(relay, of(bob, "GET /api/simulator/devices/a11ce0")).await, is(409, "taken"));
    assert_eq!(status_of(relay, of(bob, "POST /api/simulator/devices/a11ce0/answer").body("")).await, is(409, "taken"));
    let faults = r#"[{"fault":"silence","device_token":"a11ce0"}]"#;
    assert_eq!(status_of(relay, of(bob, "PUT /api/simulator/faults").body(faults)).await, is(403, "fault_not_yours"));
    for (guest, own) in [(alice, "a11ce0"), (bob, "b0b0")] {
        let devices = relay.send(of(guest, "GET /api/simulator/devices")).await.json()["devices"].clone();
        assert_eq!(
            devices.as_array().map(|all| all.iter().map(|phone| &phone["device_token"]).collect::<Vec<_>>()),
            Some(vec![&Value::from(own)])
        );
    }
    let [alices, bobs] = streams.as_mut_slice() else { unreachable!("there are two") };
    assert!(!alices.until("a11ce0").await.contains("b0b0"));
    assert!(!bobs.until("b0b0").await.contains("a11ce0"));

    let named = |guest, body: &str| of(guest, &format!("POST /sandbox/3/device/{DEVICE_TOKEN}")).header("apns-id", APNS_ID).body(body);
    assert_eq!(relay.send(named(alice, "{}")).await.outcome(), "accepted");
    let sends = format!("GET /api/sends/{APNS_ID}");
    assert_eq!([status_of(relay, of(alice, &sends)).await.0, status_of(relay, of(bob, &sends)).await.0], [200, 404]);
    // Nor is bob told that somebody has used this name.
    let bobs = relay.send(named(bob, "{\"b\":1}")).await;
    assert_eq!((bobs.outcome(), bobs.header("trill-repeat")), ("accepted", ""));
}

#[tokio::test]
async fn guests_do_not_meet() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config { access: shared(), ..in_front_of(&peer) }).await;
    let [alice, bob] = [sign_in(&relay).await, sign_in(&relay).await];
    check_apart(&relay, ("cookie", &alice), ("cookie", &bob)).await;
    let script = relay.send(page("GET /api/simulator/devices").header("trill-access", TOKEN)).await.json();
    assert_eq!(script["devices"], json!([]), "a script is a guest too");
    assert_eq!(peer.seen().len(), 2);

    let relay = Running::start(Config { access: proxied("127.0.0.0/8"), ..in_front_of(&peer) }).await;
    check_apart(&relay, ("x-forwarded-user", "alice"), ("x-forwarded-user", "bob")).await;
}

#[tokio::test]
async fn the_page_goes_by_its_public_urls_and_the_scheme_of_each() {
    let public_urls = vec![url(ORIGIN), url("http://10.1.2.3:8080")];
    let relay = start(Access { public_urls, insecure_http: true, ..shared() }).await;
    let port = relay.address.port();
    for (host, origin, expected) in [
        ("trill.test", "https://trill.test", is(204, "")),
        ("TRILL.test", "https://trill.test", is(204, "")),
        ("trill.test:443", "https://trill.test", is(204, "")),
        ("10.1.2.3:8080", "http://10.1.2.3:8080", is(204, "")),
        ("localhost:P", "http://localhost:P", is(204, "")),
        ("127.0.0.1:P", "http://127.0.0.1:P", is(204, "")),
        ("trill.test", "https://trill.test:443", is(403, "origin_not_allowed")),
        ("trill.test", "http://trill.test", is(403, "origin_not_allowed")),
        ("trill.test", "http://10.1.2.3:8080", is(403, "origin_not_allowed")),
        ("trill.test", "https://a.trill.test", is(403, "origin_not_allowed")),
        ("10.1.2.3:8080", "https://10.1.2.3:8080", is(403, "origin_not_allowed")),
        ("localhost:P", "https://trill.test", is(403, "origin_not_allowed")),
        ("localhost:P", "https://localhost:P", is(403, "origin_not_allowed")),
        ("trill.test:80", "http://trill.test", is(421, "host_not_allowed")),
        ("trill.test:P", "https://trill.test", is(421, "host_not_allowed")),
        ("10.1.2.3", "http://10.1.2.3", is(421, "host_not_allowed")),
        ("trill.test.evil.test", "https://trill.test", is(421, "host_not_allowed")),
        ("a.trill.test", "https://trill.test", is(421, "host_not_allowed")),
        ("0.0.0.0:P", "http://0.0.0.0:P", is(421, "host_not_allowed")),
        ("[::]:P", "http://[::]:P", is(421, "host_not_allowed")),
        ("2130706433:P", "http://2130706433:P", is(421, "host_not_allowed")),
        ("127.1:P", "http://127.1:P", is(421, "host_not_allowed")),
    ] {
        let [host, origin] = [host, origin].map(|text| text.replace('P', &port.to_string()));
        let request = Request::new("POST /api/session").header("host", &host).header("origin", &origin).header("trill-access", TOKEN);
        let answer = relay.send(request.body("")).await;
        assert_eq!((answer.status, answer.code()), expected, "{host} {origin}");
        if answer.status == 204 {
            assert_eq!(cookie(&answer).1.contains("Secure"), origin.starts_with("https"), "{origin}");
        }
    }
    let access = relay.send(page("GET /api/relay").header("trill-access", TOKEN)).await.json()["access"].clone();
    assert_eq!(access, json!({ "mode": "token", "granted": true, "user": null, "insecure": ["http"] }));
}

#[tokio::test]
async fn without_access_the_relay_tells_version_and_mode() {
    let relay = start(shared()).await;
    let entrance = json!({ "version": env!("CARGO_PKG_VERSION"), "access": { "mode": "token", "granted": false } });
    for request in
        [page("GET /api/relay"), page("GET /api/relay").header("trill-access", "wrong"), page("GET /api/relay").header("cookie", "trill=x")]
    {
        let answer = relay.send(request).await;
        assert_eq!((answer.status, answer.json()), (200, entrance.clone()));
    }
    let whole = relay.send(page("GET /api/relay").header("cookie", &sign_in(&relay).await)).await.json();
    assert_eq!(whole["access"], json!({ "mode": "token", "granted": true, "user": null, "insecure": [] }));
    assert!(whole["environments"].is_array() && whole["clock"].is_u64());
}

#[tokio::test]
async fn without_sign_in_the_page_says_so_and_guests_are_told_apart_by_their_address() {
    let open = Access { public_urls: vec![url(ORIGIN)], insecure_no_auth: true, ..Access::default() };
    let relay = start(open.clone()).await;
    let access = relay.send(page("GET /api/relay")).await.json()["access"].clone();
    assert_eq!(access, json!({ "mode": "none", "granted": true, "user": null, "insecure": ["no-auth"] }));
    let enrol = page("PUT /api/simulator/devices/a11ce0").body(r#"{"bundle_id":"com.example.calls"}"#);
    assert_eq!(relay.send(enrol.clone()).await.status, 201);
    let mut elsewhere = Client::connect_from(ELSEWHERE, relay.address).await;
    elsewhere.write(&page("GET /api/simulator/devices").bytes()).await;
    assert_eq!(elsewhere.answer().await.json()["devices"], json!([]));
    assert_eq!(status_of(&relay, page("POST /api/session").header("trill-access", TOKEN).body("")).await, is(404, "no_access_token"));

    // Nobody else comes to the loopback: its owner may also trouble everybody.
    let relay = start(Access { public_urls: Vec::new(), ..open }).await;
    let faults = relay.request("PUT /api/simulator/faults").body(r#"[{"fault":"refuse","reason":"Shutdown"}]"#);
    assert_eq!(relay.send(faults).await.status, 200);
}

#[tokio::test]
async fn the_token_can_be_wanted_on_this_machine_too() {
    let relay = start(Access { public_urls: Vec::new(), require_token: true, ..shared() }).await;
    assert_eq!(status_of(&relay, relay.request("GET /api/simulator/keys")).await, is(401, "sign_in"));
    let signed_in = relay.send(relay.request("POST /api/session").header("trill-access", TOKEN).body("")).await;
    let (cookie, attributes) = cookie(&signed_in);
    assert!(!attributes.contains("Secure") && !cookie.starts_with("__Host-"), "{cookie}; {attributes}");
    // Everybody with the token is its owner.
    let faults = relay.request("PUT /api/simulator/faults").header("cookie", &cookie).header("content-type", "application/json");
    assert_eq!(relay.send(faults.body(r#"[{"fault":"refuse","reason":"Shutdown"}]"#)).await.status, 200);
    let seen = relay.send(relay.request("GET /api/simulator/faults").header("trill-access", TOKEN)).await.json();
    assert_eq!(seen["faults"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn no_answer_holds_the_token() {
    let relay = start(shared()).await;
    let cookie = sign_in(&relay).await;
    let secret = cookie.split_once('=').expect("a value").1.to_owned();
    let mut answers = Vec::new();
    for line in [
        "GET /api/relay",
        "GET /api/catalogue",
        "GET /api/simulator/journal",
        &format!("GET /api/relay?access={TOKEN}"),
        &format!("GET /api/events?access={TOKEN}"),
        &format!("GET /api/{TOKEN}"),
        &format!("GET /{TOKEN}"),
        &format!("POST /sandbox/3/device/{TOKEN}"),
        &format!("POST /{TOKEN}/3/device/ab"),
        &format!("GET /api/tokens/{TOKEN}/x"),
        &format!("PUT /api/simulator/keys/{TOKEN}"),
        &format!("{TOKEN} /api/relay"),
        "POST /api/session",
        "DELETE /api/relay",
    ] {
        for (name, value) in
            [("trill-access", TOKEN), ("cookie", &cookie), ("trill-access", &format!("{TOKEN}x")), ("apns-id", TOKEN), (TOKEN, TOKEN)]
        {
            answers.push((line.to_owned(), relay.send(page(line).header(name, value).body("")).await));
        }
    }
    let mut successes = 0;
    for (line, answer) in answers {
        let set = answer.header("set-cookie").to_owned();
        let headers: Vec<_> = answer.headers.iter().filter(|(name, _)| name != "set-cookie").collect();
        let text = format!("{headers:?} {}", String::from_utf8_lossy(&answer.body));
        successes += usize::from(answer.status < 300);
        // What a path or a name of a header repeats is cut, so that not even a token in the wrong place comes back whole.
        assert!(!text.contains(TOKEN) && !text.contains(&secret) && !set.contains(&secret) && !set.contains(TOKEN), "{line}: {text}");
    }
    assert!(successes > 5, "{successes}");
}

#[tokio::test]
async fn tls_is_spoken_with_the_certificate_that_was_given() {
    let key = openssl::p256_key();
    let certificate = openssl::server_certificate(&key, "localhost");
    let folder = TempDir::new();
    let authority = folder.write("authority.pem", &certificate);
    let stranger = folder.write("stranger.pem", openssl::server_certificate(&openssl::p256_key(), "localhost"));
    let tls = Tls::from_pem(certificate.as_bytes(), key.as_bytes()).expect("they belong together");
    let deadlines = Deadlines { handshake: Duration::from_millis(300), ..short() };
    let relay = Running::start(Config { access: Access { tls: Some(tls), ..Access::default() }, deadlines, ..Config::default() }).await;
    let address = relay.address;
    let port = address.port();

    // Silent ones hold up nobody, and not for long.
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(Client::connect(address).await);
    }
    let ask = async |request: String, name: &'static str, authority: &std::path::Path, flags: &'static [&'static str]| {
        let authority = authority.to_owned();
        let ask = move || openssl::ask_over_tls(address, name, &authority, flags, request.as_bytes());
        tokio::task::spawn_blocking(ask).await.expect("it ends")
    };
    let read = |origin: &str| format!("GET /api/relay HTTP/1.1\r\nhost: localhost:{port}\r\norigin: {origin}\r\nconnection: close\r\n\r\n");
    let secure = format!("https://localhost:{port}");
    for flags in [&["-alpn", "http/1.1"][..], &["-alpn", "h2,http/1.1"], &[], &["-tls1_2"], &["-tls1_3"]] {
        let answer = ask(read(&secure), "localhost", &authority, flags).await.unwrap_or_default();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains(r#""version""#), "{flags:?}: {answer}");
        assert!(!answer.contains("PRIVATE") && !answer.contains(key.lines().nth(1).expect("a line")), "{answer}");
    }
    let plain = ask(read(&secure.replace("https", "http")), "localhost", &authority, &[]).await.unwrap_or_default();
    assert!(plain.starts_with("HTTP/1.1 403 "), "the page's origin is https: {plain}");
    assert_eq!(ask(read(&secure), "localhost", &stranger, &[]).await, None, "the client does check");
    assert_eq!(ask(read(&secure), "trill.test", &authority, &[]).await, None, "the client does check the name");
    assert_eq!(ask(read(&secure), "localhost", &authority, &["-alpn", "h2"]).await, None, "nothing but HTTP/1.1 is spoken");
    for mut client in silent {
        timeout(Duration::from_secs(2), client.closed()).await.expect("the handshake has its time");
    }
    let mut without_tls = Client::connect(address).await;
    without_tls.write(read(&secure).as_bytes()).await;
    without_tls.closed().await;
}
