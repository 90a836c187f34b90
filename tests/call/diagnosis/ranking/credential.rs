//! The ranking by the credential: the scope, topics and file name of a key, and a certificate.

use trill::apns::Change;
use trill::apns::Environment;
use trill::diagnosis::{Action, Certificate, Credential, Learnt, Rank};

use crate::diagnosis::{because, change, key, known, not_sent, rank, rejected};

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
fn the_sender_with_a_certificate_is_not_told_to_choose_a_key() {
    for reason in trill::apns::Reason::all() {
        let mut known = known(trill::apns::Outcome::Rejected, Some(reason.as_str()));
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
fn the_credential_says_what_an_ended_handshake_means() {
    assert!(
        !not_sent("tls")
            .iter()
            .any(|diagnosis| diagnosis.cause.id == "certificate-expired")
    );
    let mut known = known(trill::apns::Outcome::NotSent, Some("tls"));
    known.credential = Credential::Certificate(Certificate::default());
    let diagnoses = trill::diagnosis::diagnose(&known);
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("certificate-expired", Rank::Likely)
    );
}
