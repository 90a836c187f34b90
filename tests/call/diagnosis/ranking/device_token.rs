//! The ranking by the device token: its history, its kind, its length, and the time of a 410.

use trill::apns::Change;
use trill::apns::Environment;
use trill::apns::TokenKind;
use trill::apns::headers::APNS_TOPIC;
use trill::diagnosis::{Learnt, Rank};

use super::{ELSEWHERE, HERE, OTHER_TOPIC, REFUSED_ELSEWHERE};
use crate::diagnosis::{NOW, because, change, header, known, rank, rejected};

#[test]
fn the_history_says_where_a_device_token_belongs() {
    let id = "token-other-environment";
    let diagnoses = rejected("BadDeviceToken", |known| known.history = ELSEWHERE);
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        (id, Rank::Certain)
    );
    assert_eq!(
        because(&diagnoses, id),
        "This device token worked in production before."
    );
    assert_eq!(
        change(&diagnoses[0]),
        &Change::Environment(Environment::Production)
    );
    assert_eq!(
        diagnoses[0].actions[0].label().unwrap(),
        "Try production instead"
    );

    let diagnoses = rejected("BadDeviceToken", |known| known.history = HERE);
    assert_eq!(
        (diagnoses[0].cause.id, rank(&diagnoses, id)),
        ("token-unregistered", Rank::RuledOut)
    );

    let diagnoses = rejected("BadDeviceToken", |known| known.history = REFUSED_ELSEWHERE);
    assert_eq!(
        (diagnoses[0].cause.id, rank(&diagnoses, id)),
        ("device-token-length", Rank::RuledOut)
    );
    assert_eq!(
        because(&diagnoses, id),
        "It was refused in production as well."
    );

    let diagnoses = rejected("DeviceTokenNotForTopic", |known| {
        known.history = OTHER_TOPIC
    });
    assert_eq!(
        change(&diagnoses[0]),
        &header(APNS_TOPIC, "com.example.staging.voip")
    );
    assert_eq!(diagnoses[0].cause.id, "token-of-other-app");
}

#[test]
fn the_kind_of_token_says_which_door_it_opens() {
    let (id, word) = ("token-not-for-calls", "DeviceTokenNotForTopic");
    let alert = rejected(word, |known| {
        known.token_kind = Some((TokenKind::Alert, Learnt::Said))
    });
    assert_eq!((alert[0].cause.id, alert[0].rank), (id, Rank::Certain));
    let voip = rejected(word, |known| {
        known.token_kind = Some((TokenKind::Voip, Learnt::Registered))
    });
    assert_eq!(
        (voip[0].cause.id, rank(&voip, id)),
        ("token-of-other-app", Rank::RuledOut)
    );
    // The user's own word may be the mistake.
    let said = rejected(word, |known| {
        known.token_kind = Some((TokenKind::Voip, Learnt::Said))
    });
    assert_eq!(rank(&said, id), Rank::Possible);
    // A call that was accepted proves it.
    let proven = rejected("BadDeviceToken", |known| {
        known.token_kind = Some((TokenKind::Alert, Learnt::Said));
        known.history = ELSEWHERE;
    });
    assert_eq!(rank(&proven, id), Rank::RuledOut);
}

#[test]
fn the_length_of_the_token_says_whether_it_is_whole() {
    let id = "device-token-length";
    assert_eq!(
        rank(&rejected("BadDeviceToken", |_| {}), id),
        Rank::RuledOut
    );
    let short = rejected("BadDeviceToken", |known| known.device_token_bytes = 31);
    assert_eq!(
        (rank(&short, id), because(&short, id)),
        (
            Rank::Likely,
            "It has 31 bytes; nearly every device token has 32."
        )
    );
    // A length that is unusual comes first in every environment.
    for bytes in [1, 31, 33, 54, 64, 80, 100] {
        for environment in [Environment::Sandbox, Environment::Production] {
            let mut known = known(trill::apns::Outcome::Rejected, Some("BadDeviceToken"));
            (known.device_token_bytes, known.environment) = (bytes, environment);
            let diagnoses = trill::diagnosis::diagnose(&known);
            assert_eq!(
                (diagnoses[0].cause.id, diagnoses[0].rank),
                (id, Rank::Likely)
            );
        }
    }
    let worked = rejected("BadDeviceToken", |known| {
        (known.device_token_bytes, known.history) = (80, ELSEWHERE)
    });
    assert_eq!(
        (rank(&worked, id), because(&worked, id)),
        (
            Rank::RuledOut,
            "This device token worked in production before."
        )
    );
}

#[test]
fn the_time_of_a_410_says_whether_the_token_is_dead() {
    let (dead, again) = ("token-unregistered", "token-registered-again");
    let before = rejected("Unregistered", |known| {
        (known.unregistered_at, known.registered_at) =
            (Some((NOW - 7_200) * 1_000), Some(NOW - 9_000));
    });
    assert_eq!(
        (before[0].cause.id, rank(&before, again)),
        (dead, Rank::RuledOut)
    );
    assert_eq!(because(&before, dead), "APNs learnt of it 120 min ago.");
    let after = rejected("Unregistered", |known| {
        (known.unregistered_at, known.registered_at) =
            (Some((NOW - 7_200) * 1_000), Some(NOW - 7_199));
    });
    assert_eq!(
        (after[0].cause.id, rank(&after, dead)),
        (again, Rank::Possible)
    );
    // Seconds taken for milliseconds would make every token look registered since.
    let neither = rejected("Unregistered", |_| {});
    assert_eq!(
        (neither[0].cause.id, rank(&neither, again)),
        (dead, Rank::Possible)
    );
}
