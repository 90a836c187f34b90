//! The real binary: its first line, its errors, its end.

mod identity;
mod lint;
mod simulate;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::trill::Trill;

fn trill(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn text(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_first_line_says_where_it_is() {
    let program = Trill::start(&[]);
    assert!(program.address().ip().is_loopback() && program.address().port() != 0);
    assert_eq!(program.request("GET", "/healthz", &[], b"").status, 200);
    assert_eq!(program.request("GET", "/api/relay", &[], b"").json()["version"], env!("CARGO_PKG_VERSION"));
}

#[cfg(unix)]
#[test]
fn it_stops_cleanly_when_asked() {
    for signal in ["-INT", "-TERM"] {
        let mut program = Trill::start_on("localhost:0", &[]);
        let start = Instant::now();
        assert_eq!(program.end_by(signal), Some(0), "{signal}");
        assert!(start.elapsed() < Duration::from_secs(5), "{signal}");
    }
}

#[test]
fn help_fits_a_screen_and_names_every_flag() {
    for flag in ["--help", "-h"] {
        let (code, out, err) = text(&trill(&[flag]).output().expect("it runs"));
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.lines().count() <= 24 && out.lines().all(|line| line.len() <= 80), "{out}");
        for flag in [
            "--listen",
            "--upstream ",
            "--upstream-ca",
            "--identity ",
            "--identity-password-file",
            "--help",
            "--version",
            "lint [--json] PAYLOAD|-",
            "identity [--json]",
        ] {
            assert!(out.contains(flag), "{flag}");
        }
    }
    let (code, out, _) = text(&trill(&["--version"]).output().expect("it runs"));
    assert_eq!((code, out), (0, format!("trill {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn wrong_usage_is_64_and_says_what_would_be_right() {
    for (arguments, part) in
        [(&["--lisen", "127.0.0.1:0"][..], "--listen"), (&["frobnicate"], "trill --help"), (&["--listen", "here"], "127.0.0.1:7464")]
    {
        let (code, out, err) = text(&trill(arguments).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (64, ""), "{arguments:?}");
        assert!(err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1, "{err}");
    }
}

#[test]
fn what_cannot_start_is_2_and_says_how_it_could() {
    let running = Trill::start(&[]);
    let taken = running.address().to_string();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let upstream = ["--upstream", "sandbox=https://localhost:1", "--upstream-ca"];
    for (arguments, part) in [
        (vec!["--listen", &taken], "choose another with --listen 127.0.0.1:0"),
        (vec!["--listen", "0.0.0.0:0"], "does not allow yet"),
        ([&upstream[..], &["/nowhere/ca.pem"]].concat(), "check the path"),
        ([&upstream[..], &[manifest]].concat(), "BEGIN CERTIFICATE"),
    ] {
        let (code, out, err) = text(&trill(&arguments).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(part) && err.lines().count() == 1, "{err}");
    }
}
