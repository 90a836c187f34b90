//! The relay behind a proxy that is not ours: tinyproxy, with and without a password.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::nghttpd::Nghttpd;
use crate::support::http1::Answer;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

const SOON: Duration = Duration::from_secs(10);

struct Tinyproxy {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Tinyproxy {
    /// Starts a proxy that connects to these ports, for those who satisfy `more`.
    fn start(ports: &[u16], more: &str) -> Self {
        let folder = TempDir::new();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let ports: String = ports
            .iter()
            .map(|port| format!("ConnectPort {port}\n"))
            .collect();
        let log = folder.path().join("log");
        let text = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 30\nMaxClients 20\nLogFile \"{}\"\n{ports}{more}\n",
            log.display()
        );
        let file = folder.write("tinyproxy.conf", text);
        let mut command = Command::new("tinyproxy");
        command
            .args(["-d", "-c"])
            .arg(file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let proxy = Self {
            child: command
                .spawn()
                .expect("tinyproxy is installed: the package tinyproxy-bin"),
            port,
            folder,
        };
        let start = Instant::now();
        while TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
            assert!(
                start.elapsed() < SOON,
                "tinyproxy does not listen: {}",
                proxy.log()
            );
            sleep(Duration::from_millis(20));
        }
        proxy
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn relay(server: &Nghttpd, proxy: &Tinyproxy, credentials: Option<&str>) -> Trill {
    let (upstream, authority, url) = (server.as_sandbox(), server.authority(), proxy.url());
    let arguments = [
        "--listen",
        "127.0.0.1:0",
        "--upstream",
        &upstream,
        "--upstream-ca",
        authority.to_str().unwrap(),
        "--proxy",
        &url,
    ];
    let variables: Vec<_> = credentials
        .map(|credentials| ("TRILL_PROXY_CREDENTIALS", credentials))
        .into_iter()
        .collect();
    Trill::start_as(&variables, &arguments)
}

fn push(trill: &Trill) -> Answer {
    let headers = [
        ("apns-topic", "com.example.calls.voip"),
        ("content-type", "application/json"),
    ];
    trill.request("POST", "/sandbox/3/device/00ff", &headers, b"{}")
}

fn port_of(server: &Nghttpd) -> u16 {
    server
        .as_sandbox()
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port")
}

#[test]
fn a_push_goes_through_the_proxy() {
    let server = Nghttpd::start();
    let proxy = Tinyproxy::start(&[port_of(&server)], "");
    let trill = relay(&server, &proxy, None);
    for _ in 0..3 {
        let answer = push(&trill);
        assert_eq!(
            (answer.status, answer.header("trill-outcome")),
            (200, Some("accepted")),
            "{}",
            answer.text()
        );
    }
    assert_eq!(
        proxy.log().matches("): CONNECT ").count(),
        1,
        "one connection for all: {}",
        proxy.log()
    );
    let simulated = trill.request(
        "POST",
        "/simulator/3/device/00ff",
        &[("apns-topic", "a.voip")],
        b"{}",
    );
    assert_eq!(simulated.status, 403);
    assert_eq!(
        proxy.log().matches("): CONNECT ").count(),
        1,
        "{}",
        proxy.log()
    );
}

#[test]
fn a_port_the_proxy_does_not_allow_is_told() {
    let server = Nghttpd::start();
    let proxy = Tinyproxy::start(&[1], "");
    let answer = push(&relay(&server, &proxy, None));
    assert_eq!(
        (answer.status, answer.header("trill-outcome")),
        (502, Some("not-sent"))
    );
    assert_eq!(answer.json()["code"], "proxy_forbids", "{}", answer.text());
}

#[test]
fn the_proxy_learns_who_asks_and_nobody_else_does() {
    let server = Nghttpd::start();
    let proxy = Tinyproxy::start(&[port_of(&server)], "BasicAuth me s3cret");
    let answer = push(&relay(&server, &proxy, Some("me:s3cret")));
    assert_eq!(
        answer.header("trill-outcome"),
        Some("accepted"),
        "{}",
        answer.text()
    );
    assert!(
        !server
            .received()
            .iter()
            .any(|(name, _)| name == "proxy-authorization")
    );
    for (credentials, part) in [
        (None, "TRILL_PROXY_CREDENTIALS"),
        (Some("me:wr0ng"), "Correct user:password"),
    ] {
        let answer = push(&relay(&server, &proxy, credentials));
        assert_eq!(
            (answer.status, answer.header("trill-outcome")),
            (502, Some("not-sent"))
        );
        assert!(
            answer.json()["code"] == "proxy_credentials" && answer.text().contains(part),
            "{}",
            answer.text()
        );
        assert!(!answer.text().contains("s3cret") && !answer.text().contains("wr0ng"));
    }
}
