//! Sends to the simulator: a fault comes first, and Apple is not blamed for what happens on this machine.

use trill::apns::{Environment, Outcome, Reason};
use trill::call::PhoneRule as Rule;
use trill::diagnosis::{Action, Circumstances, Diagnosis, Fault, Rank, diagnose};

use super::{accepted, because, known};

const STRUCK: Fault<'static> = Fault {
    label: "503 ServiceUnavailable",
    struck: true,
    answers: true,
};

/// Diagnoses of a send to the simulator.
fn sent(
    outcome: Outcome,
    reason: Option<&'static str>,
    fault: Option<Fault<'static>>,
) -> Vec<Diagnosis> {
    diagnose(&Circumstances {
        environment: Environment::Simulator,
        fault,
        ..known(outcome, reason)
    })
}

#[test]
fn a_fault_that_answered_is_the_only_cause() {
    for reason in Reason::all() {
        let diagnoses = sent(Outcome::Rejected, Some(reason.as_str()), Some(STRUCK));
        assert_eq!(diagnoses.len(), 1, "{diagnoses:#?}");
        assert_eq!(
            (
                diagnoses[0].cause.id,
                diagnoses[0].rank,
                &diagnoses[0].actions[..]
            ),
            ("simulator-fault", Rank::Certain, &[Action::FaultsOff][..])
        );
        assert_eq!(
            because(&diagnoses, "simulator-fault"),
            "“503 ServiceUnavailable” struck this push."
        );
    }
}

#[test]
fn a_fault_that_kept_the_answer_back_leaves_open_whether_it_rang() {
    let fault = Fault {
        label: "Answer lost",
        answers: false,
        ..STRUCK
    };
    let ids: Vec<_> = sent(Outcome::Unknown, Some("no_answer"), Some(fault))
        .iter()
        .map(|diagnosis| diagnosis.cause.id)
        .collect();
    assert_eq!(ids, ["simulator-fault", "may-have-rung"]);
}

#[test]
fn a_fault_that_only_delayed_comes_first_and_the_refusal_is_explained_after_it() {
    let fault = Fault {
        label: "Answer 3 s late",
        answers: false,
        ..STRUCK
    };
    let diagnoses = sent(Outcome::Rejected, Some("InvalidProviderToken"), Some(fault));
    assert_eq!(
        [diagnoses[0].cause.id, diagnoses[1].cause.id],
        ["simulator-fault", "key-not-enrolled"]
    );
    assert_eq!(diagnoses[1].rank, Rank::Certain);
}

#[test]
fn while_a_fault_may_have_struck_nothing_is_certain() {
    let fault = Fault {
        label: "tls-stall",
        struck: false,
        answers: false,
    };
    for (outcome, reason) in [
        (Outcome::Rejected, "InvalidProviderToken"),
        (Outcome::NotSent, "tls"),
        (Outcome::Unknown, "no_answer"),
    ] {
        let diagnoses = sent(outcome, Some(reason), Some(fault));
        assert_eq!(
            (diagnoses[0].cause.id, diagnoses[0].rank),
            ("simulator-fault", Rank::Likely),
            "{diagnoses:#?}"
        );
    }
}

#[test]
fn apple_is_not_blamed_for_the_simulator() {
    let of_apple = [
        "apns-in-trouble",
        "apns-unreachable",
        "trust-roots-old",
        "proxy-in-between",
        "many-bad-tokens",
    ];
    let ends = [
        (Outcome::Rejected, "ServiceUnavailable"),
        (Outcome::Rejected, "InternalServerError"),
        (Outcome::NotSent, "cannot_connect"),
        (Outcome::NotSent, "connect_timeout"),
        (Outcome::NotSent, "name_not_resolved"),
        (Outcome::NotSent, "certificate_authority"),
        (Outcome::NotSent, "certificate_name"),
        (Outcome::NotSent, "certificate_time"),
        (Outcome::NotSent, "no_trust_roots"),
        (Outcome::NotSent, "tls"),
        (Outcome::NotSent, "no_http2"),
        (Outcome::NotSent, "connection_closed"),
        (Outcome::NotSent, "stream_refused"),
        (Outcome::Unknown, "connection_lost"),
        (Outcome::Unknown, "stream_reset"),
    ];
    for (outcome, reason) in ends {
        let diagnoses = sent(outcome, Some(reason), None);
        assert!(
            diagnoses
                .iter()
                .all(|diagnosis| !of_apple.contains(&diagnosis.cause.id)),
            "{reason}: {diagnoses:#?}"
        );
        assert!(
            diagnoses
                .first()
                .is_some_and(|first| first.rank < Rank::RuledOut),
            "{reason}: {diagnoses:#?}"
        );
        // Apple's own are still told of theirs.
        let theirs = diagnose(&known(outcome, Some(reason)));
        assert!(
            theirs
                .iter()
                .all(|diagnosis| !diagnosis.cause.id.starts_with("simulator-")),
            "{reason}: {theirs:#?}"
        );
    }
}

#[test]
fn an_app_that_reports_nothing_is_the_certain_cause() {
    let diagnoses = accepted(|known| {
        (known.environment, known.phone) = (Environment::Simulator, Some(Rule::NotReported))
    });
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("call-not-reported", Rank::Certain)
    );
    let diagnoses = accepted(|known| {
        (known.environment, known.phone) = (Environment::Simulator, Some(Rule::TooManyCalls))
    });
    assert_eq!(
        (diagnoses[0].cause.id, diagnoses[0].rank),
        ("call-filtered", Rank::Certain)
    );
}
