//! `trill simulate` on ports of its own, with a key and phones from files.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::http1::{self, Answer};
use super::openssl;
use super::temp_dir::TempDir;

pub(crate) const KEY_ID: &str = "ABC123DEFG";
pub(crate) const TEAM_ID: &str = "TEAM654321";
pub(crate) const TOPIC: &str = "com.example.calls.voip";

/// A running `trill simulate`.
pub(crate) struct Simulate {
    child: Child,
    out: BufReader<ChildStdout>,
    folder: TempDir,
    /// The private key whose public half is enrolled, as PEM.
    pub(crate) key: String,
    /// Where APNs is simulated.
    pub(crate) port: u16,
    control: SocketAddr,
}

impl Simulate {
    /// Starts it with these device tokens, each a VoIP token of [`TOPIC`], and further arguments.
    pub(crate) fn start(device_tokens: &[&str], arguments: &[&str]) -> Self {
        let folder = TempDir::new();
        let key = openssl::p256_key();
        let keys = json!([{ "key_id": KEY_ID, "team_id": TEAM_ID, "public_key": openssl::public_key(&key) }]);
        let device = |token: &&str| json!({ "device_token": token, "bundle_id": "com.example.calls" });
        let devices: Vec<Value> = device_tokens.iter().map(device).collect();
        let keys = folder.write("keys.json", keys.to_string());
        let devices = folder.write("devices.json", Value::from(devices).to_string());
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
        command.args(["simulate", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]);
        command.args(["--keys", &path(&keys), "--devices", &path(&devices)]);
        command.args(["--ca-out", &path(&folder.path().join("ca.pem")), "--journal", &path(&folder.path().join("journal.json"))]);
        let mut child = command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut line = |start: &str| {
            let mut line = String::new();
            out.read_line(&mut line).expect("it speaks");
            line.trim_end().strip_prefix(start).unwrap_or_else(|| panic!("{line:?} does not begin with {start:?}")).to_owned()
        };
        let address: SocketAddr = line("Trill simulates APNs at https://").parse().expect("an address");
        let port = address.port();
        let control = line("Control at http://").trim_end_matches("/api/simulator").parse().expect("an address");
        line("Certificate authority in ");
        line("Ready");
        Self { child, out, folder, key, port, control }
    }

    /// Its certificate authority, as a PEM file.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Asks the control interface.
    pub(crate) fn control(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        http1::request(self.control, method, path, &[("content-type", "application/json")], body.as_bytes())
    }

    /// Ends it with SIGTERM; its exit code, its last words and its journal, a decision an entry.
    pub(crate) fn end(mut self) -> (Option<i32>, String, Vec<Value>) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().is_ok_and(|status| status.success()));
        let code = self.child.wait().expect("it ends").code();
        let mut words = String::new();
        self.out.read_to_string(&mut words).expect("it has spoken");
        let journal = fs::read_to_string(self.folder.path().join("journal.json")).expect("--journal was written");
        (code, words, journal.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
    }
}

impl Drop for Simulate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
