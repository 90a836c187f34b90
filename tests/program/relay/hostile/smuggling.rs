//! Smuggling: where a request ends is never a matter of opinion. What is odd is refused, and nothing after it is read.

use std::time::Duration;

use tokio::time::timeout;
use trill::relay::{Config, Deadlines};

use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::Client;
use crate::relay::running::{Running, short};
use crate::support::smuggling::{self, HIDDEN, SEEN, Seen};

/// Longer than the deadlines of the relay below, shorter than its patience with a connection that rests.
const SOON: Duration = Duration::from_secs(3);

#[tokio::test]
async fn a_smuggled_request_is_never_served() {
    let peer = Peer::that(ACCEPT).await;
    let deadlines = Deadlines {
        head: Duration::from_millis(600),
        body: Duration::from_millis(600),
        ..short()
    };
    let relay = Running::start(Config {
        deadlines,
        ..super::in_front_of_both(&peer)
    })
    .await;
    let set = smuggling::set(&relay.address.to_string());
    assert!(set.len() >= 40);
    for smuggled in set {
        let (name, before) = (smuggled.name, peer.seen().len());
        let mut client = Client::connect(relay.address).await;
        client.write(&smuggled.bytes).await;
        let mut statuses = Vec::new();
        if smuggled.seen == Seen::Carried {
            statuses.push(client.answer().await.status);
        } else {
            timeout(SOON, client.closed())
                .await
                .unwrap_or_else(|_| panic!("{name}: it stays open"));
            let text = client.text();
            statuses.extend(
                text.split("HTTP/1.")
                    .skip(1)
                    .map(|answer| answer[2..5].parse::<u16>().expect("a status")),
            );
        }
        let carried = usize::from(smuggled.seen != Seen::Refused);
        let accepted = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(accepted, carried, "{name}: {statuses:?}");
        assert!(
            statuses
                .iter()
                .all(|status| matches!(status, 200 | 400..=499)),
            "{name}: {statuses:?}"
        );
        assert!(
            statuses.len() <= carried + 1,
            "{name}: nothing is answered after a refusal, but {statuses:?}"
        );
        let paths: Vec<_> = peer.seen()[before..]
            .iter()
            .map(|seen| seen.path.clone())
            .collect();
        assert_eq!(paths, vec![format!("/3/device/{SEEN}"); carried], "{name}");
    }
    // Otherwise nothing would be shown by it.
    let open = relay
        .request(&format!("POST /production/3/device/{HIDDEN}"))
        .header("apns-topic", "com.example.calls.voip")
        .body("{}");
    assert_eq!(relay.send(open).await.status, 200);
    assert!(peer.seen().iter().any(|seen| seen.path.contains(HIDDEN)));
}
