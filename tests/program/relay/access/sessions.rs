//! Sessions: the cookie that the token is exchanged for, whose it is, and its end.

use std::time::Duration;

use tokio::time::sleep;
use trill::relay::{Config, Deadlines};

use super::{ORIGIN, TOKEN, cookie, is, page, shared, sign_in, start, status_of, try_sign_in};
use crate::relay::raw_http1::{Client, Request};
use crate::relay::running::{Running, short};

#[tokio::test]
async fn the_token_is_exchanged_for_a_cookie_of_this_page_only() {
    let relay = start(shared()).await;
    for (token, expected) in [
        ("", is(401, "access_token")),
        (&TOKEN[1..], is(401, "access_token")),
        (&TOKEN.to_uppercase(), is(401, "access_token")),
    ] {
        let answer = try_sign_in(&relay, token).await;
        assert_eq!(
            ((answer.status, answer.code()), answer.header("set-cookie")),
            (expected, ""),
            "{token}"
        );
    }
    assert_eq!(
        status_of(&relay, page("POST /api/session").body("")).await,
        is(401, "access_token")
    );
    let answer = try_sign_in(&relay, TOKEN).await;
    let (cookie, attributes) = cookie(&answer);
    assert_eq!(
        attributes,
        "Path=/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure"
    );
    let (name, secret) = cookie.split_once('=').expect("a value");
    assert!(
        name.starts_with("__Host-trill-") && secret.len() == 43,
        "{cookie}"
    );
    assert_eq!(answer.header("cache-control"), "no-store");

    let read = |origin: &str, site: &str| {
        let request = Request::new("GET /api/tokens/TEAM000001/KEY0000001")
            .header("host", "trill.test")
            .header("cookie", &format!("a=b; {cookie}; c=d"));
        [("origin", origin), ("sec-fetch-site", site)]
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .fold(request, |request, (name, value)| {
                request.header(name, value)
            })
    };
    for (origin, site, expected) in [
        (ORIGIN, "same-origin", is(200, "")),
        ("", "same-origin", is(200, "")),
        ("", "", is(200, "")),
        (
            "https://evil.test",
            "cross-site",
            is(403, "origin_not_allowed"),
        ),
        ("https://evil.test", "", is(403, "origin_not_allowed")),
        ("http://trill.test", "", is(403, "origin_not_allowed")),
        ("", "same-site", is(403, "cross_site")),
        ("null", "", is(403, "origin_not_allowed")),
    ] {
        assert_eq!(
            status_of(&relay, read(origin, site)).await,
            expected,
            "{origin} {site}"
        );
    }
    // With the cookie, but from another page: not even signing out.
    for line in [
        "POST /api/session",
        "DELETE /api/session",
        "POST /simulator/3/device/ab",
        "PUT /api/simulator/devices/ab",
    ] {
        let foreign = Request::new(line)
            .header("host", "trill.test")
            .header("cookie", &cookie)
            .header("apns-topic", "x")
            .header("trill-access", TOKEN);
        for (origin, site) in [
            ("https://evil.test", "cross-site"),
            ("https://other.trill.test", "same-site"),
            ("null", "cross-site"),
        ] {
            let foreign = foreign
                .clone()
                .header("origin", origin)
                .header("sec-fetch-site", site)
                .body("");
            assert_eq!(status_of(&relay, foreign).await.0, 403, "{line} {origin}");
        }
    }
    assert_eq!(
        status_of(&relay, read(ORIGIN, "same-origin")).await.0,
        200,
        "it is still open"
    );
}

#[tokio::test]
async fn only_an_open_session_of_this_relay_counts() {
    let [relay, other] = [start(shared()).await, start(shared()).await];
    let [cookie, foreign] = [sign_in(&relay).await, sign_in(&other).await];
    let name = |cookie: &str| cookie.split('=').next().unwrap_or_default().to_owned();
    assert_ne!(name(&cookie), name(&foreign));
    let issue_time =
        |cookies: &str| page("GET /api/tokens/TEAM000001/KEY0000001").header("cookie", cookies);
    // One browser sends both cookies to both: cookies ignore the port.
    let both = format!("{cookie}; {foreign}");
    assert_eq!(
        [
            status_of(&relay, issue_time(&both)).await.0,
            status_of(&other, issue_time(&both)).await.0
        ],
        [200, 200]
    );
    let renamed = foreign.replace(&name(&foreign), &name(&cookie));
    for (cookies, why) in [
        (foreign.as_str(), "another relay's"),
        (&renamed, "another relay's under this one's name"),
        (
            &format!("{cookie}; {renamed}"),
            "two of this name: one was set by somebody else",
        ),
        (&format!("{cookie}x"), "longer"),
        (&cookie[..cookie.len() - 1], "cut"),
        (&format!("{}=", name(&cookie)), "empty"),
        (
            &format!("{}={TOKEN}", name(&cookie)),
            "the token is no session",
        ),
        ("", "none"),
    ] {
        assert_eq!(
            status_of(&relay, issue_time(cookies)).await,
            is(401, "sign_in"),
            "{why}"
        );
    }
    assert_eq!(status_of(&relay, issue_time(&cookie)).await.0, 200);
}

#[tokio::test]
async fn a_session_expires_and_ends_its_event_streams() {
    let deadlines = Deadlines {
        session: Duration::from_millis(400),
        ..short()
    };
    let relay = Running::start(Config {
        access: shared(),
        deadlines,
        ..Config::default()
    })
    .await;
    let cookie = sign_in(&relay).await;
    let mut events = Client::connect(relay.address).await;
    events
        .write(&page("GET /api/events").header("cookie", &cookie).bytes())
        .await;
    assert_eq!(events.head().await.status, 200);
    let issue_time = || page("GET /api/tokens/TEAM000001/KEY0000001").header("cookie", &cookie);
    assert_eq!(status_of(&relay, issue_time()).await.0, 200);
    sleep(deadlines.session).await;
    assert_eq!(status_of(&relay, issue_time()).await, is(401, "sign_in"));
    events.until("\r\n0\r\n\r\n").await;
}

#[tokio::test]
async fn sign_out_ends_the_session() {
    let relay = start(shared()).await;
    let cookie = sign_in(&relay).await;
    let mut events = Client::connect(relay.address).await;
    events
        .write(&page("GET /api/events").header("cookie", &cookie).bytes())
        .await;
    assert_eq!(events.head().await.status, 200);
    let bye = relay
        .send(
            page("DELETE /api/session")
                .header("cookie", &cookie)
                .body(""),
        )
        .await;
    assert_eq!(bye.status, 204);
    let (ended, attributes) = super::cookie(&bye);
    assert_eq!(
        (
            ended.split_once('=').map(|(_, secret)| secret),
            attributes.contains("Max-Age=0")
        ),
        (Some(""), true)
    );
    assert_eq!(
        status_of(
            &relay,
            page("GET /api/tokens/TEAM000001/KEY0000001").header("cookie", &cookie)
        )
        .await,
        is(401, "sign_in")
    );
    events.until("\r\n0\r\n\r\n").await;
    assert_eq!(
        status_of(&relay, page("DELETE /api/session").body(""))
            .await
            .0,
        204,
        "who is out may say so"
    );
}

#[tokio::test]
async fn a_repeated_sign_in_keeps_the_guest() {
    let relay = start(shared()).await;
    let first = sign_in(&relay).await;
    let enrol = page("PUT /api/simulator/devices/a11ce0")
        .header("cookie", &first)
        .body(r#"{"bundle_id":"com.example.calls"}"#);
    assert_eq!(relay.send(enrol).await.status, 201);
    let again = relay
        .send(
            page("POST /api/session")
                .header("cookie", &first)
                .header("trill-access", TOKEN)
                .body(""),
        )
        .await;
    let second = cookie(&again).0;
    assert_ne!(first, second);
    let phone = |cookie: &str| page("GET /api/simulator/devices/a11ce0").header("cookie", cookie);
    assert_eq!(
        status_of(&relay, phone(&first)).await,
        is(401, "sign_in"),
        "a session has one cookie at a time"
    );
    assert_eq!(status_of(&relay, phone(&second)).await.0, 200);
}
