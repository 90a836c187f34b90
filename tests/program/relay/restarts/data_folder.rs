//! The data folder: when there is none, when it is full, and when a line in it is damaged.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tokio::task::spawn_blocking;

use super::{Stage, push};
use crate::relay::peer::{ACCEPT, Peer};
use crate::relay::raw_http1::{Request, exchange};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

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
