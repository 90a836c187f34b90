//! Kills: no push is sent twice, and users keep their account.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{HOST, Stage, apns_id, push, send_all};
use crate::relay::access::{TOKEN, cookie};
use crate::relay::peer::{ACCEPT, Deed, Manners, Peer};
use crate::relay::raw_http1::{Request, exchange};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// Number of pushes answered before the end.
const ANSWERED: usize = 40;
/// Number of pushes that are not answered.
const UNDERWAY: usize = 200;
const USERS: usize = 8;

/// A peer that answers the first pushes, and then takes what it is sent without a word.
async fn silent_peer() -> Peer {
    const UNIQUE: &[(&str, &str)] = &[("apns-unique-id", "0bc1ae3f-14a8-11e5-b60b-1697f925ec7b")];
    let answer = |number: usize| {
        if number < ANSWERED {
            Deed::Answer(200, UNIQUE, "")
        } else {
            Deed::Silence
        }
    };
    Peer::start(Manners::default(), move |number, _| answer(number)).await
}

/// Kills a relay with 200 pushes underway, and sends all again when it is back.
async fn check_kill(access: &[&str], sign_in: impl AsyncFn(SocketAddr) -> Vec<(String, String)>) {
    let peer = silent_peer().await;
    let stage = Stage::before(&peer, access);
    let mut trill = stage.start();
    let clients = sign_in(trill.address()).await;
    for answer in send_all(trill.address(), 0..ANSWERED, &clients)
        .await
        .into_values()
    {
        assert_eq!((answer.status, answer.outcome()), (200, "accepted"));
    }
    let address = trill.address();
    let mut underway = JoinSet::new();
    for number in ANSWERED..ANSWERED + UNDERWAY {
        let request = push(number, &clients[number % clients.len()]);
        underway.spawn(async move {
            let mut client = crate::relay::raw_http1::Client::connect(address).await;
            client.write(&request.bytes()).await;
            client.closed().await;
        });
    }
    for _ in 0..500 {
        if peer.seen().len() == ANSWERED + UNDERWAY {
            break;
        }
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        peer.seen().len(),
        ANSWERED + UNDERWAY,
        "all of them have left"
    );
    trill.stop();
    underway.join_all().await;

    let trill = stage.start();
    let clients = sign_in(trill.address()).await;
    for (number, answer) in send_all(trill.address(), 0..ANSWERED + UNDERWAY, &clients).await {
        let expected = if number < ANSWERED {
            (200, "accepted", "")
        } else {
            (504, "unknown", "restarted")
        };
        assert_eq!(
            (answer.status, answer.outcome(), answer.code().as_str()),
            expected,
            "{number}"
        );
        assert_eq!(answer.header("trill-repeat"), "stored", "{number}");
        if number < ANSWERED {
            let ids = (answer.header("apns-id"), answer.header("apns-unique-id"));
            assert_eq!(
                ids,
                (
                    apns_id(number).as_str(),
                    "0bc1ae3f-14a8-11e5-b60b-1697f925ec7b"
                )
            );
        }
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for push in peer.seen() {
        *seen
            .entry(push.headers["apns-id"].to_str().expect("ASCII").to_owned())
            .or_default() += 1;
    }
    assert_eq!(
        (seen.len(), seen.values().max()),
        (ANSWERED + UNDERWAY, Some(&1)),
        "nobody rings twice"
    );

    // Another push under a name that was used before the restart, and a new one.
    let (name, value) = &clients[0];
    let other = push(0, &clients[0]).body("{}");
    let other = exchange(trill.address(), &other).await;
    assert_eq!(
        (other.status, other.code().as_str()),
        (409, "apns_id_reused")
    );
    for (number, outcome) in [(0, "accepted"), (ANSWERED + ANSWERED % USERS, "unknown")] {
        let request = Request::new(&format!("GET /api/sends/{}", apns_id(number)))
            .header("host", HOST)
            .header(name, value);
        let known = exchange(trill.address(), &request).await;
        assert_eq!(
            (known.status, known.json()["outcome"].as_str()),
            (200, Some(outcome)),
            "{number}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_no_push_of_a_user_is_sent_twice() {
    let access = [
        &format!("--public-url=https://{HOST}"),
        "--user-header=x-forwarded-user",
        "--trusted-proxy=127.0.0.0/8",
    ];
    let users = async |_| {
        (0..USERS)
            .map(|user| ("x-forwarded-user".to_owned(), format!("user-{user}")))
            .collect()
    };
    check_kill(&access, users).await;
}

/// Signs in eight times, each a session of its own.
async fn sessions(relay: SocketAddr, token: &str) -> Vec<(String, String)> {
    let mut clients = Vec::new();
    for _ in 0..USERS {
        let request = Request::new("POST /api/session")
            .header("host", HOST)
            .header("trill-access", token)
            .body("");
        let answer = exchange(relay, &request).await;
        assert_eq!(answer.status, 204);
        clients.push(("cookie".to_owned(), cookie(&answer).0));
    }
    clients
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_kill_no_push_of_a_session_is_sent_twice() {
    let folder = TempDir::new();
    let token = folder.write("token", TOKEN);
    let access = [
        format!("--public-url=https://{HOST}"),
        format!("--access-token-file={}", token.display()),
    ];
    let access: Vec<_> = access.iter().map(String::as_str).collect();
    check_kill(&access, async |relay| sessions(relay, TOKEN).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn holders_of_a_regenerated_token_keep_their_account() {
    let peer = Peer::that(ACCEPT).await;
    let stage = Stage::before(&peer, &[&format!("--public-url=https://{HOST}")]);
    for repeat in ["", "stored"] {
        let mut trill = stage.start();
        let token = made_token(&trill).await;
        let answer = exchange(
            trill.address(),
            &push(1, &("trill-access".to_owned(), token)),
        )
        .await;
        assert_eq!(
            (answer.outcome(), answer.header("trill-repeat")),
            ("accepted", repeat)
        );
        assert_eq!(trill.end_by("-TERM"), Some(0));
    }
    assert_eq!(peer.seen().len(), 1);
}

/// The access token that stands in the lines after the first.
async fn made_token(trill: &Trill) -> String {
    for _ in 0..500 {
        let stdout = trill.stdout();
        let line = stdout.lines().find_map(|line| line.split_once("#access="));
        if let Some((_, token)) = line {
            return token.to_owned();
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("it is not told")
}
