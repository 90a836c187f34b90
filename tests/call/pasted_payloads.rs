//! Payloads as people reported them in public: what the linter says of each, and what its fix gives.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use trill::apns::finding::{Finding, Severity};
use trill::apns::{Payload, PushType, payload};
use trill::call::{AppChoice, PhoneState, phone, profile};
use trill::lint::Request;
use trill::lint::call::{Subject, check};

const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/fixtures/cases/payloads/"
);

fn case(name: &str) -> String {
    fs::read_to_string([FOLDER, name].concat()).unwrap()
}

fn expected() -> serde_json::Map<String, Value> {
    serde_json::from_str(&case("expected.json")).unwrap()
}

/// What `trill lint` finds.
fn lint(text: &str) -> Vec<Finding> {
    let mut findings = payload::findings(text, PushType::Voip);
    if let Ok(payload) = Payload::parse(text, PushType::Voip) {
        let app = AppChoice::Recognise.resolve(payload.value());
        let call = app.read(payload.value());
        let request = Request::voip(payload.value());
        findings.extend(check(&Subject::new(request, &app, &call)));
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

fn exit_code(findings: &[Finding]) -> u64 {
    let has_error = findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    u64::from(has_error)
}

/// Text that one click gives.
fn fixed(text: &str, finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let whole = finding.text().map(str::to_owned);
    whole.or_else(|| fix.payload(text))
}

/// Identifiers of the apps that a payload may be for.
fn apps(text: &str) -> Vec<String> {
    let payload = Payload::parse(text, PushType::Voip).unwrap();
    let app = AppChoice::Recognise.resolve(payload.value());
    let members = app.members().iter();
    members.map(|profile| profile.id.clone()).collect()
}

#[test]
fn every_reported_payload_gets_what_is_expected() {
    let expected = expected();
    let files: BTreeSet<String> = fs::read_dir(FOLDER)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "expected.json")
        .collect();
    assert_eq!(files, expected.keys().cloned().collect());
    for (name, row) in &expected {
        let text = case(name);
        let findings = lint(&text);
        let form = row["wrapper"].as_str().or(row["form"].as_str());
        let mut payload = text.clone();
        if let Some(form) = form {
            assert_eq!((findings.len(), exit_code(&findings)), (1, 1), "{name}");
            assert!(findings[0].sentence.contains(form), "{name}: {findings:?}");
            match fixed(&text, &findings[0]) {
                Some(fixed) => payload = fixed,
                // It has no keys of the app.
                None => assert_eq!(name, "onesignal-request.json"),
            }
            assert!(
                serde_json::from_str::<Value>(&payload).unwrap().is_object(),
                "{name}"
            );
        }
        if let Some(app) = row["app"].as_str() {
            let apps = apps(&payload);
            let is_of_app = |id: &String| id == app || id.starts_with(&[app, "-"].concat());
            assert!(
                !apps.is_empty() && apps.iter().all(is_of_app),
                "{name}: {apps:?}"
            );
        }
        if let Some(exit) = row["exit"].as_u64() {
            assert_eq!(exit_code(&findings), exit, "{name}: {findings:?}");
        }
        if row["rings"] == true {
            let value: Value = serde_json::from_str(&payload).unwrap();
            let outcome = phone::forecast(&value, &AppChoice::Recognise);
            assert!(
                matches!(outcome.state, PhoneState::Ringing(_)),
                "{name}: {outcome:?}"
            );
        }
        match row["finding"].as_str() {
            None => {}
            Some("the push ends a call") => {
                let says_so = |finding: &Finding| {
                    finding.code == "app-ends-call"
                        || (finding.code == "app-reports-no-call"
                            && finding.sentence.contains("cancel"))
                };
                assert!(findings.iter().any(says_so), "{name}: {findings:?}");
            }
            Some("the UUID lacks its hyphens") => {
                let finding = &findings[0];
                assert_eq!(finding.fix.as_ref().unwrap().label, "Add the hyphens");
                let fixed = fixed(&text, finding).unwrap();
                assert!(fixed.contains(row["fix"].as_str().unwrap()), "{fixed}");
            }
            Some(other) => panic!("{name}: {other}"),
        }
    }
}

#[test]
fn no_payload_of_an_app_is_taken_for_a_request() {
    for known in profile::all() {
        let cases = [
            env!("CARGO_MANIFEST_DIR"),
            "/tests/call/profiles/",
            &known.id,
            ".json",
        ]
        .concat();
        let cases: Value = serde_json::from_str(&fs::read_to_string(cases).unwrap()).unwrap();
        for case in cases.as_array().unwrap() {
            let text = case["payload"].to_string();
            let codes = payload::findings(&text, PushType::Voip);
            assert!(
                codes
                    .iter()
                    .all(|finding| !finding.code.starts_with("payload_")),
                "{}: {text}: {codes:?}",
                known.id
            );
        }
    }
}
