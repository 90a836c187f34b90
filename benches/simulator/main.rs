//! How fast `trill simulate` answers, as a ratio to nghttpd on the same work: h2load, 64 connections of 100 streams,
//! one provider token, the two servers in turns, and then the simulator alone for half a minute. Run it with
//! `cargo bench --bench simulator`; it needs nghttpd, h2load and openssl, and prints requests per second, their ratio, and
//! what the simulator's memory grew by.

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use support::h2load::{Load, median};
use support::process::{Folder, Server, free_port};
use trill::apns::{ProviderToken, SigningKey};

const ROUNDS: usize = 5;
const REQUESTS: usize = 200_000;
const LONG_RUN: &str = "30"; // seconds
const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str =
    r#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

fn main() {
    // `cargo test --benches` asks only whether it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = Folder::new();
    folder.write(&format!("htdocs/3/device/{PHONE}"), "");
    folder.write("payload", PAYLOAD);

    let (simulate, simulator_port, token) = simulate(&folder);
    let (_nghttpd, nghttpd_port) = nghttpd(&folder);
    let fresh = simulate.resident();
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let ours = burst(&folder, simulator_port, &token);
        let theirs = burst(&folder, nghttpd_port, &token);
        println!(
            "round {round}: trill simulate {ours:.0}/s, nghttpd {theirs:.0}/s, ratio {:.2}",
            ours / theirs
        );
        ratios.push(ours / theirs);
    }
    println!(
        "median ratio {:.2} (lowest {:.2}, highest {:.2})",
        median(&mut ratios),
        ratios[0],
        ratios[ROUNDS - 1]
    );
    // By now the journal and the events are as full as they get.
    let full = simulate.resident();
    let long = load(&folder, simulator_port, &token, &["-D", LONG_RUN]);
    println!(
        "{LONG_RUN} s alone: {} pushes, every one accepted",
        long.answered()
    );
    let (after, pushes) = (simulate.resident(), ROUNDS * REQUESTS);
    println!(
        "memory of the simulator: {fresh} KiB fresh, {full} KiB after {pushes} pushes, {after} KiB after the long run"
    );
}

fn simulate(folder: &Folder) -> (Server, u16, String) {
    let key = SigningKey::from_random_bytes(&[7; 32]).expect("a key");
    let public_key = key.public_key().to_pem();
    let keys = serde_json::json!([{ "key_id": "ABC123DEFG", "team_id": "TEAM654321", "public_key": public_key }]);
    let devices = serde_json::json!([{ "device_token": PHONE, "bundle_id": "com.example.calls" }]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
    command
        .args(["simulate", "--listen", "127.0.0.1:0", "--keys"])
        .arg(folder.write("keys.json", keys.to_string()));
    command
        .arg("--devices")
        .arg(folder.write("devices.json", devices.to_string()));
    let (server, lines) = Server::start_until(&mut command, "Ready");
    let port = lines
        .first()
        .and_then(|line| line.rsplit(':').next()?.parse().ok())
        .expect("a port");
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .expect("the clock is right")
        .as_secs();
    (
        server,
        port,
        ProviderToken::sign(&key, "ABC123DEFG", "TEAM654321", now).authorization(),
    )
}

fn nghttpd(folder: &Folder) -> (Server, u16) {
    let (key, certificate) = (folder.at("key.pem"), folder.at("cert.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=localhost",
            "-keyout",
        ])
        .args([&key, Path::new("-out"), &certificate])
        .stderr(Stdio::null())
        .status();
    assert!(
        made.is_ok_and(|status| status.success()),
        "openssl makes a certificate"
    );
    let port = free_port();
    let mut command = Command::new("nghttpd");
    command
        .args(["--address=127.0.0.1", "--htdocs"])
        .arg(folder.at("htdocs"))
        .arg(port.to_string())
        .args([&key, &certificate]);
    let server = Server::start(command.stdout(Stdio::null()));
    std::thread::sleep(Duration::from_millis(500));
    (server, port)
}

/// Requests per second of a run of so many.
fn burst(folder: &Folder, port: u16, token: &str) -> f64 {
    let load = load(folder, port, token, &["-n", &REQUESTS.to_string()]);
    assert_eq!(load.answered(), REQUESTS);
    load.rate()
}

/// One run.
fn load(folder: &Folder, port: u16, token: &str, length: &[&str]) -> Load {
    let mut command = Command::new("h2load");
    command
        .args(length)
        .args(["-c", "64", "-m", "100", "-t", "1", "-d"])
        .arg(folder.at("payload"));
    command.args([
        "-H",
        &format!("authorization: {token}"),
        "-H",
        "apns-topic: com.example.calls.voip",
        "-H",
        "apns-push-type: voip",
    ]);
    Load::run(command.arg(format!("https://127.0.0.1:{port}/3/device/{PHONE}")))
}
