//! The real binary: its first line, its errors, its end.

mod canaries;
mod credential_files;
mod docs;
mod doctor;
mod help;
mod identity;
mod lint;
mod policy;
mod proxy;
mod receiver;
mod shells;
mod simulate;
mod start;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

fn trill(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
    command.env("HOME", new_home()).env_remove("XDG_DATA_HOME");
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A home that no other program has: what is kept shall not lie among that of whoever runs the tests.
fn new_home() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let home = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("home-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    // Files that an earlier run has left.
    let _ = fs::remove_dir_all(&home);
    home
}

fn text(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        output.status.code().unwrap_or(-1),
        text(&output.stdout),
        text(&output.stderr),
    )
}

#[test]
fn the_first_line_says_where_it_is() {
    let program = Trill::start(&[]);
    assert!(program.address().ip().is_loopback() && program.address().port() != 0);
    assert_eq!(program.request("GET", "/healthz", &[], b"").status, 200);
    assert_eq!(
        program.request("GET", "/api/relay", &[], b"").json()["version"],
        env!("CARGO_PKG_VERSION")
    );
}

#[cfg(target_os = "linux")] // where everybody has /proc
#[test]
fn a_shared_relay_without_a_data_folder_of_its_own_does_not_start() {
    let folder = TempDir::new();
    let file = folder.write("file", "x");
    let shared = |more: &[&str]| {
        let mut command = trill(&[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public-url",
            "https://trill.test",
        ]);
        command.args(more);
        command
    };
    let fails = |command: &mut Command, part: &str| {
        let (code, out, err) = text(&command.output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(
            err.contains(part) && err.contains("--data DIR") && err.contains("--data off"),
            "{err}"
        );
    };
    fails(
        &mut shared(&["--data", file.to_str().expect("ASCII")]),
        "cannot make the data folder",
    );
    fails(
        &mut shared(&["--data", "/proc/trill"]),
        "cannot make the data folder /proc/…",
    );
    fails(
        &mut shared(&["--data", "/proc/self"]),
        "cannot use /proc/self/… in the data folder",
    );
    fails(shared(&[]).env("HOME", ""), "there is no folder for data");
    fails(
        shared(&[]).env("XDG_DATA_HOME", "/proc"),
        "cannot make the data folder /proc/…",
    );
    let data = folder.path().join("data");
    let data = data.to_str().expect("ASCII");
    let _first = Trill::start(&["--public-url=https://trill.test", "--data", data]);
    fails(&mut shared(&["--data", data]), "uses the data folder");
    let _elsewhere = Trill::start(&["--public-url=https://trill.test", "--data=off"]);
}

#[cfg(unix)]
#[test]
fn serve_stops_cleanly_when_asked() {
    for signal in ["-INT", "-TERM"] {
        let mut program = Trill::start_on("localhost:0", &[]);
        let start = Instant::now();
        assert_eq!(program.end_by(signal), Some(0), "{signal}");
        assert!(start.elapsed() < Duration::from_secs(5), "{signal}");
    }
}

/// Output of a command that succeeds.
fn printed(arguments: &[&str]) -> String {
    let (code, out, err) = text(&trill(arguments).output().expect("it runs"));
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    out
}

/// The page that is served can be compared with the one that the program says is in it.
#[test]
fn the_version_tells_what_is_inside() {
    let (code, out, err) = text(
        &trill(&["--version", "--verbose"])
            .output()
            .expect("it runs"),
    );
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines[0], format!("trill {}", env!("CARGO_PKG_VERSION")));
    assert!(
        lines[1].starts_with("target ") && lines[1].contains(std::env::consts::ARCH),
        "{out}"
    );
    assert!(
        lines[2].starts_with("toolchain rustc 1.") && lines[3].starts_with("commit "),
        "{out}"
    );
    if lines[4].starts_with("page none") {
        // A debug build; the page is then in the folder `dist`, or nowhere.
        return assert_eq!(lines.len(), 5, "{out}");
    }
    let folder = TempDir::new();
    let sha256 = |bytes: &[u8]| {
        let file = folder.write("file", bytes);
        let output = Command::new("openssl")
            .args(["dgst", "-sha256", "-r"])
            .arg(file)
            .output()
            .expect("openssl is installed");
        String::from_utf8_lossy(&output.stdout)
            .split(' ')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let list: String = lines[5..].iter().map(|line| format!("{line}\n")).collect();
    assert_eq!(lines[4], format!("page {}", sha256(list.as_bytes())));
    let program = Trill::start(&[]);
    assert!(lines[5..].len() >= 4, "{out}");
    for line in &lines[5..] {
        let (hash, path) = line.split_once("  ").expect("a hash and a path");
        assert_eq!(
            sha256(&program.request("GET", path, &[], b"").body),
            hash,
            "{path}"
        );
    }
}

#[test]
fn wrong_usage_is_64_and_says_what_would_be_right() {
    for (arguments, part) in [
        (&["--lisen", "127.0.0.1:0"][..], "--listen"),
        (&["frobnicate"], "trill --help"),
        (&["--listen", "here"], "127.0.0.1:7464"),
    ] {
        let (code, out, err) = text(&trill(arguments).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (64, ""), "{arguments:?}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{err}"
        );
    }
}

#[test]
fn a_start_that_fails_is_exit_2_and_says_how_it_could_work() {
    let running = Trill::start(&[]);
    let taken = running.address().to_string();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let upstream = ["--upstream", "sandbox=https://localhost:1", "--upstream-ca"];
    for (arguments, part) in [
        (
            vec!["--listen", &taken],
            "choose another with --listen 127.0.0.1:0",
        ),
        (
            vec![
                "--listen",
                "127.0.0.1:0",
                "--audit",
                "/nowhere/audit.jsonl",
                "--audit-failure",
                "stop",
            ],
            "check the path given to --audit",
        ),
        (
            vec!["--listen", "127.0.0.1:0", "--audit", "/nowhere/audit.jsonl"],
            "check the path given to --audit",
        ),
        (
            [&upstream[..], &["/nowhere/ca.pem"]].concat(),
            "check the path",
        ),
        ([&upstream[..], &[manifest]].concat(), "BEGIN CERTIFICATE"),
    ] {
        let (code, out, err) = text(&trill(&arguments).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(err.contains(part) && err.lines().count() == 1, "{err}");
    }
}

#[test]
fn a_flag_is_stronger_than_a_variable_and_a_variable_than_the_file() {
    let folder = TempDir::new();
    let file = folder.path().join("trill.toml");
    std::fs::write(
        &file,
        "# for tests\nupstream = [\"sandbox=https://file.invalid\"]\nlisten = \"127.0.0.1:0\"\n",
    )
    .expect("it is written");
    let file = file.to_str().expect("a temporary path is text");
    let host = |variables: &[(&str, &str)], flags: &[&str]| {
        let program = Trill::start_as(variables, &[&["--config", file], flags].concat());
        let relay = program.request("GET", "/api/relay", &[], b"").json();
        let environments = relay["environments"].as_array().expect("a list").clone();
        let sandbox = environments
            .into_iter()
            .find(|environment| environment["name"] == "sandbox")
            .expect("it is there");
        sandbox["host"].as_str().unwrap_or_default().to_owned()
    };
    let variable = [("TRILL_UPSTREAM", "sandbox=https://variable.invalid")];
    assert_eq!(host(&[], &[]), "file.invalid");
    assert_eq!(host(&variable, &[]), "variable.invalid");
    assert_eq!(
        host(&variable, &["--upstream", "sandbox=https://flag.invalid"]),
        "flag.invalid"
    );
}

#[test]
fn a_wrong_variable_or_file_is_2_and_names_what_was_meant() {
    let folder = TempDir::new();
    let file = folder.path().join("trill.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:0\"\nlisen = \"127.0.0.1:0\"\n")
        .expect("it is written");
    let file = file.to_str().expect("a temporary path is text");
    for (variables, flags, part) in [
        (
            &[][..],
            &["--config", file][..],
            "line 2, column 1; did you mean listen?",
        ),
        (
            &[("TRILL_CONFIG", file)],
            &[],
            "line 2, column 1; did you mean listen?",
        ),
        (
            &[("TRILL_LISEN", "127.0.0.1:0")],
            &[],
            "did you mean TRILL_LISTEN?",
        ),
        (&[("TRILL_LISTEN", "here")], &[], "TRILL_LISTEN"),
        (
            &[("TRILL_LOG", "loud")],
            &[],
            "TRILL_LOG: the value is not one of off, error, warn",
        ),
        (
            &[],
            &["--config", "/nowhere/trill.toml"],
            "check the path given to --config",
        ),
    ] {
        let (code, out, err) = text(
            &trill(flags)
                .envs(variables.iter().copied())
                .output()
                .expect("it runs"),
        );
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(
            err.starts_with("trill: ") && err.contains(part) && err.lines().count() == 1,
            "{err}"
        );
    }
}
