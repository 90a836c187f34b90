//! The screen of the phone after the verdict: its owner, its relay, and a push that went elsewhere.

use serde_json::{Value, json};
use trill::apns::Environment;
use trill::app::action::Action;
use trill::app::phone_view::PhoneView;
use trill::app::relay_link::RelayLink;
use trill::app::state::State;
use trill::call::PhoneRule as Rule;
use trill::call::template;

use super::{begin, did, ended, form};
use crate::{after, apns_id};

#[test]
fn what_the_owner_does_belongs_to_the_call_on_the_screen() {
    let (form, mine) = (form(template::ARTICLE), apns_id());
    let other = "b0b0b0b0-0000-4000-8000-000000000000";
    let headline = |actions: Vec<Action>| {
        after(State::opening(Some(form.clone())), actions)
            .verdict()
            .unwrap()
            .headline
    };
    let accepted = || {
        [
            begin(),
            ended(&form, 200, ""),
            did(5, Rule::Reported, Some(mine.as_str())),
        ]
    };
    let with = |more: Vec<Action>| headline(accepted().into_iter().chain(more).collect());
    assert_eq!(
        with(vec![did(6, Rule::Declined, None)]),
        "Accepted, and the call was declined"
    );
    assert_eq!(
        with(vec![did(6, Rule::Answered, None)]),
        "Accepted, and the call was answered"
    );
    assert_eq!(
        with(vec![
            did(6, Rule::Answered, None),
            did(7, Rule::Ended, None)
        ]),
        "Accepted, and the call has ended"
    );
    // Another call takes the screen, and is declined.
    assert_eq!(
        with(vec![
            did(6, Rule::Reported, Some(other)),
            did(7, Rule::Declined, None)
        ]),
        "Accepted, and the iPhone rang"
    );
    // Another one waits, and is declined; then this one ends.
    let waiting = || {
        vec![
            did(6, Rule::Answered, None),
            did(7, Rule::WaitingCall, Some(other)),
            did(8, Rule::Declined, None),
        ]
    };
    assert_eq!(with(waiting()), "Accepted, and the call was answered");
    let ended = waiting()
        .into_iter()
        .chain([did(9, Rule::Ended, None)])
        .collect();
    assert_eq!(with(ended), "Accepted, and the call has ended");
}

#[test]
fn a_phone_whose_relay_is_gone_does_not_ring_and_follows_it_when_it_is_back() {
    let form = form(template::ARTICLE);
    let ringing = || {
        let actions = [
            begin(),
            ended(&form, 200, ""),
            did(5, Rule::Reported, Some(apns_id().as_str())),
        ];
        after(State::opening(Some(form.clone())), actions)
    };
    let gone = after(ringing(), [Action::Relay(RelayLink::Down)]);
    assert!(gone.is_phone_lost && !gone.shows_a_call());
    assert_eq!(
        gone.verdict().unwrap().headline,
        "Accepted, and the iPhone rang"
    );
    assert_eq!(
        gone.phone_sentence(&gone.verdict().unwrap()),
        None,
        "it does not say that it rings"
    );
    assert!(gone.caption().contains("lost"));
    // The relay is back, and the phone still rings.
    let device = |state: &str| json!({ "phone": { "state": state, "call": { "handle": { "value": "alice" } } } });
    let still = after(
        ringing(),
        [Action::Relay(RelayLink::Down), Action::Relay(RelayLink::Up)],
    );
    assert!(!still.shows_a_call(), "nothing is known yet");
    let shown = PhoneView::of_device(&device("ringing")).unwrap();
    assert_eq!(shown.call.unwrap().title, "alice");
    let back = after(still, [Action::Sync(5, device("idle"))]);
    assert_eq!(
        (back.phone.state.as_str(), back.is_phone_lost),
        ("idle", false)
    );
    // An event that came meanwhile is newer than the answer.
    let newer = after(
        ringing(),
        [
            Action::Relay(RelayLink::Down),
            did(6, Rule::Answered, None),
            Action::Sync(5, device("ringing")),
        ],
    );
    assert_eq!(newer.phone.state, "in-call");
    // The relay has started anew, and knows nothing.
    let anew = after(
        ringing(),
        [
            Action::Relay(RelayLink::Down),
            Action::Restart,
            Action::Sync(0, Value::Null),
            did(1, Rule::Offline, None),
        ],
    );
    assert_eq!(anew.phone.state, "silent");
    assert_eq!(
        anew.caption(),
        Rule::Offline.sentence(),
        "numbers begin anew"
    );
}

#[test]
fn a_push_that_went_elsewhere_says_so() {
    let form = form(template::ARTICLE);
    let state = after(
        State::opening(Some(form.clone())),
        [begin(), ended(&form, 200, "")],
    );
    assert!(!state.verdict().unwrap().is_elsewhere);
    assert!(
        after(state, [Action::Choose(Environment::Production)])
            .verdict()
            .unwrap()
            .is_elsewhere
    );
}
