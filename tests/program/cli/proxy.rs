//! `--proxy`, and who uses it: the password stands in a file or in a variable, and nowhere others can read it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use super::{text, trill};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

#[test]
fn a_password_in_the_wrong_place_is_refused_and_not_repeated() {
    let folder = TempDir::new();
    let no_pair = folder
        .write("no-pair", "s3cret\n")
        .to_string_lossy()
        .into_owned();
    let proxy = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--proxy",
        "http://127.0.0.1:1",
    ];
    let from = |file: &'static str| [&proxy[..], &["--proxy-credentials-file", file]].concat();
    let in_file = [&proxy[..], &["--proxy-credentials-file", &no_pair]].concat();
    for (arguments, variable, code, part) in [
        (
            vec!["serve", "--proxy", "http://me:s3cret@127.0.0.1:1"],
            None,
            64,
            "put user:password into a file",
        ),
        (in_file, None, 2, "no-pair holds no user:password"),
        (
            proxy.to_vec(),
            Some("s3cret"),
            2,
            "TRILL_PROXY_CREDENTIALS holds no user:password",
        ),
        (
            proxy.to_vec(),
            Some("me:s3\ncret"),
            2,
            "TRILL_PROXY_CREDENTIALS holds no user:password",
        ),
        (from("/nowhere/credentials"), None, 2, "cannot read /…"),
    ] {
        let variables = variable.map(|value| ("TRILL_PROXY_CREDENTIALS", value));
        let output = trill(&arguments)
            .env_remove("TRILL_PROXY_CREDENTIALS")
            .envs(variables)
            .output()
            .expect("it runs");
        let (exit, out, err) = text(&output);
        assert_eq!((exit, out.as_str()), (code, ""), "{arguments:?}: {err}");
        let last = err.lines().last().expect("a line");
        assert!(
            last.starts_with("trill: ") && last.contains(part) && !err.contains("s3cret"),
            "{err}"
        );
    }
}

#[test]
fn the_file_is_stronger_than_the_variable_and_the_proxy_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!(
        "http://{}",
        listener.local_addr().expect("it has an address")
    );
    let proxy = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("it is asked");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a whole head");
            head.push(byte[0]);
        }
        stream
            .write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            .expect("it reads");
        String::from_utf8(head).expect("ASCII")
    });
    let folder = TempDir::new();
    let file = folder
        .write("credentials", "me:s3cret\r\n")
        .to_string_lossy()
        .into_owned();
    let variables = [
        ("TRILL_PROXY", url.as_str()),
        ("TRILL_PROXY_CREDENTIALS", "you:other"),
        ("HTTPS_PROXY", "http://127.0.0.1:1"),
    ];
    let trill = Trill::start_as(
        &variables,
        &[
            "--listen",
            "127.0.0.1:0",
            "--proxy-credentials-file",
            &file,
            "--apns-port",
            "2197",
        ],
    );
    let answer = trill.request(
        "POST",
        "/production/3/device/00ff",
        &[("apns-topic", "com.example.calls.voip")],
        b"{}",
    );
    assert_eq!(
        (answer.status, answer.header("trill-outcome")),
        (502, Some("not-sent")),
        "{}",
        answer.text()
    );
    assert_eq!(answer.json()["code"], "proxy_credentials");
    let head = proxy.join().expect("it was asked");
    assert!(
        head.starts_with("CONNECT api.push.apple.com:2197 HTTP/1.1\r\n"),
        "{head}"
    );
    // printf 'me:s3cret' | base64
    assert!(
        head.contains("\r\nProxy-Authorization: Basic bWU6czNjcmV0\r\n"),
        "{head}"
    );
}
