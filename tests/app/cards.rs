//! One mistake makes one finding, in the card of the field it is about.

use trill::apns::Severity;
use trill::apns::uuid::Uuid;
use trill::app::action::Action;
use trill::app::card::Card;
use trill::app::form::{Field, Form};
use trill::app::state::State;
use trill::call::placeholder::Values;
use trill::lint::request::RULES;

use super::{CLOCK, after, filled, key};

/// All that is said about a form: beside fields, and in the lists.
fn said(state: &State) -> Vec<&'static str> {
    let fields = [
        Field::KeyId,
        Field::TeamId,
        Field::BundleId,
        Field::DeviceToken,
        Field::Priority,
        Field::Expiration,
        Field::CollapseId,
        Field::Payload,
    ];
    let beside = fields
        .into_iter()
        .filter_map(|field| state.finding(field))
        .filter(|finding| finding.severity != Severity::Note);
    let listed = state
        .remarks()
        .into_iter()
        .filter(|remark| remark.severity != Severity::Note);
    beside
        .map(|finding| finding.code)
        .chain(listed.map(|remark| remark.code))
        .collect()
}

/// A form whose fields were all left, with a key named `AuthKey_KKKKKKKKKK.p8`.
fn left(form: Form) -> State {
    let values = Values {
        uuid: Uuid::from_random_bytes([1; 16]),
        now_ms: CLOCK.now * 1_000,
        counter: 1,
        device: None,
    };
    let state = after(State::opening(Some(form)), [Action::Draw(values)]);
    let fields = [
        Field::BundleId,
        Field::DeviceToken,
        Field::Priority,
        Field::Expiration,
        Field::CollapseId,
    ];
    let state = after(state, fields.map(Action::Leave));
    let key_id = state.form.key_id.clone();
    after(
        state,
        [
            Action::OfferKey("AuthKey_KKKKKKKKKK.p8".to_owned(), Ok(key())),
            Action::Paste(Field::KeyId, key_id),
            Action::Leave(Field::KeyId),
        ],
    )
}

#[test]
fn swapped_names_are_one_finding_and_its_click_swaps_them() {
    let form = Form {
        key_id: "DEF123GHIJ".to_owned(),
        team_id: "KKKKKKKKKK".to_owned(),
        ..filled()
    };
    let state = left(form);
    assert_eq!(said(&state), ["ids_swapped"]);
    let finding = state.finding(Field::TeamId).unwrap();
    let swapped = after(state, [Action::Apply(finding.fix.unwrap())]);
    assert_eq!(
        (swapped.form.key_id.as_str(), swapped.form.team_id.as_str()),
        ("KKKKKKKKKK", "DEF123GHIJ")
    );
    assert_eq!(said(&swapped), [""; 0]);
    let back = after(swapped, [Action::Undo]);
    assert_eq!(
        (back.form.key_id.as_str(), back.form.team_id.as_str()),
        ("DEF123GHIJ", "KKKKKKKKKK")
    );
}

#[test]
fn each_mistake_is_told_once() {
    let key_id = "KKKKKKKKKK".to_owned();
    let right = || Form {
        key_id: key_id.clone(),
        ..filled()
    };
    assert_eq!(said(&left(right())), [""; 0]);
    let cases = [
        (
            Form {
                key_id: "ABC123DEFG".to_owned(),
                ..right()
            },
            "key_id_differs",
        ),
        (
            Form {
                key_id: "DEF123GHIJ".to_owned(),
                ..right()
            },
            "key_id_differs",
        ),
        (
            Form {
                team_id: key_id.clone(),
                ..right()
            },
            "ids_swapped",
        ),
        (
            Form {
                priority: "5".to_owned(),
                ..right()
            },
            "priority-not-10",
        ),
        (
            Form {
                expiration: "1790000000000".to_owned(),
                ..right()
            },
            "expiration_ms",
        ),
        (
            Form {
                expiration: "in 5 min".to_owned(),
                ..right()
            },
            "expiration-long",
        ),
        (
            Form {
                expiration: "120".to_owned(),
                ..right()
            },
            "expiration_past",
        ),
        (
            Form {
                collapse_id: "x".repeat(65),
                ..right()
            },
            "collapse_length",
        ),
        (
            Form {
                bundle_id: "com.acme.app.voip.voip".to_owned(),
                ..right()
            },
            "topic_voip_form",
        ),
        (
            Form {
                bundle_id: "com acme app".to_owned(),
                ..right()
            },
            "topic_char",
        ),
    ];
    for (form, rule) in cases {
        assert_eq!(said(&left(form.clone())), [rule], "{form:?}");
    }
    // The example of the placeholder is right as it is.
    let example = left(Form {
        expiration: "in 30 s".to_owned(),
        ..right()
    });
    assert_eq!(said(&example), [""; 0]);
    assert!(
        example
            .finding(Field::Expiration)
            .is_none_or(|finding| finding.fix.is_none())
    );
    assert!(
        example
            .remarks()
            .iter()
            .all(|remark| remark.code != "expiration-short" || remark.fix.is_none())
    );
}

#[test]
fn every_rule_about_requests_has_its_card() {
    let of_payload: Vec<&str> = RULES
        .iter()
        .map(|rule| rule.id)
        .filter(|rule| Card::of(rule) == Card::Payload)
        .collect();
    assert_eq!(of_payload, ["headers-in-payload", "silent-alert"]);
    assert_eq!(Card::of("call-id-used"), Card::Payload);
}

#[test]
fn a_key_that_comes_to_names_that_stand_there_is_compared_with_them() {
    let state = after(
        State::opening(Some(Form {
            team_id: "KKKKKKKKKK".to_owned(),
            ..filled()
        })),
        [Action::OfferKey(
            "AuthKey_KKKKKKKKKK.p8".to_owned(),
            Ok(key()),
        )],
    );
    assert_eq!(state.finding(Field::TeamId).unwrap().code, "ids_swapped");
}
