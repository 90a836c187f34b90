//! Each rule: one push that trips it, and one that does not.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Value, json};
use trill::apns::uuid::Uuid;
use trill::apns::{Environment, PushType};
use trill::apns::{Severity, TokenKind};
use trill::lint::call::{self as call_lint, Subject};
use trill::lint::request as request_lint;
use trill::lint::{self, Certificate, Signer};

use super::{errors, findings, names};
use crate::UUID;

static USED: LazyLock<Vec<Uuid>> = LazyLock::new(|| vec![Uuid::parse(UUID).unwrap()]);

struct Push {
    payload: Value,
    change: fn(&mut Subject<'_>),
}

/// A call with right headers and this payload.
fn call(payload: Value) -> Push {
    Push {
        payload,
        change: |_| {},
    }
}

/// A call without fault but for this.
fn but(change: fn(&mut Subject<'_>)) -> Push {
    Push {
        payload: good(),
        change,
    }
}

fn good() -> Value {
    json!({ "callUUID": UUID, "handle": "alice", "sentAt": "2026-01-01T00:00:00Z" })
}

/// The good payload and one more member.
fn with(key: &str, value: Value) -> Push {
    let mut payload = good();
    payload[key] = value;
    call(payload)
}

/// A call for flutter_callkit_incoming with this ID.
fn telecom(id: Value) -> Push {
    call(json!({ "id": id, "nameCaller": "Alice Example", "handle": "1000", "isVideo": false }))
}

/// A payload for callkeep of flutter-webrtc.
fn keep() -> Value {
    json!({ "uuid": UUID, "caller_id": "1000", "caller_name": "Alice Example", "caller_id_type": "number", "has_video": false })
}

/// The same payload with an alert.
fn with_aps(mut payload: Value) -> Push {
    payload["aps"] = json!({ "alert": "Alice Example" });
    call(payload)
}

/// A payload of ConnectyCube with this signal.
fn cube(signal_type: &str) -> Value {
    json!({ "session_id": UUID, "signal_type": signal_type, "call_type": 1, "caller_id": 1, "caller_name": "Alice Example", "call_opponents": "2" })
}

/// A payload of Telnyx with this alert.
fn telnyx(alert: &str) -> Value {
    json!({ "aps": { "alert": alert }, "metadata": { "call_id": UUID, "caller_name": "Alice Example", "caller_number": "1000", "voice_sdk_id": UUID } })
}

/// A payload of Twilio Voice.
fn twilio() -> Value {
    json!({ "twi_message_type": "twilio.voice.call", "twi_from": "client:alice", "twi_bridge_token": "abc", "twi_call_sid": "CA0" })
}

/// A payload of flexisip for Linphone.
fn linphone() -> Value {
    json!({ "aps": { "sound": "", "loc-key": "IC_MSG", "loc-args": ["Alice Example"], "call-id": "1" }, "from-uri": "sip:alice@example.com" })
}

/// The payload that Signal's own extension makes.
fn signal() -> Value {
    let cases = include_str!("../profiles/signal.json");
    let cases: Value = serde_json::from_str(cases).unwrap();
    let on_phone = |case: &&Value| case["gives"] == "on-phone";
    cases.as_array().unwrap().iter().find(on_phone).unwrap()["payload"].clone()
}

/// A call with this handle.
fn from(handle: Value) -> Push {
    with("handle", handle)
}

fn check(name: &str, trips: Push, spares: Push) {
    let rule = name.replace('_', "-");
    let found = findings(&trips.payload, trips.change);
    let finding = found
        .iter()
        .find(|finding| finding.code == rule)
        .unwrap_or_else(|| panic!("{rule} is not in {found:#?}"));
    let why = lint::prose(&rule).unwrap().why;
    let sentence = [&finding.sentence, why].join(" ");
    let most = if rule.starts_with("app-") { 400 } else { 160 };
    assert!(sentence.chars().count() <= most, "{sentence}");
    assert!(
        sentence.ends_with('.') && !sentence.contains("  "),
        "{sentence}"
    );
    let found = findings(&spares.payload, spares.change);
    assert!(!names(&found).contains(&rule.as_str()), "{found:#?}");
}

macro_rules! rules {
    ($($rule:ident: $trips:expr, $spares:expr;)*) => {
        $(
            #[test]
            fn $rule() {
                check(stringify!($rule), $trips, $spares);
            }
        )*

        const TESTED: &[&str] = &[$(stringify!($rule)),*];
    };
}

rules! {
    app_crashes: call(json!({ "uuid": UUID, "caller_name": "Alice Example", "caller_id_type": "number" })), call(keep());
    app_reports_no_call: with_aps(keep()), call(keep());
    app_ends_call: call(cube("endCall")), call(cube("startCall"));
    app_ends_at_once: call(json!({ "incomingCall": { "eventId": "1", "serverCallId": "", "caller": { "id": "2" } } })),
        call(telnyx("Incoming call!"));
    app_composes_on_phone: call(signal()), call(good());
    app_uncertain: call(json!({ "twi_message_type": "twilio.voice.other", "twi_call_sid": "CA0" })), call(twilio());
    app_unproven: call(twilio()), call(good());
    app_shows_own_text: call(linphone()), call(keep());
    app_versions_differ: telecom(json!("not a UUID")), telecom(json!(UUID));
    app_family: call(telnyx("Missed call!")),
        call(telnyx("Incoming call!"));
    app_skips_value: call(json!({ "id": UUID, "nameCaller": "Alice Example", "handle": 5, "isVideo": false })),
        call(json!({ "id": UUID, "nameCaller": "Alice Example", "handle": "5", "isVideo": false }));
    app_unknown: call(json!({ "room": "5" })), call(good());
    call_id_missing: call(json!({ "handle": "alice" })), call(good());
    call_id_not_uuid: call(json!({ "handle": "alice", "callUUID": "42" })), with("callUUID", json!(UUID.to_uppercase()));
    call_id_used: but(|push| push.used = &USED), call(json!({ "callUUID": crate::OTHER_UUID, "handle": "alice" }));
    handle_missing: call(json!({ "callUUID": UUID })), call(good());
    handle_not_text: from(json!(15551234567_u64)), from(json!("1001"));
    caller_name_not_text: with("callerName", json!("")), with("callerName", json!("Alice"));
    handle_type: call(json!({ "callUUID": UUID, "handle": "alice@acme.dev", "handleType": "number" })),
        call(json!({ "callUUID": UUID, "handle": "alice@acme.dev", "handleType": "email" }));
    handle_changes: from(json!("sess_9f8e7d6c5b4a39281706f5e4")), from(json!("9f8e7d6c-5b4a-4928-9706-f5e4d3c2b1a0"));
    personal_data: from(json!("alice@acme.dev")), from(json!("alice@example.com"));
    call_in_aps: call(json!({ "aps": { "callUUID": UUID, "handle": "alice" } })), with("aps", json!({ "alert": "Alice" }));
    call_in_text: call(json!({ "data": "{\"callUUID\":\"1\"}" })), with("metadata", json!("{\"theme\":\"dark\"}"));
    no_sent_time: call(json!({ "callUUID": UUID, "handle": "alice" })),
        call(json!({ "callUUID": UUID, "handle": "alice", "meta": { "created_at": 1 } }));
    flag_not_boolean: with("hasVideo", json!("true")), with("hasVideo", json!(true));
    null_value: with("avatar", json!(null)), with("avatar", json!("a.png"));
    looks_like_an_end: with("type", json!("call_cancelled")), with("type", json!("incoming_call"));
    must_report: with("event", json!("callEnded")), with("event", json!("callStarted"));
    alert_ignored: with("aps", json!({ "alert": "VoIP" })), with("aps", json!({}));
    sound_or_badge_ignored: with("aps", json!({ "badge": 1 })), with("badge", json!(1));
    content_available_idle: with("aps", json!({ "content-available": 1 })), with("aps", json!({ "content-available": 0 }));
    mutable_content_idle: with("aps", json!({ "mutable-content": 1 })), with("aps", json!({ "mutable-content": 0 }));

    topic_missing: but(|push| push.request.topic = Some("")), but(|push| push.request.topic = None);
    topic_without_suffix: but(|push| push.request.topic = Some("com.example.calls")),
        but(|push| push.request.topic = Some("com.example.calls.voip"));
    topic_suffix_twice: but(|push| push.request.topic = Some("com.example.calls.voip.voip")),
        but(|push| push.request.topic = Some("com.voip.calls.voip"));
    push_type_not_of_topic: but(|push| {
        push.request.topic = Some("com.example.calls.voip");
        push.request.push_type = PushType::Alert;
    }), but(|push| {
        push.request.topic = Some("com.example.calls.voip-ptt");
        push.request.push_type = PushType::PushToTalk;
    });
    token_not_for_calls: but(|push| push.request.token_kind = Some(TokenKind::Alert)),
        but(|push| push.request.token_kind = Some(TokenKind::Voip));
    token_only_for_calls: but(|push| {
        push.request.token_kind = Some(TokenKind::Voip);
        push.request.push_type = PushType::Alert;
    }), but(|push| push.request.token_kind = Some(TokenKind::Voip));
    token_other_environment: but(|push| {
        push.request.token_environment = Some(Environment::Production);
        push.request.environment = Some(Environment::Sandbox);
    }), but(|push| {
        push.request.token_environment = Some(Environment::Sandbox);
        push.request.environment = Some(Environment::Sandbox);
    });
    key_other_environment: but(|push| {
        push.request.signer = Some(Signer { environment: Some(Environment::Sandbox), ..Signer::default() });
        push.request.environment = Some(Environment::Production);
    }), but(|push| {
        push.request.signer = Some(Signer { environment: Some(Environment::Sandbox), ..Signer::default() });
        push.request.environment = Some(Environment::Simulator);
    });
    ids_swapped: but(|push| {
        push.request.signer = Some(Signer { key_id: "DEF123GHIJ", team_id: "ABC123DEFG", file_key_id: Some("ABC123DEFG"), ..Signer::default() });
    }), but(|push| {
        push.request.signer = Some(Signer { key_id: "ABC123DEFG", team_id: "DEF123GHIJ", file_key_id: Some("ABC123DEFG"), ..Signer::default() });
    });
    key_id_not_of_file: but(|push| {
        push.request.signer = Some(Signer { key_id: "ZZZ123DEFG", team_id: "DEF123GHIJ", file_key_id: Some("ABC123DEFG"), ..Signer::default() });
    }), but(|push| {
        push.request.signer = Some(Signer { key_id: "ZZZ123DEFG", team_id: "DEF123GHIJ", file_key_id: None, ..Signer::default() });
    });
    other_sender_of_team: but(|push| {
        push.request.signer = Some(Signer { team_id: "DEF123GHIJ", ..Signer::default() });
        push.request.environment = Some(Environment::Production);
    }), but(|push| {
        push.request.signer = Some(Signer { team_id: "DEF123GHIJ", ..Signer::default() });
        push.request.environment = Some(Environment::Sandbox);
    });
    certificate_other_environment: but(|push| {
        push.request.signer = Some(holder(&["com.example.calls.voip"], &["production"]));
        push.request.environment = Some(Environment::Sandbox);
    }), but(|push| {
        push.request.signer = Some(holder(&["com.example.calls.voip"], &["sandbox", "production"]));
        push.request.environment = Some(Environment::Simulator);
    });
    certificate_not_for_topic: but(|push| {
        push.request.signer = Some(holder(&["com.example.calls"], &["sandbox"]));
        push.request.topic = Some("com.example.calls.voip");
    }), but(|push| {
        push.request.signer = Some(holder(&["com.example.calls", "com.example.calls.voip"], &["sandbox"]));
        push.request.topic = Some("com.example.calls.voip");
    });
    expiration_long: but(|push| (push.request.now, push.request.expiration) = (1_000, Some(1_061))),
        but(|push| (push.request.now, push.request.expiration) = (1_000, Some(1_060)));
    expiration_short: but(|push| (push.request.now, push.request.expiration) = (1_000, Some(1_001))),
        but(|push| (push.request.now, push.request.expiration) = (1_000, Some(1_000)));
    expiration_missing: but(|push| push.request.expiration = None), but(|push| push.request.expiration = Some(0));
    priority_not_10: but(|push| push.request.priority = 5), but(|push| push.request.priority = 10);
    background_priority: but(|push| push.request.push_type = PushType::Background), but(|push| {
        push.request.push_type = PushType::Background;
        push.request.priority = 5;
    });
    collapse_id_on_call: but(|push| push.request.collapse_id = Some("call")), but(|push| push.request.collapse_id = Some(""));
    headers_in_payload: with("apns-priority", json!(10)), with("extra", json!({ "priority": "high" }));
    silent_alert: Push {
        payload: json!({ "aps": { "content-available": 1 } }),
        change: |push| push.request.push_type = PushType::Alert,
    }, Push {
        payload: json!({ "aps": { "content-available": 1, "alert": "Hello" } }),
        change: |push| push.request.push_type = PushType::Alert,
    };
}

/// A certificate for these topics and environments.
fn holder(
    topics: &'static [&'static str],
    environments: &'static [&'static str],
) -> Signer<'static> {
    Signer {
        certificate: Some(Certificate {
            topics,
            environments,
        }),
        ..Signer::default()
    }
}

/// Identifier, title, why, source and fix of every rule.
fn entries() -> Vec<[&'static str; 5]> {
    let calls = call_lint::RULES
        .iter()
        .map(|rule| [rule.id, rule.title, rule.why, rule.source, rule.fix]);
    let requests = request_lint::RULES
        .iter()
        .map(|rule| [rule.id, rule.title, rule.why, rule.source, rule.fix]);
    calls.chain(requests).collect()
}

#[test]
fn every_rule_is_tested_and_none_twice() {
    let tested: Vec<String> = TESTED.iter().map(|name| name.replace('_', "-")).collect();
    let ids: Vec<&str> = entries().iter().map(|entry| entry[0]).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(tested, ids);
}

#[test]
fn every_rule_explains_itself() {
    for [id, title, why, source, fix] in entries() {
        assert!(
            !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{id}"
        );
        assert!(!title.is_empty() && !title.ends_with('.'), "{id}: {title}");
        assert!(
            why.ends_with('.') && why.chars().count() <= 100,
            "{id}: {why}"
        );
        assert!(
            fix.ends_with('.') && fix.chars().count() <= 100,
            "{id}: {fix}"
        );
        assert!(
            source.contains(" #") || source.contains("Apple") || id.starts_with("app-"),
            "{id}: {source}"
        );
    }
}

#[test]
fn a_good_push_has_no_findings() {
    assert!(
        findings(&good(), |push| push.request.topic =
            Some("com.example.calls.voip"))
        .is_empty()
    );
}

#[test]
fn the_worst_comes_first() {
    let found = findings(&json!({ "aps": { "alert": "x" }, "avatar": null }), |_| {});
    assert!(
        found.is_sorted_by_key(|finding| finding.severity),
        "{found:#?}"
    );
    assert_eq!(errors(&found), [""; 0]);
}

#[test]
fn a_push_of_another_type_is_no_call() {
    let payload = json!({ "aps": { "alert": "Hello", "badge": 1 } });
    assert!(findings(&payload, |push| push.request.push_type = PushType::Alert).is_empty());
}

#[test]
fn hostile_names_and_values_stay_short_and_on_one_line() {
    let long = "\u{1b}[31m\n\u{85}é".repeat(400);
    let inner = json!({ "callUUID": &long, "hasVideo": &long, "type": format!("ended {long}"), "x": null, "y": null,
        "handle": "a", "handleType": "phone_number", "data": "{}", "muted": "true" });
    let payload = json!({ &long: inner, "aps": { format!("apns-{long}"): 1, "callkeep": { &long: { "uuid": 1 } } } });
    let found = findings(&payload, |push| {
        push.request.topic = Some("com.example.calls")
    });
    let rules = names(&found);
    for rule in [
        "call-id-not-uuid",
        "handle-type",
        "call-in-text",
        "flag-not-boolean",
        "null-value",
        "looks-like-an-end",
        "headers-in-payload",
    ] {
        assert!(rules.contains(&rule), "{rule}: {rules:?}");
    }
    for finding in found {
        let sentence = &finding.sentence;
        assert!(sentence.chars().count() <= 160, "{sentence}");
        assert!(!sentence.contains(char::is_control), "{sentence:?}");
    }
}

#[test]
fn an_unknown_app_gets_no_error_about_its_call() {
    for payload in [
        json!({}),
        json!({ "handle": "alice" }),
        json!({ "callUUID": UUID }),
        json!({ "callUUID": "5", "handle": 5 }),
        json!({ "aps": { "callUUID": UUID, "handle": "alice" } }),
        json!({ "data": "{\"callUUID\":\"1\"}", "type": "missed", "video": "true", "name": null }),
    ] {
        for finding in findings(&payload, |_| {}) {
            let is_error = finding.severity == Severity::Error;
            assert!(!is_error, "{payload}: {finding:?}");
        }
    }
}
