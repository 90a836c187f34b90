//! Delivery of a push to phones of every kind: for each rule one push that meets it and one that
//! does not.

mod calls;
mod filters;
mod push_types;
mod reports;

use serde_json::{Value, json};
use trill::call::phone::{App, Delivery, Ios, Timing, answer, kept_until};
use trill::call::{AppChoice, PhoneRule as Rule, PhoneSettings as Settings, PhoneState};

use crate::UUID;

const THIRD_UUID: &str = "1b1dff98-bfef-4ec0-8ac6-8187a3b0c645";
const OLD: Ios = Ios {
    major: 26,
    minor: 3,
};
const NEW: Ios = Ios {
    major: 26,
    minor: 4,
};

fn payload(uuid: &str) -> Value {
    json!({ "handle": "+1 (555) 123-4567", "callUUID": uuid })
}

fn prompt<'a>(settings: &'a Settings, state: &'a PhoneState) -> Delivery<'a> {
    Delivery {
        settings,
        state,
        unreported: 0,
        timing: Timing::Prompt,
        now_ms: None,
    }
}

fn check(settings: &Settings, payload: &Value, state: &str, rule: Rule) {
    let outcome = prompt(settings, &PhoneState::Idle).of(payload, &AppChoice::default());
    assert_eq!(
        (outcome.state.as_str(), outcome.rule),
        (state, rule),
        "{settings:?} {payload}"
    );
}

fn after(state: &PhoneState, uuid: &str) -> (PhoneState, Rule) {
    let outcome = prompt(&Settings::default(), state).of(&payload(uuid), &AppChoice::default());
    (outcome.state, outcome.rule)
}

fn in_call() -> PhoneState {
    answer(&after(&PhoneState::Idle, UUID).0).unwrap().state
}

fn uuid_of(call: Option<&trill::call::IncomingCall>) -> String {
    call.and_then(|call| call.call_uuid.as_ref())
        .map(|field| field.value.to_string())
        .unwrap_or_default()
}

#[test]
fn every_rule_has_a_word_that_leads_back_to_it_and_a_sentence() {
    for rule in Rule::all() {
        assert_eq!(Rule::parse(rule.as_str()), Some(rule));
        assert_eq!(json!(rule), rule.as_str());
        let sentence = rule.sentence();
        assert!(
            sentence.ends_with('.') && sentence.contains(' '),
            "{sentence}"
        );
    }
    assert_eq!(Rule::parse("Reported"), None);
}

#[test]
fn a_terminated_app_is_launched() {
    let settings = Settings {
        app: App::Terminated,
        ..Settings::default()
    };
    check(&settings, &payload(UUID), "ringing", Rule::Launched);
    check(&settings, &json!({}), "killed", Rule::NoCallUuid);
}

#[test]
fn apns_keeps_what_has_not_expired_for_thirty_days() {
    const NOW: u64 = 1_800_000_000;
    const MONTH: u64 = 30 * 24 * 60 * 60;
    let cases = [
        (Some(0), None),
        (Some(-5), None),
        (Some(1_800_000_000), None),
        (Some(1_799_999_999), None),
        (Some(1_800_000_001), Some(NOW + 1)),
        (Some(i64::MAX), Some(NOW + MONTH)),
        (None, Some(NOW + MONTH)),
    ];
    for (expiration, kept) in cases {
        assert_eq!(kept_until(expiration, NOW), kept, "{expiration:?}");
    }
}

#[test]
fn versions_and_words_are_read_strictly() {
    for (text, shown) in [("13", "13.0"), ("18.0", "18.0"), ("26.4", "26.4")] {
        assert_eq!(
            Ios::parse(text).map(|ios| ios.to_string()).as_deref(),
            Some(shown)
        );
    }
    for text in [
        "", "12.9", "iOS 18", "18.", ".4", "18.0.1", "+18", "1e2", "999", "18,0",
    ] {
        assert_eq!(Ios::parse(text), None, "{text}");
    }
    assert!(Ios::parse("26.10") > Ios::parse("26.4"));
    assert_eq!(
        (App::parse("terminated"), App::parse("Background")),
        (Some(App::Terminated), None)
    );
}

#[test]
fn what_members_of_a_family_do_differently_cannot_be_told() {
    let telnyx = |alert: &str| {
        json!({
            "aps": { "alert": alert },
            "metadata": { "call_id": UUID, "caller_name": "Alice Example", "caller_number": "1000", "voice_sdk_id": UUID },
        })
    };
    let settings = Settings::default();
    check(
        &settings,
        &telnyx("Incoming call!"),
        "ringing",
        Rule::Reported,
    );
    check(
        &settings,
        &telnyx("Missed call!"),
        "silent",
        Rule::CannotTell,
    );
}
