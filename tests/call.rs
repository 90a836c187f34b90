//! What the phone does with a payload: rows of payload, state and outcome.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use trill::apns::DeviceToken;
use trill::apns::uuid::Uuid;
use trill::call::phone::{answer, decline, give_up, receive};
use trill::call::placeholder::{self, Values};
use trill::call::{IncomingCall, PhoneState, Rule, template};

const UUID: &str = "db1dff98-bfef-4ec0-8ac6-8187a3b0c645";
const OTHER_UUID: &str = "0b1dff98-bfef-4ec0-8ac6-8187a3b0c645";

fn read(payload: &Value) -> IncomingCall {
    IncomingCall::read(payload)
}

fn ringing(uuid: &str) -> PhoneState {
    receive(&PhoneState::Idle, read(&json!({ "handle": "alice", "callUUID": uuid }))).state
}

#[test]
fn the_article_rings() {
    let payload: Value = serde_json::from_str(template::ARTICLE).unwrap();
    let outcome = receive(&PhoneState::Idle, read(&payload));
    assert_eq!((outcome.state.as_str(), outcome.rule), ("ringing", Rule::Reported));
    assert_eq!(outcome.state.call().unwrap().title(), Some("alice@example.com"));
}

#[test]
fn what_cannot_be_reported_gets_the_app_killed() {
    let cases = [
        (json!({}), Rule::NoCallUuid),
        (json!({ "handle": "alice" }), Rule::NoCallUuid),
        (json!({ "handle": "alice", "callUUID": "12212" }), Rule::BadCallUuid),
        (json!({ "handle": "alice", "callUUID": null }), Rule::NoCallUuid),
        (json!({ "callUUID": UUID }), Rule::NoHandle),
        (json!({ "callUUID": UUID, "handle": "" }), Rule::NoHandle),
        (json!({ "callUUID": UUID, "handle": 15551234567_u64 }), Rule::NoHandle),
        (json!({ "aps": { "handle": "alice", "callUUID": UUID } }), Rule::NoCallUuid),
        (json!([]), Rule::NoCallUuid),
        (Value::Null, Rule::NoCallUuid),
    ];
    for (payload, rule) in cases {
        let outcome = receive(&PhoneState::Idle, read(&payload));
        assert_eq!((outcome.state.as_str(), outcome.rule), ("killed", rule), "{payload}");
        assert!(outcome.rule.sentence().ends_with('.'));
    }
}

#[test]
fn a_call_is_found_where_sdks_put_it() {
    let payload = json!({ "aps": { "name": "no" }, "metadata": { "call_id": UUID.to_uppercase(), "caller_name": "Alice", "caller_number": "+15551234567" }, "isVideo": true });
    let call = read(&payload);
    assert_eq!(call.call_uuid.as_ref().unwrap().path, "metadata.call_id");
    assert_eq!(call.call_uuid.unwrap().value.as_str(), UUID);
    assert_eq!(call.handle.unwrap().path, "metadata.caller_number");
    assert_eq!(call.caller_name.unwrap().value, "Alice");
    assert_eq!(call.has_video.unwrap().path, "isVideo");
}

#[test]
fn a_video_flag_in_quotes_is_not_a_flag() {
    let call = read(&json!({ "handle": "alice", "callUUID": UUID, "hasVideo": "true" }));
    assert!(!call.is_video());
    assert_eq!(call.problems[0].path, "hasVideo");
}

#[test]
fn the_same_uuid_shows_nothing_new() {
    let first = ringing(UUID);
    let again = receive(&first, read(&json!({ "handle": "bob", "callUUID": UUID.to_uppercase() })));
    assert_eq!((again.state, again.rule), (first.clone(), Rule::SameUuid));
    let other = receive(&first, read(&json!({ "handle": "bob", "callUUID": OTHER_UUID })));
    assert_eq!((other.state.call().unwrap().title(), other.rule), (Some("bob"), Rule::Reported));
}

#[test]
fn the_owner_answers_declines_or_does_not() {
    let ring = ringing(UUID);
    let talking = answer(&ring).unwrap();
    assert_eq!((talking.state.as_str(), talking.rule), ("in-call", Rule::Answered));
    assert_eq!(decline(&talking.state).unwrap().rule, Rule::Ended);
    assert_eq!(decline(&ring).unwrap().rule, Rule::Declined);
    assert_eq!(give_up(&ring).unwrap().rule, Rule::Unanswered);
    for state in [PhoneState::Idle, PhoneState::Killed] {
        assert!(answer(&state).is_none() && decline(&state).is_none() && give_up(&state).is_none());
    }
    assert!(answer(&talking.state).is_none() && give_up(&talking.state).is_none());
}

#[test]
fn the_articles_payload_is_recognised_with_any_uuid() {
    let fresh = template::article(&Uuid::parse(OTHER_UUID).unwrap());
    assert!(fresh.contains(OTHER_UUID));
    assert!(template::is_untouched(&fresh) && template::is_untouched(template::ARTICLE));
    for own in ["", "{}", &template::ARTICLE.replace("alice", "bob"), &format!("{} ", template::ARTICLE)] {
        assert!(!template::is_untouched(own), "{own}");
    }
}

#[test]
fn placeholders_are_filled_and_unknown_words_stay() {
    let values = Values {
        uuid: Uuid::parse(UUID).unwrap(),
        now_ms: 1_709_210_096_789,
        counter: 7,
        device: Some(DeviceToken::from_bytes(&[0xab; 2])),
    };
    let text = r#"{"id":"{{uuid}}","at":{{now}},"ms":{{now_ms}},"iso":"{{iso_now}}","n":{{counter}},"to":"{{device}}","x":"{{what}}"}"#;
    let filled = format!(
        r#"{{"id":"{UUID}","at":1709210096,"ms":1709210096789,"iso":"2024-02-29T12:34:56Z","n":7,"to":"abab","x":"{{{{what}}}}"}}"#
    );
    assert_eq!(placeholder::fill(text, &values), filled);
    assert!(placeholder::has_any(text) && !placeholder::has_any("{{what}}"));
    for (seconds, iso) in [(0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z")] {
        assert_eq!(placeholder::fill("{{iso_now}}", &Values { now_ms: seconds * 1000, ..values.clone() }), iso);
    }
}

#[test]
fn every_template_rings() {
    let values = Values { uuid: Uuid::parse(UUID).unwrap(), now_ms: 0, counter: 1, device: None };
    for template in &template::TEMPLATES {
        let payload: Value = serde_json::from_str(&placeholder::fill(template.text, &values)).unwrap();
        let outcome = receive(&PhoneState::Idle, read(&payload));
        assert_eq!((outcome.state.as_str(), outcome.rule), ("ringing", Rule::Reported), "{}", template.name);
        assert!(template::is_untouched(template.text));
    }
}
