//! Every reason of APNs, every code of the relay and the form, and what is neither.

use trill::apns::{Environment, Outcome, Reason};
use trill::diagnosis::{Action, Rank, diagnose};

use super::{Edit, because, known, not_sent, rejected};

/// Each reason, and what is named first when everything in the form fits.
const REASONS: [(&str, &str); 33] = [
    ("BadCollapseId", "header-malformed"),
    ("BadDeviceToken", "token-other-environment"),
    ("BadExpirationDate", "header-malformed"),
    ("BadMessageId", "header-malformed"),
    ("BadPriority", "header-malformed"),
    ("BadTopic", "topic-malformed"),
    ("DeviceTokenNotForTopic", "token-not-for-calls"),
    ("DuplicateHeaders", "header-twice"),
    ("IdleTimeout", "connection-to-renew"),
    ("InvalidPushType", "push-type-not-of-topic"),
    ("MissingDeviceToken", "device-token-missing"),
    ("MissingTopic", "topic-missing"),
    ("PayloadEmpty", "payload-empty"),
    ("TopicDisallowed", "app-of-other-team"),
    ("BadCertificate", "certificate-of-wrong-kind"),
    ("BadCertificateEnvironment", "certificate-other-environment"),
    ("ExpiredProviderToken", "provider-token-too-old"),
    ("Forbidden", "action-forbidden"),
    ("InvalidProviderToken", "key-id-of-other-key"),
    ("MissingProviderToken", "no-credential"),
    ("UnrelatedKeyIdInToken", "key-of-other-connection"),
    ("BadEnvironmentKeyInToken", "key-other-environment"),
    ("BadEnvironmentKeyIdInToken", "key-other-environment"),
    ("BadPath", "request-line-wrong"),
    ("MethodNotAllowed", "request-line-wrong"),
    ("ExpiredToken", "token-expired"),
    ("Unregistered", "token-unregistered"),
    ("PayloadTooLarge", "payload-too-large"),
    (
        "TooManyProviderTokenUpdates",
        "provider-token-changed-often",
    ),
    ("TooManyRequests", "device-token-too-busy"),
    ("InternalServerError", "apns-in-trouble"),
    ("ServiceUnavailable", "apns-in-trouble"),
    ("Shutdown", "connection-to-renew"),
];

/// Each code, how a send ends with it, and what is named first.
const CODES: [(&str, Outcome, &str); 65] = {
    use Outcome::{NotSent, Unknown};
    [
        ("relay_unreachable", NotSent, "relay-stopped"),
        ("relay_lost", Unknown, "may-have-rung"),
        ("relay_timeout", Unknown, "may-have-rung"),
        ("internal", Unknown, "may-have-rung"),
        ("stream_reset", Unknown, "may-have-rung"),
        ("connection_lost", Unknown, "may-have-rung"),
        ("no_answer", Unknown, "may-have-rung"),
        ("name_not_resolved", NotSent, "apns-unreachable"),
        ("cannot_connect", NotSent, "apns-unreachable"),
        ("connect_timeout", NotSent, "apns-unreachable"),
        ("no_trust_roots", NotSent, "trust-roots-old"),
        ("certificate_authority", NotSent, "trust-roots-old"),
        ("certificate_name", NotSent, "proxy-in-between"),
        ("certificate_time", NotSent, "clock-wrong"),
        ("tls", NotSent, "proxy-in-between"),
        ("no_http2", NotSent, "proxy-in-between"),
        ("connection_closed", NotSent, "connection-ended"),
        ("server_went_away", NotSent, "connection-ended"),
        ("stream_refused", NotSent, "connection-ended"),
        ("body_cut", NotSent, "connection-ended"),
        ("body_timeout", NotSent, "connection-ended"),
        ("too_many_connections", NotSent, "relay-crowded"),
        ("too_many_credentials", NotSent, "relay-crowded"),
        ("waited_too_long", NotSent, "relay-crowded"),
        ("host_missing", NotSent, "relay-refused"),
        ("host_not_allowed", NotSent, "relay-refused"),
        ("origin_not_allowed", NotSent, "relay-refused"),
        ("cross_site", NotSent, "relay-refused"),
        ("content_type", NotSent, "relay-refused"),
        ("length_required", NotSent, "relay-refused"),
        ("unknown_field", NotSent, "relay-refused"),
        ("secret_in_request", NotSent, "relay-refused"),
        ("a_code_of_next_year", NotSent, "relay-refused"),
        ("duplicate_field", NotSent, "header-twice"),
        ("illegal_characters", NotSent, "header-malformed"),
        ("not_found", NotSent, "request-line-wrong"),
        ("method_not_allowed", NotSent, "request-line-wrong"),
        ("unknown_environment", NotSent, "request-line-wrong"),
        ("body_too_large", NotSent, "payload-too-large"),
        ("payload_too_big", NotSent, "payload-too-large"),
        ("json_empty", NotSent, "payload-empty"),
        ("json_syntax", NotSent, "payload-not-an-object"),
        ("json_not_object", NotSent, "payload-not-an-object"),
        ("topic_missing", NotSent, "topic-missing"),
        ("topic_char", NotSent, "topic-malformed"),
        ("device_token", NotSent, "device-token-malformed"),
        ("token_missing", NotSent, "device-token-missing"),
        ("token_char", NotSent, "device-token-malformed"),
        ("token_odd", NotSent, "device-token-malformed"),
        ("identifier", NotSent, "ids-malformed"),
        ("key_id_missing", NotSent, "ids-malformed"),
        ("key_id_char", NotSent, "ids-malformed"),
        ("team_length", NotSent, "ids-malformed"),
        ("team_case", NotSent, "ids-malformed"),
        ("key_is_p12", NotSent, "key-file-of-other-kind"),
        ("key_is_cert", NotSent, "key-file-of-other-kind"),
        ("key_is_public", NotSent, "key-file-of-other-kind"),
        ("key_rsa", NotSent, "key-file-of-other-kind"),
        ("key_wrong_curve", NotSent, "key-file-of-other-kind"),
        ("key_wrong_type", NotSent, "key-file-of-other-kind"),
        ("key_cut_end", NotSent, "key-file-damaged"),
        ("key_no_block", NotSent, "key-file-damaged"),
        ("key_trailing", NotSent, "key-file-damaged"),
        ("key_explicit_params", NotSent, "key-file-damaged"),
        ("key_encrypted", NotSent, "key-file-damaged"),
    ]
};

#[test]
fn every_reason_has_its_first_diagnosis() {
    for (word, id) in REASONS {
        let diagnoses = rejected(word, |_| {});
        assert_eq!(diagnoses[0].cause.id, id, "{word}: {diagnoses:#?}");
        assert!(diagnoses[0].rank < Rank::RuledOut, "{word}");
    }
}

#[test]
fn the_table_holds_every_reason_in_both_spellings() {
    let parsed: Vec<Reason> = REASONS
        .iter()
        .map(|(word, _)| Reason::parse(word).unwrap())
        .collect();
    assert_eq!(Reason::all().count(), 32);
    for reason in Reason::all() {
        let spellings = parsed.iter().filter(|parsed| **parsed == reason).count();
        assert_eq!(
            spellings,
            if reason == Reason::BadEnvironmentKeyInToken {
                2
            } else {
                1
            },
            "{reason:?}"
        );
    }
}

#[test]
fn every_code_has_its_first_diagnosis() {
    for (code, outcome, id) in CODES {
        let diagnoses = diagnose(&known(outcome, Some(code)));
        assert_eq!(diagnoses[0].cause.id, id, "{code}: {diagnoses:#?}");
        assert!(diagnoses[0].rank < Rank::RuledOut, "{code}");
    }
}

#[test]
fn every_code_of_the_form_is_somebodys() {
    // Findings that the readers of key, IDs, topic, device token and payload can make.
    let codes = [
        "key_empty",
        "key_too_big",
        "key_not_text",
        "key_ssh",
        "key_cut_start",
        "key_cut_middle",
        "key_label_mismatch",
        "key_two",
        "key_bad_char",
        "key_invalid_number",
        "key_id_length",
        "key_id_case",
        "team_missing",
        "team_char",
    ];
    for code in codes {
        assert_ne!(not_sent(code)[0].cause.id, "relay-refused", "{code}");
    }
}

#[test]
fn a_reason_nobody_documents_is_shown_as_it_came() {
    let diagnoses = rejected("BadMoonPhase", |_| {});
    assert_eq!(
        (diagnoses.len(), diagnoses[0].cause.id),
        (1, "reason-undocumented")
    );
    assert_eq!(
        because(&diagnoses, "reason-undocumented"),
        "The reason is BadMoonPhase."
    );
    assert_eq!(diagnoses[0].actions, [Action::ByHand]);

    let diagnoses = rejected("", |known| (known.reason, known.status) = (None, Some(502)));
    assert_eq!(
        because(&diagnoses, "reason-undocumented"),
        "The answer was 502, without a reason."
    );
    assert_eq!(diagnoses[0].actions, [Action::SendAgain { seconds: 900 }]);

    let diagnoses = rejected("", |known| (known.reason, known.status) = (None, Some(400)));
    assert_eq!(diagnoses[0].actions, [Action::ByHand]);
}

#[test]
fn an_outcome_alone_is_enough() {
    for environment in Environment::ALL {
        for (outcome, id) in [
            (Outcome::Unknown, "may-have-rung"),
            (Outcome::NotSent, "relay-refused"),
        ] {
            let known = trill::diagnosis::Circumstances::new(outcome, environment);
            assert_eq!(diagnose(&known)[0].cause.id, id);
        }
    }
}

#[test]
fn the_simulators_refusals_lead_to_enrolment() {
    for (word, id) in [
        ("BadDeviceToken", "phone-not-enrolled"),
        ("InvalidProviderToken", "key-not-enrolled"),
    ] {
        let development: Edit = |known| known.environment = Environment::Simulator;
        for edit in [development, |known| {
            known.environment = Environment::SimulatorProduction
        }] {
            let diagnoses = rejected(word, edit);
            assert_eq!(
                (diagnoses[0].cause.id, &diagnoses[0].actions[..]),
                (id, &[Action::Enrol][..])
            );
        }
    }
    let diagnoses = rejected("DeviceTokenNotForTopic", |known| {
        known.environment = Environment::Simulator
    });
    assert_eq!(diagnoses[0].cause.id, "phone-not-enrolled");
    // A mistake in the form comes before that.
    let diagnoses = rejected("DeviceTokenNotForTopic", |known| {
        known.environment = Environment::Simulator;
        known.topic = "com.example.calls";
    });
    assert_eq!(diagnoses[0].cause.id, "topic-without-suffix");
}
