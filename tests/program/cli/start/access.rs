//! Starts that are safe: their lines, and how to get in.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;

use super::{EVERYWHERE, Files, Flags, HTTP, HTTPS, NO_AUTH, PLAIN, PROXY, USER, arguments};
use crate::cli::{text, trill};
use crate::support::http1;

const LAST_LINE: &str = "Ctrl-C stops it.";

/// A program that has said all it says at its start.
struct Started {
    child: Child,
    port: u16,
    lines: Vec<String>,
}

impl Started {
    fn with(arguments: &[String]) -> Self {
        let words: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut child = trill(&words).spawn().expect("it runs");
        let mut out = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != LAST_LINE) {
            match out.next().and_then(Result::ok) {
                Some(line) => lines.push(line),
                None => break,
            }
        }
        let port = lines
            .first()
            .and_then(|line| line.rsplit(':').next())
            .and_then(|port| port.parse().ok());
        let Some(port) = port else {
            let (_, _, err) = text(&child.wait_with_output().expect("it ended"));
            panic!("{words:?} does not start: {err}")
        };
        Self { child, port, lines }
    }

    /// Ends it, and gives its warnings.
    fn end(mut self) -> String {
        let _ = self.child.kill();
        let mut warnings = String::new();
        let _ = self
            .child
            .stderr
            .take()
            .expect("it was piped")
            .read_to_string(&mut warnings);
        let _ = self.child.wait();
        warnings
    }

    /// Returns what comes after `#access=` in the line that begins so.
    fn token(&self, beginning: &str) -> String {
        let line = self
            .lines
            .iter()
            .find_map(|line| line.strip_prefix(beginning));
        line.unwrap_or_else(|| panic!("{:?}", self.lines))
            .to_owned()
    }

    fn status(&self, path: &str, headers: &[(&str, &str)]) -> u16 {
        // The host is the last of its name in the request, so it must be the only one.
        let request = headers.iter().fold(
            format!("GET {path} HTTP/1.1\r\nconnection: close\r\n"),
            |text, (name, value)| text + &format!("{name}: {value}\r\n"),
        );
        let mut stream =
            std::net::TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        std::io::Write::write_all(&mut stream, (request + "\r\n").as_bytes()).expect("it reads");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        http1::parse(&answer).expect("HTTP").status
    }
}

#[test]
fn what_is_safe_starts_and_says_how_to_get_in() {
    let files = Files::new();
    let none: &[String] = &[];
    let (tls, token) = (files.tls("cert.pem", "key.pem"), files.token("token"));
    let secret = "0123456789abcdef".repeat(4);
    const LOCAL: &str = "127.0.0.1:0";
    let table: &[(&str, Flags<'_>, &[String], &str, &str)] = &[
        (LOCAL, &[], none, "Open http://127.0.0.1:P in a browser", ""),
        (
            LOCAL,
            &[&["--require-token"]],
            none,
            "Sign in at http://127.0.0.1:P/#access=",
            "",
        ),
        (
            LOCAL,
            &[&NO_AUTH],
            none,
            "Open http://127.0.0.1:P in a browser",
            "--insecure-no-auth",
        ),
        (
            LOCAL,
            &[],
            &tls,
            "Open https://127.0.0.1:P in a browser",
            "",
        ),
        (
            LOCAL,
            &[&HTTPS],
            none,
            "Sign in at https://trill.test/#access=",
            "",
        ),
        (
            LOCAL,
            &[&HTTPS, &USER, &["--trusted-proxy", "127.0.0.1"]],
            none,
            "Open https://trill.test in a browser",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            none,
            "Sign in at https://trill.test/#access=",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &["--public-url", "https://trill.test:8443"]],
            none,
            "Sign in at https://trill.test:8443/#access=",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &tls,
            "Sign in at https://trill.test/#access=",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &token,
            "with the token of --access-token-file",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTP, &PLAIN],
            none,
            "Sign in at http://trill.test:8080/#access=",
            "--insecure-http",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY, &["--trusted-proxy", "fd00::/8"]],
            none,
            "Open https://trill.test in a browser",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &PROXY],
            none,
            "Sign in at https://trill.test/#access=",
            "",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &NO_AUTH],
            none,
            "Open https://trill.test in a browser",
            "--insecure-no-auth",
        ),
    ];
    for (listen, parts, more, line, warning) in table {
        let arguments = arguments(listen, parts, more);
        let started = Started::with(&arguments);
        let line = line.replace('P', &started.port.to_string());
        assert!(
            started.lines.iter().any(|said| said.contains(&line)),
            "{arguments:?}: {:?}",
            started.lines
        );
        assert!(
            !started.lines.concat().contains(&secret),
            "the token of a file is not printed"
        );
        let warnings = started.end();
        assert_eq!(
            warnings.contains("WARNING") && warnings.contains(warning),
            !warning.is_empty(),
            "{arguments:?}: {warnings}"
        );
    }
}

#[test]
fn the_token_that_is_printed_opens_the_page_under_its_public_name_alone() {
    let started = Started::with(&arguments(EVERYWHERE, &[&HTTPS], &[]));
    let token = started.token("Sign in at https://trill.test/#access=");
    assert_eq!(token.len(), 43, "256 bits");
    let own = format!("127.0.0.1:{}", started.port);
    let issue_time = |host: &str, token: &str| {
        started.status(
            "/api/tokens/TEAM000001/KEY0000001",
            &[("host", host), ("trill-access", token)],
        )
    };
    assert_eq!(
        (
            issue_time("trill.test", &token),
            issue_time("trill.test", "x"),
            started.status("/healthz", &[("host", "any.test")])
        ),
        (200, 401, 200)
    );
    // The program listens on the loopback only as one address of many, and does not go by that name.
    assert_eq!(
        [
            issue_time(&own, &token),
            issue_time(&own.replace("127.0.0.1", "localhost"), &token)
        ],
        [421, 421]
    );
    let again = Started::with(&arguments(EVERYWHERE, &[&HTTPS], &[]));
    assert_ne!(again.token("Sign in at https://trill.test/#access="), token);
    again.end();
    started.end();
}

#[test]
fn the_settings_of_access_stand_in_the_file_too() {
    let files = Files::new();
    let config = files.folder.write(
        "trill.toml",
        "public-url = [\"https://trill.test\", \"https://other.test\"]\nuser-header = \"x-user\"\ntrusted-proxy = [\"127.0.0.1\"]\ninsecure-no-auth = false\n",
    );
    let config = [
        String::from("--config"),
        config.to_string_lossy().into_owned(),
    ];
    let started = Started::with(&arguments("127.0.0.1:0", &[], &config));
    let status = |host: &str, header: &str| {
        started.status(
            "/api/tokens/TEAM000001/KEY0000001",
            &[("host", host), (header, "alice")],
        )
    };
    assert_eq!(
        [
            status("trill.test", "x-user"),
            status("other.test", "x-user"),
            status("trill.test", "x-forwarded-user")
        ],
        [200, 200, 401]
    );
    started.end();
}
