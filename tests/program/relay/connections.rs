//! The connections to APNs: one for each credential, the first request alone, and no dead one used twice.

use std::time::Duration;

use trill::relay::{Config, Deadlines, Limits};

use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::running::{Running, all, in_front_of, short};

const EXPIRED: Deed = Deed::Answer(403, &[], r#"{"reason":"ExpiredProviderToken"}"#);

async fn outcome(relay: &Running, credential: &str) -> String {
    let request = relay.push().header("authorization", credential).body("{}");
    relay.send(request).await.outcome().to_owned()
}

#[tokio::test]
async fn each_credential_has_its_own_connection() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for credential in ["bearer a", "bearer b", "bearer a", "bearer b", "bearer a"] {
        assert_eq!(outcome(&relay, credential).await, "accepted");
    }
    assert_eq!(
        relay.send(relay.push().body("{}")).await.outcome(),
        "accepted"
    );
    assert_eq!(peer.connections(), 3, "a, b, and none");
    let mut used: Vec<_> = peer
        .seen()
        .iter()
        .map(|seen| (seen.headers.get("authorization").cloned(), seen.connection))
        .collect();
    used.dedup();
    used.sort_by_key(|(_, connection)| *connection);
    used.dedup();
    assert_eq!(used.len(), 3, "no connection saw two credentials");
}

#[tokio::test]
async fn the_first_request_is_alone_on_its_connection() {
    let slow = Deed::After(Duration::from_millis(150), Box::new(ACCEPT));
    let peer = Peer::start(Manners::default(), move |_, _| slow.clone()).await;
    let relay = Running::in_front_of(&peer).await;
    let sends = (0..20).map(|_| outcome(&relay, "bearer a"));
    assert!(all(sends).await.iter().all(|outcome| outcome == "accepted"));
    let seen = peer.seen();
    assert_eq!((seen.len(), peer.connections()), (20, 1));
    assert_eq!(
        (seen[0].open, seen[1].open),
        (1, 1),
        "the second came after the first was answered"
    );
    assert!(
        seen.iter().any(|seen| seen.open > 5),
        "then they go together"
    );
}

#[tokio::test]
async fn a_connection_that_died_while_idle_is_replaced() {
    let peer = Peer::that(ACCEPT).await;
    let relay = Running::in_front_of(&peer).await;
    for round in 1..=3 {
        assert_eq!(outcome(&relay, "bearer a").await, "accepted");
        assert_eq!(peer.connections(), round);
        peer.hang_up();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn an_expired_token_costs_its_connection() {
    let peer = Peer::start(Manners::default(), |number, _| {
        if number == 0 { EXPIRED } else { ACCEPT }
    })
    .await;
    let relay = Running::in_front_of(&peer).await;
    assert_eq!(outcome(&relay, "bearer a").await, "rejected");
    assert_eq!(outcome(&relay, "bearer a").await, "accepted");
    assert_eq!(outcome(&relay, "bearer a").await, "accepted");
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn an_unused_connection_is_closed() {
    let peer = Peer::that(ACCEPT).await;
    let deadlines = Deadlines {
        upstream_idle: Duration::from_millis(100),
        ping_after: Duration::from_millis(30),
        ..short()
    };
    let relay = Running::start(Config {
        deadlines,
        ..in_front_of(&peer)
    })
    .await;
    assert_eq!(outcome(&relay, "bearer a").await, "accepted");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(outcome(&relay, "bearer a").await, "accepted");
    assert_eq!(peer.connections(), 2);
}

#[tokio::test]
async fn at_most_32_connections_and_none_in_use_is_closed() {
    let peer = Peer::start(Manners::default(), |_, seen| {
        match seen.headers.get("authorization") {
            Some(credential) if credential == "bearer quick" || credential == "bearer late" => {
                ACCEPT
            }
            _ => Deed::Silence,
        }
    })
    .await;
    let deadlines = Deadlines {
        answer: Duration::from_secs(4),
        connect: Duration::from_secs(5),
        send: Duration::from_secs(9),
        ..short()
    };
    let limits = Limits {
        new_connections: None,
        new_connections_per_client: None,
        ..Limits::default()
    };
    let relay = Running::start(Config {
        deadlines,
        limits,
        ..in_front_of(&peer)
    })
    .await;
    assert_eq!(outcome(&relay, "bearer quick").await, "accepted");
    let held: Vec<String> = (0..31).map(|index| format!("bearer {index}")).collect();
    let held = all(held.iter().map(|credential| outcome(&relay, credential)));
    let more = async {
        while peer.seen().len() < 32 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let late = outcome(&relay, "bearer late").await;
        assert_eq!(late, "accepted", "the only idle connection made room");
        let replaced = relay.send(relay.push().header("authorization", "bearer 31").body("{}"));
        let refused = async {
            while peer.seen().len() < 34 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let request = relay.push().header("authorization", "bearer 32").body("{}");
            let answer = relay.send(request).await;
            assert_eq!(
                (answer.status, answer.code().as_str(), answer.outcome()),
                (503, "too_many_connections", "not-sent")
            );
        };
        tokio::join!(replaced, refused).0
    };
    let (held, replaced) = tokio::join!(held, more);
    assert!(
        held.iter().all(|outcome| outcome == "unknown"),
        "they were left alone until their deadline"
    );
    assert_eq!(replaced.outcome(), "unknown");
}
