//! The ranking by the provider token: its age, the clock, and the next token.

use trill::diagnosis::{Action, Rank};

use super::KEYS_TRIED;
use crate::diagnosis::{because, known, rank, rejected};

#[test]
fn the_clock_says_whether_a_new_token_looks_old() {
    let (clock, old) = ("clock-wrong", "provider-token-too-old");
    let late = rejected("ExpiredProviderToken", |known| {
        (known.token_age, known.clock_difference) = (Some(30), Some(-7_200))
    });
    assert_eq!(
        (late[0].cause.id, late[0].rank, because(&late, clock)),
        (clock, Rank::Certain, "The clock is 120 min late.")
    );
    assert_eq!(rank(&late, old), Rank::RuledOut);

    let right = rejected("ExpiredProviderToken", |known| {
        (known.token_age, known.clock_difference) = (Some(30), Some(3))
    });
    assert_eq!(
        (right[0].cause.id, rank(&right, clock), rank(&right, old)),
        ("connection-keeps-refusing", Rank::RuledOut, Rank::RuledOut)
    );

    // Half an hour late: an hour with the age of the token.
    let adds_up = rejected("ExpiredProviderToken", |known| {
        (known.token_age, known.clock_difference) = (Some(2_400), Some(-1_800))
    });
    assert_eq!(
        (adds_up[0].cause.id, adds_up[0].rank),
        (clock, Rank::Certain)
    );

    let unknown = rejected("ExpiredProviderToken", |known| known.token_age = Some(30));
    assert_eq!(
        (unknown[0].cause.id, unknown[0].rank),
        (clock, Rank::Likely)
    );

    let ahead = rejected("InvalidProviderToken", |known| {
        known.clock_difference = Some(7_200)
    });
    assert_eq!(
        (rank(&ahead, clock), because(&ahead, clock)),
        (Rank::Possible, "The clock is 120 min ahead.")
    );
    let right = rejected("InvalidProviderToken", |known| {
        known.clock_difference = Some(-2)
    });
    assert_eq!(rank(&right, clock), Rank::RuledOut);
}

#[test]
fn the_age_of_the_token_says_whether_it_was_used_too_long() {
    let id = "provider-token-too-old";
    let old = rejected("ExpiredProviderToken", |known| {
        known.token_age = Some(4_000)
    });
    assert_eq!(
        (old[0].cause.id, old[0].rank, because(&old, id)),
        (
            id,
            Rank::Certain,
            "The provider token was 67 min old by this clock."
        )
    );
    assert_eq!(rank(&old, "clock-wrong"), Rank::Possible);
    let young = rejected("ExpiredProviderToken", |known| known.token_age = Some(600));
    assert_eq!(
        (young[0].cause.id, rank(&young, id)),
        ("clock-wrong", Rank::RuledOut)
    );
    assert_eq!(
        because(&young, id),
        "The provider token was 10 min old by this clock."
    );
    // An age is not contradicted.
    for age in [0, 60, 3_600] {
        let mut known = known(trill::apns::Outcome::Rejected, Some("ExpiredProviderToken"));
        known.token_age = Some(age);
        assert_eq!(
            rank(&trill::diagnosis::diagnose(&known), id),
            Rank::RuledOut
        );
    }
}

#[test]
fn the_next_token_is_offered_when_the_relay_allows_it() {
    let word = "TooManyProviderTokenUpdates";
    let waiting = rejected(word, |known| known.next_token_in = Some(700));
    assert_eq!(waiting[0].actions, [Action::NewToken { seconds: 700 }]);
    assert_eq!(
        waiting[0].actions[0].label().unwrap(),
        "Make a new token in 12 min"
    );
    assert_eq!(
        waiting[0].because.as_ref().unwrap().to_string(),
        "The relay names the next issue time in 12 min."
    );
    assert_eq!(
        rejected(word, |_| {})[0].actions[0].label().unwrap(),
        "Make a new token in 20 min"
    );
    assert_eq!(
        rejected(word, |known| known.next_token_in = Some(0))[0].actions[0]
            .label()
            .unwrap(),
        "Make a new token"
    );

    let tried = rejected(word, |known| known.history = KEYS_TRIED);
    assert_eq!(
        (tried[0].cause.id, tried[0].rank),
        ("keys-tried-in-turn", Rank::Certain)
    );
}
