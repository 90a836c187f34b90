//! The slow peer: what a relay adds, and how many connections it opens, when every answer takes 50 ms.

use std::fs;
use std::process::Command;

use super::TOKEN;
use super::contenders::{self, connections_to};
use super::machine::{KEY_ID, TEAM_ID, Upstream, h2load, key, on_other_core};
use super::speed::times_ms;
use super::support::h2load::{Load, median};
use super::support::process::{Folder, Server};

const DELAY_MS: f64 = 50.0;
const CONNECTIONS: &str = "256";
const ROUNDS: usize = 3;

/// Measures and says it.
pub(crate) fn measure(folder: &Folder) {
    let upstream = simulate(folder);
    println!(
        "\n| behind a peer of {DELAY_MS} ms, {CONNECTIONS} connections | pushes/s | added, median | upstream connections |\n| --- | --- | --- | --- |"
    );
    for contender in contenders::all(folder, &upstream) {
        let (mut rates, mut added, mut most) = (Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let log = folder.at("times");
            let _ = fs::remove_file(&log);
            let mut command = h2load(folder);
            let plain: &[&str] = if contender.relay.is_some() {
                &["--h1"]
            } else {
                &[]
            };
            command
                .args(plain)
                .args([
                    "-m",
                    "1",
                    "-c",
                    CONNECTIONS,
                    "-D",
                    "3",
                    "--warm-up-time",
                    "1",
                    "--log-file",
                ])
                .arg(&log);
            command.arg(&contender.url);
            let load = std::thread::spawn(move || Load::run(&mut command));
            while !load.is_finished() {
                most = most.max(connections_to(upstream.port));
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            rates.push(load.join().expect("it ran").rate());
            added.push(
                median(&mut times_ms(&fs::read_to_string(&log).unwrap_or_default())) - DELAY_MS,
            );
        }
        println!(
            "| {} | {:.0} | {:.1} ms | {most} |",
            contender.name,
            median(&mut rates),
            median(&mut added)
        );
    }
    println!("(goal for trill: at most 2 ms added, one connection)");
}

/// The simulator, late with every answer.
fn simulate(folder: &Folder) -> Upstream {
    let keys = serde_json::json!([{ "key_id": KEY_ID, "team_id": TEAM_ID, "public_key": key(folder).public_key().to_pem() }]);
    let devices = serde_json::json!([{ "device_token": TOKEN, "bundle_id": "com.example.calls" }]);
    let faults = serde_json::json!([{ "fault": "delay", "ms": DELAY_MS as u64 }]);
    let authority = folder.at("simulator-ca.pem");
    let mut command: Command = on_other_core(env!("CARGO_BIN_EXE_trill"));
    command
        .args(["simulate", "--listen", "127.0.0.1:0", "--ca-out"])
        .arg(&authority);
    for (flag, file, value) in [
        ("--keys", "keys.json", keys),
        ("--devices", "devices.json", devices),
        ("--faults", "faults.json", faults),
    ] {
        command.arg(flag).arg(folder.write(file, value.to_string()));
    }
    let (server, lines) = Server::start_until(&mut command, "Ready");
    let port = lines
        .first()
        .and_then(|line| line.rsplit(':').next()?.parse().ok())
        .expect("a port");
    Upstream {
        _server: server,
        port,
        authority,
    }
}
