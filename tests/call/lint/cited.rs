//! Payloads that people have sent and asked about, as they wrote them, and rows of the failure map.

use serde_json::{Value, json};
use trill::apns::finding::Certainty;
use trill::apns::{Environment, Finding, Severity};
use trill::call::phone::{forecast, receive};
use trill::call::{AppChoice, IncomingCall, PhoneRule, PhoneState, template};
use trill::lint::call as call_lint;
use trill::lint::request as request_lint;

use super::{errors, findings, names};
use crate::UUID;

/// Returns the warnings that are only likely.
fn likely(findings: &[Finding]) -> Vec<&'static str> {
    findings
        .iter()
        .filter(|finding| finding.severity == Severity::Warning)
        .filter(|finding| finding.certainty == Certainty::Likely)
        .map(|finding| finding.code)
        .collect()
}

fn check_likely(payload: Value, wanted: &[&str]) {
    let found = findings(&payload, |_| {});
    assert_eq!(errors(&found), [""; 0], "{payload}: {found:#?}");
    assert_eq!(likely(&found), wanted, "{payload}: {found:#?}");
}

fn check(payload: Value, wanted: &[&str]) {
    let found = findings(&payload, |_| {});
    assert_eq!(errors(&found), wanted, "{payload}: {found:#?}");
}

#[test]
fn a_call_id_of_five_digits() {
    // react-native-voip-push-notification #66; its reporter then found the cure.
    let push = |uuid: &str| json!({ "aps": { "alert": "Hello Push", "sound": "default" }, "uuid": uuid, "callerName": "Samad", "handle": "Task", "extra": {} });
    check(push("12212"), &["app-crashes"]);
    check(push("0731961b-415b-44f3-a960-dd94ef3372fc"), &[]);
    let found = findings(&push("12212"), |_| {});
    assert_eq!(found[0].path(), "uuid");
}

#[test]
fn headers_inside_aps() {
    // react-native-voip-push-notification #70.
    let payload = json!({ "aps": { "alert": "test", "sound": "default", "content-available": 1, "apns-push-type": "voip", "apns-priority": 10 } });
    let found = findings(&payload, |_| {});
    assert_eq!(errors(&found), [""; 0]);
    assert!(names(&found).contains(&"app-unknown"));
    let headers = found
        .iter()
        .find(|finding| finding.code == "headers-in-payload")
        .unwrap();
    assert_eq!(headers.path(), "aps.apns-push-type");
    let text = headers
        .fix
        .as_ref()
        .unwrap()
        .payload(&payload.to_string())
        .unwrap();
    assert_eq!(
        text,
        r#"{"aps":{"alert":"test","sound":"default","content-available":1}}"#
    );
}

#[test]
fn a_call_inside_aps() {
    // flutter-webrtc/callkeep #28, priority 0 included.
    let payload = json!({ "aps": { "alert": { "callkeep": { "title": "Incoming call", "number": "01224900123" }, "badge": { "badge": "0" } } } });
    let found = findings(&payload, |push| push.request.priority = 0);
    assert_eq!(likely(&found), ["app-unknown", "call-in-aps"]);
    assert!(names(&found).contains(&"priority-not-10"));
}

#[test]
fn a_handle_that_is_nil() {
    // flutter-webrtc/callkeep #50.
    check(
        json!({ "uuid": UUID, "caller_name": "hello", "caller_id_type": "number", "has_video": false }),
        &["app-crashes"],
    );
    check_likely(
        json!({ "uuid": UUID, "caller_id": null, "caller_name": "hello", "has_video": false }),
        &["null-value"],
    );
}

#[test]
fn a_uuid_with_something_behind_it() {
    // flutter-webrtc/callkeep #164, and masashi-sutou/flutter_ios_voip_kit #30.
    check_likely(
        json!({ "uuid": "bec5c7b0-5ed9-46b6-b67a-4940470e07af96Nrt1yFS85Bg", "handle": "alice" }),
        &["call-id-not-uuid"],
    );
    check(
        json!({ "uuid": "12345", "handle": "123456", "callerName": "Dummy Tester" }),
        &["app-crashes"],
    );
}

#[test]
fn the_id_in_a_key_its_sdk_does_not_read() {
    // ConnectyCube/connectycube-flutter-call-kit #144 and #109.
    let payload = json!({
        "aps": { "alert": "VoIP" }, "message": "voiptest", "uuid": "0abde38d-2132-4edb-a714-a7600301cb7d", "call_type": "audio",
        "caller_id": "12312341", "caller_name": "greg", "caller_id_type": "number", "has_video": 0, "signal_type": "startCall", "ios_voip": 1,
    });
    check(payload, &["app-crashes"]);
    check_likely(
        json!({ "session_id": "o40b-t9x1-wk87", "call_type": 1, "caller_id": "7", "caller_name": "Arthur Morgan" }),
        &["call-id-not-uuid"],
    );
}

#[test]
fn an_object_sent_as_a_text() {
    // mattkhaw/cordova-plugin-callkit #3.
    let data = r#"{"Caller":{"Username":"Alex","ConnectionId":"XXXAlex123"}}"#;
    check_likely(
        json!({ "aps": { "alert": "Testing", "data": data, "sound": "default" } }),
        &["app-unknown", "call-in-text"],
    );
}

#[test]
fn pushes_that_end_a_call() {
    for (payload, path) in [
        // team-telnyx/flutter-voice-sdk #108.
        (
            json!({ "aps": { "alert": "Missed call!" }, "metadata": { "call_id": UUID, "caller_number": "alice" } }),
            "aps.alert",
        ),
        // ConnectyCube/connectycube-flutter-call-kit #133, both spellings.
        (
            json!({ "signal_type": "endCall", "session_id": UUID, "caller_id": "alice" }),
            "signal_type",
        ),
        (
            json!({ "signal_type": "callend", "session_id": UUID, "caller_id": "alice" }),
            "signal_type",
        ),
        (
            json!({ "data": { "isCancelled": true, "uuid": UUID, "handle": "alice" } }),
            "data.isCancelled",
        ),
    ] {
        let found = findings(&payload, |_| {});
        assert!(
            found
                .iter()
                .any(|finding| finding.code != "alert-ignored" && finding.path() == path),
            "{payload}: {found:#?}"
        );
    }
    for payload in [
        json!({ "textMissedCall": "Missed call", "textDecline": "Decline", "type": 0, "action": "sendCall" }),
        json!({ "aps": { "alert": "Your friend recommended you" }, "endToEnd": true, "isMissed": false, "status": "weekend" }),
    ] {
        assert!(
            !names(&findings(&payload, |_| {})).contains(&"looks-like-an-end"),
            "{payload}"
        );
    }
}

#[test]
fn the_samples_have_no_errors_and_few_notes() {
    let article: Value = serde_json::from_str(template::ARTICLE).unwrap();
    let apples = json!({ "callUUID": UUID, "handle": "+15551234567", "hasVideo": false });
    let upper = json!({ "aps": {}, "handle": "alice", "callUUID": UUID.to_uppercase() });
    for sample in [article, apples, upper] {
        let found = findings(&sample, |push| {
            push.request.topic = Some("com.example.calls.voip");
            push.request.environment = Some(Environment::Sandbox);
        });
        assert!(
            found
                .iter()
                .all(|finding| finding.severity == Severity::Note)
                && found.len() <= 3,
            "{sample}: {found:#?}"
        );
    }
}

#[test]
fn a_call_that_an_unknown_app_may_not_find_is_a_warning() {
    for payload in [
        json!({}),
        json!({ "handle": "alice" }),
        json!({ "handle": "alice", "callUUID": "12212" }),
        json!({ "handle": "alice", "callUUID": null }),
        json!({ "handle": "alice", "callUUID": "" }),
        json!({ "callUUID": UUID, "handle": "" }),
        json!({ "callUUID": UUID, "handle": [] }),
        json!({ "aps": { "handle": "alice", "callUUID": UUID } }),
        json!({ "a": { "b": { "handle": "alice", "callUUID": UUID } } }),
    ] {
        let outcome = receive(&PhoneState::Idle, IncomingCall::read(&payload));
        assert_eq!(outcome.state, PhoneState::Killed, "{payload}");
        let found = findings(&payload, |_| {});
        assert_eq!(errors(&found), [""; 0], "{payload}");
        assert!(!likely(&found).is_empty(), "{payload}");
        let forecast = forecast(&payload, &AppChoice::Recognise);
        assert_eq!(forecast.rule, PhoneRule::CannotTell, "{payload}");
    }
}

/// Rules that speak about each row of the failure map (apns.md §10), for each row that a payload,
/// a header or the form can cause. The others are about keys and tokens as text, the connection, or the app.
const ROWS: &[(u8, &[&str])] = &[
    (1, &["topic-without-suffix"]),
    (2, &["topic-without-suffix"]),
    (3, &["topic-suffix-twice"]),
    (4, &["token-not-for-calls"]),
    (5, &["token-only-for-calls"]),
    (6, &["push-type-not-of-topic"]),
    (7, &["token-other-environment"]),
    (8, &["token-other-environment"]),
    (9, &["key-other-environment"]),
    (10, &["ids-swapped"]),
    (11, &["key-id-not-of-file"]),
    (18, &["topic-missing"]),
    (19, &["topic-missing"]),
    (
        29,
        &["looks-like-an-end", "call-id-missing", "handle-missing"],
    ),
    (31, &["looks-like-an-end", "must-report"]),
    (
        33,
        &[
            "call-id-not-uuid",
            "handle-missing",
            "handle-not-text",
            "app-crashes",
            "app-reports-no-call",
        ],
    ),
    (34, &["call-id-not-uuid"]),
    (35, &["call-id-used"]),
    (38, &["expiration-short"]),
    (
        39,
        &["expiration-long", "expiration-missing", "no-sent-time"],
    ),
    (40, &["call-in-aps", "call-in-text"]),
    (42, &["background-priority", "silent-alert"]),
];

#[test]
fn the_rows_of_the_failure_map_have_their_rules() {
    let ids: Vec<&str> = call_lint::RULES
        .iter()
        .map(|rule| rule.id)
        .chain(request_lint::RULES.iter().map(|rule| rule.id))
        .collect();
    for (row, rules) in ROWS {
        assert!(rules.iter().all(|rule| ids.contains(rule)), "row {row}");
    }
    assert!(ROWS.is_sorted_by_key(|(row, _)| row));
}
