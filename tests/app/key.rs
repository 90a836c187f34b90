//! The signing key of the page: what a dropped file brings, and names that do not fit it.

use trill::apns::Change;
use trill::apns::SigningKey;
use trill::app::action::Action;
use trill::app::form::{Field, Severity};
use trill::app::state::State;

use super::{CLOCK, after, apns_id, filled, key};

#[test]
fn a_dropped_key_brings_its_key_id() {
    let state = after(
        State::default(),
        [Action::OfferKey(
            "AuthKey_ABC123DEFG.p8".to_owned(),
            Ok(key()),
        )],
    );
    assert_eq!(state.form.key_id, "ABC123DEFG");
    let state = after(state, [Action::OfferKey("other.p8".to_owned(), Ok(key()))]);
    assert_eq!(state.form.key_id, "ABC123DEFG");
}

#[test]
fn a_wrong_file_is_no_reason_to_lose_the_key_that_works() {
    let wrong =
        SigningKey::from_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    let state = after(
        State::default(),
        [
            Action::OfferKey("a.p8".to_owned(), Ok(key())),
            Action::OfferKey("b.pem".to_owned(), wrong),
        ],
    );
    assert!(state.key.is_some());
    assert_eq!(state.key_finding().unwrap().code, "key_is_cert");
}

#[test]
fn a_key_that_was_cleaned_up_says_so() {
    let text = include_str!("../fixtures/keys/rfc7515-openssl.p8");
    let offer = |text: &str| {
        after(
            State::default(),
            [Action::OfferKey(
                "a.p8".to_owned(),
                SigningKey::from_text(text),
            )],
        )
        .key_finding()
    };
    assert_eq!(offer(text), None);
    assert_eq!(
        offer(include_str!("../fixtures/keys/rfc7515-apple.p8")),
        None
    );
    let note = offer(&text.replace('\n', "\\n")).unwrap();
    assert_eq!(
        (note.code, note.severity),
        ("key_escaped_newlines", Severity::Note)
    );
}

#[test]
fn names_that_do_not_fit_the_key_file_are_pointed_out() {
    let held = [
        Action::OfferKey("AuthKey_KKKKKKKKKK.p8".to_owned(), Ok(key())),
        Action::Edit(Field::KeyId, "ABC123DEFG".to_owned()),
        Action::Leave(Field::KeyId),
        Action::Leave(Field::TeamId),
    ];
    let typed = after(State::opening(Some(filled())), held);
    let differs = typed.finding(Field::KeyId).unwrap();
    assert_eq!(
        (differs.code, differs.text()),
        ("key_id_differs", Some("KKKKKKKKKK"))
    );
    assert_eq!(typed.finding(Field::TeamId), None);
    let swapped = after(
        typed,
        [
            Action::Edit(Field::TeamId, "KKKKKKKKKK".to_owned()),
            Action::Leave(Field::TeamId),
        ],
    );
    let swapped = swapped.finding(Field::TeamId).unwrap();
    assert_eq!(
        (swapped.code, swapped.fix.map(|fix| fix.change)),
        ("ids_swapped", Some(Change::SwapIds))
    );
    assert!(
        filled().push(true, apns_id(), CLOCK).is_ok(),
        "warnings stop nothing"
    );
}
