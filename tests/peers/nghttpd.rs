//! nghttpd, an HTTP/2 server by people we have never met, with certificates of its own authority.
//! It sends every body back and writes every header it receives into a file.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::openssl;
use crate::support::temp_dir::TempDir;

/// Alternative names are what clients look at; openssl reads extensions from a file only.
const LEAF_EXTENSIONS: &str =
    "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n";

/// Long enough for a program to start or a line to be written.
const SOON: Duration = Duration::from_secs(10);

/// A running nghttpd.
pub(crate) struct Nghttpd {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Nghttpd {
    /// Makes the certificates and starts the server on a free port.
    pub(crate) fn start() -> Self {
        let folder = TempDir::new();
        make_certificates(&folder);
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let child = spawn(&folder, port);
        let server = Self {
            child,
            port,
            folder,
        };
        server.wait_until_it_listens();
        server
    }

    /// The argument of `--upstream` that puts it in the place of the sandbox.
    pub(crate) fn as_sandbox(&self) -> String {
        format!("sandbox=https://localhost:{}", self.port)
    }

    /// The authority to trust, for `--upstream-ca`.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Stops the process where it stands: connections stay open and nobody answers.
    pub(crate) fn freeze(&self) {
        let status = Command::new("kill")
            .args(["-STOP", &self.child.id().to_string()])
            .status();
        assert!(status.expect("kill is a program too").success());
    }

    /// Kills it with SIGKILL, which also ends a frozen process.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again on the same port after it was killed.
    pub(crate) fn restart(&mut self) {
        self.kill();
        self.child = spawn(&self.folder, self.port);
        self.wait_until_it_listens();
    }

    /// The headers of every request so far, in order, once there is a request at all.
    pub(crate) fn received(&self) -> Vec<(String, String)> {
        let start = Instant::now();
        loop {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
            let headers: Vec<_> = log.lines().filter_map(header).collect();
            if !headers.is_empty() || start.elapsed() > SOON {
                return headers;
            }
            sleep(Duration::from_millis(20));
        }
    }

    fn wait_until_it_listens(&self) {
        let start = Instant::now();
        while TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))).is_err() {
            assert!(
                start.elapsed() < SOON,
                "nghttpd does not listen: {}",
                fs::read_to_string(self.folder.path().join("log")).unwrap()
            );
            sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Nghttpd {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(folder: &TempDir, port: u16) -> Child {
    let log = File::create(folder.path().join("log")).unwrap();
    Command::new("nghttpd")
        .args([
            "--verbose",
            "--echo-upload",
            "--address",
            "127.0.0.1",
            &port.to_string(),
            "leaf.key",
            "leaf.pem",
        ])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .expect("nghttpd is installed: the package nghttp2-server")
}

/// `[id=1] [  0.535] recv (stream_id=1) apns-topic: com.example.voip`, where a header that may not
/// be indexed is marked `(stream_id=1, sensitive)`.
fn header(line: &str) -> Option<(String, String)> {
    let (_, header) = line.split_once("recv (stream_id=")?.1.split_once(") ")?;
    let (name, value) = header.split_once(": ")?;
    Some((name.to_owned(), value.to_owned()))
}

fn make_certificates(folder: &TempDir) {
    let file = |name: &str| folder.path().join(name);
    folder.write("ca.key", openssl::p256_key());
    folder.write("leaf.key", openssl::p256_key());
    folder.write("leaf.ext", LEAF_EXTENSIONS);
    openssl::run(
        &[
            "req",
            "-x509",
            "-new",
            "-key",
            text(&file("ca.key")),
            "-subj",
            "/CN=Test authority",
            "-days",
            "2",
            "-out",
            text(&file("ca.pem")),
        ],
        b"",
    );
    openssl::run(
        &[
            "req",
            "-new",
            "-key",
            text(&file("leaf.key")),
            "-subj",
            "/CN=localhost",
            "-out",
            text(&file("leaf.csr")),
        ],
        b"",
    );
    let (request, extensions) = (file("leaf.csr"), file("leaf.ext"));
    let (authority, authority_key, leaf) = (file("ca.pem"), file("ca.key"), file("leaf.pem"));
    let sign = [
        "x509",
        "-req",
        "-in",
        text(&request),
        "-CA",
        text(&authority),
        "-CAkey",
        text(&authority_key),
        "-set_serial",
        "2",
    ];
    openssl::run(
        &[
            &sign[..],
            &[
                "-days",
                "2",
                "-extfile",
                text(&extensions),
                "-out",
                text(&leaf),
            ],
        ]
        .concat(),
        b"",
    );
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary path is text")
}

#[test]
fn nghttpd_shows_what_it_receives_and_can_be_frozen() {
    let server = Nghttpd::start();
    let url = format!("https://localhost:{}/3/device/00", server.port);
    let authority = server.authority();
    let curl = |patience: &str| {
        let fixed = [
            "--silent",
            "--http2",
            "--noproxy",
            "*",
            "--header",
            "apns-topic: com.example.voip",
            "--data",
            "{}",
        ];
        let output = Command::new("curl")
            .args(fixed)
            .args(["--max-time", patience, "--cacert", text(&authority), &url])
            .output();
        String::from_utf8(output.expect("curl is installed").stdout).unwrap()
    };
    assert_eq!(curl("10"), "{}");
    assert!(
        server
            .received()
            .contains(&("apns-topic".to_owned(), "com.example.voip".to_owned())),
        "{:?}",
        server.received()
    );
    server.freeze();
    assert_eq!(curl("1"), "");
}
