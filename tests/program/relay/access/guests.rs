//! Guests: by what they are told apart on a shared page, and that they do not meet.

use serde_json::{Value, json};
use trill::relay::access::Access;
use trill::relay::{Config, Exposure, Limits};

use super::{
    APNS_ID, ELSEWHERE, ORIGIN, TOKEN, is, page, proxied, shared, sign_in, start, status_of, url,
};
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::{Client, Request};
use crate::relay::running::{DEVICE_TOKEN, Running, in_front_of};

#[tokio::test]
async fn only_a_trusted_proxy_can_name_a_user() {
    let named = |line: &str, name: &str| page(line).header("x-forwarded-user", name);
    let relay = start(proxied("127.0.0.2")).await;
    for forged in [
        named("GET /api/tokens/TEAM000001/KEY0000001", "alice"),
        page("GET /api/tokens/TEAM000001/KEY0000001"),
        named("GET /api/tokens/TEAM000001/KEY0000001", "alice").header("trill-access", TOKEN),
    ] {
        assert_eq!(status_of(&relay, forged).await, is(401, "sign_in"));
    }
    let entrance = relay.send(named("GET /api/relay", "alice")).await.json();
    assert_eq!(
        entrance,
        json!({ "version": env!("CARGO_PKG_VERSION"), "access": { "mode": "proxy", "granted": false } })
    );
    let from_proxy = async |request: Request| {
        let mut proxy = Client::connect_from(ELSEWHERE, relay.address).await;
        proxy.write(&request.bytes()).await;
        proxy.answer().await
    };
    let access = from_proxy(named("GET /api/relay", "alice@corp.example"))
        .await
        .json()["access"]
        .clone();
    assert_eq!(
        access,
        json!({ "mode": "proxy", "granted": true, "user": "alice@corp.example", "insecure": [] })
    );
    for nobody in [
        page("GET /api/tokens/TEAM000001/KEY0000001"),
        named("GET /api/tokens/TEAM000001/KEY0000001", ""),
        named("GET /api/tokens/TEAM000001/KEY0000001", "a\u{7}"),
        // A proxy that adds the header instead of setting it leaves the client's own beside it.
        named("GET /api/tokens/TEAM000001/KEY0000001", "alice")
            .header("x-forwarded-user", "mallory"),
        page("GET /api/tokens/TEAM000001/KEY0000001").header("x-forwarded_user", "alice"),
    ] {
        let answer = from_proxy(nobody).await;
        assert!(matches!(answer.status, 400 | 401), "{answer:?}");
    }
    let foreign = from_proxy(
        named("GET /api/tokens/TEAM000001/KEY0000001", "alice")
            .without("origin")
            .header("origin", "https://evil.test"),
    )
    .await;
    assert_eq!(
        (foreign.status, foreign.code().as_str()),
        (403, "origin_not_allowed")
    );
    let no_token = from_proxy(
        named("POST /api/session", "alice")
            .header("trill-access", TOKEN)
            .body(""),
    )
    .await;
    assert_eq!(
        (no_token.status, no_token.code().as_str()),
        (404, "no_access_token")
    );
}

#[tokio::test]
async fn the_sends_of_one_user_do_not_count_for_another() {
    let peer = Peer::that(ACCEPT).await;
    let access = proxied("127.0.0.1");
    let relay = Running::start(Config {
        access,
        limits: Limits::of(Exposure::Shared),
        ..in_front_of(&peer)
    })
    .await;
    let send = async |user: &str, device: String| {
        let request = page(&format!("POST /sandbox/3/device/{device}"))
            .header("x-forwarded-user", user)
            .body("{}");
        let answer = relay.send(request).await;
        (answer.status, answer.code())
    };
    for device in 0..20 {
        assert_eq!(send("alice", format!("a{device:03}")).await, is(200, ""));
    }
    assert_eq!(
        send("alice", "a0ff".to_owned()).await,
        is(429, "too_many_sends")
    );
    assert_eq!(send("bob", "b001".to_owned()).await, is(200, ""));
    assert_eq!(send("bob", "b001".to_owned()).await, is(429, "device_rate"));
    assert_eq!(peer.seen().len(), 21);
}

/// Two guests of one page: neither meets the phone, the events or the send of the other.
async fn check_apart(relay: &Running, alice: (&str, &str), bob: (&str, &str)) {
    let of = |(name, value): (&str, &str), line: &str| {
        page(line)
            .header(name, value)
            .header("content-type", "application/json")
    };
    let mut streams = Vec::new();
    for guest in [alice, bob] {
        let mut events = Client::connect(relay.address).await;
        events.write(&of(guest, "GET /api/events").bytes()).await;
        assert_eq!(events.head().await.status, 200);
        streams.push(events);
    }
    let phone = r#"{"bundle_id":"com.example.calls"}"#;
    for (guest, token) in [(alice, "a11ce0"), (bob, "b0b0")] {
        assert_eq!(
            relay
                .send(of(guest, &format!("PUT /api/simulator/devices/{token}")).body(phone))
                .await
                .status,
            201
        );
    }
    assert_eq!(
        status_of(relay, of(bob, "GET /api/simulator/devices/a11ce0")).await,
        is(409, "taken")
    );
    assert_eq!(
        status_of(
            relay,
            of(bob, "POST /api/simulator/devices/a11ce0/answer").body("")
        )
        .await,
        is(409, "taken")
    );
    let faults = r#"[{"fault":"silence","device_token":"a11ce0"}]"#;
    assert_eq!(
        status_of(relay, of(bob, "PUT /api/simulator/faults").body(faults)).await,
        is(403, "fault_not_yours")
    );
    for (guest, own) in [(alice, "a11ce0"), (bob, "b0b0")] {
        let devices = relay
            .send(of(guest, "GET /api/simulator/devices"))
            .await
            .json()["devices"]
            .clone();
        assert_eq!(
            devices.as_array().map(|all| all
                .iter()
                .map(|phone| &phone["device_token"])
                .collect::<Vec<_>>()),
            Some(vec![&Value::from(own)])
        );
    }
    let [alices, bobs] = streams.as_mut_slice() else {
        unreachable!("there are two")
    };
    assert!(!alices.until("a11ce0").await.contains("b0b0"));
    assert!(!bobs.until("b0b0").await.contains("a11ce0"));
}

/// Answers to somebody who asks for a push of somebody else, and who sends another push under its name.
async fn others_push(
    relay: &Running,
    alice: (&str, &str),
    bob: (&str, &str),
) -> (u16, u16, String) {
    let of = |(name, value): (&str, &str), line: &str| {
        page(line)
            .header(name, value)
            .header("content-type", "application/json")
    };
    let named = |guest, body: &str| {
        of(guest, &format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
            .header("apns-id", APNS_ID)
            .body(body)
    };
    assert_eq!(relay.send(named(alice, "{}")).await.outcome(), "accepted");
    let sends = format!("GET /api/sends/{APNS_ID}");
    assert_eq!(status_of(relay, of(alice, &sends)).await.0, 200);
    let asked = status_of(relay, of(bob, &sends)).await.0;
    let bobs = relay.send(named(bob, "{\"b\":1}")).await;
    (asked, bobs.status, bobs.header("trill-repeat").to_owned())
}

#[tokio::test]
async fn guests_of_different_sessions_are_separate() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::start(Config {
        access: shared(),
        ..in_front_of(&peer)
    })
    .await;
    let [alice, bob] = [sign_in(&relay).await, sign_in(&relay).await];
    check_apart(&relay, ("cookie", &alice), ("cookie", &bob)).await;
    // A guest who signs in anew shall be told of the push that was sent before: with one token they are one account.
    assert_eq!(
        others_push(&relay, ("cookie", &alice), ("cookie", &bob)).await,
        (200, 409, String::new())
    );
    let script = relay
        .send(page("GET /api/simulator/devices").header("trill-access", TOKEN))
        .await
        .json();
    assert_eq!(script["devices"], json!([]), "a script is a guest too");
    assert_eq!(peer.seen().len(), 1);

    let relay = Running::start(Config {
        access: proxied("127.0.0.0/8"),
        ..in_front_of(&peer)
    })
    .await;
    check_apart(
        &relay,
        ("x-forwarded-user", "alice"),
        ("x-forwarded-user", "bob"),
    )
    .await;
    // Bob is not even told that somebody has used this name.
    assert_eq!(
        others_push(
            &relay,
            ("x-forwarded-user", "alice"),
            ("x-forwarded-user", "bob")
        )
        .await,
        (404, 200, String::new())
    );
}

#[tokio::test]
async fn without_authentication_the_page_says_so_and_guests_differ_by_address() {
    let open = Access {
        public_urls: vec![url(ORIGIN)],
        insecure_no_auth: true,
        ..Access::default()
    };
    let relay = start(open.clone()).await;
    let access = relay.send(page("GET /api/relay")).await.json()["access"].clone();
    assert_eq!(
        access,
        json!({ "mode": "none", "granted": true, "user": null, "insecure": ["no-auth"] })
    );
    let enrol =
        page("PUT /api/simulator/devices/a11ce0").body(r#"{"bundle_id":"com.example.calls"}"#);
    assert_eq!(relay.send(enrol.clone()).await.status, 201);
    let mut elsewhere = Client::connect_from(ELSEWHERE, relay.address).await;
    elsewhere
        .write(&page("GET /api/simulator/devices").bytes())
        .await;
    assert_eq!(elsewhere.answer().await.json()["devices"], json!([]));
    assert_eq!(
        status_of(
            &relay,
            page("POST /api/session")
                .header("trill-access", TOKEN)
                .body("")
        )
        .await,
        is(404, "no_access_token")
    );

    // Nobody else comes to the loopback: its owner may also trouble everybody.
    let relay = start(Access {
        public_urls: Vec::new(),
        ..open
    })
    .await;
    let faults = relay
        .request("PUT /api/simulator/faults")
        .body(r#"[{"fault":"refuse","reason":"Shutdown"}]"#);
    assert_eq!(relay.send(faults).await.status, 200);
}
