//! The contenders: the relays, each in front of the same upstream.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use super::machine::{KEY_ID, TEAM_ID, Upstream, on_relay_core, wait_for};
use super::support::process::{Folder, Server, free_port};
use super::{TOKEN, bare};

/// Rates of one client, raised because one client is the whole load. All other limits are the usual ones.
pub(crate) const RAISED: [&str; 4] = ["--send-rate", "1000000/s", "--sends-per-client", "512"];

/// Program between the load and the upstream.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    /// Absent where nothing stands there.
    pub(crate) relay: Option<Server>,
    /// Port that it listens on.
    pub(crate) port: u16,
    /// Address that a push is sent to.
    pub(crate) url: String,
}

/// The relays, and the way without one.
pub(crate) fn all(folder: &Folder, upstream: &Upstream) -> Vec<Contender> {
    let direct = Contender {
        name: "no relay",
        relay: None,
        port: upstream.port,
        url: format!("https://localhost:{}/3/device/{TOKEN}", upstream.port),
    };
    let mut all = vec![trill(upstream), haproxy(folder, upstream), bare(upstream)];
    match env::var_os("SENDERS") {
        Some(senders) => all.push(node(folder, upstream, Path::new(&senders))),
        None => println!("@parse/node-apn is left out: SENDERS does not say where it is"),
    }
    all.push(direct);
    all
}

/// Trill with and without an audit file and a data folder, and HAProxy.
pub(crate) fn with_files(folder: &Folder, upstream: &Upstream) -> Vec<Contender> {
    let mut command = trill_command(upstream);
    command
        .arg("--audit")
        .arg(folder.at("audit.jsonl"))
        .arg("--data")
        .arg(folder.at("data"));
    let (server, port) = started(&mut command);
    vec![
        Contender::of_relay("trill --audit --data", server, port),
        trill(upstream),
        haproxy(folder, upstream),
    ]
}

impl Contender {
    fn of_relay(name: &'static str, relay: Server, port: u16) -> Self {
        Self {
            name,
            relay: Some(relay),
            port,
            url: format!("http://127.0.0.1:{port}/sandbox/3/device/{TOKEN}"),
        }
    }
}

/// Mode in which `trill serve` is started.
pub(crate) fn trill_command(upstream: &Upstream) -> Command {
    let mut command = on_relay_core(env!("CARGO_BIN_EXE_trill"));
    command.args([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--upstream",
        &format!("sandbox=https://localhost:{}", upstream.port),
    ]);
    command.arg("--upstream-ca").arg(&upstream.authority);
    command.args(RAISED);
    command
}

/// Starts `trill serve`; and its port.
pub(crate) fn start_trill(upstream: &Upstream) -> (Server, u16) {
    started(&mut trill_command(upstream))
}

fn started(command: &mut Command) -> (Server, u16) {
    let (server, lines) = Server::start_until(command, "Trill is ready at ");
    let port = lines
        .last()
        .and_then(|line| line.trim_end_matches('/').rsplit(':').next()?.parse().ok());
    (server, port.expect("a port"))
}

fn trill(upstream: &Upstream) -> Contender {
    let (server, port) = start_trill(upstream);
    Contender::of_relay("trill", server, port)
}

/// Starts HAProxy at its best: one thread, and one connection to the upstream, which all clients share; and its port.
pub(crate) fn start_haproxy(folder: &Folder, upstream: &Upstream) -> (Server, u16) {
    let port = free_port();
    let config = format!(
        "global\n  nbthread 1\n  maxconn 4096\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n\
         frontend in\n  bind 127.0.0.1:{port}\n  http-request replace-path /sandbox(/.*) \\1\n  default_backend out\n\
         backend out\n  http-reuse always\n  server apns 127.0.0.1:{} ssl verify required ca-file {} sni str(localhost) verifyhost localhost alpn h2\n",
        upstream.port,
        upstream.authority.display(),
    );
    let config = folder.write(&format!("haproxy-{port}.cfg"), config);
    // HAProxy says on standard error what every program has to say on its first lines.
    let server = Server::start(
        on_relay_core("haproxy")
            .arg("-db")
            .arg("-f")
            .arg(config)
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    wait_for(port);
    (server, port)
}

fn haproxy(folder: &Folder, upstream: &Upstream) -> Contender {
    let (server, port) = start_haproxy(folder, upstream);
    Contender::of_relay("HAProxy", server, port)
}

fn bare(upstream: &Upstream) -> Contender {
    let port = free_port();
    let program = env::current_exe().expect("it is known");
    let server = Server::start(
        on_relay_core(&program.to_string_lossy())
            .args([bare::WORD, &port.to_string(), &upstream.port.to_string()])
            .arg(&upstream.authority),
    );
    wait_for(port);
    Contender::of_relay("hyper and h2 alone", server, port)
}

fn node(folder: &Folder, upstream: &Upstream, senders: &Path) -> Contender {
    let port = free_port();
    let senders = senders.canonicalize().expect("SENDERS is a folder");
    let wishes = serde_json::json!({
        "senders": senders, "port": port, "upstream": upstream.port, "ca": upstream.authority,
        "key": folder.at("key.p8"), "key_id": KEY_ID, "team_id": TEAM_ID,
    });
    let script = folder.write("relay.mjs", include_str!("relay.mjs"));
    let server = Server::start(
        on_relay_core("node")
            .arg(script)
            .arg(wishes.to_string())
            .stdout(Stdio::null()),
    );
    wait_for(port);
    Contender::of_relay("node-apn", server, port)
}

/// Number of connections to this port that are open on this machine.
pub(crate) fn connections_to(port: u16) -> usize {
    const ESTABLISHED: &str = "01";
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let remote = format!(":{port:04X}");
    let is_it = |line: &&str| {
        let mut columns = line.split_whitespace().skip(2);
        columns
            .next()
            .is_some_and(|address| address.ends_with(&remote))
            && columns.next() == Some(ESTABLISHED)
    };
    table.lines().filter(is_it).count()
}
