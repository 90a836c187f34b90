//! The ranking: one value of the form changes the order.

use trill::apns::Change;
use trill::apns::TokenKind;
use trill::apns::headers::{APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC};
use trill::apns::{Environment, PushType};
use trill::diagnosis::{Action, Certificate, Credential, Learnt, Past, Rank};

use super::{
    TOPIC, because, change, failure, find, header, key, not_sent, rank, rejected, success,
};

const ELSEWHERE: &[Past<'static>] = &[success(Environment::Production, TOPIC)];
const HERE: &[Past<'static>] = &[success(Environment::Sandbox, TOPIC)];
const OTHER_TOPIC: &[Past<'static>] = &[success(Environment::Sandbox, "com.example.staging.voip")];
const KEYS_TRIED: &[Past<'static>] = &[failure(Environment::Sandbox, "InvalidProviderToken")];
const REFUSED_ELSEWHERE: &[Past<'static>] = &[failure(Environment::Production, "BadDeviceToken")];

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
fn the_environment_says_which_build_it_may_be() {
    let id = "token-other-environment";
    let sandbox = rejected("BadDeviceToken", |_| {});
    let production = rejected("BadDeviceToken", |known| {
        known.environment = Environment::Production
    });
    assert!(
        because(&sandbox, id)
            .starts_with("A build of TestFlight or the App Store registers in production")
    );
    assert!(because(&production, id).starts_with("A build run from Xcode registers in sandbox"));
    assert_eq!(
        change(find(&production, id)),
        &Change::Environment(Environment::Sandbox)
    );
    let simulator = rejected("BadDeviceToken", |known| {
        known.environment = Environment::Simulator
    });
    assert!(!simulator.iter().any(|diagnosis| diagnosis.cause.id == id));
}

#[test]
fn the_topic_says_whether_its_suffix_is_at_fault() {
    let (without, twice) = ("topic-without-suffix", "topic-suffix-twice");
    let right = rejected("TopicDisallowed", |_| {});
    assert_eq!(
        (rank(&right, without), rank(&right, twice)),
        (Rank::RuledOut, Rank::RuledOut)
    );
    assert_eq!(right[0].cause.id, "app-of-other-team");

    let bare = rejected("TopicDisallowed", |known| known.topic = "com.example.calls");
    assert_eq!((bare[0].cause.id, bare[0].rank), (without, Rank::Certain));
    assert_eq!(change(&bare[0]), &header(APNS_TOPIC, TOPIC));
    assert_eq!(bare[0].actions[0].label().unwrap(), "Add .voip");
    assert_eq!(rank(&bare, "app-of-other-team"), Rank::Possible);

    let doubled = rejected("DeviceTokenNotForTopic", |known| {
        known.topic = "com.example.calls.voip.voip.voip"
    });
    assert_eq!(change(&doubled[0]), &header(APNS_TOPIC, TOPIC));
    assert_eq!(doubled[0].cause.id, twice);

    let odd = rejected("BadTopic", |known| known.topic = "com.example calls.voip");
    assert_eq!(
        (odd[0].rank, change(&odd[0])),
        (Rank::Certain, &header(APNS_TOPIC, "com.examplecalls.voip"))
    );
    assert_eq!(rejected("BadTopic", |_| {})[0].rank, Rank::Likely);
}

#[test]
fn the_push_type_says_whether_it_fits_the_topic() {
    let id = "push-type-not-of-topic";
    let wrong = rejected("InvalidPushType", |known| known.push_type = PushType::Alert);
    assert_eq!(
        (wrong[0].rank, change(&wrong[0])),
        (Rank::Certain, &header(APNS_PUSH_TYPE, "voip"))
    );
    assert_eq!(rejected("InvalidPushType", |_| {})[0].rank, Rank::Possible);
    // APNs was seen to give this reason for it, too.
    let wrong = rejected("DeviceTokenNotForTopic", |known| {
        known.push_type = PushType::Alert
    });
    assert_eq!(
        (
            wrong[0].cause.id,
            rank(&rejected("DeviceTokenNotForTopic", |_| {}), id)
        ),
        (id, Rank::RuledOut)
    );
}

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
        let mut known = super::known(trill::apns::Outcome::Rejected, Some("ExpiredProviderToken"));
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

#[test]
fn the_scope_of_the_key_says_which_environment_is_its_own() {
    let (id, word) = ("key-other-environment", "BadEnvironmentKeyInToken");
    let elsewhere = rejected(word, |known| {
        key(known, |key| {
            key.scope = Some((Environment::Production, Learnt::Worked))
        })
    });
    assert_eq!(because(&elsewhere, id), "This key worked in production.");
    assert_eq!(elsewhere[0].actions.len(), 2);
    assert_eq!(
        change(&elsewhere[0]),
        &Change::Environment(Environment::Production)
    );
    assert_eq!(
        elsewhere[0].actions[1].label().unwrap(),
        "Choose another key"
    );
    let here = rejected(word, |known| {
        key(known, |key| {
            key.scope = Some((Environment::Sandbox, Learnt::Worked))
        })
    });
    assert_eq!(
        (elsewhere[0].rank, here[0].rank),
        (Rank::Certain, Rank::Likely)
    );
    let said = rejected(word, |known| {
        key(known, |key| {
            key.scope = Some((Environment::Sandbox, Learnt::Said))
        })
    });
    assert_eq!(
        because(&said, id),
        "This key is noted as one for sandbox, and APNs disagrees."
    );
}

#[test]
fn the_topics_of_the_key_say_whether_it_covers_the_app() {
    let id = "key-not-for-topic";
    let covered = rejected("TopicDisallowed", |known| {
        key(known, |key| key.topics = Some(&["com.example.calls"]))
    });
    assert_eq!(
        (covered[0].cause.id, rank(&covered, id)),
        ("app-of-other-team", Rank::RuledOut)
    );
    let other = rejected("TopicDisallowed", |known| {
        key(known, |key| key.topics = Some(&["com.example.chat"]))
    });
    assert_eq!((other[0].cause.id, other[0].rank), (id, Rank::Certain));

    let diagnoses = rejected("TopicDisallowed", |known| {
        known.credential = Credential::Certificate(Certificate {
            topics: Some(&["com.example.calls"]),
        });
    });
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("certificate-not-for-topic", Rank::Certain)
    );
    assert!(
        !diagnoses
            .iter()
            .any(|diagnosis| diagnosis.cause.id == id || diagnosis.cause.id == "app-of-other-team")
    );
}

#[test]
fn the_name_of_the_file_says_which_id_is_wrong() {
    let word = "InvalidProviderToken";
    let swapped = rejected(word, |known| {
        key(known, |key| key.file_key_id = Some("DEF123GHIJ"))
    });
    assert_eq!(
        (swapped[0].cause.id, change(&swapped[0])),
        ("ids-swapped", &Change::SwapIds)
    );

    let confirmed = rejected(word, |known| {
        key(known, |key| key.file_key_id = Some("ABC123DEFG"))
    });
    assert_eq!(
        (confirmed[0].cause.id, confirmed[0].rank),
        ("team-id-of-other-team", Rank::Likely)
    );
    assert_eq!(rank(&confirmed, "ids-swapped"), Rank::RuledOut);
    assert_eq!(rank(&confirmed, "key-id-of-other-key"), Rank::RuledOut);

    let worked = rejected(word, |known| key(known, |key| key.worked = true));
    assert_eq!(
        (worked[0].cause.id, worked[0].rank),
        ("key-revoked", Rank::Likely)
    );
    for id in [
        "ids-swapped",
        "key-id-of-other-key",
        "team-id-of-other-team",
        "key-too-young",
    ] {
        assert_eq!(rank(&worked, id), Rank::RuledOut, "{id}");
    }

    let short = rejected(word, |known| key(known, |key| key.team_id = "DEF123"));
    assert_eq!(
        (short[0].cause.id, short[0].rank),
        ("ids-malformed", Rank::Certain)
    );
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
            let mut known = super::known(trill::apns::Outcome::Rejected, Some("BadDeviceToken"));
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
fn the_sender_with_a_certificate_is_not_told_to_choose_a_key() {
    for reason in trill::apns::Reason::all() {
        let mut known = super::known(trill::apns::Outcome::Rejected, Some(reason.as_str()));
        known.credential = Credential::Certificate(Certificate {
            topics: Some(&["com.example.chat"]),
        });
        for diagnosis in trill::diagnosis::diagnose(&known) {
            assert!(
                !diagnosis.actions.contains(&Action::OtherKey),
                "{diagnosis:?}"
            );
            assert!(
                !diagnosis.cause.fix.contains("APNs key"),
                "{reason:?}: {diagnosis:?}"
            );
        }
    }
    let missing = |known: &mut trill::diagnosis::Circumstances<'static>| {
        known.credential = Credential::Certificate(Certificate::default())
    };
    let missing = rejected("MissingProviderToken", missing);
    assert_eq!(missing[0].cause.id, "certificate-not-presented");
    let kind = rejected("BadCertificate", |known| {
        known.credential = Credential::Certificate(Certificate::default())
    });
    assert_eq!(kind[0].actions, [Action::OtherCertificate]);
}

#[test]
fn the_time_of_a_410_says_whether_the_token_is_dead() {
    let (dead, again) = ("token-unregistered", "token-registered-again");
    let before = rejected("Unregistered", |known| {
        (known.unregistered_at, known.registered_at) =
            (Some((super::NOW - 7_200) * 1_000), Some(super::NOW - 9_000));
    });
    assert_eq!(
        (before[0].cause.id, rank(&before, again)),
        (dead, Rank::RuledOut)
    );
    assert_eq!(because(&before, dead), "APNs learnt of it 120 min ago.");
    let after = rejected("Unregistered", |known| {
        (known.unregistered_at, known.registered_at) =
            (Some((super::NOW - 7_200) * 1_000), Some(super::NOW - 7_199));
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

#[test]
fn the_size_says_which_limit_was_met() {
    let alert = rejected("PayloadTooLarge", |known| {
        (known.push_type, known.payload_bytes) = (PushType::Alert, Some(5_000))
    });
    assert_eq!(
        (alert[0].cause.id, change(&alert[0])),
        ("limit-of-push-type", &header(APNS_PUSH_TYPE, "voip"))
    );
    let huge = rejected("PayloadTooLarge", |known| {
        (known.push_type, known.payload_bytes) = (PushType::Alert, Some(6_000))
    });
    assert_eq!(
        (huge[0].cause.id, rank(&huge, "limit-of-push-type")),
        ("payload-too-large", Rank::Possible)
    );
    let call = rejected("PayloadTooLarge", |known| known.payload_bytes = Some(5_121));
    assert_eq!(
        (call[0].cause.id, rank(&call, "limit-of-push-type")),
        ("payload-too-large", Rank::RuledOut)
    );
    assert_eq!(
        because(&call, "payload-too-large"),
        "The payload has 5121 bytes."
    );
}

#[test]
fn the_credential_says_what_an_ended_handshake_means() {
    assert!(
        !not_sent("tls")
            .iter()
            .any(|diagnosis| diagnosis.cause.id == "certificate-expired")
    );
    let mut known = super::known(trill::apns::Outcome::NotSent, Some("tls"));
    known.credential = Credential::Certificate(Certificate::default());
    let diagnoses = trill::diagnosis::diagnose(&known);
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("certificate-expired", Rank::Likely)
    );
}

#[test]
fn a_priority_is_mended_for_its_push_type() {
    assert_eq!(
        change(&rejected("BadPriority", |_| {})[0]),
        &header(APNS_PRIORITY, "10")
    );
    let background = rejected("BadPriority", |known| {
        (known.push_type, known.topic) = (PushType::Background, "com.example.calls");
    });
    assert_eq!(change(&background[0]), &header(APNS_PRIORITY, "5"));
    assert_eq!(rank(&background, "silent-push"), Rank::Certain);
}
