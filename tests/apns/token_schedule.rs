//! When tokens are issued.

use proptest::prelude::*;
use trill::apns::token_schedule::{AcceptedToken, Schedule};

const MINUTE: u64 = 60;
const HALF_PAST: u64 = 1_800_000_000;

/// Issue time that is named at `now` after a token was accepted at `accepted`.
fn named_after(issued_at: u64, accepted: u64, now: u64) -> u64 {
    let mut schedule = Schedule::default();
    schedule.accept(issued_at, accepted);
    schedule.name(now)
}

#[test]
fn begins_on_the_half_hour() {
    assert_eq!(Schedule::default().name(HALF_PAST + 29 * MINUTE), HALF_PAST);
    assert_eq!(
        Schedule::default().name(HALF_PAST + 30 * MINUTE),
        HALF_PAST + 30 * MINUTE
    );
}

#[test]
fn keeps_a_token_twenty_minutes_after_its_first_use() {
    let at = |minute| {
        named_after(
            HALF_PAST,
            HALF_PAST + 25 * MINUTE,
            HALF_PAST + minute * MINUTE,
        )
    };
    assert_eq!([at(31), at(44)], [HALF_PAST, HALF_PAST]);
    assert_eq!(at(45), HALF_PAST + 30 * MINUTE);
}

#[test]
fn names_no_token_that_would_be_older_than_fifty_five_minutes_when_it_is_used() {
    let at = |second| {
        named_after(
            HALF_PAST,
            HALF_PAST + 50 * MINUTE,
            HALF_PAST + 54 * MINUTE + second,
        )
    };
    assert_eq!((at(0), at(1)), (HALF_PAST, HALF_PAST + 30 * MINUTE));
}

#[test]
fn two_who_ask_around_the_half_hour_sign_with_the_same_time() {
    let mut schedule = Schedule::default();
    assert_eq!(schedule.name(HALF_PAST + 30 * MINUTE - 1), HALF_PAST);
    assert_eq!(
        schedule.name(HALF_PAST + 30 * MINUTE + 1),
        HALF_PAST,
        "the first has not been answered yet"
    );
    schedule.accept(HALF_PAST, HALF_PAST + 30 * MINUTE + 2);
    assert_eq!(schedule.name(HALF_PAST + 50 * MINUTE), HALF_PAST);
    assert_eq!(
        schedule.name(HALF_PAST + 50 * MINUTE + 2),
        HALF_PAST + 30 * MINUTE
    );
}

#[test]
fn a_time_nobody_used_is_given_up_after_a_minute() {
    let mut schedule = Schedule::default();
    assert_eq!(schedule.name(HALF_PAST + 29 * MINUTE), HALF_PAST);
    assert_eq!(schedule.name(HALF_PAST + 30 * MINUTE), HALF_PAST);
    assert_eq!(
        schedule.name(HALF_PAST + 31 * MINUTE + 1),
        HALF_PAST + 30 * MINUTE
    );
}

#[test]
fn a_known_token_is_kept_while_twenty_minutes_of_its_use_are_left() {
    let mut schedule = Schedule::default();
    let named: Vec<_> = (29..36)
        .map(|minute| schedule.name(HALF_PAST + minute * MINUTE) - HALF_PAST)
        .collect();
    assert_eq!(named, [0, 0, 0, 0, 0, 30 * MINUTE, 30 * MINUTE]);
}

#[test]
fn a_token_whose_answer_was_lost_counts_if_it_was_named_here() {
    let mut schedule = Schedule::default();
    schedule.may_accept(HALF_PAST + 1_000_000, HALF_PAST);
    assert_eq!(
        schedule.name(HALF_PAST + 29 * MINUTE),
        HALF_PAST,
        "anybody can make up a token"
    );
    schedule.may_accept(HALF_PAST, HALF_PAST + 29 * MINUTE);
    assert_eq!(schedule.name(HALF_PAST + 48 * MINUTE), HALF_PAST);
}

#[test]
fn an_empty_schedule_learns_from_a_refusal_which_token_is_in_use() {
    let (mut schedule, now) = (Schedule::default(), HALF_PAST + 31 * MINUTE);
    assert_eq!(schedule.name(now), HALF_PAST + 30 * MINUTE);
    schedule.refuse(HALF_PAST + 30 * MINUTE, now);
    assert_eq!(schedule.name(now), HALF_PAST);
    schedule.accept(HALF_PAST, now);
    assert_eq!(
        schedule.name(now + 20 * MINUTE),
        HALF_PAST + 30 * MINUTE,
        "then all is known again"
    );
}

#[test]
fn a_wrong_guess_is_not_made_twice() {
    let (mut schedule, now) = (Schedule::default(), HALF_PAST + 31 * MINUTE);
    schedule.refuse(HALF_PAST + 30 * MINUTE, now);
    schedule.refuse(HALF_PAST, now);
    assert_eq!(schedule.name(now), HALF_PAST + 30 * MINUTE);
}

#[test]
fn an_older_token_changes_nothing() {
    let mut schedule = Schedule::default();
    schedule.accept(HALF_PAST + 10, HALF_PAST + 20);
    schedule.accept(HALF_PAST, HALF_PAST + 19 * MINUTE);
    assert_eq!(
        schedule.name(HALF_PAST + 31 * MINUTE),
        HALF_PAST + 30 * MINUTE
    );
}

#[test]
fn a_token_whose_time_is_to_come_is_not_told_before() {
    let mut schedule = Schedule::default();
    schedule.accept(HALF_PAST, HALF_PAST + 5 * MINUTE);
    // A script whose clock is fast, 25 minutes later, so that APNs takes a new token.
    let (ahead, now) = (HALF_PAST + 34 * MINUTE, HALF_PAST + 30 * MINUTE);
    schedule.accept(ahead, now);
    schedule.accept(ahead, now + MINUTE);
    for second in 0..4 * MINUTE {
        assert_eq!(
            schedule.name(now + second),
            HALF_PAST,
            "in use, and no third one beside the script's"
        );
    }
    assert_eq!(
        [
            schedule.name(ahead),
            schedule.name(HALF_PAST + 60 * MINUTE - 1)
        ],
        [ahead; 2]
    );
    assert_eq!(
        schedule.name(HALF_PAST + 60 * MINUTE),
        HALF_PAST + 60 * MINUTE,
        "20 minutes after the script's first use are over"
    );
}

#[test]
fn a_token_from_the_far_future_hides_no_other() {
    let mut schedule = Schedule::default();
    for ahead in [1_000_000, 240, 300] {
        schedule.accept(HALF_PAST + ahead, HALF_PAST + 60);
    }
    assert_eq!(schedule.name(HALF_PAST + 239), HALF_PAST);
    assert_eq!(schedule.name(HALF_PAST + 240), HALF_PAST + 240);
}

#[test]
fn an_issue_time_from_before_a_restart_is_kept() {
    let token = AcceptedToken {
        issued_at: HALF_PAST,
        first_accepted: HALF_PAST + 25 * MINUTE,
    };
    let at = |minute: u64| Schedule::of_accepted(token).name(HALF_PAST + minute * MINUTE);
    assert_eq!([at(0), at(31), at(44)], [HALF_PAST; 3]);
    assert_eq!(at(45), HALF_PAST + 30 * MINUTE);
    assert_eq!(
        Schedule::of_accepted(token).name(HALF_PAST - 1),
        HALF_PAST - 30 * MINUTE,
        "the clock may have gone back meanwhile"
    );
}

/// Visits after some seconds: each asks, and sends as many seconds later, or never.
fn visits() -> impl Strategy<Value = Vec<(u64, Option<u64>)>> {
    prop::collection::vec(
        (
            prop_oneof![0..90_u64, 0..3_000_u64],
            prop::option::weighted(0.95, 0..=20_u64),
        ),
        1..200,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_time_is_told_before_it_has_come_or_when_it_is_old(
        // Jumps of the clock, and how far ahead of it a token is that APNs accepts.
        steps in prop::collection::vec((-7_200..7_200_i64, prop::option::of(-4_000..4_000_i64)), 1..60)
    ) {
        let (mut schedule, mut now) = (Schedule::default(), HALF_PAST);
        for (jump, accepted) in steps {
            now = now.saturating_add_signed(jump);
            if let Some(ahead) = accepted {
                schedule.accept(now.saturating_add_signed(ahead), now);
            }
            let told = schedule.name(now);
            prop_assert!(told <= now && now - told <= 55 * MINUTE, "{told} at {now}");
        }
    }

    #[test]
    fn new_tokens_are_twenty_minutes_apart_and_none_is_used_past_fifty_five(visits in visits(), start in 0..1_800_u64) {
        let (mut schedule, mut now, mut uses) = (Schedule::default(), HALF_PAST + start, Vec::new());
        let mut underway: Vec<(u64, u64)> = Vec::new();
        let mut arrive = |schedule: &mut Schedule, underway: &mut Vec<(u64, u64)>, until: u64| {
            underway.sort_unstable();
            while let Some((at, issued_at)) = underway.first().copied().filter(|(at, _)| *at <= until) {
                underway.remove(0);
                schedule.accept(issued_at, at);
                uses.push((at, issued_at));
            }
        };
        for (pause, takes) in visits {
            now += pause;
            arrive(&mut schedule, &mut underway, now);
            let issued_at = schedule.name(now);
            underway.extend(takes.map(|takes| (now + takes, issued_at)));
        }
        arrive(&mut schedule, &mut underway, u64::MAX);
        let mut first_uses: Vec<(u64, u64)> = Vec::new();
        for (at, issued_at) in uses {
            prop_assert!(at - issued_at <= 55 * MINUTE, "used when {} s old", at - issued_at);
            if first_uses.iter().all(|(_, known)| *known != issued_at) {
                if let Some((last, _)) = first_uses.last() {
                    prop_assert!(at - last >= 20 * MINUTE, "a new token after {} s", at - last);
                }
                first_uses.push((at, issued_at));
            }
        }
    }
}
