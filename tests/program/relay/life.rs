//! The life of the real program: it stops with an answer for everybody, and lives through a shortage of files.

use std::net::TcpStream;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use trill::relay::{AuditFile, Config, Deadlines, OnFailure};

use super::peer::{ACCEPT, Deed, Manners, Peer};
use super::raw_http1::{Answer, Client, Request};
use super::running::{DEVICE_TOKEN, Running, all, in_front_of, short};
use crate::support::openssl;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// The real program in front of a peer.
struct Stage {
    trill: Trill,
    _folder: TempDir,
}

impl Stage {
    fn new(peer: &Peer, start: impl FnOnce(&[&str]) -> Trill) -> Self {
        let folder = TempDir::new();
        let authority = folder.write(
            "ca.pem",
            openssl::run(&["x509", "-inform", "DER"], &peer.authority),
        );
        let upstream = format!("sandbox=https://localhost:{}", peer.address.port());
        let trill = start(&[
            "--upstream",
            &upstream,
            "--upstream-ca",
            authority.to_str().expect("a temporary path is text"),
        ]);
        Self {
            trill,
            _folder: folder,
        }
    }

    fn push(&self) -> Request {
        let request = Request::new(&format!("POST /sandbox/3/device/{DEVICE_TOKEN}"));
        request
            .header("host", &self.trill.address().to_string())
            .header("apns-topic", "com.example.calls.voip")
            .body("{}")
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn sigterm_with_fifty_in_flight_is_fifty_answers_and_a_clean_end() {
    const SENDS: usize = 50;
    let script = |number: usize, _: &_| {
        Deed::After(
            Duration::from_millis(if number == 0 { 200 } else { 1_200 }),
            Box::new(ACCEPT),
        )
    };
    let peer = Peer::start(Manners::default(), script).await;
    let mut stage = Stage::new(&peer, Trill::start);
    let mut clients = all((0..SENDS).map(|_| Client::connect(stage.trill.address()))).await;
    for client in &mut clients {
        client.write(&stage.push().bytes()).await;
    }
    let start = Instant::now();
    while !stage
        .trill
        .request("GET", "/metrics", &[], b"")
        .text()
        .contains("trill_sends_in_flight 50\n")
    {
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "they are never all in flight"
        );
        sleep(Duration::from_millis(10)).await;
    }
    let start = Instant::now();
    let ended = tokio::task::spawn_blocking(move || stage.trill.end_by("-TERM"));
    let answers = all(clients.iter_mut().map(Client::answer)).await;
    assert_eq!(ended.await.expect("it is waited for"), Some(0));
    assert!(
        start.elapsed() < Duration::from_secs(12),
        "{:?}",
        start.elapsed()
    );
    let outcomes: Vec<_> = answers
        .iter()
        .map(|answer| (answer.status, answer.outcome()))
        .collect();
    assert_eq!(outcomes, [(200, "accepted"); SENDS]);
    assert_eq!(peer.seen().len(), SENDS, "each once");
}

#[tokio::test]
async fn a_push_longer_than_the_shutdown_deadline_is_unknown() {
    let peer = Peer::that(Deed::Silence).await;
    let deadlines = Deadlines {
        shutdown: Duration::from_millis(300),
        answer: Duration::from_secs(10),
        send: Duration::from_secs(15),
        ..short()
    };
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let audit = Some(AuditFile {
        path: path.clone(),
        on_failure: OnFailure::Stop,
    });
    let relay = Running::start(Config {
        deadlines,
        audit,
        ..in_front_of(&peer)
    })
    .await;
    let mut client = Client::connect(relay.address).await;
    client.write(&relay.push().body("{}").bytes()).await;
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    let start = Instant::now();
    let stopped = relay.stop();
    let answer = client.answer().await;
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.outcome()),
        (504, "stopping", "unknown")
    );
    stopped.await.expect("it ends");
    assert!(
        start.elapsed() < Duration::from_secs(2),
        "{:?}",
        start.elapsed()
    );
    let line = std::fs::read_to_string(path).expect("it was written before the end");
    assert!(
        line.contains(r#""outcome":"unknown","status":504,"reason":"stopping""#),
        "{line}"
    );
}

#[tokio::test]
async fn a_push_whose_client_disconnects_is_in_the_audit_before_the_end() {
    let peer = Peer::that(Deed::After(Duration::from_millis(400), Box::new(ACCEPT))).await;
    let folder = TempDir::new();
    let path = folder.path().join("audit.jsonl");
    let audit = Some(AuditFile {
        path: path.clone(),
        on_failure: OnFailure::Stop,
    });
    let relay = Running::start(Config {
        audit,
        ..in_front_of(&peer)
    })
    .await;
    let mut client = Client::connect(relay.address).await;
    client.write(&relay.push().body("{}").bytes()).await;
    while peer.seen().is_empty() {
        sleep(Duration::from_millis(5)).await;
    }
    drop(client);
    relay.stop().await.expect("it ends");
    let line = std::fs::read_to_string(path).expect("it was written");
    assert!(
        line.contains(r#""outcome":"accepted","status":200"#),
        "{line}"
    );
}

/// A client as programs are: when its resting connection was closed it opens another one.
async fn persistent(client: Client, stage: &Stage) -> (Client, Answer) {
    async fn ask(mut client: Client, bytes: Vec<u8>) -> (Client, Answer) {
        client.write(&bytes).await;
        let answer = client.answer().await;
        (client, answer)
    }
    match tokio::spawn(ask(client, stage.push().bytes())).await {
        Ok(answered) => answered,
        Err(_) => {
            ask(
                Client::connect(stage.trill.address()).await,
                stage.push().bytes(),
            )
            .await
        }
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_idle_connections_with_sixty_four_files_block_no_request() {
    let peer = Peer::that(ACCEPT).await;
    let stage = Stage::new(&peer, |arguments| {
        Trill::start_under("ulimit -n 64", arguments)
    });
    let (client, answer) = persistent(Client::connect(stage.trill.address()).await, &stage).await;
    assert_eq!(answer.outcome(), "accepted");
    let idle: Vec<_> = (0..200)
        .map(|_| TcpStream::connect(stage.trill.address()).expect("the system takes it"))
        .collect();
    sleep(Duration::from_millis(300)).await;
    let (client, answer) = persistent(client, &stage).await;
    assert_eq!(answer.outcome(), "accepted", "while there is no file left");
    let late = async {
        persistent(Client::connect(stage.trill.address()).await, &stage)
            .await
            .1
    };
    let answer = timeout(Duration::from_secs(4), late)
        .await
        .expect("whoever asks nothing gives way, before their time is up");
    assert_eq!(answer.outcome(), "accepted");
    drop(idle);
    assert_eq!(persistent(client, &stage).await.1.outcome(), "accepted");
    // The log has a thread of its own. A busy machine takes longer, and so may complain more often.
    let start = Instant::now();
    let (mut log, mut complaints) = (String::new(), 0);
    while complaints == 0 && start.elapsed() < Duration::from_secs(10) {
        sleep(Duration::from_millis(20)).await;
        log = stage.trill.stderr();
        let is_complaint = |line: &&str| line.contains("no further connection can be accepted");
        complaints = log.lines().filter(is_complaint).count();
    }
    assert!((1..20).contains(&complaints), "{log}");
}
