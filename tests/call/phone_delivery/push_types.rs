//! Pushes of other types than VoIP: push-to-talk and alerts.

use serde_json::{Value, json};
use trill::apns::TokenKind;
use trill::call::{PhoneRule as Rule, PhoneSettings as Settings};

use super::{check, payload};
use crate::UUID;

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
