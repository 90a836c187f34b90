//! `trill simulate` as others start it, and one that is ready for somebody's sender.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::http1::{self, Answer};
use super::openssl;
use super::push::{KEY_ID, TEAM_ID};
use super::temp_dir::TempDir;

/// A running `trill simulate`, and what it printed before it was ready.
pub(crate) struct Simulation {
    child: Child,
    pub(crate) lines: Vec<String>,
    rest: BufReader<ChildStdout>,
}

impl Simulation {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_trill")), arguments)
    }

    /// Starts it under the limits that these commands of a shell set.
    #[cfg(unix)]
    pub(crate) fn start_under(limits: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &format!("{limits} && exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_trill"),
        ]);
        Self::run(command, arguments)
    }

    fn run(mut command: Command, arguments: &[&str]) -> Self {
        command
            .args(["simulate", "--listen", "127.0.0.1:0"])
            .args(arguments);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let mut rest = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != "Ready") {
            let mut line = String::new();
            assert!(
                rest.read_line(&mut line).expect("it writes text") > 0,
                "it ended before it was ready: {lines:?}"
            );
            lines.push(line.trim_end().to_owned());
        }
        Self { child, lines, rest }
    }

    /// Address of the simulated APNs.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address_after("Trill simulates APNs at https://")
    }

    /// Address of its control interface.
    pub(crate) fn control(&self) -> SocketAddr {
        self.address_after("Control at http://")
    }

    /// The address in the line that starts so.
    pub(crate) fn address_after(&self, start: &str) -> SocketAddr {
        let line = self
            .lines
            .iter()
            .find_map(|line| line.strip_prefix(start))
            .expect(start);
        line.split('/')
            .next()
            .and_then(|address| address.parse().ok())
            .expect("an address")
    }

    /// Asks it to stop; exit code, and what it printed since it was ready.
    pub(crate) fn end_by(&mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .is_ok_and(|status| status.success())
        );
        let mut text = String::new();
        self.rest.read_to_string(&mut text).expect("it writes text");
        (self.child.wait().expect("it ends").code(), text)
    }
}

impl Drop for Simulation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One that knows a key and phones from files, as a CI job would start it.
pub(crate) struct Scene {
    pub(crate) simulation: Simulation,
    /// The private key whose public half is enrolled, as PEM.
    pub(crate) key: String,
    folder: TempDir,
}

impl Scene {
    /// With these device tokens, each a VoIP token of [`TOPIC`](super::push::TOPIC).
    pub(crate) fn new(device_tokens: &[&str]) -> Self {
        let folder = TempDir::new();
        let key = openssl::p256_key();
        let keys = json!([{ "key_id": KEY_ID, "team_id": TEAM_ID, "public_key": openssl::public_key(&key) }]);
        let device =
            |token: &&str| json!({ "device_token": token, "bundle_id": "com.example.calls" });
        let devices: Vec<Value> = device_tokens.iter().map(device).collect();
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let (keys, devices) = (
            text(&folder.write("keys.json", keys.to_string())),
            text(&folder.write("devices.json", Value::from(devices).to_string())),
        );
        let ca = text(&folder.path().join("ca.pem"));
        let simulation = Simulation::start(&[
            "--control",
            "127.0.0.1:0",
            "--keys",
            &keys,
            "--devices",
            &devices,
            "--ca-out",
            &ca,
        ]);
        Self {
            simulation,
            key,
            folder,
        }
    }

    /// Certificate authority of the simulator, as a PEM file.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The private key, as a file.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.folder.write("AuthKey.p8", &self.key)
    }

    /// The newest decision.
    pub(crate) fn decision(&self) -> Value {
        let journal = self
            .control("GET", "/api/simulator/journal", &Value::Null)
            .json();
        journal["decisions"]
            .as_array()
            .and_then(|decisions| decisions.last())
            .cloned()
            .expect("there is one")
    }

    /// Asks the control interface.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        http1::request(
            self.simulation.control(),
            method,
            path,
            &[("content-type", "application/json")],
            body.as_bytes(),
        )
    }
}
