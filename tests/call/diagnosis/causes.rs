//! The causes, and what holds for every diagnosis whatever the form says.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use trill::apns::TokenKind;
use trill::apns::{Environment, Outcome, PushType, Reason};
use trill::call::PhoneRule as Rule;
use trill::diagnosis::{
    Action, Certificate, Circumstances, Credential, Fault, Learnt, Past, Rank, causes, diagnose,
};

use super::checklist::{BAD_ID, NO_HANDLE};
use super::{Edit, TOPIC, failure, finding, key, known, success};

const CODES: [&str; 15] = [
    "relay_unreachable",
    "name_not_resolved",
    "certificate_authority",
    "certificate_time",
    "tls",
    "no_http2",
    "too_many_connections",
    "connection_closed",
    "host_not_allowed",
    "token_char",
    "key_is_p12",
    "key_cut_end",
    "key_explicit_params",
    "json_syntax",
    "payload_too_big",
];

const SEVERAL: &[Past<'static>] = &[
    failure(Environment::Sandbox, "BadDeviceToken"),
    failure(Environment::Production, "BadDeviceToken"),
    failure(Environment::Sandbox, "InvalidProviderToken"),
    failure(Environment::Sandbox, "Unregistered"),
];

const HERE: &[Past<'static>] = &[success(Environment::Sandbox, TOPIC); 4];
const ELSEWHERE: &[Past<'static>] = &[success(Environment::Production, "")];
const REFUSED: &[Past<'static>] = &[failure(Environment::Production, "BadDeviceToken")];

/// Forms of all sorts.
const FORMS: [Edit; 40] = [
    |_| {},
    |known| known.topic = "",
    |known| known.topic = "com.example.calls",
    |known| known.topic = "com.example.calls.voip.voip",
    |known| {
        known.topic =
            "☎\u{1b}[31m\n— a topic that goes on and on and on and on and on and on and on"
    },
    |known| known.credential = Credential::None,
    |known| {
        known.credential = Credential::Certificate(Certificate {
            topics: Some(&[TOPIC, "com.example.calls"]),
        })
    },
    |known| known.credential = Credential::Certificate(Certificate::default()),
    |known| {
        key(known, |key| {
            (key.worked, key.file_key_id) = (true, Some("ABC123DEFG"))
        })
    },
    |known| key(known, |key| (key.key_id, key.team_id) = ("abc", "")),
    |known| {
        key(known, |key| {
            key.scope = Some((Environment::Production, Learnt::Said))
        })
    },
    |known| known.token_kind = Some((TokenKind::Voip, Learnt::Registered)),
    |known| known.token_kind = Some((TokenKind::PushToTalk, Learnt::Said)),
    |known| (known.token_age, known.clock_difference) = (Some(5), Some(0)),
    |known| (known.token_age, known.clock_difference) = (Some(-5), Some(i64::MIN)),
    |known| (known.token_age, known.clock_difference) = (Some(i64::MIN), Some(i64::MAX)),
    |known| (known.registered_at, known.unregistered_at) = (Some(u64::MAX), Some(u64::MAX)),
    |known| (known.expiration, known.now) = (Some(u64::MAX), u64::MAX),
    |known| (known.device_token_bytes, known.payload, known.payload_bytes) = (0, None, None),
    |known| known.history = HERE,
    |known| known.history = ELSEWHERE,
    |known| known.history = SEVERAL,
    |known| {
        known.history = REFUSED;
        known.token_kind = Some((TokenKind::Voip, Learnt::Registered));
    },
    |known| {
        (known.payload, known.phone) = (Some(LazyLock::force(&NO_HANDLE)), Some(Rule::NoHandle))
    },
    |known| {
        (known.payload, known.phone) = (Some(LazyLock::force(&BAD_ID)), Some(Rule::BadCallUuid))
    },
    |known| known.phone = Some(Rule::Reported),
    |known| known.phone = Some(Rule::NotReported),
    |known| known.phone = Some(Rule::TooManyCalls),
    |known| {
        known.fault = Some(Fault {
            label: "503 ServiceUnavailable",
            struck: true,
            answers: true,
        })
    },
    |known| {
        known.fault = Some(Fault {
            label: "tls-stall",
            struck: false,
            answers: false,
        })
    },
    |known| known.findings = finding("app-crashes", "id", None),
    |known| known.findings = finding("app-reports-no-call", "id", None),
    |known| known.findings = finding("app-ends-call", "id", None),
    |known| known.findings = finding("app-ends-at-once", "id", None),
    |known| known.findings = finding("app-composes-on-phone", "id", None),
    |known| known.findings = finding("app-family", "id", None),
    |known| known.findings = finding("app-versions-differ", "id", None),
    |known| known.findings = finding("app-uncertain", "id", None),
    |known| known.findings = finding("app-unknown", "", None),
    |known| {
        known.findings = finding(
            "looks-like-an-end",
            "metadata.a\nlong\u{1b}path.that.goes.on.and.on.and.on.and.on.and.on",
            None,
        )
    },
];

/// Every end of a send, with every form.
fn sweep(mut look: impl FnMut(&Circumstances<'static>)) {
    let words: Vec<&'static str> = Reason::all()
        .map(Reason::as_str)
        .chain(CODES)
        .chain(["NewReason", "x\u{1b}y"])
        .collect();
    let words = words.into_iter().map(Some).chain([None]);
    for (outcome, word) in words.flat_map(|word| Outcome::ALL.map(|outcome| (outcome, word))) {
        // An accepted push has no reason; APNs has none for what it never saw.
        let is_apns = word.is_some_and(|word| Reason::parse(word).is_some());
        if outcome == Outcome::Accepted && word.is_some() || outcome == Outcome::NotSent && is_apns
        {
            continue;
        }
        for environment in Environment::ALL {
            for push_type in [
                PushType::Voip,
                PushType::Alert,
                PushType::Background,
                PushType::PushToTalk,
            ] {
                for form in FORMS {
                    let mut circumstances = known(outcome, word);
                    (circumstances.environment, circumstances.push_type) = (environment, push_type);
                    form(&mut circumstances);
                    look(&circumstances);
                }
            }
        }
    }
}

#[test]
fn every_diagnosis_has_a_name_a_place_and_an_action() {
    let ids: BTreeSet<&str> = causes().map(|cause| cause.id).collect();
    sweep(|known| {
        let diagnoses = diagnose(known);
        let named: BTreeSet<&str> = diagnoses
            .iter()
            .map(|diagnosis| diagnosis.cause.id)
            .collect();
        assert_eq!(named.len(), diagnoses.len(), "{known:?}");
        assert!(named.is_subset(&ids), "{known:?}");
        assert!(
            diagnoses.is_sorted_by_key(|diagnosis| diagnosis.rank),
            "{known:?}"
        );
        // There is always something left to do.
        let first = diagnoses.first().unwrap_or_else(|| panic!("{known:?}"));
        assert!(first.rank < Rank::RuledOut, "{known:?}: {diagnoses:#?}");
        for diagnosis in &diagnoses {
            assert!(!diagnosis.actions.is_empty(), "{known:?}");
            for label in diagnosis.actions.iter().filter_map(Action::label) {
                assert!(
                    !label.is_empty() && label.chars().count() <= 40 && !label.ends_with('.'),
                    "{label}"
                );
            }
            if diagnosis.rank == Rank::RuledOut {
                assert!(
                    diagnosis.because.is_some() && diagnosis.actions == [Action::ByHand],
                    "{diagnosis:?}"
                );
            }
            let because = diagnosis
                .because
                .as_ref()
                .map_or_else(|| "A fact.".to_owned(), ToString::to_string);
            assert!(
                because.ends_with('.') && because.chars().count() <= 120,
                "{because}"
            );
            assert!(
                !because.contains(char::is_control) && !because.contains("  "),
                "{because:?}"
            );
        }
    });
}

#[test]
fn what_may_have_rung_is_never_sent_again() {
    sweep(|known| {
        let repeats = diagnose(known)
            .iter()
            .flat_map(|diagnosis| diagnosis.actions.clone())
            .any(|action| matches!(action, Action::SendAgain { .. }));
        assert!(
            !(repeats && matches!(known.outcome, Outcome::Accepted | Outcome::Unknown)),
            "{known:?}"
        );
    });
}

#[test]
fn a_mend_of_the_environment_leads_elsewhere() {
    sweep(|known| {
        for action in diagnose(known)
            .into_iter()
            .flat_map(|diagnosis| diagnosis.actions)
        {
            if let Action::Fix(fix) = action {
                assert_ne!(
                    fix.change,
                    trill::apns::Change::Environment(known.environment),
                    "{known:?}"
                );
            }
        }
    });
}

#[test]
fn every_cause_can_be_reached() {
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    sweep(|known| reached.extend(diagnose(known).iter().map(|diagnosis| diagnosis.cause.id)));
    let missing: Vec<&str> = causes()
        .map(|cause| cause.id)
        .filter(|id| !reached.contains(id))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_cause_explains_itself() {
    let ids: Vec<&str> = causes().map(|cause| cause.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for cause in causes() {
        let id = cause.id;
        assert!(
            !id.is_empty()
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
            "{id}"
        );
        assert!(
            !cause.title.is_empty()
                && !cause.title.ends_with('.')
                && cause.title.chars().count() <= 60,
            "{id}"
        );
        for prose in [cause.why, cause.fix] {
            assert!(
                prose.ends_with(['.', '?'])
                    && prose.chars().count() <= 160
                    && !prose.contains("  "),
                "{id}: {prose}"
            );
            assert!(
                prose.starts_with(|first: char| !first.is_lowercase()) || prose.starts_with("iOS"),
                "{id}: {prose}"
            );
        }
        // Trill's own refusals are their own witness.
        let own = [
            "phone-not-enrolled",
            "key-not-enrolled",
            "relay-stopped",
            "relay-crowded",
            "relay-refused",
            "phone-rang",
        ];
        let own = own.contains(&id) || id.starts_with("simulator-");
        let cited = ["Apple", " #", "RFC", "profile", "docs/", "documentation"]
            .iter()
            .any(|word| cause.source.contains(word));
        assert!(cited != own, "{id}: {}", cause.source);
    }
}

#[test]
fn every_rank_has_its_word() {
    assert!(Rank::ALL.is_sorted());
    assert_eq!(
        Rank::ALL.map(Rank::as_str),
        ["certain", "likely", "possible", "ruled-out"]
    );
}

#[test]
fn times_are_told_in_units_people_use() {
    let again = |seconds| Action::SendAgain { seconds }.label().unwrap();
    assert_eq!(
        [0, 1, 90, 91, 7_200, 7_201, 172_801].map(again),
        [
            "Send again",
            "Send again in 1 s",
            "Send again in 90 s",
            "Send again in 2 min",
            "Send again in 120 min",
            "Send again in 3 h",
            "Send again in 3 days",
        ]
    );
    assert_eq!(Action::ByHand.label(), None);
}
