//! Delivery of a push to phones of every kind: for each rule one push that meets it and one that
//! does not.

use serde_json::{Value, json};
use trill::apns::TokenKind;
use trill::call::phone::{
    App, Delivery, Ios, MOST_UNREPORTED, Timing, answer, decline, give_up, kept_until,
    unreported_sentence,
};
use trill::call::{AppChoice, PhoneRule as Rule, PhoneSettings as Settings, PhoneState};

use crate::{OTHER_UUID, UUID};

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
fn a_terminated_app_is_launched() {
    let settings = Settings {
        app: App::Terminated,
        ..Settings::default()
    };
    check(&settings, &payload(UUID), "ringing", Rule::Launched);
    check(&settings, &json!({}), "killed", Rule::NoCallUuid);
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

#[test]
fn a_second_call_waits_and_a_third_finds_no_room() {
    let first = in_call();
    let (waiting, rule) = after(&first, OTHER_UUID);
    assert_eq!((waiting.as_str(), rule), ("ringing", Rule::WaitingCall));
    assert_eq!(
        (uuid_of(waiting.call()), uuid_of(waiting.in_progress())),
        (OTHER_UUID.to_owned(), UUID.to_owned())
    );
    assert_eq!(
        after(&waiting, THIRD_UUID),
        (waiting.clone(), Rule::TooManyCalls)
    );
    for uuid in [UUID, OTHER_UUID] {
        assert_eq!(after(&waiting, uuid), (waiting.clone(), Rule::SameUuid));
    }

    let outcome = answer(&waiting).unwrap();
    assert_eq!(
        (
            outcome.state.as_str(),
            uuid_of(outcome.state.call()),
            outcome.rule
        ),
        ("in-call", OTHER_UUID.to_owned(), Rule::EndedAndAnswered)
    );
    assert_eq!(
        decline(&waiting).map(|outcome| (outcome.state, outcome.rule)),
        Some((first.clone(), Rule::Declined))
    );
    assert_eq!(
        give_up(&waiting).map(|outcome| (outcome.state, outcome.rule)),
        Some((first, Rule::Unanswered))
    );

    let json = json!(waiting);
    assert_eq!(
        (
            &json["state"],
            &json["call"]["in_progress"]["call_uuid"]["value"]
        ),
        (&json!("ringing"), &json!(UUID))
    );
}

#[test]
fn a_push_to_talk_rings_nothing() {
    let settings = Settings {
        kind: TokenKind::PushToTalk,
        ..Settings::default()
    };
    check(
        &settings,
        &json!({ "activeSpeaker": "Alice" }),
        "silent",
        Rule::PushToTalk,
    );
    check(&settings, &json!({}), "silent", Rule::PushToTalk);
    check(
        &Settings::default(),
        &json!({ "activeSpeaker": "Alice" }),
        "killed",
        Rule::NoCallUuid,
    );
}

#[test]
fn an_alert_is_a_notification_and_no_call() {
    let settings = Settings {
        kind: TokenKind::Alert,
        ..Settings::default()
    };
    for aps in [
        json!({ "alert": "Hello" }),
        json!({ "sound": "default" }),
        json!({ "badge": 0 }),
    ] {
        check(&settings, &json!({ "aps": aps }), "idle", Rule::Notified);
    }
    check(
        &Settings {
            do_not_disturb: true,
            ..settings.clone()
        },
        &json!({ "aps": { "alert": "Hello" } }),
        "silent",
        Rule::NotifiedSilently,
    );
    for payload in [
        json!({}),
        json!({ "aps": { "content-available": 1 } }),
        payload(UUID),
        Value::Null,
    ] {
        check(&settings, &payload, "silent", Rule::NothingToShow);
    }
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
