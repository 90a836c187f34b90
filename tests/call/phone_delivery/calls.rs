//! Calls at the same time: a second one waits, a third one finds no room.

use serde_json::json;
use trill::call::PhoneRule as Rule;
use trill::call::phone::{answer, decline, give_up};

use super::{THIRD_UUID, after, in_call, uuid_of};
use crate::{OTHER_UUID, UUID};

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
