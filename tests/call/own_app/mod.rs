//! The user's own app: its description in a few texts, and what follows from it.

mod calls;
mod description;
mod lint;

use serde_json::Value;
use trill::apns::Finding;
use trill::call::{AppChoice, OwnApp, OwnPart, PhoneRule as Rule, phone};
use trill::lint::call::{Subject, check};

use crate::OTHER_UUID;

fn own(texts: &[(OwnPart, &str)]) -> OwnApp {
    let mut own = OwnApp::default();
    for (part, text) in texts {
        own.set(*part, (*text).to_owned());
    }
    own
}

/// An app that reports nothing if it finds no call.
fn strict(texts: &[(OwnPart, &str)]) -> OwnApp {
    let mut own = own(texts);
    own.set(OwnPart::Unreadable, "no-report".to_owned());
    own
}

fn choice(own: &OwnApp) -> AppChoice {
    AppChoice::parse(&own.to_json()).unwrap()
}

fn findings(payload: &Value, app: &AppChoice) -> Vec<Finding> {
    let app = app.resolve(payload);
    let call = app.read(payload);
    let request = trill::lint::Request::voip(payload);
    check(&Subject {
        fresh_uuid: Some(OTHER_UUID),
        ..Subject::new(request, &app, &call)
    })
}

fn find(payload: &Value, app: &AppChoice, rule: &str) -> Option<Finding> {
    findings(payload, app)
        .into_iter()
        .find(|finding| finding.code == rule)
}

fn rule(payload: &Value, own: &OwnApp) -> Rule {
    phone::forecast(payload, &choice(own)).rule
}
