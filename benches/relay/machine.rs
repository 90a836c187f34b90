//! The machine: which program runs on which core, and the upstream they all have.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use trill::apns::{ProviderToken, SigningKey};

use super::support::process::{Folder, Server, free_port};
use super::{PAYLOAD, TOKEN};

pub(crate) const KEY_ID: &str = "ABC123DEFG";
pub(crate) const TEAM_ID: &str = "TEAM654321";
const PATIENCE: Duration = Duration::from_secs(10);

/// A server that speaks HTTP/2 over TLS.
pub(crate) struct Upstream {
    /// Runs as long as this.
    pub(crate) _server: Server,
    pub(crate) port: u16,
    /// The authority of its certificate, as PEM.
    pub(crate) authority: PathBuf,
}

/// A program for the relay's core, which is the first.
pub(crate) fn on_relay_core(program: &str) -> Command {
    on_core("0", program)
}

/// A program for the other core.
pub(crate) fn on_other_core(program: &str) -> Command {
    on_core("1", program)
}

fn on_core(core: &str, program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", core, program]);
    command
}

/// Makes the key, `key.p8`, and the one provider token that all pushes carry.
pub(crate) fn make_key(folder: &Folder) {
    let path = folder.at("key.p8").to_string_lossy().into_owned();
    openssl(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        &path,
    ]);
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("the clock is right")
        .as_secs();
    folder.write(
        "authorization",
        ProviderToken::sign(&key(folder), KEY_ID, TEAM_ID, now).authorization(),
    );
}

/// That key.
pub(crate) fn key(folder: &Folder) -> SigningKey {
    SigningKey::from_bytes(&fs::read(folder.at("key.p8")).expect("it was made")).expect("a key")
}

/// `authorization` for a push.
pub(crate) fn authorization(folder: &Folder) -> String {
    fs::read_to_string(folder.at("authorization")).expect("it was made")
}

/// h2load with a push, on the other core; what is missing is how often, and where to.
pub(crate) fn h2load(folder: &Folder) -> Command {
    let mut command = on_other_core("h2load");
    command
        .args(["-t", "1", "-d"])
        .arg(folder.write("payload", PAYLOAD));
    command.args([
        "-H",
        &format!("authorization: {}", authorization(folder)),
        "-H",
        "apns-topic: com.example.calls.voip",
        "-H",
        "apns-push-type: voip",
    ]);
    command
}

/// The fast upstream.
pub(crate) fn nghttpd(folder: &Folder) -> Upstream {
    folder.write(&format!("htdocs/3/device/{TOKEN}"), "");
    let extensions = folder.write(
        "extensions",
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\n",
    );
    let file = |name: &str| folder.at(name).to_string_lossy().into_owned();
    let elliptic = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let (authority, authority_key) = (file("ca.pem"), file("ca-key.pem"));
    let (key, request, certificate) = (file("key.pem"), file("request.pem"), file("cert.pem"));
    openssl(
        &[
            &[
                "req",
                "-x509",
                "-subj",
                "/CN=Benchmark",
                "-keyout",
                &authority_key,
                "-out",
                &authority,
            ][..],
            &elliptic,
        ]
        .concat(),
    );
    openssl(
        &[
            &[
                "req",
                "-new",
                "-subj",
                "/CN=localhost",
                "-keyout",
                &key,
                "-out",
                &request,
            ][..],
            &elliptic,
        ]
        .concat(),
    );
    let sign = [
        "x509",
        "-req",
        "-in",
        &request,
        "-CA",
        &authority,
        "-CAkey",
        &authority_key,
        "-CAcreateserial",
        "-days",
        "2",
    ];
    openssl(
        &[
            &sign[..],
            &[
                "-extfile",
                &extensions.to_string_lossy(),
                "-out",
                &certificate,
            ],
        ]
        .concat(),
    );
    let port = free_port();
    let mut command = on_other_core("nghttpd");
    command
        .args(["--address=127.0.0.1", "--htdocs"])
        .arg(folder.at("htdocs"))
        .arg(port.to_string())
        .args([&key, &certificate]);
    let server = Server::start(command.stdout(Stdio::null()));
    wait_for(port);
    Upstream {
        _server: server,
        port,
        authority: folder.at("ca.pem"),
    }
}

fn openssl(arguments: &[&str]) {
    let made = Command::new("openssl")
        .args(arguments)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "openssl {arguments:?}"
    );
}

/// Waits until somebody listens there.
pub(crate) fn wait_for(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nobody listens on {port}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Says how large the program is.
pub(crate) fn size() {
    let bytes = fs::metadata(env!("CARGO_BIN_EXE_trill"))
        .map(|file| file.len())
        .unwrap_or_default();
    println!("\nsize of trill: {:.2} MB", bytes as f64 / 1e6);
}
