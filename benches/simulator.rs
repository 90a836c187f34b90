//! How fast `trill simulate` answers, as a ratio to nghttpd on the same work: h2load, 64 connections of 100 streams,
//! one provider token, the two servers in turns, and then the simulator alone for half a minute. Run it with
//! `cargo bench --bench simulator`; it needs nghttpd, h2load and openssl, and prints requests per second, their ratio, and
//! what the simulator's memory grew by.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use trill::apns::{ProviderToken, SigningKey};

const ROUNDS: usize = 5;
const REQUESTS: usize = 40_000;
const LONG_RUN: &str = "30"; // seconds
const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";
const PAYLOAD: &str = r#"{"handle":"alice@example.com","callUUID":"db1dff98-bfef-4ec0-8ac6-8187a3b0c645"}"#;

/// Ended when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    // `cargo test --benches` asks only whether it compiles.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = std::env::temp_dir().join(format!("trill-bench-{}", std::process::id()));
    let documents = folder.join("htdocs/3/device");
    fs::create_dir_all(&documents).expect("the folder can be made");
    fs::write(documents.join(PHONE), "").expect("it can be written");
    fs::write(folder.join("payload"), PAYLOAD).expect("it can be written");

    let (simulate, simulator_port, token) = simulate(&folder);
    let (_nghttpd, nghttpd_port) = nghttpd(&folder);
    let fresh = resident(&simulate.0);
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let ours = burst(&folder, simulator_port, &token);
        let theirs = burst(&folder, nghttpd_port, &token);
        println!("round {round}: trill simulate {ours:.0}/s, nghttpd {theirs:.0}/s, ratio {:.2}", ours / theirs);
        ratios.push(ours / theirs);
    }
    ratios.sort_by(f64::total_cmp);
    println!("median ratio {:.2} (lowest {:.2}, highest {:.2})", ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
    // By now the journal and the events are as full as they get.
    let full = resident(&simulate.0);
    let long = load(&folder, simulator_port, &token, &["-D", LONG_RUN]);
    println!("{LONG_RUN} s alone: {} pushes, every one accepted", succeeded(&long));
    let after = resident(&simulate.0);
    println!("memory of the simulator: {fresh} KiB fresh, {full} KiB after {} pushes, {after} KiB after the long run", ROUNDS * REQUESTS);
    let _ = fs::remove_dir_all(&folder);
}

fn simulate(folder: &Path) -> (Server, u16, String) {
    let key = SigningKey::from_random_bytes(&[7; 32]).expect("a key");
    let public_key = key.public_key().to_pem();
    let keys = serde_json::json!([{ "key_id": "ABC123DEFG", "team_id": "TEAM654321", "public_key": public_key }]);
    let devices = serde_json::json!([{ "device_token": PHONE, "bundle_id": "com.example.calls" }]);
    fs::write(folder.join("keys.json"), keys.to_string()).expect("it can be written");
    fs::write(folder.join("devices.json"), devices.to_string()).expect("it can be written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_trill"))
        .args(["simulate", "--listen", "127.0.0.1:0", "--keys"])
        .arg(folder.join("keys.json"))
        .arg("--devices")
        .arg(folder.join("devices.json"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("it was piped")).lines().map_while(Result::ok);
    let port = lines.next().and_then(|line| line.rsplit(':').next()?.parse().ok()).expect("a port");
    assert!(lines.any(|line| line == "Ready"), "it is ready");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is right").as_secs();
    let token = ProviderToken::sign(&key, "ABC123DEFG", "TEAM654321", now).authorization();
    (Server(child), port, token)
}

fn nghttpd(folder: &Path) -> (Server, u16) {
    let (key, certificate) = (folder.join("key.pem"), folder.join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout"])
        .args([&key, Path::new("-out"), &certificate])
        .stderr(Stdio::null())
        .status();
    assert!(made.is_ok_and(|status| status.success()), "openssl makes a certificate");
    // Between this and nghttpd's own bind the port could be taken; then the load fails, and says so.
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let child = Command::new("nghttpd")
        .args(["--address=127.0.0.1", "--htdocs"])
        .arg(folder.join("htdocs"))
        .arg(port.to_string())
        .args([&key, &certificate])
        .stdout(Stdio::null())
        .spawn()
        .expect("nghttpd is installed");
    std::thread::sleep(Duration::from_millis(500));
    (Server(child), port)
}

/// Requests per second of a run of so many.
fn burst(folder: &Path, port: u16, token: &str) -> f64 {
    let text = load(folder, port, token, &["-n", &REQUESTS.to_string()]);
    assert_eq!(succeeded(&text), REQUESTS);
    let finished = text.lines().find(|line| line.starts_with("finished in")).expect("it finished");
    finished.split(", ").find_map(|part| part.strip_suffix(" req/s")?.parse().ok()).expect("a rate")
}

/// What h2load says of one run.
fn load(folder: &Path, port: u16, token: &str, length: &[&str]) -> String {
    let output = Command::new("h2load")
        .args(length)
        .args(["-c", "64", "-m", "100", "-t", "1", "-d"])
        .arg(folder.join("payload"))
        .args(["-H", &format!("authorization: {token}"), "-H", "apns-topic: com.example.calls.voip", "-H", "apns-push-type: voip"])
        .arg(format!("https://127.0.0.1:{port}/3/device/{PHONE}"))
        .output()
        .expect("h2load is installed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// How many requests were answered, all of them with success.
fn succeeded(text: &str) -> usize {
    assert!(text.contains(" 0 failed, 0 errored, 0 timeout"), "{text}");
    let codes = text.lines().find_map(|line| line.strip_prefix("status codes: ")).expect("it ran");
    let count = codes.strip_suffix(" 2xx, 0 3xx, 0 4xx, 0 5xx").expect("nothing but success");
    count.parse().expect("a number")
}

/// Resident memory in KiB, where the system tells.
fn resident(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}
