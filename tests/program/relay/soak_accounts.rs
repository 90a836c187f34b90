//! The accounts of the long runs find what they are there to find.

use trill::apns::Outcome;

use crate::soak::accounts::{Accounts, Wrong};

const ID: &str = "eabeae54-14a8-11e5-b60b-1697f925ec7b";

/// Wrongs of a push whose sends ended so and which was accepted so often.
fn wrongs(outcomes: &[Outcome], accepted: usize) -> Vec<Wrong> {
    let mut accounts = Accounts::default();
    accounts.begin(ID);
    outcomes
        .iter()
        .for_each(|outcome| accounts.end(ID, *outcome, outcome.as_str()));
    (0..accepted).for_each(|_| accounts.accept(&ID.to_ascii_uppercase()));
    accounts.wrongs()
}

#[test]
fn possible_combinations_are_not_reported() {
    for (outcome, accepted) in [
        (Outcome::Accepted, 1),
        (Outcome::Rejected, 0),
        (Outcome::NotSent, 0),
        // The phone may have rung, or not.
        (Outcome::Unknown, 0),
        (Outcome::Unknown, 1),
    ] {
        assert_eq!(wrongs(&[outcome], accepted), [], "{outcome:?}, {accepted}");
    }
}

#[test]
fn a_planted_loss_is_found() {
    assert_eq!(wrongs(&[Outcome::Accepted], 0), [Wrong::Lost(ID.into())]);
    assert_eq!(
        wrongs(&[], 0),
        [Wrong::Outcomes(ID.into(), 0)],
        "nobody was told"
    );
    assert_eq!(
        wrongs(&[Outcome::NotSent], 1),
        [Wrong::Denied(ID.into(), "not-sent".into())]
    );
    assert_eq!(
        wrongs(&[Outcome::Rejected], 1),
        [Wrong::Denied(ID.into(), "rejected".into())]
    );
    assert_eq!(
        wrongs(&[Outcome::Accepted, Outcome::Unknown], 1),
        [Wrong::Outcomes(ID.into(), 2)]
    );
}

#[test]
fn a_planted_duplicate_is_found() {
    assert_eq!(
        wrongs(&[Outcome::Accepted], 2),
        [Wrong::Doubled(ID.into(), 2)]
    );
    assert_eq!(
        wrongs(&[Outcome::Unknown], 3),
        [Wrong::Doubled(ID.into(), 3)]
    );
}

#[test]
fn a_push_without_a_sender_is_reported() {
    let mut accounts = Accounts::default();
    accounts.accept(ID);
    assert_eq!(accounts.wrongs(), [Wrong::Stranger(ID.into())]);
    assert_eq!(
        accounts.summary(),
        "0 sends: 0 accepted, 0 rejected, 0 not-sent, 0 unknown; 1 lost, 0 doubled"
    );
}
