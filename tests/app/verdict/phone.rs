//! Reports of the phone about a push, beside the answer of APNs.

use trill::apns::{Environment, Outcome};
use trill::app::state::State;
use trill::app::verdict::{Known, Tone, Verdict};
use trill::call::PhoneRule as Rule;
use trill::call::template;
use trill::diagnosis::Rank;

use super::{NO_UUID, begin, did, ended, form, struck, unanswered};
use crate::{after, apns_id};

/// The phone's state, the payload, and then headline, tone, the phone's word and the first cause.
const STATES: [(Rule, &str, &str, Tone, &str, &str); 7] = [
    (
        Rule::Reported,
        template::ARTICLE,
        "Accepted, and the iPhone rings",
        Tone::Good,
        "ringing",
        "phone-rang",
    ),
    (
        Rule::NoCallUuid,
        NO_UUID,
        "Accepted, but iOS killed the app",
        Tone::Bad,
        "killed",
        "call-id-unusable",
    ),
    (
        Rule::NotReported,
        template::ARTICLE,
        "Accepted, but iOS killed the app",
        Tone::Bad,
        "killed",
        "call-not-reported",
    ),
    (
        Rule::DoNotDisturb,
        template::ARTICLE,
        "Accepted, but not shown: Do Not Disturb is on",
        Tone::Warn,
        "silent",
        "call-filtered",
    ),
    (
        Rule::BlockedCaller,
        template::ARTICLE,
        "Accepted, but not shown: the caller is blocked",
        Tone::Warn,
        "silent",
        "call-filtered",
    ),
    (
        Rule::Offline,
        template::ARTICLE,
        "Accepted, but the iPhone is offline and never gets it",
        Tone::Warn,
        "silent",
        "not-delivered",
    ),
    (
        Rule::DeliveryStopped,
        NO_UUID,
        "Accepted, but iOS delivers no more VoIP pushes to the app",
        Tone::Bad,
        "silent",
        "delivery-stopped",
    ),
];

#[test]
fn both_halves_make_the_verdict_whichever_comes_first() {
    for (rule, payload, headline, tone, phone, cause) in STATES {
        let form = form(payload);
        let before = || {
            after(
                State::opening(Some(form.clone())),
                [did(3, Rule::Declined, None), begin()],
            )
        };
        let answer = || ended(&form, 200, "");
        let event = || did(9, rule, Some(apns_id().as_str()));
        for (order, state) in [
            ("answer first", after(before(), [answer(), event()])),
            ("phone first", after(before(), [event(), answer()])),
        ] {
            let verdict = state.verdict().unwrap();
            assert_eq!(
                (verdict.headline.as_str(), verdict.tone, verdict.phone),
                (headline, tone, phone),
                "{order}"
            );
            let first = &state.diagnoses[0];
            assert_eq!(
                (first.cause.id, first.rank),
                (cause, Rank::Certain),
                "{order}: {rule:?}"
            );
            assert_eq!(state.caption(), rule.sentence(), "{order}");
        }
    }
}

#[test]
fn a_refusal_has_no_caption_of_an_earlier_call() {
    // An app that was installed anew, or is gone: the phone hears nothing, whatever it heard before.
    let form = form(template::ARTICLE);
    for earlier in [None, Some("b0b0b0b0-0000-4000-8000-000000000000")] {
        let state = after(
            State::opening(Some(form.clone())),
            [did(3, Rule::Declined, earlier), begin()],
        );
        assert_eq!(state.caption(), "A push is on its way.");
        let state = after(state, [ended(&form, 410, "Unregistered")]);
        let verdict = state.verdict().unwrap();
        assert_eq!(
            (verdict.headline.as_str(), verdict.tone, verdict.phone),
            ("Rejected", Tone::Bad, "unseen")
        );
        assert_eq!(
            (state.diagnoses[0].cause.id, state.diagnoses[0].rank),
            ("token-unregistered", Rank::Certain)
        );
        assert_eq!(
            state.caption(),
            "APNs refused the last push, so this iPhone heard nothing of it."
        );
    }
}

#[test]
fn each_rule_of_the_phone_has_a_headline_of_its_own_kind() {
    for rule in Rule::all() {
        for is_on_screen in [true, false] {
            for outcome in [
                None,
                Some(Outcome::Accepted),
                Some(Outcome::Unknown),
                Some(Outcome::Rejected),
            ] {
                let (environment, chosen) = (Environment::Simulator, Environment::Simulator);
                let verdict = Verdict::of(&Known {
                    outcome,
                    environment,
                    chosen,
                    rule: Some(rule),
                    ring: "",
                    is_on_screen,
                    fault: None,
                });
                assert!(
                    verdict.headline.len() < 90 && !verdict.headline.ends_with('.'),
                    "{}",
                    verdict.headline
                );
                assert_eq!(verdict.tone == Tone::Open, outcome.is_none(), "{rule:?}");
                let is_good =
                    outcome == Some(Outcome::Accepted) && rule.rang() && rule != Rule::ReportedLate;
                let shows = matches!(rule, Rule::Notified | Rule::PushToTalk)
                    && outcome == Some(Outcome::Accepted);
                assert_eq!(
                    verdict.tone == Tone::Good,
                    is_good || shows,
                    "{rule:?} {outcome:?}"
                );
                assert_eq!(
                    verdict.phone == "killed",
                    rule.kills() || rule == Rule::AppCrashed
                );
                assert_eq!(
                    matches!(verdict.phone, "ringing" | "in-call" | "rang"),
                    rule.rang(),
                    "{rule:?}"
                );
            }
        }
    }
}

#[test]
fn without_the_phones_half_the_simulators_verdict_stays_open_and_apples_does_not() {
    let of = |environment, outcome| {
        Verdict::of(&Known {
            outcome: Some(outcome),
            environment,
            chosen: environment,
            rule: None,
            ring: "",
            is_on_screen: false,
            fault: None,
        })
    };
    assert_eq!(
        of(Environment::Simulator, Outcome::Accepted).tone,
        Tone::Open
    );
    assert_eq!(of(Environment::Sandbox, Outcome::Accepted).tone, Tone::Good);
    assert_eq!(
        of(Environment::Sandbox, Outcome::Unknown).headline,
        "Unknown: it may have rung"
    );
    assert_eq!(
        of(Environment::Simulator, Outcome::Unknown).tone,
        Tone::Warn
    );
    for outcome in [Outcome::Rejected, Outcome::NotSent] {
        assert_eq!(of(Environment::Production, outcome).tone, Tone::Bad);
    }
}

#[test]
fn an_unanswered_push_tells_what_the_phone_did() {
    let form = form(template::ARTICLE);
    let rang = did(4, Rule::Reported, Some(apns_id().as_str()));
    let underway = after(
        State::opening(Some(form.clone())),
        [begin(), rang, struck("Answer lost", false)],
    );
    let verdict = underway.verdict().unwrap();
    assert_eq!(
        (verdict.headline.as_str(), verdict.phone),
        ("No answer yet, but the iPhone rings", "ringing")
    );
    let state = after(underway, [unanswered(&form)]);
    let verdict = state.verdict().unwrap();
    assert_eq!(
        (verdict.headline.as_str(), verdict.tone),
        ("No answer, but the iPhone rings", Tone::Warn)
    );
    assert_eq!(
        verdict.fault.as_deref(),
        Some("The simulator’s fault “Answer lost” kept the answer back.")
    );
    assert_eq!(state.diagnoses[0].cause.id, "simulator-fault");
}
