//! The start of a relay with certificates: what can be chosen, and what expires soon.

use std::io::{BufRead, BufReader};

use super::{FILES, run, shown};
use crate::cli::trill;
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;

#[test]
fn a_relay_says_at_its_start_what_can_be_chosen() {
    let folder = TempDir::new();
    let file = shown(&folder.write("push.pem", FILES.pem()));
    let second = format!("calls={file}");
    let mut relay = trill(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--identity",
        &file,
        "--identity",
        &second,
    ])
    .spawn()
    .expect("it runs");
    let lines = BufReader::new(relay.stdout.take().expect("it was piped"))
        .lines()
        .take(3)
        .map_while(Result::ok);
    let last = lines.last();
    relay
        .kill()
        .and_then(|()| relay.wait())
        .expect("it runs until then");
    assert_eq!(
        last.as_deref(),
        Some("Certificates, each for the header trill-identity: push, calls")
    );
}

#[test]
fn a_relay_says_at_its_start_what_expires_soon() {
    let folder = TempDir::new();
    for (days, warns) in [(12, true), (365, false)] {
        let file = shown(&folder.write("push.pem", PushFiles::universal(days).pem()));
        // An address it refuses ends it after it has looked at its identities.
        let (code, _, err) = run(
            &[
                "serve",
                "--listen",
                "0.0.0.0:0",
                "--identity",
                &format!("voip={file}"),
            ],
            &[],
        );
        assert_eq!(
            (
                code,
                err.contains("WARN  identity voip: The certificate expires in 1")
            ),
            (2, warns),
            "{err}"
        );
    }
}
