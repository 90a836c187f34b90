//! A payload. There is one opinion with `serde_json`, every place named is in the text, every mended text has less of what
//! was mended, mending on and on ends in a text that is answered too, and minifying changes no value.

#![no_main]

mod sentence;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use trill::apns::payload::{Finding, PayloadError, Position, findings, minified};
use trill::apns::{Payload, PushType};

/// The most mended texts read again for one input; each has a reading of its own.
const FIXES: usize = 12;

fuzz_target!(|bytes: &[u8]| {
    let read = Payload::from_bytes(bytes, PushType::Voip);
    if let Err(error) = &read {
        sentence::check_code(error.code());
        sentence::check(&error.to_string());
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        assert!(matches!(read, Err(PayloadError::NotJson(_))));
        return;
    };
    check_opinion(text, &read);
    let said = said(text);
    for finding in said.iter().filter(|finding| finding.text().is_some()).take(FIXES) {
        check_fix(text, &said, finding);
    }
    mend_on(text);
    if let Ok(payload) = read {
        check_payload(text, &payload);
    }
});

fn check_opinion(text: &str, read: &Result<Payload, PayloadError>) {
    if text.len() > PushType::Voip.largest_payload() {
        assert!(matches!(read, Err(PayloadError::TooLarge { .. })));
        return;
    }
    match (read, serde_json::from_str::<Value>(text)) {
        (Ok(payload), Ok(value)) => assert_eq!(*payload.value(), value),
        (Ok(_), Err(error)) => panic!("read in spite of {error}"),
        (Err(error), Ok(value)) => assert!(error.code() == "json_not_object" && !value.is_object(), "{error}"),
        (Err(error), Err(_)) => {
            assert!(error.code() != "json_syntax", "{error}");
            assert!(error.code() == "json_empty" || error.position().is_some(), "{error}");
        }
    }
}

/// What is said about a text, all of it fit to be shown and in its place.
fn said(text: &str) -> Vec<Finding> {
    let all = findings(text, PushType::Voip);
    for finding in &all {
        sentence::check_code(finding.code);
        sentence::check(&finding.sentence);
        if let Some(position) = finding.position() {
            check_position(text, position);
        }
        assert_ne!(finding.text(), Some(text), "{}", finding.code);
    }
    all
}

fn check_position(text: &str, position: Position) {
    let line = text.split('\n').nth(position.line - 1).expect("the line is there");
    assert!((1..=line.chars().count() + 1).contains(&position.column), "{position}");
}

/// Only a right name for `aps` may bring more of the same: what is inside is looked at from then on.
fn check_fix(text: &str, said: &[Finding], finding: &Finding) {
    let fix = finding.text().unwrap_or(text);
    let said_then = self::said(fix);
    let count = |findings: &[Finding]| findings.iter().filter(|other| other.code == finding.code).count();
    let is_here = |other: &Finding| other.code == finding.code && other.place == finding.place;
    let is_gone = if finding.code == "aps_typo" { !said_then.iter().any(is_here) } else { count(&said_then) < count(said) };
    assert!(is_gone, "{} became {fix:?}", finding.code);
}

/// Takes one mended text after the other, as somebody who clicks does.
fn mend_on(text: &str) {
    let mut text = text.to_owned();
    for _ in 0..FIXES {
        let Some(fix) = said(&text).into_iter().find_map(|finding| finding.text().map(str::to_owned)) else { return };
        let _ = Payload::from_bytes(fix.as_bytes(), PushType::Alert);
        text = fix;
    }
}

fn check_payload(text: &str, payload: &Payload) {
    assert_eq!((payload.text(), payload.bytes()), (text, text.len()));
    let short = Payload::parse(&minified(payload.text()), PushType::Voip).expect("it stays a payload");
    assert!(short.bytes() <= payload.bytes());
    assert_eq!(short.value(), payload.value());
    assert_eq!(minified(short.text()), short.text());
    let weights = payload.largest();
    assert!(weights.iter().all(|weight| weight.bytes <= payload.bytes()));
    assert!(weights.is_sorted_by(|outer, inner| outer.bytes >= inner.bytes));
}
