//! JSON fields of answers, of events and of what commands print with `--json`.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::list;
use super::scene::{self, APNS_ID, CALL, DEVICE_TOKEN, KEY_ID, Scene, TEAM_ID, json_lines};
use crate::support::push_files::PushFiles;
use crate::support::temp_dir::TempDir;

/// Longer than an event takes.
const QUIET: Duration = Duration::from_millis(700);

#[test]
fn answers_have_the_listed_fields() {
    let scene = Scene::new();
    let mut found = BTreeSet::new();
    let mut note = |name: &str, value: &Value| add(&mut found, name, "", value);
    let device = format!("/api/simulator/devices/{DEVICE_TOKEN}");
    let get = |path: &str| scene.ask("GET", path, &Value::Null).json();

    let fault = json!([{
        "fault": "refuse", "reason": "Shutdown", "rate": 0.000_001, "seed": 7,
        "device_token": DEVICE_TOKEN,
    }, { "fault": "delay", "ms": 1, "next": 1, "key_id": KEY_ID }]);
    let faults = scene.ask("PUT", "/api/simulator/faults", &fault);
    assert_eq!(faults.status, 200, "{}", faults.text());
    scene.send_all();
    note("GET /api/simulator/faults", &get("/api/simulator/faults"));
    note("a phone while it rings", &get(&device));
    let answered = scene.ask("POST", &format!("{device}/answer"), &Value::Null);
    note("POST …/answer", &answered.json());
    note("GET /api/simulator/devices", &get("/api/simulator/devices"));
    let reinstalled = scene.ask("POST", &format!("{device}/reinstall"), &Value::Null);
    note("POST …/reinstall", &reinstalled.json());
    let gone = scene.push(
        "simulator",
        DEVICE_TOKEN,
        "eabeae54-14a8-11e5-b60b-1697f925ec7e",
    );
    assert_eq!(gone.status, 410);
    note("a push with 410", &gone.json());
    for (name, answer) in as_app(&scene) {
        note(name, &answer);
    }
    note("GET /api/apps", &get("/api/apps"));
    note("GET /api/devices", &get("/api/devices"));
    note("GET /api/sends?limit", &get("/api/sends?limit=9"));
    for app in ["article", "telnyx-ios"] {
        let body = json!({ "payload": { "handle": "alice" }, "app": app });
        let answer = scene.ask("POST", "/api/receiver", &body);
        note("POST /api/receiver", &answer.json());
    }
    note("GET /api/causes", &get("/api/causes"));
    note("GET /api/rules", &get("/api/rules"));
    note("GET /healthz", &get("/healthz"));
    note("GET /api/relay", &get("/api/relay"));
    note(
        "GET /api/tokens",
        &get(&format!("/api/tokens/{TEAM_ID}/{KEY_ID}")),
    );
    note("GET /api/sends", &get(&format!("/api/sends/{APNS_ID}")));
    note("GET /api/simulator/keys", &get("/api/simulator/keys"));
    note("GET /api/simulator/journal", &get("/api/simulator/journal"));
    note(
        "a problem",
        &scene.ask("GET", "/api/tokens/-/-", &Value::Null).json(),
    );
    for (kind, data) in events(&scene) {
        note(&format!("event {kind}"), &data);
    }
    list::check("json_fields", &found);
}

#[test]
fn commands_print_the_listed_fields() {
    let folder = TempDir::new();
    let call = folder.write("call.json", "{\"aps\": 1,}");
    let certificate = folder.write("voip.pem", PushFiles::universal(365).pem());
    let token = folder.write("token", scene::token());
    let (call, certificate) = (call.to_string_lossy(), certificate.to_string_lossy());
    let token = token.to_string_lossy();
    let servers = [
        "--upstream",
        "sandbox=https://localhost:1",
        "--upstream",
        "production=https://localhost:1",
    ];
    let mut found = BTreeSet::new();
    for (command, arguments) in [
        ("lint", vec!["--json", &call]),
        ("identity", vec!["--json", &certificate]),
        ("identity", vec!["--json", &token]),
        ("doctor", [&["--json"], servers.as_slice()].concat()),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_trill"))
            .arg(command)
            .args(arguments)
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        for line in json_lines(&String::from_utf8_lossy(&output.stdout)) {
            add(&mut found, &format!("trill {command}"), "", &line);
        }
    }
    list::check("json_fields_of_commands", &found);
}

/// Answers to an app that registers a device and reports a call.
fn as_app(scene: &Scene) -> [(&'static str, Value); 3] {
    let body = json!({ "name": "Calls", "bundle_ids": ["com.example.calls"] });
    let app = scene.ask("POST", "/api/apps", &body).json();
    let secret = app["secret"].as_str().unwrap().to_owned();
    let body = json!({ "bundle_id": "com.example.calls", "environment": "simulator" });
    let path = format!("/api/devices/{DEVICE_TOKEN}");
    let device = scene.ask_as_app(&secret, "PUT", &path, &body);
    assert_eq!(device.status, 201, "{}", device.text());
    let body = json!({
        "call": CALL, "event": "failed",
        "error": { "domain": "com.apple.CallKit.error.incomingcall", "code": 3 },
    });
    let receipt = scene.ask_as_app(&secret, "POST", "/api/receipts", &body);
    assert_eq!(receipt.status, 200, "{}", receipt.text());
    [
        ("POST /api/apps", app),
        ("PUT /api/devices", device.json()),
        ("POST /api/receipts", receipt.json()),
    ]
}

/// Adds the path of every field in a value.
fn add(found: &mut BTreeSet<String>, name: &str, path: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let joint = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{joint}{field}");
                found.insert(format!("{name}: {path}"));
                add(found, name, &path, value);
            }
        }
        Value::Array(values) => {
            for value in values {
                add(found, name, &format!("{path}[]"), value);
            }
        }
        _ => {}
    }
}

/// Events that have happened, each with its kind.
fn events(scene: &Scene) -> Vec<(String, Value)> {
    let address = scene.trill.address();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(QUIET)).unwrap();
    let head = format!("GET /api/events?since=0 HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(count @ 1..) = stream.read(&mut buffer) {
        bytes.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let mut kind = String::new();
    let mut events = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("event: ") {
            kind = name.to_owned();
        } else if let Some(data) = line.strip_prefix("data: ") {
            events.push((kind.clone(), serde_json::from_str(data).unwrap()));
        }
    }
    assert!(!events.is_empty(), "no event in {text}");
    events
}
