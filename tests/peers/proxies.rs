//! Smuggling behind HAProxy and nginx: what the proxy in front forbids, no trick carries past it.
//!
//! The proxy refuses every push to production. Each request of the set hides one, for the case that the relay finds
//! it where the proxy did not; what reaches the server behind the relay is counted.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::nghttpd::Nghttpd;
use crate::support::http1::{self, Answer};
use crate::support::smuggling::{self, HIDDEN};
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

/// Long enough for a proxy to start.
const SOON: Duration = Duration::from_secs(10);
/// Time to wait for more on a connection; the proxies' own patience below is shorter.
const QUIET: Duration = Duration::from_secs(4);

/// A proxy on a port of its own.
struct Proxy {
    child: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Proxy {
    fn haproxy(relay: SocketAddr) -> Self {
        Self::start(|address, folder| {
            let config = folder.write(
                "haproxy.cfg",
                format!(
                    "global\n  maxconn 256\n\
                     defaults\n  mode http\n  timeout connect 5s\n  timeout client 2s\n  timeout server 10s\n  timeout http-request 2s\n\
                     frontend in\n  bind {address}\n  http-request deny if {{ path_beg /production }}\n  default_backend out\n\
                     backend out\n  http-reuse always\n  server relay {relay}\n"
                ),
            );
            let mut command = Command::new("haproxy");
            command.arg("-db").arg("-f").arg(config);
            command
        })
    }

    /// Starts nginx, which passes bodies on as they come, and keeps its connections to the relay.
    fn nginx(relay: SocketAddr) -> Self {
        Self::start(|address, folder| {
            let config = folder.write(
                "nginx.conf",
                format!(
                    "daemon off; pid nginx.pid; error_log error.log; events {{ worker_connections 256; }}\n\
                     http {{ access_log off; client_header_timeout 2s; client_body_timeout 2s; client_body_temp_path body; \
                     proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n\
                     upstream relay {{ server {relay}; keepalive 8; }}\n\
                     server {{ listen {address}; location /production {{ return 403; }}\n\
                     location / {{ proxy_pass http://relay; proxy_http_version 1.1; proxy_request_buffering off; \
                     proxy_set_header Connection \"\"; proxy_set_header Host $http_host; }} }} }}\n"
                ),
            );
            let mut command = Command::new("nginx");
            command
                .arg("-p")
                .arg(folder.path())
                .arg("-e")
                .arg(folder.path().join("error.log"))
                .arg("-c")
                .arg(config);
            command
        })
    }

    fn start(command: impl FnOnce(SocketAddr, &TempDir) -> Command) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let folder = TempDir::new();
        let mut command = command(address, &folder);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let proxy = Self {
            child: child.expect("haproxy and nginx are installed"),
            address,
            _folder: folder,
        };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(start.elapsed() < SOON, "the proxy does not listen");
            sleep(Duration::from_millis(20));
        }
        proxy
    }

    /// All that comes back for these bytes.
    fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(QUIET)).unwrap();
        let _ = stream.write_all(bytes);
        let mut answers = Vec::new();
        let _ = stream.read_to_end(&mut answers);
        String::from_utf8_lossy(&answers).into_owned()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // nginx's workers end with their master only when it is asked, not when it is killed.
        let _ = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        let _ = self.child.wait();
    }
}

fn push(to: SocketAddr, relay: SocketAddr, environment: &str, topic: &str) -> Answer {
    let headers = [("apns-topic", topic), ("content-type", "application/json")];
    // The proxies pass the name on, and the relay goes by its own only.
    http1::request_as(
        &relay.to_string(),
        to,
        "POST",
        &format!("/{environment}/3/device/{HIDDEN}"),
        &headers,
        b"{}",
    )
}

fn check(start: impl FnOnce(SocketAddr) -> Proxy) {
    let server = Nghttpd::start();
    let authority = server.authority();
    let (sandbox, production) = (
        server.as_sandbox(),
        server.as_sandbox().replace("sandbox", "production"),
    );
    let trill = Trill::start(&[
        "--upstream",
        &sandbox,
        "--upstream",
        &production,
        "--upstream-ca",
        authority.to_str().unwrap(),
    ]);
    let relay = trill.address();
    let proxy = start(relay);
    assert_eq!(
        push(proxy.address, relay, "sandbox", "example.before").status,
        200,
        "the proxy lets pushes to the sandbox through"
    );
    assert_eq!(
        push(proxy.address, relay, "production", "example.forbidden").status,
        403,
        "and none to production"
    );
    assert_eq!(
        push(relay, relay, "production", "example.control").status,
        200,
        "which the relay itself would take"
    );

    let set = smuggling::set(&relay.to_string());
    let answers = scope(|scope| {
        let threads: Vec<_> = set
            .iter()
            .map(|smuggled| scope.spawn(|| proxy.exchange(&smuggled.bytes)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    // The next client gets the answer to its own request.
    for _ in 0..20 {
        let answer = push(proxy.address, relay, "sandbox", "example.after");
        assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    }
    let received = server.received();
    let count = |topic: &str| {
        received
            .iter()
            .filter(|(name, value)| name == "apns-topic" && value == topic)
            .count()
    };
    assert_eq!(
        (
            count("example.before"),
            count("example.forbidden"),
            count("example.control"),
            count("example.after")
        ),
        (1, 0, 1, 20)
    );
    for (smuggled, answers) in set.iter().zip(&answers) {
        assert!(count(&smuggled.topic) <= 1, "{}: {answers}", smuggled.name);
        assert_eq!(
            count(&smuggled.hidden_topic()),
            0,
            "{}: {answers}",
            smuggled.name
        );
    }
    assert!(
        set.iter().any(|smuggled| count(&smuggled.topic) == 1),
        "some of them are honest enough"
    );
}

#[test]
fn nothing_is_smuggled_past_haproxy() {
    check(Proxy::haproxy);
}

#[test]
fn nothing_is_smuggled_past_nginx() {
    check(Proxy::nginx);
}
