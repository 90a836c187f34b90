//! Texts that hold a payload in another form: requests of push services, commands, and what programs
//! print of a dictionary.

mod bounds;
mod commands;
mod prints;
mod requests;

use serde_json::Value;
use trill::apns::payload::findings;
use trill::apns::{Change, Finding, Parts, Payload, PushType};

/// The one finding about a text.
fn only(text: &str) -> Finding {
    let mut found = findings(text, PushType::Voip);
    assert_eq!(found.len(), 1, "{text}: {found:?}");
    found.remove(0)
}

fn parts(text: &str) -> Parts {
    match only(text).fix {
        Some(fix) => match fix.change {
            Change::Parts(parts) => parts,
            other => panic!("{text}: {other:?}"),
        },
        None => panic!("{text}: no fix"),
    }
}

/// Payload that one click gives, after a check that a payload it is.
fn mended(text: &str) -> Value {
    let finding = only(text);
    let fixed = finding.text().unwrap_or_else(|| panic!("{finding:?}"));
    Payload::parse(fixed, PushType::Voip)
        .unwrap_or_else(|error| panic!("{fixed}: {error}"))
        .value()
        .clone()
}

fn headers(parts: &Parts) -> Vec<(&str, &str)> {
    let headers = parts.headers.iter();
    headers
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}
