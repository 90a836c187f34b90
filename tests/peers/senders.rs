//! Other people's senders against `trill simulate`: three libraries, each in its own language and its own words.
//! `.ci/run` installs them in the folder that `SENDERS` names.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::openssl;
use crate::support::simulate::{KEY_ID, Scene, TEAM_ID, TOPIC};

const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";

/// A library that sends.
#[derive(Clone, Copy, Debug)]
enum Sender {
    NodeApn,
    Apns2,
    Aioapns,
}

impl Sender {
    const ALL: [Self; 3] = [Self::NodeApn, Self::Apns2, Self::Aioapns];

    fn command(self) -> Command {
        let installed = std::env::var("SENDERS").expect("SENDERS names the folder of the libraries; .ci/run makes it");
        let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/peers/senders");
        let (program, script) = match self {
            Self::NodeApn => (PathBuf::from("node"), "node_apn.mjs"),
            Self::Apns2 => (PathBuf::from("node"), "apns2.mjs"),
            Self::Aioapns => (PathBuf::from(&installed).join("python/bin/python"), "aioapns_sender.py"),
        };
        let mut command = Command::new(program);
        command.arg(scripts.join(script)).env("SENDERS", installed);
        command
    }

    /// What it reports of each push; `asked` changes what is sent.
    fn send(self, scene: &Scene, asked: &Value) -> Vec<Value> {
        let mut whole = json!({
            "host": "localhost", "port": scene.simulation.address().port(), "ca": scene.authority(), "key": scene.key, "key_id": KEY_ID,
            "team_id": TEAM_ID, "topic": TOPIC, "device_token": PHONE, "push_type": "voip", "payload": payload(0),
            "count": 1, "at_once": false, "pause_ms": 50, "late_by_s": 0,
        });
        for (name, value) in asked.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        let mut child = self.command().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it is installed");
        child.stdin.take().expect("it was piped").write_all(whole.to_string().as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}: {line}"))).collect()
    }

    /// The padding that makes the body so long. The library writes the JSON; what it adds is seen in the journal.
    fn padding_to(self, length: usize) -> usize {
        let spaces = if matches!(self, Self::Aioapns) { 7 } else { 0 };
        length - payload(0).to_string().len() - spaces
    }

    /// Sends one push that is to be refused, and looks for Apple's reason in the library's words.
    fn refused(self, scene: &Scene, asked: &Value, status: u16, reason: &str) {
        let answers = self.send(scene, asked);
        assert_eq!(answers.len(), 1, "{self:?}");
        assert_eq!((&answers[0]["status"], &answers[0]["reason"]), (&json!(status), &json!(reason)), "{self:?}");
    }
}

/// A payload with so many bytes of padding.
fn payload(padding: usize) -> Value {
    json!({ "aps": {}, "handle": "alice@example.com", "callUUID": "db1dff98-bfef-4ec0-8ac6-8187a3b0c645", "pad": "x".repeat(padding) })
}

#[test]
fn a_voip_push_is_accepted_up_to_5120_bytes() {
    let mut scene = Scene::new(&[PHONE]);
    for sender in Sender::ALL {
        let accepted = sender.send(&scene, &json!({ "count": 3 }));
        assert_eq!(accepted.iter().map(|answer| answer["status"].clone()).collect::<Vec<_>>(), [200, 200, 200], "{sender:?}");
        let full = sender.padding_to(5_120);
        assert_eq!(sender.send(&scene, &json!({ "payload": payload(full) }))[0]["status"], 200, "{sender:?}");
        sender.refused(&scene, &json!({ "payload": payload(full + 1) }), 413, "PayloadTooLarge");
    }
    assert_eq!(scene.simulation.end_by("-TERM"), (Some(0), "12 accepted, 3 refused: 3 PayloadTooLarge\n".to_owned()));
}

#[test]
fn an_alert_is_accepted_up_to_4096_bytes() {
    let scene = Scene::new(&[]);
    let put =
        scene.control("PUT", &format!("/api/simulator/devices/{PHONE}"), &json!({ "bundle_id": "com.example.calls", "kind": "alert" }));
    assert_eq!(put.status, 201, "{}", put.text());
    for sender in Sender::ALL {
        let alert = |padding| json!({ "push_type": "alert", "topic": "com.example.calls", "payload": payload(padding) });
        let full = sender.padding_to(4_096);
        assert_eq!(sender.send(&scene, &alert(full))[0]["status"], 200, "{sender:?}");
        sender.refused(&scene, &alert(full + 1), 413, "PayloadTooLarge");
    }
}

#[test]
fn twenty_pushes_at_once_on_a_new_connection_are_accepted() {
    for sender in Sender::ALL {
        let scene = Scene::new(&[PHONE]);
        let answers = sender.send(&scene, &json!({ "count": 20, "at_once": true }));
        assert_eq!(answers.iter().filter(|answer| answer["status"] == 200).count(), 20, "{sender:?}: {answers:?}");
    }
}

#[test]
fn what_apns_would_refuse_is_refused_in_its_words() {
    let scene = Scene::new(&[PHONE]);
    let other_key = openssl::p256_key();
    for sender in Sender::ALL {
        sender.refused(&scene, &json!({ "key": other_key }), 403, "InvalidProviderToken");
        sender.refused(&scene, &json!({ "topic": "com.example.other.voip" }), 400, "DeviceTokenNotForTopic");
        sender.refused(&scene, &json!({ "late_by_s": 2 * 3_600 }), 403, "ExpiredProviderToken");
        sender.refused(&scene, &json!({ "device_token": "00".repeat(32) }), 400, "BadDeviceToken");
    }
}

#[test]
fn a_goaway_and_a_restart_in_mid_run_are_survived() {
    for sender in Sender::ALL {
        for fault in [json!([{ "fault": "goaway", "last": "at", "next": 1 }]), json!([{ "fault": "restart", "down_ms": 100, "next": 1 }])] {
            let scene = Scene::new(&[PHONE]);
            let put = scene.control("PUT", "/api/simulator/faults", &fault);
            assert_eq!(put.status, 200, "{}", put.text());
            let answers = sender.send(&scene, &json!({ "count": 4, "pause_ms": 400 }));
            let statuses: Vec<&Value> = answers.iter().map(|answer| &answer["status"]).collect();
            assert_eq!(statuses.last(), Some(&&json!(200)), "{sender:?}, {fault}: {answers:?}");
            assert!(statuses.iter().filter(|status| ***status == 200).count() >= 3, "{sender:?}, {fault}: {answers:?}");
        }
    }
}
