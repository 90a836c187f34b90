//! Starts of `trill serve`: an unsafe one fails and says what would be right; a safe one says how to get in.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;

use super::{text, trill};
use crate::support::http1;
use crate::support::openssl;
use crate::support::temp_dir::TempDir;

const EVERYWHERE: &str = "0.0.0.0:0";
const HTTPS: [&str; 2] = ["--public-url", "https://trill.test"];
const HTTP: [&str; 2] = ["--public-url", "http://trill.test:8080"];
const USER: [&str; 2] = ["--user-header", "X-Forwarded-User"];
const PROXY: [&str; 2] = ["--trusted-proxy", "10.0.0.7"];
const NO_AUTH: [&str; 1] = ["--insecure-no-auth"];
const PLAIN: [&str; 1] = ["--insecure-http"];
/// Flags, several together.
type Flags<'a> = &'a [&'a [&'a str]];

const LAST_LINE: &str = "Ctrl-C stops it.";

/// The files of an operator.
struct Files {
    folder: TempDir,
}

impl Files {
    fn new() -> Self {
        let folder = TempDir::new();
        let key = openssl::p256_key();
        folder.write("cert.pem", openssl::server_certificate(&key, "trill.test"));
        folder.write("locked.pem", openssl::encrypted(&key));
        folder.write("key.pem", key);
        folder.write("other.pem", openssl::p256_key());
        folder.write("token", format!("{}\n", "0123456789abcdef".repeat(4)));
        folder.write("short", "hunter2");
        // A warning would stand before the sentence if others could read them.
        #[cfg(unix)]
        for secret in ["locked.pem", "key.pem", "other.pem", "token", "short"] {
            let only_mine = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(folder.path().join(secret), only_mine).expect("it is ours");
        }
        Self { folder }
    }

    fn flag(&self, flag: &str, file: &str) -> [String; 2] {
        [
            flag.to_owned(),
            self.folder.path().join(file).to_string_lossy().into_owned(),
        ]
    }

    fn tls(&self, certificate: &str, key: &str) -> Vec<String> {
        [
            self.flag("--tls-cert", certificate),
            self.flag("--tls-key", key),
        ]
        .concat()
    }

    fn token(&self, file: &str) -> Vec<String> {
        self.flag("--access-token-file", file).to_vec()
    }
}

fn arguments(listen: &str, parts: &[&[&str]], more: &[String]) -> Vec<String> {
    let words = ["serve", "--listen", listen];
    words
        .iter()
        .chain(parts.iter().copied().flatten())
        .map(|word| (*word).to_owned())
        .chain(more.iter().cloned())
        .collect()
}

#[test]
fn what_is_unsafe_does_not_start_and_is_told_the_fix() {
    let files = Files::new();
    let (none, tls, token): (&[String], _, _) =
        (&[], files.tls("cert.pem", "key.pem"), files.token("token"));
    let (half_cert, half_key) = (
        files.flag("--tls-cert", "cert.pem"),
        files.flag("--tls-key", "key.pem"),
    );
    const LOCAL: &str = "127.0.0.1:0";
    let table: &[(&str, Flags<'_>, &[String], &str)] = &[
        // Others reach it, and it does not know by what name.
        (EVERYWHERE, &[], none, "--public-url https://HOST"),
        ("[::]:0", &[], none, "--public-url https://HOST"),
        ("192.0.2.1:0", &[], none, "--public-url https://HOST"),
        (EVERYWHERE, &[&NO_AUTH], none, "--public-url https://HOST"),
        ("[::]:0", &[], &token, "--public-url https://HOST"),
        (
            EVERYWHERE,
            &[&["--require-token"]],
            none,
            "--public-url https://HOST",
        ),
        (EVERYWHERE, &[], &tls, "--public-url https://HOST"),
        (
            EVERYWHERE,
            &[&USER, &PROXY],
            none,
            "--public-url https://HOST",
        ),
        // The network could change the page.
        (EVERYWHERE, &[&HTTP], none, "add --insecure-http"),
        (LOCAL, &[&HTTP], none, "add --insecure-http"),
        ("[::]:0", &[&HTTP, &NO_AUTH], none, "add --insecure-http"),
        (EVERYWHERE, &[&HTTPS, &HTTP], none, "add --insecure-http"),
        (
            EVERYWHERE,
            &[&HTTP, &USER, &PROXY],
            none,
            "add --insecure-http",
        ),
        (
            EVERYWHERE,
            &[&HTTP, &PLAIN],
            &tls,
            "write --public-url https://",
        ),
        (LOCAL, &[&HTTPS, &PLAIN], none, "leave it out"),
        // Anybody could be anybody.
        (EVERYWHERE, &[&HTTPS, &USER], none, "--trusted-proxy ADDR"),
        (LOCAL, &[&HTTPS, &USER], none, "--trusted-proxy ADDR"),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &["--trusted-proxy", "0.0.0.0/0"]],
            none,
            "the proxy alone",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY, &["--trusted-proxy", "::/0"]],
            none,
            "the proxy alone",
        ),
        (
            LOCAL,
            &[&USER, &PROXY],
            none,
            "add --public-url https://HOST",
        ),
        (LOCAL, &[&PROXY], none, "add --public-url https://HOST"),
        (
            EVERYWHERE,
            &[&HTTPS, &["--trusted-proxy", "0.0.0.0/0"]],
            none,
            "the proxy alone",
        ),
        // Two ways to get in are one too many.
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY],
            &token,
            "choose one way",
        ),
        (
            EVERYWHERE,
            &[&HTTPS, &USER, &PROXY, &NO_AUTH],
            none,
            "choose one way",
        ),
        (EVERYWHERE, &[&HTTPS, &NO_AUTH], &token, "choose one way"),
        (
            LOCAL,
            &[&NO_AUTH, &["--require-token"]],
            none,
            "choose one way",
        ),
        (
            LOCAL,
            &[&HTTPS, &["--public-url", "https://TRILL.test:443/"]],
            none,
            "keep one",
        ),
        // One of the two files alone does not do.
        (EVERYWHERE, &[&HTTPS], &half_cert, "add --tls-key FILE"),
        (EVERYWHERE, &[&HTTPS], &half_key, "add --tls-cert FILE"),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("cert.pem", "other.pem"),
            "made together",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("key.pem", "key.pem"),
            "BEGIN CERTIFICATE",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("cert.pem", "cert.pem"),
            "BEGIN PRIVATE KEY",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("cert.pem", "locked.pem"),
            "openssl pkey",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.tls("nowhere", "key.pem"),
            "--tls-cert",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.token("short"),
            "openssl rand -hex 32",
        ),
        (
            EVERYWHERE,
            &[&HTTPS],
            &files.token("nowhere"),
            "--access-token-file",
        ),
    ];
    for (listen, parts, more, fix) in table {
        let arguments = arguments(listen, parts, more);
        let words: Vec<_> = arguments.iter().map(String::as_str).collect();
        let (code, out, err) = text(&trill(&words).output().expect("it runs"));
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {err}");
        let sentence = err.trim_end();
        assert!(
            sentence.starts_with("trill: ")
                && sentence.contains(fix)
                && sentence.lines().count() == 1,
            "{words:?}: {err}"
        );
        let path = files.folder.path().to_string_lossy().into_owned();
        assert!(
            sentence.replace(&path, "").chars().count() <= 160 + "trill: ".len(),
            "{sentence}"
        );
        assert!(!err.contains("hunter2"), "{err}");
    }
}

#[test]
fn what_is_no_url_network_or_header_is_wrong_usage() {
    for (words, part) in [
        (["--public-url", "trill.test"], "write it as https://"),
        (["--public-url", "https://0.0.0.0"], "names no machine"),
        (
            ["--public-url", "https://trill.test/page"],
            "more than a host and a port",
        ),
        (["--trusted-proxy", "proxy.test"], "10.0.0.7"),
        (
            ["--trusted-proxy", "10.0.0.1/8"],
            "write 10.0.0.0/8 or 10.0.0.1",
        ),
        (["--user-header", "a b"], "X-Forwarded-User"),
        (["--user-header", "Cookie"], "X-Forwarded-User"),
        (["--user-header", "trill-access"], "X-Forwarded-User"),
    ] {
        let (code, _, err) = text(&trill(&words).output().expect("it runs"));
        assert!(
            code == 64 && err.contains(part) && err.lines().count() == 1,
            "{words:?}: {err}"
        );
    }
}

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

/// A pipe that nobody else opens.
#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
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

#[cfg(unix)]
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
