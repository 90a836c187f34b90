//! Retries and idempotency: what the relay sends again by itself, and what it does not send again when it is asked to.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use h2::Reason;
use http::Method;
use serde_json::json;
use trill::caller::Caller;
use trill::relay::{Config, Limits};
use trill::simulator::ControlRequest;

use super::access::{page, proxied};
use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::{Answer, Client, Request};
use super::running::{DEVICE_TOKEN, Running, all, in_front_of, short};

const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";
const REFUSAL: Deed = Deed::Answer(400, &[], r#"{"reason":"BadDeviceToken"}"#);

/// A push with a name.
fn named(relay: &Running) -> Request {
    relay
        .push()
        .header("apns-id", APNS_ID)
        .header("authorization", "bearer a.b.c")
}

async fn stored(relay: &Running, apns_id: &str) -> Answer {
    relay
        .send(relay.request(&format!("GET /api/sends/{apns_id}")))
        .await
}

#[tokio::test]
async fn an_accepted_push_is_not_sent_twice() {
    let peer = Peer::that(Deed::Answer(
        200,
        &[("apns-id", APNS_ID), ("apns-unique-id", "u-1")],
        "",
    ))
    .await;
    let relay = Running::in_front_of(&peer).await;
    let first = relay.send(named(&relay).body("{}")).await;
    assert_eq!(
        (first.status, first.outcome(), first.header("trill-repeat")),
        (200, "accepted", "")
    );
    // Also in other letters, and with a token that was renewed meanwhile.
    let again = relay
        .push()
        .header("apns-id", &APNS_ID.to_ascii_uppercase())
        .header("authorization", "bearer d.e.f")
        .body("{}");
    let again = relay.send(again).await;
    assert_eq!(
        (again.status, again.outcome(), again.header("trill-repeat")),
        (200, "accepted", "stored")
    );
    assert_eq!(
        (again.header("apns-id"), again.header("apns-unique-id")),
        (APNS_ID, "u-1")
    );
    assert_eq!(peer.seen().len(), 1);

    let known = stored(&relay, APNS_ID).await;
    assert_eq!(known.status, 200);
    let expected = json!({ "apns_id": APNS_ID, "environment": "sandbox", "outcome": "accepted", "answer": { "status": 200, "body": "" } });
    assert_eq!(known.json(), expected);
}

/// Somebody of a shared page who sends named pushes, on one connection, and how they end.
async fn flood(
    relay: SocketAddr,
    user: &str,
    environment: &str,
    numbers: Range<u32>,
) -> Vec<String> {
    let mut client = Client::connect(relay).await;
    let mut outcomes = Vec::new();
    for number in numbers {
        let request = page(&format!("POST /{environment}/3/device/{DEVICE_TOKEN}"))
            .header("x-forwarded-user", user)
            .header("apns-topic", "com.example.calls.voip")
            .header(
                "apns-id",
                &format!("{number:08x}-14a8-11e5-b60b-1697f925ec7b"),
            );
        client.write(&request.body("{}").bytes()).await;
        outcomes.push(client.answer().await.outcome().to_owned());
    }
    outcomes
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_pushes_of_another_client_evict_no_answer() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits {
        send_rate: None,
        device_rate: None,
        ..Limits::default()
    };
    let relay = Running::start(Config {
        access: proxied("127.0.0.0/8"),
        limits,
        ..in_front_of(&peer)
    })
    .await;
    // The simulator takes them all, so that it has to remember them.
    let fault = br#"[{"fault":"answer","status":200}]"#;
    let control = ControlRequest {
        method: &Method::PUT,
        path: &["faults"],
        query: "",
        body: fault,
    };
    relay
        .simulator
        .control(&Caller::Owner, &control)
        .expect("a right script");
    let alices = || {
        let push = page(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
            .header("apns-topic", "com.example.calls.voip");
        push.header("x-forwarded-user", "alice")
            .header("apns-id", APNS_ID)
            .header("authorization", "bearer a.b.c")
            .body("{}")
    };
    assert_eq!(relay.send(alices()).await.outcome(), "accepted");
    let floods = [
        flood(relay.address, "bob", "simulator", 0..3_350),
        flood(relay.address, "carol", "sandbox", 0..3_350),
        flood(relay.address, "alice", "simulator", 0..3_350),
    ];
    for outcomes in all(floods).await {
        assert_eq!(
            outcomes
                .iter()
                .filter(|outcome| *outcome == "accepted")
                .count(),
            3_350
        );
    }
    let again = relay.send(alices()).await;
    assert_eq!(
        (again.status, again.outcome(), again.header("trill-repeat")),
        (200, "accepted", "stored")
    );
    let seen = peer.seen();
    let alices = seen
        .iter()
        .filter(|seen| seen.headers["apns-id"] == APNS_ID)
        .count();
    assert_eq!((alices, seen.len()), (1, 3_351));
}

#[tokio::test]
async fn a_push_that_may_have_rung_is_not_sent_twice() {
    let peer = Peer::that(Deed::HangUp).await;
    let relay = Running::in_front_of(&peer).await;
    let first = relay.send(named(&relay).body("{}")).await;
    let again = relay.send(named(&relay).body("{}")).await;
    for answer in [&first, &again] {
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (504, "connection_lost", "unknown")
        );
    }
    assert_eq!(
        (first.header("trill-repeat"), again.header("trill-repeat")),
        ("", "stored")
    );
    assert_eq!(peer.seen().len(), 1);
    let known = stored(&relay, APNS_ID).await.json();
    assert_eq!(
        (&known["outcome"], &known["answer"]["code"]),
        (&json!("unknown"), &json!("connection_lost"))
    );
}

#[tokio::test]
async fn a_push_that_was_not_delivered_is_forgotten() {
    let peer = Peer::start(Manners::default(), |number, _| {
        if number == 0 { REFUSAL } else { ACCEPT }
    })
    .await;
    let relay = Running::in_front_of(&peer).await;
    assert_eq!(
        relay.send(named(&relay).body("{}")).await.outcome(),
        "rejected"
    );
    let known = stored(&relay, APNS_ID).await;
    assert_eq!(
        (known.status, known.code().as_str()),
        (404, "send_not_found")
    );
    let again = relay.send(named(&relay).body("{}")).await;
    assert_eq!(
        (again.outcome(), again.header("trill-repeat")),
        ("accepted", "")
    );
    assert_eq!(peer.seen().len(), 2);
}

#[tokio::test]
async fn a_repeat_waits_for_the_answer_of_the_first() {
    for deed in [ACCEPT, REFUSAL] {
        let peer = Peer::that(Deed::After(Duration::from_millis(300), Box::new(deed))).await;
        let relay = Running::in_front_of(&peer).await;
        let asking = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            stored(&relay, APNS_ID).await
        };
        let sending = all((0..5).map(|_| relay.send(named(&relay).body("{}"))));
        let (answers, underway) = tokio::join!(sending, asking);
        assert_eq!(
            (underway.status, underway.json()["outcome"].is_null()),
            (202, true)
        );
        assert!(
            answers
                .iter()
                .all(|answer| (answer.status, answer.outcome())
                    == (answers[0].status, answers[0].outcome()))
        );
        assert_eq!(
            answers
                .iter()
                .filter(|answer| answer.header("trill-repeat") == "underway")
                .count(),
            4
        );
        assert_eq!(peer.seen().len(), 1);
    }
}

#[tokio::test]
async fn another_push_with_the_same_apns_id_is_refused() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    assert_eq!(
        relay
            .send(named(&relay).header("apns-push-type", "voip").body("{}"))
            .await
            .outcome(),
        "accepted"
    );
    let to_another = relay
        .request(&format!("POST /sandbox/3/device/{}", "ab".repeat(32)))
        .header("apns-id", APNS_ID);
    for request in [
        named(&relay).header("apns-push-type", "voip").body("{ }"),
        named(&relay).header("apns-push-type", "alert").body("{}"),
        named(&relay)
            .without("apns-topic")
            .header("apns-push-type", "voip")
            .body("{}"),
        to_another
            .header("apns-topic", "com.example.calls.voip")
            .header("apns-push-type", "voip")
            .body("{}"),
    ] {
        let answer = relay.send(request).await;
        assert_eq!(
            (answer.status, answer.code().as_str(), answer.outcome()),
            (409, "apns_id_reused", "not-sent")
        );
        assert_eq!(answer.json()["field"], "apns-id");
    }
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_push_without_an_apns_id_is_sent_each_time() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for request in [
        relay.push(),
        relay.push(),
        relay.push().header("apns-id", "1"),
        relay.push().header("apns-id", "1"),
    ] {
        assert_eq!(
            relay.send(request.body("{}")).await.header("trill-repeat"),
            ""
        );
    }
    assert_eq!(peer.seen().len(), 4);
    let known = stored(&relay, "1").await;
    assert_eq!((known.status, known.code().as_str()), (422, "apns_id"));
    assert_eq!(stored(&relay, APNS_ID).await.status, 404);
}

#[tokio::test]
async fn a_refused_stream_is_tried_three_times() {
    for (refusals, status, outcome, tries) in [
        (1, 200, "accepted", 2),
        (2, 200, "accepted", 3),
        (9, 502, "not-sent", 3),
    ] {
        let refusal = Deed::Reset(Reason::REFUSED_STREAM);
        let peer = Peer::start(Manners::default(), move |number, _| {
            if number < refusals {
                refusal.clone()
            } else {
                ACCEPT
            }
        })
        .await;
        let relay = Running::in_front_of(&peer).await;
        let answer = relay.send(relay.push().body("{}")).await;
        assert_eq!(
            (answer.status, answer.outcome(), peer.seen().len()),
            (status, outcome, tries)
        );
    }
}

/// A relay whose simulator goes away in some way, the answer of one push, and how many it judged.
async fn simulator_goes_away(fault: serde_json::Value) -> (Answer, usize) {
    let relay = Running::start(Config {
        deadlines: short(),
        ..Config::default()
    })
    .await;
    let control = |method, path: &[&str], body: &str| {
        let answer = relay.simulator.control(
            &Caller::Owner,
            &ControlRequest::new(&method, path, body.as_bytes()),
        );
        answer
            .expect("it is taken")
            .body
            .expect("it says something")
    };
    control(Method::PUT, &["faults"], &json!([fault]).to_string());
    let push = relay
        .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
        .header("apns-topic", "com.example.calls.voip");
    let answer = relay.send(push.body("{}")).await;
    let journal = control(Method::GET, &["journal"], "");
    (answer, journal["decisions"].as_array().map_or(0, Vec::len))
}

#[tokio::test]
async fn a_push_above_the_last_stream_of_a_goaway_is_sent_again() {
    let (answer, judged) = simulator_goes_away(
        json!({ "fault": "goaway", "last": "below", "answer": "never", "next": 1 }),
    )
    .await;
    assert_eq!(
        (answer.status, answer.outcome(), judged),
        (403, "rejected", 1)
    );
}

#[tokio::test]
async fn the_goaway_debug_data_of_a_server_is_shown() {
    let (answer, judged) =
        simulator_goes_away(json!({ "fault": "goaway", "last": "below", "answer": "never", "closes": true, "reason": "Shutdown" })).await;
    assert_eq!(
        (
            answer.status,
            answer.code().as_str(),
            answer.outcome(),
            judged
        ),
        (502, "server_went_away", "not-sent", 0)
    );
    assert!(
        answer.json()["title"]
            .as_str()
            .is_some_and(|title| title.ends_with("It said: “Shutdown”.")),
        "{}",
        answer.json()
    );

    let (answer, judged) = simulator_goes_away(
        json!({ "fault": "goaway", "last": "at", "answer": "never", "closes": true, "junk_bytes": 16_384, "seed": 3, "next": 1 }),
    )
    .await;
    assert_eq!(
        (
            answer.status,
            answer.code().as_str(),
            answer.outcome(),
            judged
        ),
        (504, "connection_lost", "unknown", 1)
    );
    let title = answer.json()["title"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let said = title.split('“').nth(1).unwrap_or_default();
    assert!(
        said.chars().count() <= 203 && !title.chars().any(char::is_control),
        "{title}"
    );
    assert!(said.chars().count() > 100, "{title}");
}
