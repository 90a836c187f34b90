//! Pipes, folders and devices in the place of a file.

use super::Files;
use crate::cli::{text, trill};
use crate::support::temp_dir::TempDir;

/// A pipe that nobody else opens.
fn pipe(folder: &TempDir, name: &str) -> String {
    let path = folder.path().join(name).to_string_lossy().into_owned();
    assert!(
        std::process::Command::new("mkfifo")
            .args(["-m", "600", &path])
            .status()
            .expect("mkfifo is installed")
            .success()
    );
    path
}

#[test]
fn a_pipe_that_nobody_fills_does_not_hang_the_start() {
    let files = Files::new();
    let (pipe, written) = (pipe(&files.folder, "pipe"), pipe(&files.folder, "written"));
    let [certificate, key] = ["cert.pem", "key.pem"].map(|file| {
        files
            .folder
            .path()
            .join(file)
            .to_string_lossy()
            .into_owned()
    });
    let upstream = [
        "--upstream",
        "sandbox=https://localhost:1",
        "--upstream-ca",
        &pipe,
    ];
    let proxy = [
        "--proxy",
        "http://localhost:1",
        "--proxy-credentials-file",
        &pipe,
    ];
    let table: [(&str, &[&str]); 14] = [
        ("--access-token-file", &["--access-token-file", &pipe]),
        ("--config", &["--config", &pipe]),
        (
            "--tls-key",
            &["--tls-cert", &certificate, "--tls-key", &pipe],
        ),
        ("--tls-cert", &["--tls-cert", &pipe, "--tls-key", &key]),
        ("--upstream-ca", &upstream),
        ("password file", &proxy),
        ("--identity", &["--identity", &pipe]),
        (
            "password file",
            &[
                "--identity",
                &certificate,
                "--identity-password-file",
                &pipe,
            ],
        ),
        ("--audit", &["--audit", &written]),
        (
            "--keys",
            &["simulate", "--listen", "127.0.0.1:0", "--keys", &pipe],
        ),
        (
            "--devices",
            &["simulate", "--listen", "127.0.0.1:0", "--devices", &pipe],
        ),
        (
            "--faults",
            &["simulate", "--listen", "127.0.0.1:0", "--faults", &pipe],
        ),
        (
            "--journal",
            &["simulate", "--listen", "127.0.0.1:0", "--journal", &written],
        ),
        (
            "--ca-out",
            &["simulate", "--listen", "127.0.0.1:0", "--ca-out", &written],
        ),
    ];
    let start = std::time::Instant::now();
    // All at once, so that the test waits only once.
    let started: Vec<_> = table
        .iter()
        .map(|(option, arguments)| {
            let listen: &[&str] = if arguments[0] == "simulate" {
                &[]
            } else {
                &["serve", "--listen", "127.0.0.1:0"]
            };
            (
                option,
                trill(&[listen, arguments].concat())
                    .spawn()
                    .expect("it runs"),
            )
        })
        .collect();
    for (option, child) in started {
        let (code, out, err) = text(&child.wait_with_output().expect("it ends"));
        assert_eq!((code, out.as_str()), (2, ""), "{option}: {err}");
        assert!(
            err.contains("nobody has opened its other end")
                && err.contains(option)
                && err.lines().count() == 1,
            "{option}: {err}"
        );
        assert!(
            err.replace(&pipe, "").replace(&written, "").chars().count() <= 160 + "trill: \n".len(),
            "{err}"
        );
    }
    assert!(
        start.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_pipe_with_a_writer_is_as_good_as_a_file() {
    let files = Files::new();
    let pipe = pipe(&files.folder, "pipe");
    let token = "0123456789abcdef".repeat(4);
    let (path, late) = (pipe.clone(), token.clone());
    // The writer has to think first, as a keeper of secrets does.
    let writer = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(300));
        std::fs::write(path, late)
    });
    let relay =
        crate::support::trill::Trill::start(&["--require-token", "--access-token-file", &pipe]);
    writer.join().expect("it ends").expect("it was read");
    let enter = |token: &str| {
        relay
            .request("POST", "/api/session", &[("trill-access", token)], b"")
            .status
    };
    assert_eq!((enter(&token), enter(&"x".repeat(64))), (204, 401));
    // A shell makes such a path of `<(…)`.
    let shell = "printf %s \"$1\" | \"$0\" serve --listen 127.0.0.1:0 --require-token --access-token-file /dev/stdin --config /nowhere";
    let output = std::process::Command::new("sh")
        .args(["-c", shell, env!("CARGO_BIN_EXE_trill"), &token])
        .output()
        .expect("it runs");
    assert!(
        text(&output).2.contains("--config"),
        "the other file is what is wrong: {output:?}"
    );
}

#[test]
fn a_folder_or_a_device_without_an_end_is_no_file() {
    let folder = TempDir::new();
    let path = folder.path().to_string_lossy().into_owned();
    for option in ["--access-token-file", "--config", "--identity", "--audit"] {
        let (code, out, err) = text(
            &trill(&["--listen", "127.0.0.1:0", option, &path])
                .output()
                .expect("it runs"),
        );
        assert!(
            code == 2 && out.is_empty() && err.contains(option) && err.lines().count() == 1,
            "{option}: {err}"
        );
    }
    for option in ["--access-token-file", "--config", "--identity"] {
        let (code, out, err) = text(
            &trill(&["--listen", "127.0.0.1:0", option, "/dev/zero"])
                .output()
                .expect("it runs"),
        );
        assert!(
            code == 2 && out.is_empty() && err.contains("it has more than") && err.contains(option),
            "{option}: {err}"
        );
    }
}
