//! Filters of the phone: Do Not Disturb and blocked callers.

use serde_json::json;
use trill::call::{AppChoice, PhoneRule as Rule, PhoneSettings as Settings};

use super::{check, in_call, payload, prompt};
use crate::{OTHER_UUID, UUID};

#[test]
fn do_not_disturb_shows_nothing() {
    let settings = Settings {
        do_not_disturb: true,
        ..Settings::default()
    };
    check(&settings, &payload(UUID), "silent", Rule::DoNotDisturb);
    check(&settings, &json!({}), "killed", Rule::NoCallUuid);
    check(
        &Settings::default(),
        &payload(UUID),
        "ringing",
        Rule::Reported,
    );
}

#[test]
fn a_blocked_caller_is_not_shown_however_the_number_is_written() {
    for (blocked, rule) in [
        ("+15551234567", Rule::BlockedCaller),
        ("+1 555.123-4567", Rule::BlockedCaller),
        ("+15551234568", Rule::Reported),
        ("5551234567", Rule::Reported),
    ] {
        let settings = Settings {
            blocked: vec!["bob".to_owned(), blocked.to_owned()],
            ..Settings::default()
        };
        check(
            &settings,
            &payload(UUID),
            if rule == Rule::Reported {
                "ringing"
            } else {
                "silent"
            },
            rule,
        );
    }
    let settings = Settings {
        blocked: vec!["Alice@Example.com".to_owned()],
        ..Settings::default()
    };
    assert!(settings.blocks("alice@example.com") && !settings.blocks("al.ice@example.com"));
}

#[test]
fn what_is_filtered_leaves_a_call_alone() {
    let settings = Settings {
        do_not_disturb: true,
        ..Settings::default()
    };
    let outcome = prompt(&settings, &in_call()).of(&payload(OTHER_UUID), &AppChoice::default());
    assert_eq!(
        (outcome.state, outcome.rule),
        (in_call(), Rule::DoNotDisturb)
    );
}
