//! The file of devices: full disks, damage, two programs on one folder, and copies.

use std::fs::{self, OpenOptions};
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};

use super::{BUNDLE_ID, JSON, Stage, TOKEN, refusal};
use crate::support::http1;
use crate::support::temp_dir::TempDir;
use crate::support::trill::Trill;

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    let folder = TempDir::new();
    let arguments = Stage::arguments(&folder, &[]);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    // In blocks of 512 bytes.
    let mut trill = Trill::start_under("ulimit -f 400", &arguments);
    let relay = trill.request("GET", "/api/relay", &[], b"").json();
    let phones = relay["phones_url"].as_str().expect("a URL")[7..]
        .parse()
        .expect("an address");
    let body = json!({ "name": "Calls", "bundle_ids": [BUNDLE_ID] }).to_string();
    let app = trill
        .request("POST", "/api/apps", &[JSON], body.as_bytes())
        .json();
    let secret = app["secret"].as_str().expect("a text");
    let body = json!({
        "bundle_id": BUNDLE_ID, "environment": "sandbox", "device_name": "x".repeat(100),
    });
    let headers = [JSON, ("trill-app", secret)];
    let (mut stored, mut refused) = (Vec::new(), 0);
    for number in 0..1_000 {
        let token = format!("{number:064x}");
        let path = format!("/api/devices/{token}");
        let answer = http1::request(phones, "PUT", &path, &headers, body.to_string().as_bytes());
        if answer.status == 201 {
            stored.push(token);
            continue;
        }
        assert_eq!(refusal(&answer), (507, "store_full".into()));
        assert!(answer.header("retry-after").is_some());
        refused += 1;
        if refused == 50 {
            break;
        }
    }
    assert_eq!(refused, 50);
    assert!(stored.len() > 50, "{}", stored.len());
    assert_eq!(trill.request("GET", "/healthz", &[], b"").status, 200);
    trill.stop();
    let stage = Stage::on(folder, &[]);
    let devices = stage.get("/api/devices").to_string();
    for token in &stored {
        assert!(devices.contains(token), "{token}");
    }
}

#[test]
fn a_second_program_on_the_folder_names_the_first() {
    let stage = Stage::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
    let data = stage.folder.path().join("data");
    command
        .args([
            "serve",
            "--listen=127.0.0.1:0",
            "--phones=127.0.0.1:0",
            "--data",
        ])
        .arg(&data);
    let output = command.output().expect("it runs");
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    let holder = format!(
        "another trill (process {}) uses the data folder",
        stage.trill.id()
    );
    assert!(error.contains(&holder), "{error}");
}

#[test]
fn a_damaged_file_is_set_aside_and_a_deleted_one_written_again() {
    let mut stage = Stage::new();
    let (_, secret) = stage.app();
    let file = stage.folder.path().join("data/devices.sqlite");
    fs::remove_file(&file).expect("it is there");
    assert_eq!(stage.register(&secret, TOKEN).status, 201);
    stage = stage.killed();
    assert_eq!(
        stage.register(&secret, TOKEN).status,
        200,
        "nothing was lost"
    );
    stage.trill.stop();
    fs::write(&file, "damage ".repeat(2_000)).expect("it can be written");
    let stage = Stage::on(stage.folder, &[]);
    assert_eq!(stage.get("/api/apps")["apps"], json!([]));
    assert_eq!(stage.register(&stage.app().1, TOKEN).status, 201);
    assert!(
        stage.trill.stderr().contains("devices.sqlite.damaged-1"),
        "{}",
        stage.trill.stderr()
    );
}

#[test]
fn a_copy_of_a_running_program_is_complete() {
    let stage = Stage::new();
    let (id, secret) = stage.app();
    stage.register(&secret, TOKEN);
    let other = TempDir::new();
    fs::create_dir(other.path().join("data")).expect("it can be made");
    let copy = other.path().join("data/devices.sqlite");
    let back_up = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
        command
            .arg("backup")
            .arg("--data")
            .arg(stage.folder.path().join("data"))
            .arg(&copy);
        command.output().expect("it runs")
    };
    let output = back_up();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(back_up().status.code(), Some(2), "no file is overwritten");
    let mode = fs::metadata(&copy)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let restored = Stage::on(other, &[]);
    assert_eq!(restored.get("/api/apps")["apps"][0]["id"], id);
    assert_eq!(restored.register(&secret, TOKEN).status, 200);
    let deleted = restored.ask("DELETE", &format!("/api/apps/{id}"), &Value::Null);
    assert_eq!(deleted.status, 204, "its owner is recognised");
}

#[test]
fn a_listener_for_every_network_needs_tls_and_devices_need_a_folder() {
    let folder = TempDir::new();
    let data = format!("--data={}", folder.path().join("data").display());
    for (arguments, part) in [
        (vec!["--phones=0.0.0.0:0", &data], "name the address of one"),
        (
            vec!["--phones=127.0.0.1:0", "--data=off"],
            "name a folder with --data DIR",
        ),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trill"));
        command
            .args(["serve", "--listen=127.0.0.1:0"])
            .args(&arguments);
        let output = command.output().expect("it runs");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(part), "{error}");
    }
}

/// Registers devices with these numbers; the tokens that were acknowledged.
fn register_some(stage: &Stage, secret: &str, numbers: Range<usize>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in numbers {
        let token = format!("{number:064x}");
        let answer = stage.register(secret, &token);
        match answer.status {
            200 | 201 => acknowledged.push(token),
            status => assert!(status >= 500, "{status}: {}", answer.text()),
        }
    }
    acknowledged
}

#[test]
fn a_file_that_is_cut_in_use_loses_nothing_silently_and_the_rest_goes_on() {
    for name in ["devices.sqlite", "devices.sqlite-wal", "pushes"] {
        // With 500 devices, SQLite has moved part of its log into the file.
        for (many, percent) in [(150, 0), (500, 50)] {
            let stage = Stage::new();
            let (_, secret) = stage.app();
            let provider_token = stage.enrol(TOKEN);
            let mut acknowledged = register_some(&stage, &secret, 0..many);
            assert_eq!(acknowledged.len(), many);
            let path = stage.folder.path().join("data").join(name);
            let file = OpenOptions::new().write(true).open(&path);
            let file = file.expect("it is there");
            let length = file.metadata().expect("it has a length").len();
            file.set_len(length * percent / 100).expect("it can be cut");
            acknowledged.extend(register_some(&stage, &secret, many..many + 20));
            assert_eq!(stage.ask("GET", "/healthz", &Value::Null).status, 200);
            let id = "0f3f7b52-4b6e-4c6e-9d5e-0c3d2b1a0f9e";
            let push = stage.push(&provider_token, id);
            assert_eq!(push.status, 200, "{name}: {}", push.text());
            let said = stage.trill.stderr();
            let stage = stage.killed();
            let said = said + &stage.trill.stderr();
            let stored = stage.get("/api/devices").to_string();
            let lost = acknowledged.iter().filter(|token| !stored.contains(*token));
            let lost = lost.count();
            assert!(
                lost == 0 || said.contains(name),
                "{name}: {lost} of {} are lost: {said}",
                acknowledged.len()
            );
            let (_, secret) = stage.app();
            assert!(stage.register(&secret, TOKEN).status < 300);
        }
    }
}
