//! The send: what APNs gets and what its answer becomes.

use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::running::{DEVICE_TOKEN, Running};

const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";

#[tokio::test]
async fn apns_gets_the_request_as_it_was_sent_and_nothing_else() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    let body = "{ \"aps\" : {},\n  \"big\": 18446744073709551616, \"big\": 1 }\n";
    let sent = [
        ("apns-push-type", "voip"),
        ("apns-priority", "10"),
        ("apns-expiration", "0"),
        ("apns-id", APNS_ID),
        ("apns-collapse-id", "c  c"),
        ("authorization", "bearer a.b.c"),
    ];
    let request = sent.iter().fold(relay.push(), |request, (name, value)| {
        request.header(name, value)
    });
    let request = request
        .header("cookie", "secret")
        .header("user-agent", "test")
        .header("content-type", "application/json")
        .body(body);
    assert_eq!(relay.send(request).await.status, 200);

    let seen = peer.seen().remove(0);
    assert_eq!(seen.path, format!("/3/device/{DEVICE_TOKEN}"));
    assert_eq!(seen.authority, format!("localhost:{}", peer.address.port()));
    assert_eq!(seen.body, body);
    let mut headers: Vec<_> = seen
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
        .collect();
    headers.sort_unstable();
    let mut expected = [&sent[..], &[("apns-topic", "com.example.calls.voip")]].concat();
    expected.sort_unstable();
    assert_eq!(headers, expected);
}

#[tokio::test]
async fn answers_are_passed_on_unchanged_with_their_outcome() {
    let unregistered = r#"{"reason":"Unregistered","timestamp":1454948015990}"#;
    for (status, body, outcome) in [
        (200, "", "accepted"),
        (200, "surprise", "accepted"),
        (400, r#"{"reason":"BadDeviceToken"}"#, "rejected"),
        (403, r#"{"reason":"InvalidProviderToken"}"#, "rejected"),
        (410, unregistered, "rejected"),
        (413, r#"{"reason":"PayloadTooLarge"}"#, "rejected"),
        (429, r#"{"reason":"TooManyRequests"}"#, "rejected"),
        (503, "<html>", "rejected"),
        (302, "", "rejected"),
        (418, "", "rejected"),
        (202, "", "unknown"),
        (299, "{}", "unknown"),
    ] {
        let peer = Peer::that(Deed::Answer(
            status,
            &[
                ("apns-id", APNS_ID),
                ("apns-unique-id", "u-1"),
                ("set-cookie", "x=y"),
                ("location", "/x"),
            ],
            body,
        ))
        .await;
        let relay = Running::in_front_of(&peer).await;
        let answer = relay.send(relay.push().body("{}")).await;
        assert_eq!(
            (answer.status, answer.outcome()),
            (status, outcome),
            "{status}"
        );
        assert_eq!(String::from_utf8_lossy(&answer.body), body);
        assert_eq!(
            (answer.header("apns-id"), answer.header("apns-unique-id")),
            (APNS_ID, "u-1")
        );
        assert_eq!(
            answer.header("content-type"),
            if body.is_empty() {
                ""
            } else {
                "application/json"
            }
        );
        assert!(answer.header("server-timing").contains("apns;dur="));
        assert_eq!(
            (answer.header("set-cookie"), answer.header("location")),
            ("", ""),
            "nothing else crosses"
        );
        assert_eq!(
            (
                answer.header("cache-control"),
                answer.header("x-content-type-options")
            ),
            ("no-store", "nosniff")
        );
        assert_eq!(peer.seen().len(), 1, "{status} is never repeated");
    }
}

#[tokio::test]
async fn pushes_that_apns_would_reject_are_passed_on() {
    let refusal = Deed::Answer(400, &[], r#"{"reason":"Any"}"#);
    let peer = Peer::start(Manners::default(), move |_, _| refusal.clone()).await;
    let relay = Running::in_front_of(&peer).await;
    let bare = relay
        .push()
        .without("apns-topic")
        .header("content-type", "application/json");
    for (what, request) in [
        ("nothing but JSON", bare.clone().body("{}")),
        ("no JSON", bare.clone().body("not json")),
        ("no body", bare.clone().body("")),
        ("5,121 bytes", bare.clone().body(vec![b'x'; 5_121])),
        (
            "a strange credential",
            bare.clone().header("authorization", "Basic 1").body("{}"),
        ),
        (
            "strange values",
            bare.clone()
                .header("apns-push-type", "telegram")
                .header("apns-priority", "eleven")
                .header("apns-id", "1")
                .body("{}"),
        ),
        (
            "half a byte",
            relay
                .request("POST /sandbox/3/device/ABC")
                .header("apns-topic", "a")
                .body("{}"),
        ),
    ] {
        let answer = relay.send(request).await;
        assert_eq!(
            (answer.status, answer.outcome()),
            (400, "rejected"),
            "{what}"
        );
        assert_eq!(answer.json()["reason"], "Any", "{what}");
    }
    assert_eq!(
        peer.seen().last().map(|seen| seen.path.clone()).as_deref(),
        Some("/3/device/ABC")
    );
}

#[tokio::test]
async fn an_unreadable_body_leaves_the_outcome_to_the_status() {
    let peer = Peer::that(Deed::Begin(410, r#"{"reas"#)).await;
    let relay = Running::in_front_of(&peer).await;
    let answer = relay.send(relay.push().body("{}")).await;
    assert_eq!(
        (answer.status, answer.outcome(), answer.body.as_slice()),
        (410, "rejected", &br#"{"reas"#[..])
    );

    let long: &'static str = "x".repeat(100_000).leak();
    let peer = Peer::that(Deed::Answer(400, &[], long)).await;
    let relay = Running::in_front_of(&peer).await;
    for _ in 0..2 {
        let answer = relay.send(relay.push().body("{}")).await;
        assert_eq!(
            (answer.status, answer.outcome(), answer.body.len()),
            (400, "rejected", 4_096)
        );
    }
    assert_eq!(peer.connections(), 1, "the connection goes on");
}

#[tokio::test]
async fn the_simulator_is_reached_by_the_same_path() {
    let relay = Running::start(Default::default()).await;
    let request = relay
        .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
        .header("apns-topic", "com.example.calls.voip")
        .body("{}");
    let answer = relay.send(request).await;
    assert_eq!((answer.status, answer.outcome()), (403, "rejected"));
    assert_eq!(answer.json()["reason"], "MissingProviderToken");
}
