//! The linter: each rule by itself, the payloads of people who met it, and the mends.

mod cited;
mod fixes;
mod rules;

use serde_json::Value;
use trill::apns::{Finding, Severity};
use trill::call::AppChoice;
use trill::lint::Request;
use trill::lint::call::{Subject, check};

/// Findings about a call whose headers are right, after `change` has had its way with it.
fn findings(payload: &Value, change: impl Fn(&mut Subject<'_>)) -> Vec<Finding> {
    let app = AppChoice::Recognise.resolve(payload);
    let call = app.read(payload);
    let mut subject = Subject::new(Request::voip(payload), &app, &call);
    change(&mut subject);
    check(&subject)
}

fn names(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

fn errors(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| finding.code)
        .collect()
}
