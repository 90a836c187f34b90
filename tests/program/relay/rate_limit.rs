//! Rate limits: who sends too much is told so, and when to come again; nobody else notices.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use trill::relay::{Config, Deadlines, Limits, Rate};

use super::many_files::has_many_files;
use super::peer::{ACCEPT, Deed, Peer};
use super::raw_http1::{Answer, Request, exchange, exchange_from};
use super::running::{DEVICE_TOKEN, Running, all, in_front_of};

/// Somebody else on this machine.
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// The credential that everybody has.
const SHARED: &str = "bearer a";

async fn relay(peer: &Peer, limits: Limits) -> Running {
    Running::start(Config {
        limits,
        ..in_front_of(peer)
    })
    .await
}

fn to(relay: &Running, device: &str) -> Request {
    relay
        .request(&format!("POST /sandbox/3/device/{device}"))
        .header("apns-topic", "com.example.calls.voip")
        .body("{}")
}

fn signed(relay: &Running, credential: &str) -> Request {
    relay.push().header("authorization", credential).body("{}")
}

/// Checks a refusal, and gives what `retry-after` says.
fn refused(answer: &Answer, status: u16, code: &str) -> u64 {
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (status, code, "not-sent")
    );
    let problem = answer.json();
    for part in ["title", "detail"] {
        let sentence = problem[part].as_str().expect("a sentence");
        assert!(
            (10..=160).contains(&sentence.chars().count()) && sentence.ends_with('.'),
            "{sentence}"
        );
    }
    answer.header("retry-after").parse().expect("whole seconds")
}

#[tokio::test]
async fn a_client_over_its_rate_is_refused_and_another_is_not() {
    let peer = Peer::that(ACCEPT).await;
    let relay = relay(
        &peer,
        Limits {
            send_rate: Some(Rate::per_minute(60, 20)),
            ..Limits::default()
        },
    )
    .await;
    let flood = all((0..100).map(|_| relay.send(relay.push().body("{}"))));
    let quiet = async {
        for _ in 0..20 {
            let answer = exchange_from(OTHER, relay.address, &relay.push().body("{}")).await;
            assert_eq!(answer.outcome(), "accepted");
        }
    };
    let (flood, ()) = tokio::join!(flood, quiet);
    let accepted = flood.iter().filter(|answer| answer.status == 200).count();
    assert!(
        (20..=22).contains(&accepted),
        "twenty at once, and one for each second since: {accepted}"
    );
    for answer in flood.iter().filter(|answer| answer.status != 200) {
        assert_eq!(refused(answer, 429, "too_many_sends"), 1);
    }
    assert_eq!(peer.seen().len(), accepted + 20);
    let refusal = relay
        .send(
            relay
                .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
                .header("apns-priority", "10")
                .body("{}"),
        )
        .await;
    assert_eq!(
        (refusal.status, refusal.outcome()),
        (403, "rejected"),
        "the simulator is never limited"
    );
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted",
        "after as long as it was told"
    );
}

#[tokio::test]
async fn the_rate_comes_before_the_body_and_after_the_origin_guard() {
    let peer = Peer::that(ACCEPT).await;
    let relay = relay(
        &peer,
        Limits {
            send_rate: Some(Rate::per_minute(1, 1)),
            ..Limits::default()
        },
    )
    .await;
    for (name, value) in [
        ("host", "evil.test"),
        ("origin", "http://evil.test"),
        ("content-type", "text/plain"),
    ] {
        let request = relay.push().without(name).header(name, value).body("{}");
        assert!(
            [421, 403, 415].contains(&relay.send(request).await.status),
            "{name}"
        );
    }
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted",
        "what is refused before costs nothing"
    );
    let promised = relay
        .push()
        .header("content-length", "2")
        .header("expect", "100-continue");
    let wait = refused(&relay.send(promised).await, 429, "too_many_sends");
    assert!((59..=60).contains(&wait), "{wait}");
    assert_eq!(peer.seen().len(), 1);
}

#[tokio::test]
async fn a_device_has_a_rate_for_all_clients_together() {
    let expired = Deed::Answer(403, &[], r#"{"reason":"ExpiredProviderToken"}"#);
    let peer = Peer::start(Default::default(), move |_, seen| {
        match seen.headers.get("authorization") {
            Some(old) if old == "bearer old" => expired.clone(),
            _ => ACCEPT,
        }
    })
    .await;
    let relay = relay(
        &peer,
        Limits {
            device_rate: Some(Rate::per_minute(10, 1)),
            ..Limits::default()
        },
    )
    .await;
    assert_eq!(relay.send(to(&relay, "ab")).await.outcome(), "accepted");
    let again = exchange_from(OTHER, relay.address, &to(&relay, "AB")).await;
    assert!((5..=6).contains(&refused(&again, 429, "device_rate")));
    assert_eq!(again.json()["field"], "device_token");
    assert_eq!(
        relay.send(to(&relay, "cd")).await.outcome(),
        "accepted",
        "another device"
    );
    assert_eq!(peer.seen().len(), 2);

    // A client that must sign anew sends the same push twice, which rings once.
    assert_eq!(
        relay
            .send(to(&relay, "ef").header("authorization", "bearer old"))
            .await
            .outcome(),
        "rejected"
    );
    assert_eq!(
        relay
            .send(to(&relay, "ef").header("authorization", "bearer new"))
            .await
            .outcome(),
        "accepted"
    );
    refused(
        &relay
            .send(to(&relay, "ef").header("authorization", "bearer new"))
            .await,
        429,
        "device_rate",
    );
}

/// A peer that answers `bearer a` when it is told to and not before, and a relay whose connection to it is open.
async fn held(limits: Limits) -> (Peer, Running, watch::Sender<bool>) {
    let (release, released) = watch::channel(false);
    let peer = Peer::start(Default::default(), move |number, _| {
        if number == 0 {
            ACCEPT
        } else {
            Deed::Once(released.clone())
        }
    })
    .await;
    let relay = Running::start(Config {
        limits,
        deadlines: Deadlines::default(),
        ..in_front_of(&peer)
    })
    .await;
    assert_eq!(
        relay.send(signed(&relay, SHARED)).await.outcome(),
        "accepted"
    );
    (peer, relay, release)
}

/// Sends as many pushes at once, each on a connection of its own, and gives the answers as they come.
fn flood(relay: &Running, from: Ipv4Addr, number: usize, answers: &mpsc::UnboundedSender<Answer>) {
    for _ in 0..number {
        let (address, request, answers) = (relay.address, signed(relay, SHARED), answers.clone());
        tokio::spawn(async move { answers.send(exchange_from(from, address, &request).await) });
    }
}

async fn take(number: usize, answers: &mut mpsc::UnboundedReceiver<Answer>) -> Vec<Answer> {
    let mut taken = Vec::new();
    while taken.len() < number {
        taken.push(answers.recv().await.expect("an answer"));
    }
    taken
}

#[tokio::test]
async fn a_burst_of_a_thousand_is_answered_and_over_at_once() {
    if !has_many_files("relay::rate_limit::a_burst_of_a_thousand_is_answered_and_over_at_once") {
        return;
    }
    let (peer, relay, release) = held(Limits {
        send_rate: None,
        ..Limits::default()
    })
    .await;
    let (sender, mut answers) = mpsc::unbounded_channel();
    for client in 0..20 {
        flood(&relay, Ipv4Addr::new(127, 0, 1, client), 50, &sender);
    }
    for answer in take(1_000 - 512, &mut answers).await {
        assert_eq!(
            refused(&answer, 503, "overloaded"),
            1,
            "the others are on their way, and it says so at once"
        );
    }
    release.send_replace(true);
    assert!(
        take(512, &mut answers)
            .await
            .iter()
            .all(|answer| answer.outcome() == "accepted")
    );
    assert_eq!(
        peer.seen().len(),
        1 + 512,
        "each that was accepted was sent once, and no other"
    );
    let start = Instant::now();
    assert_eq!(
        relay.send(signed(&relay, SHARED)).await.outcome(),
        "accepted"
    );
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test]
async fn one_client_cannot_take_all_sends_in_flight() {
    let (peer, relay, release) = held(Limits {
        sends_in_flight: 12,
        sends_per_client: 8,
        ..Limits::default()
    })
    .await;
    let (sender, mut answers) = mpsc::unbounded_channel();
    flood(&relay, Ipv4Addr::LOCALHOST, 40, &sender);
    take(32, &mut answers)
        .await
        .iter()
        .for_each(|answer| assert_eq!(refused(answer, 503, "overloaded"), 1));
    flood(&relay, OTHER, 4, &sender);
    while peer.seen().len() < 1 + 8 + 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let refusal = exchange_from(
        Ipv4Addr::new(127, 0, 0, 3),
        relay.address,
        &signed(&relay, SHARED),
    )
    .await;
    assert_eq!(
        refused(&refusal, 503, "overloaded"),
        1,
        "now all places are taken"
    );
    let simulated = relay.send(
        relay
            .request(&format!("POST /simulator/3/device/{DEVICE_TOKEN}"))
            .header("apns-priority", "10")
            .body("{}"),
    );
    assert_eq!(
        refused(&simulated.await, 503, "overloaded"),
        1,
        "a push to the simulator takes a place too"
    );
    release.send_replace(true);
    assert!(
        take(12, &mut answers)
            .await
            .iter()
            .all(|answer| answer.outcome() == "accepted")
    );
}

#[tokio::test]
async fn a_new_connection_waits_for_the_rate_and_delays_no_other_push() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits {
        new_connections_per_client: Some(Rate::per_minute(60, 2)),
        ..Limits::default()
    };
    let relay = relay(&peer, limits).await;
    let outcome = async |credential: &str| {
        relay
            .send(signed(&relay, credential))
            .await
            .outcome()
            .to_owned()
    };
    for credential in ["bearer a", "bearer b", "bearer a", "bearer b"] {
        assert_eq!(outcome(credential).await, "accepted");
    }
    assert_eq!(
        peer.connections(),
        2,
        "a connection that is open costs nothing"
    );

    let start = Instant::now();
    let others = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        for credential in ["bearer a", "bearer b"] {
            assert_eq!(outcome(credential).await, "accepted");
        }
        assert_eq!(
            exchange_from(OTHER, relay.address, &signed(&relay, "bearer c"))
                .await
                .outcome(),
            "accepted"
        );
        start.elapsed()
    };
    let (waited, third, others) = tokio::join!(
        async { (outcome("bearer d").await, start.elapsed()) },
        outcome("bearer c"),
        others
    );
    assert_eq!(
        (waited.0.as_str(), third.as_str()),
        ("accepted", "accepted")
    );
    assert!(
        (600..1_400).contains(&waited.1.as_millis()),
        "{:?}",
        waited.1
    );
    assert!(others < Duration::from_millis(600), "{others:?}");
    assert_eq!(
        peer.connections(),
        4,
        "what a colleague has opened is used by those who wait for it"
    );
}

#[tokio::test]
async fn a_push_that_cannot_get_a_connection_in_time_is_refused() {
    let peer = Peer::that(ACCEPT).await;
    let limits = Limits {
        new_connections: Some(Rate::per_minute(6, 1)),
        ..Limits::default()
    };
    let relay = relay(&peer, limits).await;
    assert_eq!(
        relay.send(signed(&relay, "bearer a")).await.outcome(),
        "accepted"
    );
    let start = Instant::now();
    let wait = refused(
        &relay.send(signed(&relay, "bearer b")).await,
        429,
        "too_many_credentials",
    );
    assert!((8..=9).contains(&wait), "{wait}");
    assert!(
        (1_400..2_500).contains(&start.elapsed().as_millis()),
        "it waited until its deadline: {:?}",
        start.elapsed()
    );
    assert_eq!((peer.seen().len(), peer.connections()), (1, 1));
    assert_eq!(
        relay.send(signed(&relay, "bearer a")).await.outcome(),
        "accepted"
    );
}

#[tokio::test]
async fn an_unreachable_host_uses_up_no_connection_rate() {
    let peer = Peer::that(ACCEPT).await;
    let config = in_front_of(&peer);
    let mut upstreams = config.upstreams.clone();
    upstreams[0].port = 1;
    let limits = Limits {
        new_connections: Some(Rate::per_minute(1, 1)),
        ..Limits::default()
    };
    let relay = Running::start(Config {
        limits,
        upstreams,
        ..config
    })
    .await;
    for _ in 0..2 {
        let answer = exchange(relay.address, &relay.push().body("{}")).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (502, "cannot_connect"),
            "what is wrong is the network"
        );
    }
}
