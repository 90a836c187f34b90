//! Other people's senders against `trill simulate`: five libraries as they were installed, each in its own words.
//! `.ci/run` installs them in the folder that `SENDERS` names.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::command_line::push;
use crate::support::openssl;
use crate::support::push::{KEY_ID, TEAM_ID, TOPIC};
use crate::support::simulate::Scene;

const PHONE: &str = "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";

/// A library that sends.
#[derive(Clone, Copy, Debug)]
enum Sender {
    NodeApn,
    Apns2,
    Aioapns,
    /// PyAPNs2: its `iat` has a fraction, and its host has the older name of Apple's development host.
    PyApns2,
    /// The same, maintained by others.
    Apns2Up,
}

impl Sender {
    const ALL: [Self; 5] = [
        Self::NodeApn,
        Self::Apns2,
        Self::Aioapns,
        Self::PyApns2,
        Self::Apns2Up,
    ];

    fn command(self) -> Command {
        let installed = installed();
        let (program, script) = match self {
            Self::NodeApn => (PathBuf::from("node"), "node_apn.mjs"),
            Self::Apns2 => (PathBuf::from("node"), "apns2.mjs"),
            Self::Aioapns => (python(&installed, "python"), "aioapns_sender.py"),
            Self::PyApns2 => (python(&installed, "pyapns2"), "pyapns2_sender.py"),
            Self::Apns2Up => (python(&installed, "apns2-up"), "pyapns2_sender.py"),
        };
        let mut command = Command::new(program);
        command.arg(script_file(script)).env("SENDERS", installed);
        command
    }

    /// Sends the pushes and returns its report of each; `asked` changes what is sent.
    fn send(self, scene: &Scene, asked: &Value) -> Vec<Value> {
        let mut whole = json!({
            "host": "localhost", "port": scene.simulation.address().port(), "ca": scene.authority(), "key": scene.key, "key_id": KEY_ID,
            "team_id": TEAM_ID, "topic": TOPIC, "device_token": PHONE, "push_type": "voip", "payload": payload(0),
            "count": 1, "at_once": false, "pause_ms": 50, "late_by_s": 0, "apns_id": null, "device_tokens": device_tokens(),
        });
        for (name, value) in asked.as_object().expect("an object") {
            whole[name] = value.clone();
        }
        let mut child = self
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it is installed");
        child
            .stdin
            .take()
            .expect("it was piped")
            .write_all(whole.to_string().as_bytes())
            .expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{self:?}: {line}")))
            .collect()
    }

    /// The padding that makes the body so long. The library writes the JSON; what it adds is seen in the journal.
    fn padding_to(self, length: usize) -> usize {
        let spaces = if matches!(self, Self::Aioapns) { 7 } else { 0 };
        length - payload(0).to_string().len() - spaces
    }

    /// The longest body up to `limit` that it can send: hyper, on which PyAPNs2 stands, never ends a stream whose body is a multiple of
    /// 1,024 bytes.
    fn longest(self, limit: usize) -> usize {
        if matches!(self, Self::PyApns2 | Self::Apns2Up) && limit.is_multiple_of(1_024) {
            limit - 1
        } else {
            limit
        }
    }

    /// Sends one push that is to be refused, and looks for Apple's reason in the library's words, and for the status where it
    /// tells that.
    fn refused(self, scene: &Scene, asked: &Value, status: u16, reason: &str) {
        let answers = self.send(scene, asked);
        assert_eq!(answers.len(), 1, "{self:?}");
        let status = if self.tells_status() {
            json!(status)
        } else {
            Value::Null
        };
        assert_eq!(
            (&answers[0]["status"], &answers[0]["reason"]),
            (&status, &json!(reason)),
            "{self:?}"
        );
    }

    fn tells_status(self) -> bool {
        !matches!(self, Self::PyApns2 | Self::Apns2Up)
    }
}

pub(crate) fn installed() -> PathBuf {
    std::env::var("SENDERS")
        .expect("SENDERS names the folder of the libraries; .ci/run makes it")
        .into()
}

pub(crate) fn python(installed: &Path, environment: &str) -> PathBuf {
    installed.join(environment).join("bin/python")
}

fn script_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/peers/senders")
        .join(name)
}

/// Those of twenty phones: PyAPNs2 sends one push to each in a batch.
fn device_tokens() -> Vec<String> {
    (1..=20).map(|number| format!("{number:064x}")).collect()
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
        assert_eq!(
            accepted
                .iter()
                .map(|answer| answer["status"].clone())
                .collect::<Vec<_>>(),
            [200, 200, 200],
            "{sender:?}"
        );
        let full = sender.padding_to(sender.longest(5_120));
        assert_eq!(
            sender.send(&scene, &json!({ "payload": payload(full) }))[0]["status"],
            200,
            "{sender:?}"
        );
        sender.refused(
            &scene,
            &json!({ "payload": payload(sender.padding_to(5_121)) }),
            413,
            "PayloadTooLarge",
        );
    }
    assert_eq!(
        scene.simulation.end_by("-TERM"),
        (
            Some(0),
            "20 accepted, 5 refused: 5 PayloadTooLarge\n".to_owned()
        )
    );
}

#[test]
fn an_alert_is_accepted_up_to_4096_bytes() {
    let scene = Scene::new(&[]);
    let put = scene.control(
        "PUT",
        &format!("/api/simulator/devices/{PHONE}"),
        &json!({ "bundle_id": "com.example.calls", "kind": "alert" }),
    );
    assert_eq!(put.status, 201, "{}", put.text());
    for sender in Sender::ALL {
        let alert = |padding| json!({ "push_type": "alert", "topic": "com.example.calls", "payload": payload(padding) });
        let full = sender.padding_to(sender.longest(4_096));
        assert_eq!(
            sender.send(&scene, &alert(full))[0]["status"],
            200,
            "{sender:?}"
        );
        sender.refused(
            &scene,
            &alert(sender.padding_to(4_097)),
            413,
            "PayloadTooLarge",
        );
    }
}

#[test]
fn twenty_pushes_at_once_on_a_new_connection_are_accepted() {
    let tokens = device_tokens();
    let phones: Vec<&str> = tokens.iter().map(String::as_str).chain([PHONE]).collect();
    for sender in Sender::ALL {
        let scene = Scene::new(&phones);
        let answers = sender.send(&scene, &json!({ "count": 20, "at_once": true }));
        assert_eq!(
            answers
                .iter()
                .filter(|answer| answer["status"] == 200)
                .count(),
            20,
            "{sender:?}: {answers:?}"
        );
    }
}

#[test]
fn what_apns_would_refuse_is_refused_in_its_words() {
    let scene = Scene::new(&[PHONE]);
    let other_key = openssl::p256_key();
    for sender in Sender::ALL {
        sender.refused(
            &scene,
            &json!({ "key": other_key }),
            403,
            "InvalidProviderToken",
        );
        sender.refused(
            &scene,
            &json!({ "topic": "com.example.other.voip" }),
            400,
            "DeviceTokenNotForTopic",
        );
        sender.refused(
            &scene,
            &json!({ "late_by_s": 2 * 3_600 }),
            403,
            "ExpiredProviderToken",
        );
        sender.refused(
            &scene,
            &json!({ "device_token": "00".repeat(32) }),
            400,
            "BadDeviceToken",
        );
    }
}

#[test]
fn a_goaway_and_a_restart_in_mid_run_are_survived() {
    for sender in Sender::ALL {
        for fault in [
            json!([{ "fault": "goaway", "last": "at", "next": 1 }]),
            json!([{ "fault": "restart", "down_ms": 100, "next": 1 }]),
        ] {
            let scene = Scene::new(&[PHONE]);
            let put = scene.control("PUT", "/api/simulator/faults", &fault);
            assert_eq!(put.status, 200, "{}", put.text());
            let answers = sender.send(&scene, &json!({ "count": 4, "pause_ms": 400 }));
            let statuses: Vec<&Value> = answers.iter().map(|answer| &answer["status"]).collect();
            assert_eq!(
                statuses.last(),
                Some(&&json!(200)),
                "{sender:?}, {fault}: {answers:?}"
            );
            assert!(
                statuses.iter().filter(|status| ***status == 200).count() >= 3,
                "{sender:?}, {fault}: {answers:?}"
            );
        }
    }
}

#[test]
fn an_issue_time_with_a_fraction_is_taken_with_a_note() {
    let scene = Scene::new(&[PHONE]);
    for sender in [Sender::PyApns2, Sender::Apns2Up] {
        assert_eq!(
            sender.send(&scene, &json!({}))[0]["status"],
            200,
            "{sender:?}"
        );
        let notes = scene.decision()["notes"].to_string();
        assert!(notes.contains("fraction"), "{sender:?}: {notes}");
    }
}

/// aioapns waits for the answer with the `apns-id` it sent, and for no other.
#[test]
fn aioapns_gets_its_apns_id_back_in_capitals() {
    let scene = Scene::new(&[PHONE]);
    let id = "EABEAE54-14A8-11E5-B60B-1697F925EC7B";
    assert_eq!(
        Sender::Aioapns.send(&scene, &json!({ "apns_id": id }))[0]["status"],
        200
    );
    assert_eq!(scene.decision()["apns_id"], id);
    Sender::Aioapns.refused(
        &scene,
        &json!({ "apns_id": id, "device_token": "00".repeat(32) }),
        400,
        "BadDeviceToken",
    );
}

#[test]
fn node_apn_signs_anew_when_its_token_is_called_expired() {
    let scene = Scene::new(&[PHONE]);
    // The first push is accepted and answered late, so that the second token is of another second; then the first token is refused.
    let faults = json!([{ "fault": "delay", "ms": 1_500, "next": 1 }, { "fault": "refuse", "reason": "ExpiredProviderToken", "next": 1 }]);
    assert_eq!(
        scene
            .control("PUT", "/api/simulator/faults", &faults)
            .status,
        200
    );
    let answers = Sender::NodeApn.send(&scene, &json!({ "count": 3 }));
    assert_eq!(
        answers
            .iter()
            .map(|answer| answer["status"].clone())
            .collect::<Vec<_>>(),
        [200, 200, 200],
        "{answers:?}"
    );
    let journal = scene
        .control("GET", "/api/simulator/journal", &Value::Null)
        .json();
    let decisions = journal["decisions"].as_array().expect("a list");
    assert_eq!(
        decisions
            .iter()
            .map(|decision| decision["status"].clone())
            .collect::<Vec<_>>(),
        [200, 403, 200, 200]
    );
    assert_eq!(
        decisions[0]["connection"], decisions[2]["connection"],
        "the twenty minutes are those of a connection"
    );
    assert_ne!(decisions[0]["iat"], decisions[2]["iat"]);
}

/// Provider token that a script makes of the key.
fn token_of(scene: &Scene, script: &str) -> String {
    let mut command = Command::new(python(&installed(), "python"));
    let output = command
        .arg(script_file(script))
        .arg(scene.key_file())
        .args([KEY_ID, TEAM_ID])
        .output()
        .expect("it is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("a token is text")
}

#[test]
fn tokens_of_scripts_are_taken_or_told_what_is_wrong() {
    let scene = Scene::new(&[PHONE]);
    for (script, answer, words) in [
        ("float_iat.py", "2 200", "iat has a fraction"),
        (
            "text_iat.py",
            r#"{"reason":"InvalidProviderToken"}2 403"#,
            "issue time (iat)",
        ),
    ] {
        let authorization = format!("authorization: bearer {}", token_of(&scene, script));
        assert_eq!(
            push(&scene, TOPIC, &["--header", &authorization]),
            answer,
            "{script}"
        );
        let notes = scene.decision()["notes"].to_string();
        assert!(notes.contains(words), "{script}: {notes}");
    }
}
