//! Reports of calls: an app that reports none is killed, and its pushes are stopped.

use serde_json::{Value, json};
use trill::apns::TokenKind;
use trill::call::phone::{App, Delivery, MOST_UNREPORTED, Timing, unreported_sentence};
use trill::call::{AppChoice, PhoneRule as Rule, PhoneSettings as Settings, PhoneState};

use super::{NEW, OLD, after, check, in_call, payload, prompt};
use crate::{OTHER_UUID, UUID};

#[test]
fn an_app_that_does_not_report_is_killed_unless_it_need_not() {
    let mute = Settings {
        reports: false,
        ..Settings::default()
    };
    check(&mute, &payload(UUID), "killed", Rule::NotReported);
    check(
        &Settings {
            app: App::Terminated,
            ..mute.clone()
        },
        &payload(UUID),
        "killed",
        Rule::NotReported,
    );
    check(
        &Settings {
            app: App::Foreground,
            ..mute.clone()
        },
        &payload(UUID),
        "silent",
        Rule::UnreportedInFront,
    );
    check(
        &Settings {
            app: App::Foreground,
            ..Settings::default()
        },
        &payload(UUID),
        "ringing",
        Rule::Reported,
    );
    check(
        &Settings {
            app: App::Foreground,
            ..Settings::default()
        },
        &json!({}),
        "silent",
        Rule::UnreportedInFront,
    );

    let outcome = prompt(&mute, &in_call()).of(&payload(OTHER_UUID), &AppChoice::default());
    assert_eq!(
        (outcome.state, outcome.rule),
        (in_call(), Rule::UnreportedInCall)
    );
    // A call that rings is not yet one in progress.
    let ringing = after(&PhoneState::Idle, UUID).0;
    assert_eq!(
        prompt(&mute, &ringing)
            .of(&payload(OTHER_UUID), &AppChoice::default())
            .state,
        PhoneState::Killed
    );
}

#[test]
fn a_late_push_need_not_be_reported_since_26_4() {
    for (ios, reports, state, rule) in [
        (OLD, true, "ringing", Rule::ReportedLate),
        (NEW, true, "ringing", Rule::ReportedLate),
        (OLD, false, "killed", Rule::NotReported),
        (NEW, false, "silent", Rule::UnreportedLate),
    ] {
        let settings = Settings {
            ios,
            reports,
            ..Settings::default()
        };
        let late = Delivery {
            timing: Timing::Late,
            ..prompt(&settings, &PhoneState::Idle)
        };
        let outcome = late.of(&payload(UUID), &AppChoice::default());
        assert_eq!(
            (outcome.state.as_str(), outcome.rule),
            (state, rule),
            "{ios}"
        );
    }
}

#[test]
fn must_report_is_told_since_26_4() {
    let told = |settings: &Settings, state: &PhoneState, timing| {
        Delivery {
            timing,
            ..prompt(settings, state)
        }
        .must_report()
    };
    let new = Settings {
        ios: NEW,
        ..Settings::default()
    };
    assert_eq!(
        told(
            &Settings {
                ios: OLD,
                ..Settings::default()
            },
            &PhoneState::Idle,
            Timing::Prompt
        ),
        None
    );
    assert_eq!(told(&new, &PhoneState::Idle, Timing::Prompt), Some(true));
    assert_eq!(told(&new, &PhoneState::Idle, Timing::Late), Some(false));
    assert_eq!(told(&new, &in_call(), Timing::Prompt), Some(false));
    assert_eq!(
        told(
            &Settings {
                app: App::Foreground,
                ..new.clone()
            },
            &PhoneState::Idle,
            Timing::Prompt
        ),
        Some(false)
    );
    assert_eq!(
        told(
            &Settings {
                kind: TokenKind::PushToTalk,
                ..new
            },
            &PhoneState::Idle,
            Timing::Prompt
        ),
        None
    );
}

#[test]
fn unreported_pushes_stop_the_delivery_and_a_report_makes_up_for_them() {
    let settings = Settings::default();
    let failed = |unreported| Delivery {
        unreported,
        ..prompt(&settings, &PhoneState::Killed)
    };
    let rule = |unreported, payload: &Value| failed(unreported).of(payload, &AppChoice::default());
    assert_eq!(rule(3, &payload(UUID)).rule, Rule::Reported);
    assert_eq!(
        rule(4, &payload(UUID)),
        trill::call::PhoneOutcome {
            state: PhoneState::Silent,
            rule: Rule::DeliveryStopped,
            because: None,
        }
    );
    assert_eq!(rule(4, &json!({})).rule, Rule::DeliveryStopped);

    assert_eq!(failed(3).unreported_after(Rule::NotReported), 4);
    assert_eq!(failed(3).unreported_after(Rule::NoHandle), 4);
    assert_eq!(failed(3).unreported_after(Rule::DoNotDisturb), 0);
    assert_eq!(failed(3).unreported_after(Rule::Reported), 0);
    assert_eq!(failed(3).unreported_after(Rule::UnreportedInFront), 3);
    assert_eq!(failed(4).unreported_after(Rule::DeliveryStopped), 4);
}

#[test]
fn unreported_pushes_are_told_as_observed() {
    assert_eq!(unreported_sentence(0), None);
    assert_eq!(
        unreported_sentence(2).unwrap(),
        "2 unreported pushes seen: after 4 in a row this iPhone delivers no more \
         (observed: three or four were counted; Apple gives no number)."
    );
    let last = unreported_sentence(MOST_UNREPORTED).unwrap();
    assert!(last.starts_with("4 unreported pushes seen: this iPhone delivers no more until"));
}
