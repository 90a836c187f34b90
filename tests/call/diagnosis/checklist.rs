//! The checklist of an accepted push: what is crossed off, and what is not when the form says otherwise.

use std::sync::LazyLock;

use serde_json::{Value, json};
use trill::apns::TokenKind;
use trill::apns::fix::{Change, Fix};
use trill::apns::headers::{APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE};
use trill::apns::{Environment, PushType};
use trill::call::PhoneRule as Rule;
use trill::diagnosis::{Action, Learnt, Past, Rank};

use super::{Edit, NOW, accepted, because, change, find, finding, header, rank};
use crate::UUID;

pub(super) static NO_HANDLE: LazyLock<Value> = LazyLock::new(|| json!({ "callUUID": UUID }));
pub(super) static BAD_ID: LazyLock<Value> =
    LazyLock::new(|| json!({ "callUUID": "12212", "handle": "alice" }));

const THREE: &[Past<'static>] = &[super::success(Environment::Sandbox, super::TOPIC); 3];

/// Causes that are crossed off for a good call to sandbox, each with the fact that does it.
const CROSSED_OFF: [(&str, &str); 6] = [
    (
        "not-a-voip-push",
        "Topic, push type and device token fit, or APNs would have refused.",
    ),
    ("call-id-unusable", "callUUID is a UUID."),
    ("handle-unusable", "handle is a string."),
    (
        "call-id-used",
        "No earlier call of this page had this UUID.",
    ),
    ("priority-low", "The priority was 10."),
    ("expiration-long", "The expiration was 0."),
];

/// Causes that nobody sees from here.
const OPEN: [&str; 17] = [
    "call-not-reported",
    "registry-set-up-late",
    "bridge-starts-late",
    "delegate-async",
    "completion-called-early",
    "background-mode-missing",
    "call-screen-skipped",
    "earlier-call-not-ended",
    "audio-session-mutes",
    "built-with-old-sdk",
    "callkit-inactive-in-china",
    "expiration-zero",
    "delivery-stopped",
    "not-delivered",
    "call-filtered",
    "app-removed",
    "token-of-other-phone",
];

#[test]
fn what_the_form_rules_out_is_crossed_off() {
    let diagnoses = accepted(|_| {});
    for (id, fact) in CROSSED_OFF {
        assert_eq!(
            (rank(&diagnoses, id), because(&diagnoses, id)),
            (Rank::RuledOut, fact)
        );
    }
    for id in OPEN {
        assert_eq!(rank(&diagnoses, id), Rank::Possible, "{id}");
    }
    assert_eq!(diagnoses.len(), CROSSED_OFF.len() + OPEN.len());
    assert_eq!(diagnoses[0].cause.id, "call-not-reported");
}

#[test]
fn what_the_form_says_otherwise_is_not() {
    let cases: [(&str, Edit, Rank); 8] = [
        (
            "not-a-voip-push",
            |known| known.push_type = PushType::Alert,
            Rank::Certain,
        ),
        (
            "call-id-unusable",
            |known| known.payload = Some(&BAD_ID),
            Rank::Likely,
        ),
        (
            "handle-unusable",
            |known| known.payload = Some(&NO_HANDLE),
            Rank::Likely,
        ),
        (
            "call-id-used",
            |known| known.findings = finding("call-id-used", "callUUID", None),
            Rank::Certain,
        ),
        ("priority-low", |known| known.priority = 5, Rank::Likely),
        (
            "expiration-long",
            |known| known.expiration = Some(NOW + 60),
            Rank::Likely,
        ),
        (
            "expiration-long",
            |known| known.expiration = None,
            Rank::Likely,
        ),
        (
            "delivery-stopped",
            |known| known.history = THREE,
            Rank::Likely,
        ),
    ];
    for (id, edit, wanted) in cases {
        let diagnoses = accepted(edit);
        assert_eq!(
            (diagnoses[0].cause.id, diagnoses[0].rank),
            (id, wanted),
            "{diagnoses:#?}"
        );
    }
}

#[test]
fn each_has_its_click() {
    assert_eq!(
        change(&accepted(|known| known.priority = 5)[0]),
        &header(APNS_PRIORITY, "10")
    );
    assert_eq!(
        change(&accepted(|known| known.expiration = None)[0]),
        &header(APNS_EXPIRATION, "0")
    );
    assert_eq!(
        change(&accepted(|known| known.push_type = PushType::Alert)[0]),
        &header(APNS_PUSH_TYPE, "voip")
    );
    assert_eq!(
        change(find(&accepted(|_| {}), "expiration-zero")),
        &header(APNS_EXPIRATION, &(NOW + 5).to_string())
    );
    assert_eq!(
        find(&accepted(|known| known.now = 0), "expiration-zero").actions,
        [Action::ByHand]
    );
    assert_eq!(
        accepted(|known| known.payload = Some(&BAD_ID))[0].actions,
        [Action::NewUuid]
    );
    let mended = accepted(|known| {
        known.payload = Some(&BAD_ID);
        let fix = Fix {
            label: "Use a new UUID",
            change: Change::Payload(Vec::new()),
        };
        known.findings = finding("call-id-not-uuid", "callUUID", Some(fix));
    });
    assert_eq!(mended[0].actions[0].label().unwrap(), "Use a new UUID");
    assert_eq!(
        because(&mended, "call-id-unusable"),
        "The call’s ID is not a UUID."
    );
}

#[test]
fn a_few_seconds_of_storage_are_neither_too_long_nor_none() {
    let diagnoses = accepted(|known| known.expiration = Some(NOW + 5));
    assert_eq!(
        (
            rank(&diagnoses, "expiration-zero"),
            rank(&diagnoses, "expiration-long")
        ),
        (Rank::RuledOut, Rank::RuledOut)
    );
    assert_eq!(
        rank(
            &accepted(|known| known.expiration = Some(NOW + 6)),
            "expiration-long"
        ),
        Rank::Likely
    );
}

#[test]
fn a_token_the_app_registered_shows_that_it_may_take_calls() {
    let id = "background-mode-missing";
    let registered =
        accepted(|known| known.token_kind = Some((TokenKind::Voip, Learnt::Registered)));
    assert_eq!(
        (rank(&registered, id), because(&registered, id)),
        (Rank::RuledOut, "The app has registered a VoIP token.")
    );
    assert_eq!(
        rank(
            &accepted(|known| known.token_kind = Some((TokenKind::Voip, Learnt::Said))),
            id
        ),
        Rank::Possible
    );
}

#[test]
fn a_phone_that_rang_ends_the_search() {
    let diagnoses = accepted(|known| {
        (known.environment, known.phone) = (Environment::Simulator, Some(Rule::Reported))
    });
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("phone-rang", Rank::Certain)
    );
    assert_eq!(
        change(&diagnoses[0]),
        &Change::Environment(Environment::Sandbox)
    );
    assert!(
        diagnoses[1..]
            .iter()
            .all(|diagnosis| diagnosis.rank == Rank::RuledOut)
    );
    for id in OPEN {
        assert_eq!(
            because(&diagnoses, id),
            "The simulator’s phone rang.",
            "{id}"
        );
    }
    let own = accepted(|known| known.phone = Some(Rule::Answered));
    assert_eq!(
        (own[0].cause.id, because(&own, "not-delivered")),
        ("phone-rang", "The phone rang.")
    );
    // A push that speaks of an end is no riddle either, once it rang.
    let end = accepted(|known| {
        known.findings = finding("looks-like-an-end", "type", None);
        known.phone = Some(Rule::Reported);
    });
    assert_eq!(rank(&end, "call-not-reported"), Rank::RuledOut);
}

#[test]
fn the_simulators_phone_says_what_stopped_it() {
    let cases: [(Edit, &str); 4] = [
        (
            |known| {
                (known.payload, known.phone) =
                    (Some(LazyLock::force(&NO_HANDLE)), Some(Rule::NoHandle))
            },
            "handle-unusable",
        ),
        (
            |known| {
                (known.payload, known.phone) =
                    (Some(LazyLock::force(&BAD_ID)), Some(Rule::BadCallUuid))
            },
            "call-id-unusable",
        ),
        (|known| known.phone = Some(Rule::SameUuid), "call-id-used"),
        (|known| known.phone = None, "phone-rang"),
    ];
    for (edit, id) in cases {
        let mut known = super::known(trill::apns::Outcome::Accepted, None);
        known.environment = Environment::Simulator;
        edit(&mut known);
        let diagnoses = trill::diagnosis::diagnose(&known);
        assert_eq!(diagnoses[0].cause.id, id, "{diagnoses:#?}");
        assert_eq!(
            diagnoses[0].rank,
            if known.phone.is_some() {
                Rank::Certain
            } else {
                Rank::Likely
            }
        );
        assert_eq!(rank(&diagnoses, "not-delivered"), Rank::RuledOut);
    }
    // Before the phone has spoken, a payload that cannot ring is not promised to.
    let doomed = accepted(|known| {
        (known.environment, known.payload) =
            (Environment::Simulator, Some(LazyLock::force(&BAD_ID)))
    });
    assert_eq!(
        (doomed[0].cause.id, doomed[0].rank),
        ("call-id-unusable", Rank::Likely)
    );
    assert!(
        !doomed
            .iter()
            .any(|diagnosis| diagnosis.cause.id == "phone-rang")
    );
}

#[test]
fn where_the_call_is_hidden_is_said() {
    for (rule, fact) in [
        ("call-in-aps", "The call is inside aps."),
        ("call-in-text", "The call is JSON inside a string."),
    ] {
        let mut known = super::known(trill::apns::Outcome::Accepted, None);
        let payload = &*Box::leak(Box::new(json!({})));
        (known.payload, known.findings) = (Some(payload), finding(rule, "aps", None));
        let diagnoses = trill::diagnosis::diagnose(&known);
        assert_eq!(because(&diagnoses, "call-id-unusable"), fact);
    }
}

#[test]
fn a_notification_gets_no_advice_about_calls() {
    let diagnoses =
        accepted(|known| (known.push_type, known.topic) = (PushType::Alert, "com.example.calls"));
    let ids: Vec<&str> = diagnoses
        .iter()
        .map(|diagnosis| diagnosis.cause.id)
        .collect();
    assert_eq!(
        ids,
        [
            "not-a-voip-push",
            "not-delivered",
            "app-removed",
            "token-of-other-phone"
        ]
    );
}

#[test]
fn the_simulators_phone_says_why_it_was_silent() {
    let at = |phone: Rule| {
        let mut known = super::known(trill::apns::Outcome::Accepted, None);
        (known.environment, known.phone) = (Environment::Simulator, Some(phone));
        trill::diagnosis::diagnose(&known)
    };
    for (phone, id, why) in [
        (
            Rule::DoNotDisturb,
            "call-filtered",
            "CallKit on the simulator’s phone answered that the call was filtered.",
        ),
        (
            Rule::BlockedCaller,
            "call-filtered",
            "CallKit on the simulator’s phone answered that the call was filtered.",
        ),
        (
            Rule::DeliveryStopped,
            "delivery-stopped",
            "The simulator’s phone delivers no more VoIP pushes to the app.",
        ),
        (
            Rule::Offline,
            "not-delivered",
            "The simulator’s phone was offline.",
        ),
        (
            Rule::Stored,
            "not-delivered",
            "The simulator’s phone was offline.",
        ),
    ] {
        let diagnoses = at(phone);
        assert_eq!(
            (rank(&diagnoses, id), because(&diagnoses, id)),
            (Rank::Certain, why),
            "{phone:?}"
        );
    }
    for id in ["call-filtered", "delivery-stopped", "not-delivered"] {
        assert_eq!(rank(&at(Rule::Reported), id), Rank::RuledOut);
    }
}
