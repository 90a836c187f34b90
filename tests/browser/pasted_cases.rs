//! Inputs as people reported them in public, each pasted for real: the page finds what the tests of
//! the pure parts and `trill lint` find.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use trill::apns::expiration::Clock;
use trill::apns::{DeviceToken, Expiration, Finding, Topic};

use crate::driver::{NONE, by_test};
use crate::visit::{SOON, Visit};

/// Files of a folder of cases, by name.
fn cases(folder: &str) -> Vec<(String, String)> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/fixtures/cases", folder]
        .iter()
        .collect();
    let files = fs::read_dir(folder).expect("the cases are there");
    let mut cases: Vec<(String, String)> = files
        .map(|file| {
            let path = file.expect("a file").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            (
                name.into_owned(),
                fs::read_to_string(&path).expect("a text"),
            )
        })
        .filter(|(name, _)| name != "expected.json")
        .collect();
    cases.sort();
    cases
}

/// Rule of the finding about what a field holds.
fn rule_of(field: &str, value: &str) -> &'static str {
    let findings = match field {
        "device-token" => match DeviceToken::read(value) {
            Ok(read) => read.notes,
            Err(error) => vec![error.finding()],
        },
        "bundle-id" => match Topic::check(value) {
            Ok(()) => Topic::bundle_id_notes(value),
            Err(error) => vec![Finding::error(error.code(), error.to_string())],
        },
        _ => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            let clock = Clock {
                now: now.expect("after 1970").as_secs(),
                utc_offset: 0,
            };
            match Expiration::read(value, clock) {
                Ok(read) => read.notes,
                Err(error) => vec![Finding::error(error.code(), error.to_string())],
            }
        }
    };
    Finding::worst(findings).expect("a finding").code
}

/// Rule and severity of everything that `trill lint` finds in a payload.
fn lint(payload: &str) -> Vec<(String, String)> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_trill"))
        .args(["lint", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    std::io::Write::write_all(&mut stdin, payload.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = text.lines().map(|line| {
        let finding: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| finding[name].as_str().expect("a text").to_owned();
        (text("rule"), text("severity"))
    });
    lines.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reported_value_of_a_field_gets_its_finding() {
    let visit = Visit::new().await;
    visit
        .tab
        .click(&format!("{} summary", by_test("headers")))
        .await;
    let cases = cases("fields");
    assert!(cases.len() >= 40, "{}", cases.len());
    for (name, text) in cases {
        let mut fields = ["device-token", "bundle-id", "expiration"].into_iter();
        let field = fields.find(|field| name.starts_with(field)).expect(&name);
        visit.tab.copy(text.trim_end()).await;
        visit.tab.click(&by_test(field)).await;
        visit.tab.select_all().await;
        visit.tab.paste().await;
        let held = format!("document.querySelector({}).value", json!(by_test(field)));
        let held = visit.tab.eval(&held).await;
        let rule = rule_of(field, held.as_str().expect("a text"));
        visit.tab.press("Tab", NONE).await;
        let found = format!("#{field}-note [data-rule={rule}]");
        visit.tab.wait_for(&found, SOON).await;
        visit.fill(field, "").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reported_payload_gets_the_findings_of_lint() {
    let visit = Visit::new().await;
    let cases = cases("payloads");
    assert!(cases.len() >= 15, "{}", cases.len());
    for (name, text) in cases {
        let text = text.trim_end();
        visit.tab.copy(text).await;
        visit.tab.click(&by_test("payload")).await;
        visit.tab.select_all().await;
        visit.tab.paste().await;
        visit.wait_for_value("payload", text).await;
        visit.tab.press("Tab", NONE).await;
        for (rule, severity) in lint(text) {
            println!("{name}: {rule} {severity}");
            let about = format!("[data-rule={rule}][data-severity={severity}]");
            let found = ["#payload-note", "[data-test=findings]"]
                .map(|place| [place, " ", &about].concat())
                .join(", ");
            visit.tab.wait_for(&found, SOON).await;
        }
    }
}
