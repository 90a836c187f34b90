//! The verdict: both halves of a push, whichever comes first.

use serde_json::{Value, json};
use trill::apns::{Environment, Outcome};
use trill::app::action::Action;
use trill::app::form::Form;
use trill::app::phone_view::PhoneView;
use trill::app::push_watch::FaultStrike;
use trill::app::relay_link::RelayLink;
use trill::app::report::{Reply, Report};
use trill::app::state::State;
use trill::app::verdict::{Known, Tone, Verdict};
use trill::call::PhoneRule as Rule;
use trill::call::template;
use trill::diagnosis::Rank;

use super::{CLOCK, TOKEN, after, apns_id, filled};

fn form(payload: &str) -> Form {
    Form {
        environment: Environment::Simulator,
        payload: payload.to_owned(),
        ..filled()
    }
}

/// The end of the watched push.
fn ended(form: &Form, status: u16, reason: &str) -> Action {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let outcome = Outcome::of_status(status).as_str().to_owned();
    let body = if reason.is_empty() {
        String::new()
    } else {
        json!({ "reason": reason }).to_string()
    };
    Action::End(Box::new(Report::of_reply(
        &push,
        &Reply {
            status,
            outcome: Some(outcome),
            body,
            ..Reply::default()
        },
        1,
    )))
}

/// Nobody answered the watched push in time.
fn unanswered(form: &Form) -> Action {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let body =
        json!({ "code": "no_answer", "title": "Trill’s simulator did not answer in time.", "detail": "It may have rung." }).to_string();
    let reply = Reply {
        status: 504,
        outcome: Some("unknown".to_owned()),
        body,
        ..Reply::default()
    };
    Action::End(Box::new(Report::of_reply(&push, &reply, 1)))
}

/// Action for the phone's event with this number, about the watched push, another, or the call on the screen.
fn did(number: u64, rule: Rule, push: Option<&str>) -> Action {
    let state = match rule {
        rule if rule.kills() => "killed",
        Rule::Reported | Rule::Launched | Rule::ReportedLate | Rule::WaitingCall => "ringing",
        Rule::Answered | Rule::EndedAndAnswered => "in-call",
        Rule::Declined | Rule::Ended | Rule::Unanswered => "idle",
        _ => "silent",
    };
    let event = json!({ "state": state, "rule": rule.as_str(), "sentence": rule.sentence(), "apns_id": push, "device_token": TOKEN });
    Action::Phone(PhoneView {
        number,
        ..PhoneView::read(&event).unwrap()
    })
}

fn begin() -> Action {
    Action::Begin(apns_id().to_string())
}

fn struck(label: &str, answers: bool) -> Action {
    Action::Fault(
        json!({ "fault": "refuse", "label": label, "answers": answers, "stream": 1, "apns_id": apns_id().to_string() }),
    )
}

const NO_UUID: &str = r#"{"handle":"alice"}"#;

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

#[test]
fn a_fault_is_the_first_cause_in_both_orders_and_of_its_own_push_alone() {
    let form = form(template::ARTICLE);
    let fault = || struck("400 BadDeviceToken", true);
    let refusal = || ended(&form, 400, "BadDeviceToken");
    let begun = || after(State::opening(Some(form.clone())), [begin()]);
    for state in [
        after(begun(), [fault(), refusal()]),
        after(begun(), [refusal(), fault()]),
    ] {
        let causes: Vec<_> = state
            .diagnoses
            .iter()
            .map(|diagnosis| (diagnosis.cause.id, diagnosis.rank))
            .collect();
        assert_eq!(causes, [("simulator-fault", Rank::Certain)]);
        // The next push is another one.
        let next = after(state, [begin(), refusal()]);
        assert_eq!(next.diagnoses[0].cause.id, "phone-not-enrolled");
        assert_eq!(next.verdict().unwrap().fault, None);
    }
    let other = Action::Fault(
        json!({ "label": "x", "stream": 3, "apns_id": "b0b0b0b0-0000-4000-8000-000000000000" }),
    );
    assert_eq!(
        after(begun(), [other, refusal()]).diagnoses[0].cause.id,
        "phone-not-enrolled"
    );
}

#[test]
fn a_fault_of_connections_is_likely_while_a_push_is_underway() {
    let form = form(template::ARTICLE);
    let fault = || {
        Action::Fault(
            json!({ "label": "tls-stall", "stream": Value::Null, "apns_id": Value::Null }),
        )
    };
    let state = after(
        State::opening(Some(form.clone())),
        [begin(), fault(), unanswered(&form)],
    );
    assert_eq!(
        (state.diagnoses[0].cause.id, state.diagnoses[0].rank),
        ("simulator-fault", Rank::Likely)
    );
    let late = after(
        State::opening(Some(form.clone())),
        [begin(), unanswered(&form), fault()],
    );
    assert_ne!(late.diagnoses[0].cause.id, "simulator-fault");
}

#[test]
fn what_the_owner_does_belongs_to_the_call_on_the_screen() {
    let (form, mine) = (form(template::ARTICLE), apns_id());
    let other = "b0b0b0b0-0000-4000-8000-000000000000";
    let headline = |actions: Vec<Action>| {
        after(State::opening(Some(form.clone())), actions)
            .verdict()
            .unwrap()
            .headline
    };
    let accepted = || {
        [
            begin(),
            ended(&form, 200, ""),
            did(5, Rule::Reported, Some(mine.as_str())),
        ]
    };
    let with = |more: Vec<Action>| headline(accepted().into_iter().chain(more).collect());
    assert_eq!(
        with(vec![did(6, Rule::Declined, None)]),
        "Accepted, and the call was declined"
    );
    assert_eq!(
        with(vec![did(6, Rule::Answered, None)]),
        "Accepted, and the call was answered"
    );
    assert_eq!(
        with(vec![
            did(6, Rule::Answered, None),
            did(7, Rule::Ended, None)
        ]),
        "Accepted, and the call has ended"
    );
    // Another call takes the screen, and is declined.
    assert_eq!(
        with(vec![
            did(6, Rule::Reported, Some(other)),
            did(7, Rule::Declined, None)
        ]),
        "Accepted, and the iPhone rang"
    );
    // Another one waits, and is declined; then this one ends.
    let waiting = || {
        vec![
            did(6, Rule::Answered, None),
            did(7, Rule::WaitingCall, Some(other)),
            did(8, Rule::Declined, None),
        ]
    };
    assert_eq!(with(waiting()), "Accepted, and the call was answered");
    let ended = waiting()
        .into_iter()
        .chain([did(9, Rule::Ended, None)])
        .collect();
    assert_eq!(with(ended), "Accepted, and the call has ended");
}

#[test]
fn a_phone_whose_relay_is_gone_does_not_ring_and_follows_it_when_it_is_back() {
    let form = form(template::ARTICLE);
    let ringing = || {
        let actions = [
            begin(),
            ended(&form, 200, ""),
            did(5, Rule::Reported, Some(apns_id().as_str())),
        ];
        after(State::opening(Some(form.clone())), actions)
    };
    let gone = after(ringing(), [Action::Relay(RelayLink::Down)]);
    assert!(gone.is_phone_lost && !gone.shows_a_call());
    assert_eq!(
        gone.verdict().unwrap().headline,
        "Accepted, and the iPhone rang"
    );
    assert_eq!(
        gone.phone_sentence(&gone.verdict().unwrap()),
        None,
        "it does not say that it rings"
    );
    assert!(gone.caption().contains("lost"));
    // The relay is back, and the phone still rings.
    let device = |state: &str| json!({ "phone": { "state": state, "call": { "handle": { "value": "alice" } } } });
    let still = after(
        ringing(),
        [Action::Relay(RelayLink::Down), Action::Relay(RelayLink::Up)],
    );
    assert!(!still.shows_a_call(), "nothing is known yet");
    let shown = PhoneView::of_device(&device("ringing")).unwrap();
    assert_eq!(shown.call.unwrap().title, "alice");
    let back = after(still, [Action::Sync(5, device("idle"))]);
    assert_eq!(
        (back.phone.state.as_str(), back.is_phone_lost),
        ("idle", false)
    );
    // An event that came meanwhile is newer than the answer.
    let newer = after(
        ringing(),
        [
            Action::Relay(RelayLink::Down),
            did(6, Rule::Answered, None),
            Action::Sync(5, device("ringing")),
        ],
    );
    assert_eq!(newer.phone.state, "in-call");
    // The relay has started anew, and knows nothing.
    let anew = after(
        ringing(),
        [
            Action::Relay(RelayLink::Down),
            Action::Restart,
            Action::Sync(0, Value::Null),
            did(1, Rule::Offline, None),
        ],
    );
    assert_eq!(anew.phone.state, "silent");
    assert_eq!(
        anew.caption(),
        Rule::Offline.sentence(),
        "numbers begin anew"
    );
}

#[test]
fn a_push_that_went_elsewhere_says_so() {
    let form = form(template::ARTICLE);
    let state = after(
        State::opening(Some(form.clone())),
        [begin(), ended(&form, 200, "")],
    );
    assert!(!state.verdict().unwrap().is_elsewhere);
    assert!(
        after(state, [Action::Choose(Environment::Production)])
            .verdict()
            .unwrap()
            .is_elsewhere
    );
}

#[test]
fn a_fault_says_what_it_did() {
    let fault = |struck, answers| FaultStrike {
        label: "Silence".to_owned(),
        struck,
        answers,
    };
    let sentence = |fault: &FaultStrike, outcome| {
        let (environment, chosen) = (Environment::Simulator, Environment::Simulator);
        let known = Known {
            outcome: Some(outcome),
            environment,
            chosen,
            rule: None,
            ring: "",
            is_on_screen: false,
            fault: Some(fault),
        };
        Verdict::of(&known).fault.unwrap()
    };
    let cases = [
        (fault(true, true), Outcome::Rejected, "gave this answer."),
        (
            fault(true, false),
            Outcome::Accepted,
            "struck this push, and it got through all the same.",
        ),
        (
            fault(true, false),
            Outcome::Rejected,
            "struck this push; the answer is the simulator’s own.",
        ),
        (
            fault(true, false),
            Outcome::Unknown,
            "kept the answer back.",
        ),
        (
            fault(false, false),
            Outcome::NotSent,
            "struck a connection while this push was on its way.",
        ),
    ];
    for (fault, outcome, end) in cases {
        assert_eq!(
            sentence(&fault, outcome),
            format!("The simulator’s fault “Silence” {end}")
        );
    }
}
