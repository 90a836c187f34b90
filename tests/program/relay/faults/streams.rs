//! With the push on its way: what certainly was not processed is sent again, everything else is unknown.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};
use trill::relay::Deadlines;

use super::super::peer::{ACCEPT, Manners, Peer, Raw};
use super::super::running::{Running, all, in_front_of, short};
use super::Scene;
use trill::relay::Config;

#[tokio::test]
async fn twenty_at_once_wait_for_the_first_valid_token() {
    let scene = Scene::new().await;
    scene.switch(json!({ "fault": "trust-slowly", "limit": 1, "then": 1_000 }));
    let answers = all((0..20).map(|_| scene.push())).await;
    assert!(answers.iter().all(|answer| answer.outcome() == "accepted"));
    assert_eq!(
        (scene.struck(), scene.accepted()),
        (1, 20),
        "one connection, and none was refused"
    );
    scene.check();
}

#[tokio::test]
async fn a_lower_limit_is_kept() {
    let scene = Scene::new().await;
    scene.is_well().await;
    scene.once(json!({ "fault": "settings-change", "max_concurrent_streams": 1 }));
    let answers = all((0..20).map(|_| scene.push())).await;
    assert!(answers.iter().all(|answer| answer.outcome() == "accepted"));
    scene.once(json!({ "fault": "settings-change", "max_concurrent_streams": 0 }));
    scene.is_well().await;
    let start = Instant::now();
    scene.ends(502, "waited_too_long", "not-sent").await;
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    // Nobody waits for a connection that lets nothing through.
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn headers_longer_than_the_server_takes_are_not_sent() {
    let scene = Scene::new().await;
    scene.is_well().await;
    let long = |id: &str, length| {
        scene
            .request(id, &scene.token)
            .header("apns-collapse-id", &"x".repeat(length))
    };
    let answer = scene
        .relay
        .send(long("10000000-0000-4000-8000-000000000000", 7_000))
        .await;
    assert_eq!(
        (answer.status, answer.outcome()),
        (400, "rejected"),
        "APNs has a reason for this one"
    );
    let before = scene.journal().len();
    let answer = scene
        .relay
        .send(long("20000000-0000-4000-8000-000000000000", 8_000))
        .await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (431, "headers_too_long", "not-sent")
    );
    assert_eq!(scene.journal().len(), before, "it did not leave");
    scene.is_well().await;
    // Also when the server says so in mid-flight.
    scene.once(json!({ "fault": "settings-change", "max_header_list_size": 300 }));
    scene.is_well().await;
    scene.ends(431, "headers_too_long", "not-sent").await;
    // A new connection takes as much as the first.
    scene.is_well().await;
}

#[tokio::test]
async fn a_push_held_back_until_its_deadline_never_leaves() {
    let throttle = Raw::Throttle(Duration::from_millis(2_500));
    let peer = Peer::start(
        Manners {
            raw: Some(throttle),
            ..Manners::default()
        },
        |_, _| ACCEPT,
    )
    .await;
    let relay = Running::start(in_front_of(&peer)).await;
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted"
    );
    let answer = relay.send(relay.push().body("{}")).await;
    assert_eq!(
        (answer.code().as_str(), answer.outcome()),
        ("waited_too_long", "not-sent")
    );
    sleep(Duration::from_millis(1_500)).await;
    assert_eq!(
        peer.heads(),
        1,
        "it did not leave when the server allowed streams again"
    );
}

#[tokio::test]
async fn a_refused_stream_is_sent_again() {
    let scene = Scene::new().await;
    scene.once(json!({ "fault": "reset", "code": "REFUSED_STREAM" }));
    scene.is_well().await;
    assert_eq!((scene.struck(), scene.accepted()), (1, 1));
    scene.switch(json!({ "fault": "reset", "code": "REFUSED_STREAM" }));
    scene.ends(502, "stream_refused", "not-sent").await;
    assert_eq!((scene.struck(), scene.accepted()), (3, 1));
    scene.check();
}

#[tokio::test]
async fn any_other_reset_leaves_the_outcome_unknown() {
    let scene = Scene::new().await;
    for code in ["INTERNAL_ERROR", "CANCEL", "ENHANCE_YOUR_CALM"] {
        for judged in [true, false] {
            scene.switch(json!({ "fault": "reset", "code": code, "judged": judged }));
            scene.ends(504, "stream_reset", "unknown").await;
            assert_eq!(scene.struck(), 1, "{code}");
        }
    }
    assert_eq!(scene.accepted(), 3);
    scene.check();
}

#[tokio::test]
async fn a_connection_that_breaks_is_unknown_once_the_push_has_left() {
    let scene = Scene::new().await;
    for how in ["close", "reset"] {
        for when in ["headers", "judged"] {
            scene.switch(json!({ "fault": "hang-up", "when": when, "how": how }));
            scene.ends(504, "connection_lost", "unknown").await;
            assert_eq!(scene.struck(), 1, "{how} {when}");
        }
        for after in [0, 5, 12] {
            scene.once(json!({ "fault": "cut", "after_bytes": after, "how": how }));
            scene.ends(504, "connection_lost", "unknown").await;
        }
        scene.once(json!({ "fault": "hang-up", "when": "answered", "how": how }));
        scene.is_well().await;
        scene.clear();
        scene.is_well().await;
    }
    scene.check();
}

#[tokio::test]
async fn a_connection_that_ends_while_idle_fails_no_push() {
    let scene = Scene::new().await;
    for how in ["close", "reset", "close"] {
        scene.once(json!({ "fault": "hang-up", "when": "answered", "how": how }));
        scene.is_well().await;
        sleep(Duration::from_millis(50)).await;
    }
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn a_half_open_connection_is_unknown_and_replaced() {
    let scene = Scene::new().await;
    for judged in [true, false] {
        scene.once(json!({ "fault": "half-open", "judged": judged }));
        let start = Instant::now();
        scene.ends(504, "no_answer", "unknown").await;
        assert!(
            (650..3_000).contains(&start.elapsed().as_millis()),
            "{:?}",
            start.elapsed()
        );
        scene.is_well().await;
    }
    assert_eq!(scene.accepted(), 3);
    scene.check();
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_nothing_is_sent_twice() {
    let scene = Scene::new().await;
    scene.switch(json!({ "fault": "answer-lost" }));
    scene.ends(504, "no_answer", "unknown").await;
    assert_eq!((scene.struck(), scene.accepted()), (1, 1));
    // The same push again, as a script would that got no answer.
    let again = scene
        .relay
        .send(scene.request("00000000-0000-4000-8000-000000000000", &scene.token))
        .await;
    assert_eq!(
        (again.status, again.outcome(), again.header("trill-repeat")),
        (504, "unknown", "stored")
    );
    assert_eq!((scene.struck(), scene.accepted()), (1, 1));
    scene.switch(json!({ "fault": "silence" }));
    scene.ends(504, "no_answer", "unknown").await;
    assert_eq!((scene.struck(), scene.accepted()), (1, 1));
    scene.check();
}

#[tokio::test]
async fn a_slow_answer_is_an_answer_until_the_deadline() {
    let scene = Scene::new().await;
    scene.once(json!({ "fault": "delay", "ms": 450 }));
    scene.is_well().await;
    scene.once(json!({ "fault": "delay", "ms": 1_000 }));
    scene.ends(504, "no_answer", "unknown").await;
    assert_eq!(scene.accepted(), 2);
    scene.check();
}

#[tokio::test]
async fn an_answer_in_small_slow_pieces_is_read() {
    let seconds = Duration::from_secs;
    let scene = Scene::within(Deadlines {
        connect: seconds(5),
        answer: seconds(8),
        send: seconds(13),
        ..short()
    })
    .await;
    for (bytes, pause) in [(1, 1), (1_024, 1_000)] {
        scene.switch(json!({ "fault": "slow", "bytes": bytes, "pause_ms": pause }));
        scene.is_well().await;
        assert_eq!(scene.struck(), 1);
        scene.clear();
    }
    scene.check();
}

#[tokio::test]
async fn a_body_without_a_window_is_unknown_at_the_deadline() {
    let scene = Scene::new().await;
    scene.switch(json!({ "fault": "window-zero" }));
    let start = Instant::now();
    scene.ends(504, "no_answer", "unknown").await;
    assert!(
        start.elapsed() < Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    assert_eq!((scene.struck(), scene.accepted()), (1, 0));
    scene.clear();
    scene.is_well().await;
    scene.check();
}

#[tokio::test]
async fn an_idle_connection_that_answers_no_ping_is_replaced_before_it_costs_a_push() {
    let quick = Duration::from_millis(100);
    let peer = Peer::start(
        Manners {
            raw: Some(Raw::Throttle(Duration::from_secs(2))),
            ..Manners::default()
        },
        |_, _| ACCEPT,
    )
    .await;
    let deadlines = Deadlines {
        ping_after: quick,
        pong: quick,
        ..short()
    };
    let relay = Running::start(Config {
        deadlines,
        ..in_front_of(&peer)
    })
    .await;
    for round in 1..=2 {
        // The peer answers and then reads nothing for two seconds, not even a PING.
        assert_eq!(
            relay.send(relay.push().body("{}")).await.outcome(),
            "accepted"
        );
        assert_eq!(peer.heads(), round);
        sleep(Duration::from_millis(800)).await;
    }
}
