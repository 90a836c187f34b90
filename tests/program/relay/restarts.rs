//! Restarts: what a relay with a data folder still knows when it comes back, also after it was killed.

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::sleep;

use super::access::{TOKEN, cookie};
use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::{Answer, Request, exchange};
use super::running::DEVICE_TOKEN;
use crate::support::openssl;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const HOST: &str = "trill.test";
/// Those who are answered before the end.
const ANSWERED: usize = 40;
/// Those who are not.
const UNDERWAY: usize = 200;
const USERS: usize = 8;

/// The real program before a peer, and what it keeps.
struct Stage {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Stage {
    /// A relay without rates whose sandbox is `peer`.
    fn before(peer: &Peer, access: &[&str]) -> Self {
        let folder = TempDir::new();
        let authority = folder.write(
            "ca.pem",
            openssl::run(&["x509", "-inform", "DER"], &peer.authority),
        );
        let mut arguments = vec![
            format!(
                "--upstream=sandbox=https://localhost:{}",
                peer.address.port()
            ),
            format!("--upstream-ca={}", authority.display()),
            format!("--data={}", folder.path().join("data").display()),
        ];
        let rates = [
            "--send-rate=off",
            "--device-rate=off",
            "--connections-per-address=off",
            "--sends-per-client=512",
        ];
        arguments.extend(
            rates
                .iter()
                .chain(access)
                .map(|argument| (*argument).to_owned()),
        );
        Self { folder, arguments }
    }

    fn start(&self) -> Trill {
        Trill::start(
            &self
                .arguments
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>(),
        )
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }
}

fn apns_id(number: usize) -> String {
    format!("{number:08x}-14a8-11e5-b60b-1697f925ec7b")
}

/// Push number so-and-so, of a client with this header.
fn push(number: usize, (name, value): &(String, String)) -> Request {
    Request::new(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"))
        .header("host", HOST)
        .header("apns-topic", "com.example.calls.voip")
        .header("apns-id", &apns_id(number))
        .header("authorization", "bearer a.b.c")
        .header(name, value)
        .body(format!(r#"{{"number":{number}}}"#))
}

/// Sends them all at once, each by one of the clients.
async fn send_all(
    relay: SocketAddr,
    numbers: std::ops::Range<usize>,
    clients: &[(String, String)],
) -> HashMap<usize, Answer> {
    let mut sends = JoinSet::new();
    for number in numbers {
        let request = push(number, &clients[number % clients.len()]);
        sends.spawn(async move { (number, exchange(relay, &request).await) });
    }
    sends.join_all().await.into_iter().collect()
}

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
            let mut client = super::raw_http1::Client::connect(address).await;
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

/// Nobody in particular: on loopback there is only the owner.
fn owner() -> (String, String) {
    ("x-nothing".to_owned(), "x".to_owned())
}

fn owners_push(relay: &Trill, number: usize) -> Request {
    push(number, &owner())
        .without("host")
        .header("host", &relay.address().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn on_loopback_nothing_is_stored_by_default() {
    let peer = Peer::that(ACCEPT).await;
    let stage = Stage::before(&peer, &[]);
    for repeat in ["", "stored"] {
        let mut trill = stage.start();
        let answer = exchange(trill.address(), &owners_push(&trill, 1)).await;
        assert_eq!(
            (answer.outcome(), answer.header("trill-repeat")),
            ("accepted", repeat)
        );
        trill.stop();
    }
    let mode = |path: &Path| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(&stage.data()), 0o700);
    let files: Vec<_> = fs::read_dir(stage.data())
        .expect("it is there")
        .map(|file| file.expect("it can be listed").path())
        .collect();
    assert_eq!(
        (files.len(), files.iter().all(|file| mode(file) == 0o600)),
        (4, true),
        "{files:?}"
    );

    let home = TempDir::new();
    let home_path = home.path().to_str().expect("ASCII");
    let variables = [("HOME", home_path), ("XDG_DATA_HOME", home_path)];
    let loopback = Trill::start_as(&variables, &["--listen=127.0.0.1:0"]);
    assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 0);
    drop(loopback);
    let shared = ["--listen=127.0.0.1:0", "--public-url=https://trill.test"];
    drop(Trill::start_as(
        &variables,
        &[&shared[..], &["--data=off"]].concat(),
    ));
    assert_eq!(fs::read_dir(home.path()).expect("it is there").count(), 0);
    let _shared = Trill::start_as(&variables, &shared);
    assert!(home.path().join("trill").is_dir());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_too_small_after_a_restart_takes_no_more() {
    let peer = Peer::that(ACCEPT).await;
    let mut stage = Stage::before(&peer, &[]);
    let mut trill = stage.start();
    for number in 0..20 {
        assert_eq!(
            exchange(trill.address(), &owners_push(&trill, number))
                .await
                .outcome(),
            "accepted"
        );
    }
    trill.stop();
    // Within ten minutes such a rate allows twelve.
    stage
        .arguments
        .retain(|argument| argument != "--send-rate=off");
    stage.arguments.push("--send-rate=1/min:1".to_owned());
    let trill = stage.start();
    let refused = exchange(trill.address(), &owners_push(&trill, 20)).await;
    assert_eq!(
        (refused.status, refused.code().as_str(), refused.outcome()),
        (503, "sends_remembered", "not-sent")
    );
    let wait: u64 = refused
        .header("retry-after")
        .parse()
        .expect("whole seconds");
    assert!((540..=600).contains(&wait), "{wait}");
    for part in ["title", "detail"] {
        let sentence = refused.json()[part]
            .as_str()
            .expect("a sentence")
            .to_owned();
        assert!(
            (10..=160).contains(&sentence.chars().count()) && sentence.ends_with('.'),
            "{sentence}"
        );
    }
    assert_eq!(peer.seen().len(), 20);
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_a_push_that_cannot_be_stored_is_not_sent() {
    let peer = Peer::that(ACCEPT).await;
    let stage = Stage::before(&peer, &[]);
    // Files end at 4 KiB, as if the disk did: the first line, and fifteen pushes.
    let arguments: Vec<_> = stage.arguments.iter().map(String::as_str).collect();
    let trill = spawn_blocking({
        let arguments: Vec<_> = arguments
            .iter()
            .map(|argument| (*argument).to_owned())
            .collect();
        move || {
            Trill::start_under(
                "trap '' XFSZ; ulimit -S -f 8",
                &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
            )
        }
    });
    let trill = trill.await.expect("it starts");
    for number in 0..15 {
        assert_eq!(
            exchange(trill.address(), &owners_push(&trill, number))
                .await
                .outcome(),
            "accepted"
        );
    }
    let refused = exchange(trill.address(), &owners_push(&trill, 15)).await;
    assert_eq!(
        (refused.status, refused.code().as_str(), refused.outcome()),
        (503, "data_unwritable", "not-sent")
    );
    assert_eq!(refused.header("retry-after"), "10");
    for part in ["title", "detail"] {
        let sentence = refused.json()[part]
            .as_str()
            .expect("a sentence")
            .to_owned();
        assert!(
            (10..=160).contains(&sentence.chars().count()) && sentence.ends_with('.'),
            "{sentence}"
        );
    }
    assert_eq!(
        exchange(trill.address(), &owners_push(&trill, 3))
            .await
            .header("trill-repeat"),
        "stored"
    );
    let unnamed = owners_push(&trill, 15).without("apns-id");
    assert_eq!(
        exchange(trill.address(), &unnamed).await.outcome(),
        "accepted",
        "nothing is remembered of it anyway"
    );
    assert_eq!(peer.seen().len(), 16);

    let room = Command::new("prlimit")
        .args([
            "--fsize=unlimited:unlimited",
            "--pid",
            &trill.id().to_string(),
        ])
        .status();
    assert!(room.expect("prlimit is there").success());
    assert_eq!(
        exchange(trill.address(), &owners_push(&trill, 15))
            .await
            .outcome(),
        "accepted",
        "there is room again"
    );
    drop(trill);
    let trill = stage.start();
    for number in 0..16 {
        assert_eq!(
            exchange(trill.address(), &owners_push(&trill, number))
                .await
                .header("trill-repeat"),
            "stored",
            "{number}"
        );
    }
    assert_eq!(peer.seen().len(), 17);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_line_costs_one_push_and_is_reported() {
    let peer = Peer::that(ACCEPT).await;
    let stage = Stage::before(&peer, &["--log=off"]);
    let mut trill = stage.start();
    for number in 0..3 {
        assert_eq!(
            exchange(trill.address(), &owners_push(&trill, number))
                .await
                .outcome(),
            "accepted"
        );
    }
    trill.stop();
    let file = stage.data().join("pushes");
    let mut bytes = fs::read(&file).expect("it is there");
    assert_eq!(bytes.len(), 4 * 256);
    bytes[2 * 256 + 40] ^= 1;
    fs::write(&file, &bytes).expect("it can be written");
    let mut trill = stage.start();
    for (number, repeat) in [(0, "stored"), (1, ""), (2, "stored")] {
        assert_eq!(
            exchange(trill.address(), &owners_push(&trill, number))
                .await
                .header("trill-repeat"),
            repeat,
            "{number}"
        );
    }
    trill.end_by("-TERM");
    let said = trill.stderr();
    let aside = stage.data().join("pushes.damaged");
    assert!(
        said.contains("WARNING")
            && said.contains("has 1 damaged line")
            && said.contains(aside.to_str().expect("ASCII")),
        "{said}"
    );
    assert_eq!(fs::read(aside).expect("it is there"), bytes);
    let mut trill = stage.start();
    assert_eq!(
        exchange(trill.address(), &owners_push(&trill, 1))
            .await
            .header("trill-repeat"),
        "stored"
    );
    trill.end_by("-TERM");
    assert!(!trill.stderr().contains("WARNING"), "{}", trill.stderr());
}
