//! Answers of APNs, their reasons and outcomes.

use trill::apns::{Answer, Outcome, Reason};

#[test]
fn every_reason_is_explained() {
    let statuses = [400, 403, 404, 405, 410, 413, 429, 500, 503];
    let mut words = std::collections::HashSet::new();
    for reason in Reason::all() {
        assert!(words.insert(reason.as_str()));
        assert_eq!(Reason::parse(reason.as_str()), Some(reason));
        assert!(statuses.contains(&reason.status()));
        let meaning = reason.meaning();
        assert!(
            meaning.ends_with('.') && meaning.chars().count() <= 160,
            "{}: {meaning}",
            reason.as_str()
        );
    }
    assert_eq!(words.len(), 32);
    assert_eq!(
        Reason::parse("BadEnvironmentKeyIdInToken"),
        Some(Reason::BadEnvironmentKeyInToken)
    );
    assert_eq!(Reason::parse("SomethingNew"), None);
}

#[test]
fn answers_are_read_whatever_they_hold() {
    let read = |status, body: &str| Answer::read(status, body.as_bytes());
    assert_eq!(
        read(200, ""),
        Answer {
            status: 200,
            ..Answer::default()
        }
    );
    assert_eq!(
        read(
            410,
            r#"{"reason":"Unregistered","timestamp":1454948015990}"#
        )
        .timestamp,
        Some(1_454_948_015_990)
    );
    assert_eq!(
        read(
            410,
            r#"{"timestamp":"1508249865488","reason":"Unregistered"}"#
        )
        .timestamp,
        Some(1_508_249_865_488)
    );
    assert_eq!(
        read(400, r#"{"reason":"BadDeviceToken"}"#).known_reason(),
        Some(Reason::BadDeviceToken)
    );
    let unknown = read(418, r#"{"reason":"SomethingNew","extra":1}"#);
    assert_eq!(
        (unknown.reason.as_deref(), unknown.known_reason()),
        (Some("SomethingNew"), None)
    );
    for body in ["<html>", "[]", "{\"reason\":7}", "\u{0}"] {
        assert_eq!(read(503, body).reason, None, "{body}");
    }
}

#[test]
fn only_200_is_acceptance() {
    let outcomes = [
        (200, Outcome::Accepted),
        (204, Outcome::Unknown),
        (302, Outcome::Rejected),
        (400, Outcome::Rejected),
        (503, Outcome::Rejected),
    ];
    for (status, outcome) in outcomes {
        assert_eq!(Outcome::of_status(status), outcome);
        assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
    }
}
