//! The access token: what it opens, and what without it stays shut.

use trill::relay::Config;
use trill::relay::access::Access;

use super::{
    APNS_ID, ELSEWHERE, TOKEN, cookie, is, page, push, shared, sign_in, start, status_of,
    try_sign_in,
};
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::{Client, Request};
use crate::relay::running::{DEVICE_TOKEN, Running, in_front_of};

#[tokio::test]
async fn everything_but_the_page_needs_access() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config {
        access: shared(),
        ..in_front_of(&peer)
    })
    .await;
    let push_line = format!("POST /sandbox/3/device/{DEVICE_TOKEN}");
    for line in [
        push_line.as_str(),
        "POST /simulator/3/device/ab",
        "GET /metrics",
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
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (401, "sign_in"),
            "{line}"
        );
        assert!(!refused.header("www-authenticate").is_empty());
        for wrong in [&TOKEN[1..], ""] {
            assert_eq!(
                status_of(&relay, request().header("trill-access", wrong))
                    .await
                    .0
                    / 100,
                4,
                "{line}"
            );
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
    let relay = Running::start(Config {
        access: shared(),
        ..in_front_of(&peer)
    })
    .await;
    let script = |line: &str| {
        Request::new(line)
            .header("host", "trill.test")
            .header("trill-access", TOKEN)
    };
    let sent = relay
        .send(
            script(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
                .header("apns-id", APNS_ID)
                .body("{}"),
        )
        .await;
    assert_eq!((sent.status, sent.outcome()), (200, "accepted"));
    assert!(
        !format!("{:?}", peer.seen()).contains(TOKEN),
        "it does not travel on"
    );
    for line in [
        &format!("GET /api/sends/{APNS_ID}"),
        "GET /api/relay",
        "GET /api/tokens/TEAM000001/KEY0000001",
        "GET /api/simulator/keys",
    ] {
        assert_eq!(relay.send(script(line)).await.status, 200, "{line}");
    }
    for (name, value) in [
        ("trill-access", TOKEN),
        ("trill-access", "x"),
        ("trill-other", TOKEN),
    ] {
        let twice = script(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
            .header(name, value)
            .body("{}");
        assert_ne!(relay.send(twice).await.status, 200, "{name} {value}");
    }
    assert_eq!(
        status_of(
            &relay,
            script("GET /api/tokens/TEAM000001/KEY0000001")
                .without("trill-access")
                .header("authorization", TOKEN)
        )
        .await,
        is(401, "sign_in")
    );
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn guessing_the_token_is_throttled_and_locks_out_no_other_client() {
    let relay = start(shared()).await;
    let mut answers = Vec::new();
    for number in 0..100 {
        // Wherever a token is taken, it is a guess.
        let line = [
            "POST /api/session",
            "GET /api/relay",
            "GET /api/tokens/TEAM000001/KEY0000001",
            "DELETE /api/simulator/faults",
        ][number % 4];
        let answer = relay
            .send(
                page(line)
                    .header("trill-access", &format!("{TOKEN}{number}"))
                    .body(""),
            )
            .await;
        assert!(!answer.header("set-cookie").contains("trill"));
        answers.push((
            answer.status,
            answer.header("retry-after").parse().unwrap_or(0),
        ));
    }
    assert!(
        answers[..10]
            .iter()
            .all(|(status, wait)| matches!(status, 200 | 401) && *wait == 0),
        "{answers:?}"
    );
    assert!(
        answers[10..]
            .iter()
            .all(|(status, wait)| *status == 429 && (1..=60).contains(wait)),
        "{answers:?}"
    );
    assert_eq!(
        try_sign_in(&relay, &TOKEN[1..]).await.code(),
        "too_many_attempts"
    );

    let right = try_sign_in(&relay, TOKEN).await;
    assert_eq!(
        right.status, 204,
        "a colleague at the same address signs in"
    );
    assert_eq!(
        status_of(
            &relay,
            page("GET /api/tokens/TEAM000001/KEY0000001").header("cookie", &cookie(&right).0)
        )
        .await
        .0,
        200
    );
    assert_eq!(
        status_of(
            &relay,
            page("GET /api/tokens/TEAM000001/KEY0000001").header("trill-access", TOKEN)
        )
        .await
        .0,
        200,
        "and a script goes on"
    );
    let mut elsewhere = Client::connect_from(ELSEWHERE, relay.address).await;
    elsewhere
        .write(
            &page("POST /api/session")
                .header("trill-access", &TOKEN[1..])
                .body("")
                .bytes(),
        )
        .await;
    assert_eq!(
        elsewhere.answer().await.status,
        401,
        "another address has its own ten"
    );
}

#[tokio::test]
async fn the_token_can_be_required_on_loopback_too() {
    let relay = start(Access {
        public_urls: Vec::new(),
        require_token: true,
        ..shared()
    })
    .await;
    assert_eq!(
        status_of(&relay, relay.request("GET /api/simulator/keys")).await,
        is(401, "sign_in")
    );
    let signed_in = relay
        .send(
            relay
                .request("POST /api/session")
                .header("trill-access", TOKEN)
                .body(""),
        )
        .await;
    let (cookie, attributes) = cookie(&signed_in);
    assert!(
        !attributes.contains("Secure") && !cookie.starts_with("__Host-"),
        "{cookie}; {attributes}"
    );
    // Everybody with the token is its owner.
    let faults = relay
        .request("PUT /api/simulator/faults")
        .header("cookie", &cookie)
        .header("content-type", "application/json");
    assert_eq!(
        relay
            .send(faults.body(r#"[{"fault":"refuse","reason":"Shutdown"}]"#))
            .await
            .status,
        200
    );
    let seen = relay
        .send(
            relay
                .request("GET /api/simulator/faults")
                .header("trill-access", TOKEN),
        )
        .await
        .json();
    assert_eq!(seen["faults"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn no_answer_contains_the_token() {
    let relay = start(shared()).await;
    let cookie = sign_in(&relay).await;
    let secret = cookie.split_once('=').expect("a value").1.to_owned();
    let mut answers = Vec::new();
    for line in [
        "GET /api/relay",
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
        for (name, value) in [
            ("trill-access", TOKEN),
            ("cookie", &cookie),
            ("trill-access", &format!("{TOKEN}x")),
            ("apns-id", TOKEN),
            (TOKEN, TOKEN),
        ] {
            answers.push((
                line.to_owned(),
                relay.send(page(line).header(name, value).body("")).await,
            ));
        }
    }
    let mut successes = 0;
    for (line, answer) in answers {
        let set = answer.header("set-cookie").to_owned();
        let headers: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| name != "set-cookie")
            .collect();
        let text = format!("{headers:?} {}", String::from_utf8_lossy(&answer.body));
        successes += usize::from(answer.status < 300);
        // What a path or a name of a header repeats is cut, so that not even a token in the wrong place comes back whole.
        assert!(
            !text.contains(TOKEN)
                && !text.contains(&secret)
                && !set.contains(&secret)
                && !set.contains(TOKEN),
            "{line}: {text}"
        );
    }
    assert!(successes > 5, "{successes}");
}
