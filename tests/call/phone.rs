//! The phone: rows of payload, state and outcome.

use serde_json::{Value, json};
use trill::call::phone::{answer, decline, give_up, receive};
use trill::call::{IncomingCall, PhoneRule as Rule, PhoneState, template};

use crate::{OTHER_UUID, UUID};

fn read(payload: &Value) -> IncomingCall {
    IncomingCall::read(payload)
}

fn ringing(uuid: &str) -> PhoneState {
    receive(
        &PhoneState::Idle,
        read(&json!({ "handle": "alice", "callUUID": uuid })),
    )
    .state
}

#[test]
fn the_article_rings() {
    let payload: Value = serde_json::from_str(template::ARTICLE).unwrap();
    let outcome = receive(&PhoneState::Idle, read(&payload));
    assert_eq!(
        (outcome.state.as_str(), outcome.rule),
        ("ringing", Rule::Reported)
    );
    assert_eq!(
        outcome.state.call().unwrap().title(),
        Some("alice@example.com")
    );
}

#[test]
fn what_cannot_be_reported_gets_the_app_killed() {
    let cases = [
        (json!({}), Rule::NoCallUuid),
        (json!({ "handle": "alice" }), Rule::NoCallUuid),
        (
            json!({ "handle": "alice", "callUUID": "12212" }),
            Rule::BadCallUuid,
        ),
        (
            json!({ "handle": "alice", "callUUID": null }),
            Rule::NoCallUuid,
        ),
        (json!({ "callUUID": UUID }), Rule::NoHandle),
        (json!({ "callUUID": UUID, "handle": "" }), Rule::NoHandle),
        (
            json!({ "callUUID": UUID, "handle": 15551234567_u64 }),
            Rule::NoHandle,
        ),
        (
            json!({ "aps": { "handle": "alice", "callUUID": UUID } }),
            Rule::NoCallUuid,
        ),
        (json!([]), Rule::NoCallUuid),
        (Value::Null, Rule::NoCallUuid),
    ];
    for (payload, rule) in cases {
        let outcome = receive(&PhoneState::Idle, read(&payload));
        assert_eq!(
            (outcome.state.as_str(), outcome.rule),
            ("killed", rule),
            "{payload}"
        );
        assert!(outcome.rule.sentence().ends_with('.'));
    }
}

#[test]
fn the_same_uuid_shows_nothing_new() {
    let first = ringing(UUID);
    let again = receive(
        &first,
        read(&json!({ "handle": "bob", "callUUID": UUID.to_uppercase() })),
    );
    assert_eq!((again.state, again.rule), (first.clone(), Rule::SameUuid));
    let other = receive(
        &first,
        read(&json!({ "handle": "bob", "callUUID": OTHER_UUID })),
    );
    assert_eq!(
        (other.state.call().unwrap().title(), other.rule),
        (Some("bob"), Rule::Reported)
    );
}

#[test]
fn the_owner_answers_declines_or_does_not() {
    let ring = ringing(UUID);
    let talking = answer(&ring).unwrap();
    assert_eq!(
        (talking.state.as_str(), talking.rule),
        ("in-call", Rule::Answered)
    );
    assert_eq!(decline(&talking.state).unwrap().rule, Rule::Ended);
    assert_eq!(decline(&ring).unwrap().rule, Rule::Declined);
    assert_eq!(give_up(&ring).unwrap().rule, Rule::Unanswered);
    for state in [PhoneState::Idle, PhoneState::Killed, PhoneState::Silent] {
        assert!(answer(&state).is_none() && decline(&state).is_none() && give_up(&state).is_none());
    }
    assert!(answer(&talking.state).is_none() && give_up(&talking.state).is_none());
}
