//! When tokens are issued.

use trill::apns::token_schedule::{AcceptedToken, issue_time};

const MINUTE: u64 = 60;
const HALF_PAST: u64 = 1_800_000_000;

#[test]
fn begins_on_the_half_hour() {
    assert_eq!(issue_time(HALF_PAST + 29 * MINUTE, None), HALF_PAST);
    assert_eq!(issue_time(HALF_PAST + 30 * MINUTE, None), HALF_PAST + 30 * MINUTE);
}

#[test]
fn keeps_a_token_twenty_minutes_after_its_first_use() {
    let newest = Some(AcceptedToken { issued_at: HALF_PAST, first_accepted: HALF_PAST + 25 * MINUTE });
    assert_eq!(issue_time(HALF_PAST + 31 * MINUTE, newest), HALF_PAST);
    assert_eq!(issue_time(HALF_PAST + 44 * MINUTE, newest), HALF_PAST);
    assert_eq!(issue_time(HALF_PAST + 45 * MINUTE, newest), HALF_PAST + 30 * MINUTE);
}

#[test]
fn never_names_a_token_older_than_fifty_five_minutes() {
    let newest = Some(AcceptedToken { issued_at: HALF_PAST, first_accepted: HALF_PAST + 50 * MINUTE });
    assert_eq!(issue_time(HALF_PAST + 55 * MINUTE, newest), HALF_PAST);
    assert_eq!(issue_time(HALF_PAST + 55 * MINUTE + 1, newest), HALF_PAST + 30 * MINUTE);
}

#[test]
fn over_a_day_tokens_are_twenty_minutes_apart_and_never_too_old() {
    let (mut newest, mut last_change): (Option<AcceptedToken>, Option<u64>) = (None, None);
    for now in (HALF_PAST + 7..HALF_PAST + 24 * 60 * MINUTE).step_by(37) {
        let issued_at = issue_time(now, newest);
        assert!(now - issued_at <= 55 * MINUTE);
        if newest.is_none_or(|token| token.issued_at != issued_at) {
            assert!(last_change.is_none_or(|change| now - change >= 20 * MINUTE));
            (newest, last_change) = (Some(AcceptedToken { issued_at, first_accepted: now }), Some(now));
        }
    }
}
