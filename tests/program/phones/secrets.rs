//! Secrets: that of an app is nowhere but in the answer that shows it, and no provider token, key or
//! payload is stored.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use super::{CALL, Stage, TOKEN};
use crate::support::temp_dir::TempDir;

const APNS_ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";

#[test]
fn secrets_are_in_no_file_log_or_metric() {
    let folder = TempDir::new();
    let audit = format!("--audit={}", folder.path().join("audit.jsonl").display());
    let mut stage = Stage::on(folder, &[&audit, "--log=trace"]);
    let (id, secret) = stage.app();
    stage.register(&secret, TOKEN);
    let provider_token = stage.enrol(&TOKEN.to_lowercase());
    assert_eq!(stage.push(&provider_token, APNS_ID).status, 200);
    assert_eq!(stage.receipt(&secret, "reported").status, 200);
    let newer = stage.ask("POST", &format!("/api/apps/{id}/secret"), &json!({}));
    let newer = newer.json()["secret"].as_str().expect("a text").to_owned();
    // Into fields where it does not belong.
    stage.phone(
        &newer,
        "PUT",
        &format!("/api/devices/{newer}"),
        &json!({ &newer: &newer }),
    );
    stage.phone(
        &format!("{newer}x"),
        "POST",
        "/api/receipts",
        &json!({ "call": 1 }),
    );
    let mut texts = vec![
        stage.trill.request("GET", "/metrics", &[], b"").text(),
        stage.get("/api/apps").to_string(),
        stage.get("/api/devices").to_string(),
        stage.get(&format!("/api/sends/{APNS_ID}")).to_string(),
    ];
    assert_eq!(stage.trill.end_by("-TERM"), Some(0));
    texts.extend([stage.trill.stdout(), stage.trill.stderr()]);
    let mut stored = Vec::new();
    for folder in [
        stage.folder.path().to_owned(),
        stage.folder.path().join("data"),
    ] {
        for entry in fs::read_dir(folder).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_file() {
                if path.parent().is_some_and(|parent| parent.ends_with("data")) {
                    let mode = fs::metadata(&path)
                        .expect("it is there")
                        .permissions()
                        .mode();
                    assert_eq!(mode & 0o777, 0o600, "{}", path.display());
                }
                stored.extend(fs::read(path).expect("it can be read"));
            }
        }
    }
    texts.push(String::from_utf8_lossy(&stored).into_owned());
    let signature = provider_token.rsplit('.').next().expect("a part");
    for text in &texts {
        for canary in [secret.as_str(), &newer, signature] {
            assert!(!text.contains(canary), "{canary} is in {text}");
        }
    }
    let stored = String::from_utf8_lossy(&stored);
    assert!(stored.contains(&CALL.to_lowercase()) && !stored.contains("\"handle\""));
}
