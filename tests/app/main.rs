//! The page's state, without a browser: actions in, state out. `inspector` is about the simulator's inside, `offers` about
//! what the relay says of itself, `history` about undo and redo, `secrets` about keys and tokens in the wrong place.

#![allow(clippy::unwrap_used)]

mod cards;
mod causes;
mod first_version;
mod fix_all;
mod history;
mod inspector;
mod own_app;
mod pasted_commands;
mod phones;
mod production;
mod receiver_view;
mod registrations;
mod relay_info;
mod ring;
mod saved_drafts;
mod secrets;
mod verdict;

use std::rc::Rc;

use serde_json::json;
use trill::apns::Change;
use trill::apns::PushType;
use trill::apns::expiration::Clock;
use trill::apns::uuid::Uuid;
use trill::apns::{ApnsId, Environment, Outcome, SigningKey};
use trill::app::action::Action;
use trill::app::draft::Draft;
use trill::app::form::{Field, Form, Severity};
use trill::app::held_key::HeldKey;
use trill::app::oversized_paste::OversizedPaste;
use trill::app::phone_view::PhoneView;
use trill::app::relay_link::RelayLink;
use trill::app::report::{Reply, Report, Silence};
use trill::app::state::{DEMO_KEY, DEMO_TEAM_ID, State};
use trill::call::PhoneState;
use trill::call::placeholder::Values;
use trill::call::template::{self, Template};
use trill::diagnosis::{self, Rank};

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

const CLOCK: Clock = Clock {
    now: 1_700_000_000,
    utc_offset: 0,
};

fn key() -> SigningKey {
    SigningKey::from_random_bytes(&[1; 32]).unwrap()
}

fn filled() -> Form {
    Form {
        environment: Environment::Sandbox,
        key_id: "ABC123DEFG".to_owned(),
        team_id: "DEF123GHIJ".to_owned(),
        bundle_id: "com.example.calls".to_owned(),
        device_token: TOKEN.to_owned(),
        payload: template::ARTICLE.to_owned(),
        ..Form::default()
    }
}

fn article() -> Box<Template> {
    Box::new(template::list::all()[0].clone())
}

fn apns_id() -> ApnsId {
    ApnsId::from_random_bytes([7; 16])
}

fn after(state: State, actions: impl IntoIterator<Item = Action>) -> State {
    actions.into_iter().fold(state, State::reduce)
}

fn form_of(stored: &str) -> Option<Form> {
    Draft::read(stored).map(|draft| draft.form())
}

#[test]
fn a_draft_survives_and_holds_no_key() {
    let state = after(
        State::opening(Some(filled())),
        [Action::OfferKey(
            "AuthKey_KKKKKKKKKK.p8".to_owned(),
            Ok(key()),
        )],
    );
    let draft = Draft::of(&state.form).to_text();
    assert_eq!(form_of(&draft), Some(state.form));
    assert!(!draft.contains("AuthKey") && !draft.contains("01010101"));
    for elsewhere in ["moon", "simulator-production"] {
        assert_eq!(
            form_of(&format!("{{\"environment\":\"{elsewhere}\"}}")),
            Some(Form::default())
        );
    }
    assert_eq!(form_of("nonsense"), None);
}

#[test]
fn a_dropped_key_brings_its_key_id() {
    let state = after(
        State::default(),
        [Action::OfferKey(
            "AuthKey_ABC123DEFG.p8".to_owned(),
            Ok(key()),
        )],
    );
    assert_eq!(state.form.key_id, "ABC123DEFG");
    let state = after(state, [Action::OfferKey("other.p8".to_owned(), Ok(key()))]);
    assert_eq!(state.form.key_id, "ABC123DEFG");
}

#[test]
fn a_wrong_file_is_no_reason_to_lose_the_key_that_works() {
    let wrong =
        SigningKey::from_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    let state = after(
        State::default(),
        [
            Action::OfferKey("a.p8".to_owned(), Ok(key())),
            Action::OfferKey("b.pem".to_owned(), wrong),
        ],
    );
    assert!(state.key.is_some());
    assert_eq!(state.key_finding().unwrap().code, "key_is_cert");
}

#[test]
fn only_what_cannot_be_sent_stops_a_send() {
    assert!(filled().push(true, apns_id(), CLOCK).is_ok());
    let stopped = |form: Form, has_key| form.push(has_key, apns_id(), CLOCK).unwrap_err();
    assert!(stopped(filled(), false).no_key);
    assert_eq!(
        stopped(
            Form {
                team_id: " ".to_owned(),
                ..filled()
            },
            true
        )
        .fields,
        [Field::TeamId]
    );
    assert_eq!(
        stopped(
            Form {
                device_token: "xyz".to_owned(),
                ..filled()
            },
            true
        )
        .fields,
        [Field::DeviceToken]
    );
    for payload in [
        "[]",
        "{",
        "",
        &format!("{{\"a\":\"{}\"}}", "a".repeat(5113)),
    ] {
        assert_eq!(
            stopped(
                Form {
                    payload: payload.to_owned(),
                    ..filled()
                },
                true
            )
            .fields,
            [Field::Payload]
        );
    }
    // APNs has the last word about the rest.
    let odd = Form {
        key_id: "short".to_owned(),
        bundle_id: String::new(),
        device_token: "ab".repeat(40),
        ..filled()
    };
    assert_eq!(
        odd.push(true, apns_id(), CLOCK).unwrap().headers.topic,
        None
    );
}

#[test]
fn nobody_is_corrected_while_still_typing() {
    let typing = after(
        State::default(),
        [Action::Edit(Field::DeviceToken, "xy".to_owned())],
    );
    assert_eq!(typing.finding(Field::DeviceToken), None);
    let left = after(typing, [Action::Leave(Field::DeviceToken)]);
    assert_eq!(left.finding(Field::DeviceToken).unwrap().code, "token_char");
    let again = after(left, [Action::Edit(Field::DeviceToken, "x".to_owned())]);
    assert_eq!(again.finding(Field::DeviceToken), None);
    let passed_by = after(State::default(), [Action::Leave(Field::TeamId)]);
    assert_eq!(passed_by.finding(Field::TeamId), None);
}

#[test]
fn a_stopped_send_says_what_stopped_it() {
    let stops = Form::default().push(false, apns_id(), CLOCK).unwrap_err();
    let state = after(State::default(), [Action::Stop(stops)]);
    assert_eq!(state.key_finding().unwrap().code, "key_missing");
    assert_eq!(
        state.finding(Field::DeviceToken).unwrap().code,
        "token_missing"
    );
    assert_eq!(state.finding(Field::TeamId).unwrap().code, "team_missing");
}

#[test]
fn the_demo_puts_the_visitors_values_by() {
    let demo = || Form {
        team_id: DEMO_TEAM_ID.to_owned(),
        environment: Environment::Simulator,
        ..filled()
    };
    let held = || {
        Rc::new(HeldKey {
            key: key(),
            source: DEMO_KEY.to_owned(),
        })
    };
    let first_visit = after(
        State::default(),
        [Action::StartDemo(Box::new(demo()), held())],
    );
    assert!(first_visit.set_aside.is_none() && first_visit.is_demo());

    let mine = after(
        State::opening(Some(filled())),
        [Action::OfferKey("mine.p8".to_owned(), Ok(key()))],
    );
    let ringing = after(
        mine,
        [
            Action::StartDemo(Box::new(demo()), held()),
            Action::StartDemo(Box::new(demo()), held()),
        ],
    );
    let back = after(ringing, [Action::BringBack]);
    assert_eq!(back.form, filled());
    assert_eq!(back.key.unwrap().source, "mine.p8");
}

#[test]
fn a_payload_that_was_replaced_can_be_brought_back() {
    let typed = after(
        State::default(),
        [
            Action::Edit(Field::Payload, "{\"mine\":1".to_owned()),
            Action::UseTemplate(article()),
        ],
    );
    assert_eq!(typed.form.payload, template::ARTICLE);
    let held = Rc::new(HeldKey {
        key: key(),
        source: DEMO_KEY.to_owned(),
    });
    let ringing = after(
        typed,
        [
            Action::StartDemo(Box::new(filled()), held),
            Action::UseTemplate(Box::new(template::list::all()[1].clone())),
        ],
    );
    // The second template, the demo, and the template before it are one step each.
    assert_eq!(
        after(ringing, [Action::Undo, Action::Undo, Action::Undo])
            .form
            .payload,
        "{\"mine\":1"
    );
    let chosen = after(State::default(), [Action::UseTemplate(article())]);
    assert!(
        !after(
            chosen,
            [Action::Undo, Action::UseTemplate(article()), Action::Undo]
        )
        .history
        .can_undo()
    );
}

#[test]
fn production_is_asked_about_once() {
    let asked = after(State::default(), [Action::AskProduction]);
    assert!(asked.asks_production);
    let declined = after(asked, [Action::AnswerProduction(false)]);
    assert!(!declined.asks_production && !declined.may_use_production);
    assert!(
        after(
            declined,
            [
                Action::AnswerProduction(true),
                Action::AnswerProduction(false)
            ]
        )
        .may_use_production
    );
}

#[test]
fn reports_speak_for_apns_the_relay_and_silence() {
    let push = filled().push(true, apns_id(), CLOCK).unwrap();
    let reply = |status, outcome: &str, body: &str| Reply {
        status,
        outcome: Some(outcome.to_owned()),
        body: body.to_owned(),
        ..Reply::default()
    };
    let report = |reply: &Reply| Report::of_reply(&push, reply, 12);

    assert_eq!(
        report(&reply(200, "accepted", "")).outcome,
        Outcome::Accepted
    );
    let rejected = report(&reply(
        403,
        "rejected",
        r#"{"reason":"InvalidProviderToken"}"#,
    ));
    assert_eq!(
        (rejected.outcome, rejected.reason.as_deref()),
        (Outcome::Rejected, Some("InvalidProviderToken"))
    );
    let unheard = report(&reply(418, "rejected", r#"{"reason":"Teapot"}"#));
    assert_eq!(unheard.reason.as_deref(), Some("Teapot"));
    let problem = report(&reply(
        502,
        "not-sent",
        r#"{"code":"cannot_connect","title":"Cannot connect.","detail":"Check the network."}"#,
    ));
    assert_eq!(
        (problem.outcome, problem.cause.unwrap().to_string().as_str()),
        (Outcome::NotSent, "Cannot connect.")
    );
    // Something between page and relay that does not say how it ended.
    let stranger = Report::of_reply(
        &push,
        &Reply {
            status: 504,
            body: "<html>".to_owned(),
            ..Reply::default()
        },
        1,
    );
    assert_eq!(stranger.outcome, Outcome::Unknown);

    let silences = [
        (Silence::NoRelay, Outcome::NotSent),
        (Silence::Broken, Outcome::Unknown),
        (Silence::TimedOut, Outcome::Unknown),
    ];
    for (silence, outcome) in silences {
        assert_eq!(Report::of_silence(&push, silence, 1).outcome, outcome);
    }
}

#[test]
fn phone_events_become_the_phones_screen() {
    let event = r#"{"state":"ringing","sentence":"It rings.","call":{"handle":{"path":"handle","value":"alice"},"caller_name":null,"has_video":{"path":"v","value":true}}}"#;
    let phone = PhoneView::read(&serde_json::from_str(event).unwrap()).unwrap();
    let call = phone.call.unwrap();
    assert_eq!(
        (
            phone.state.as_str(),
            call.title.as_str(),
            call.handle,
            call.video
        ),
        ("ringing", "alice", None, true)
    );
    assert_eq!(
        PhoneView::read(&json!({ "state": "idle" })).unwrap().call,
        None
    );
    assert_eq!(PhoneView::read(&json!({})), None);
}

#[test]
fn what_was_cleaned_up_is_a_note_and_what_can_be_mended_brings_its_text() {
    let finding = |field, text: &str| {
        let left = after(
            State::opening(Some(filled())),
            [Action::Edit(field, text.to_owned()), Action::Leave(field)],
        );
        left.finding(field).map(|finding| {
            (
                finding.code,
                finding.severity,
                finding.text().map(str::to_owned),
            )
        })
    };
    let fix = |text: &str| Some(text.to_owned());
    assert_eq!(finding(Field::DeviceToken, TOKEN), None);
    assert_eq!(
        finding(Field::DeviceToken, &TOKEN.to_uppercase()),
        Some(("token_capitals", Severity::Note, None))
    );
    assert_eq!(
        finding(Field::DeviceToken, &TOKEN[..38]),
        Some(("token_short", Severity::Warning, None))
    );
    let base64 = "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA=";
    assert_eq!(
        finding(Field::DeviceToken, base64),
        Some(("token_base64", Severity::Error, fix(TOKEN)))
    );
    assert_eq!(
        finding(Field::TeamId, "def123ghij"),
        Some(("team_case", Severity::Warning, fix("DEF123GHIJ")))
    );
    assert_eq!(
        finding(Field::BundleId, "ABCDE12345.com.acme.app"),
        Some(("topic_has_team", Severity::Warning, fix("com.acme.app")))
    );
    assert_eq!(
        finding(Field::BundleId, &"a".repeat(256)),
        Some(("topic_length", Severity::Error, None))
    );
}

#[test]
fn a_key_that_was_cleaned_up_says_so() {
    let text = include_str!("../fixtures/keys/rfc7515-openssl.p8");
    let offer = |text: &str| {
        after(
            State::default(),
            [Action::OfferKey(
                "a.p8".to_owned(),
                SigningKey::from_text(text),
            )],
        )
        .key_finding()
    };
    assert_eq!(offer(text), None);
    assert_eq!(
        offer(include_str!("../fixtures/keys/rfc7515-apple.p8")),
        None
    );
    let note = offer(&text.replace('\n', "\\n")).unwrap();
    assert_eq!(
        (note.code, note.severity),
        ("key_escaped_newlines", Severity::Note)
    );
}

#[test]
fn names_that_do_not_fit_the_key_file_are_pointed_out() {
    let held = [
        Action::OfferKey("AuthKey_KKKKKKKKKK.p8".to_owned(), Ok(key())),
        Action::Edit(Field::KeyId, "ABC123DEFG".to_owned()),
        Action::Leave(Field::KeyId),
        Action::Leave(Field::TeamId),
    ];
    let typed = after(State::opening(Some(filled())), held);
    let differs = typed.finding(Field::KeyId).unwrap();
    assert_eq!(
        (differs.code, differs.text()),
        ("key_id_differs", Some("KKKKKKKKKK"))
    );
    assert_eq!(typed.finding(Field::TeamId), None);
    let swapped = after(
        typed,
        [
            Action::Edit(Field::TeamId, "KKKKKKKKKK".to_owned()),
            Action::Leave(Field::TeamId),
        ],
    );
    let swapped = swapped.finding(Field::TeamId).unwrap();
    assert_eq!(
        (swapped.code, swapped.fix.map(|fix| fix.change)),
        ("ids_swapped", Some(Change::SwapIds))
    );
    assert!(
        filled().push(true, apns_id(), CLOCK).is_ok(),
        "warnings stop nothing"
    );
}

#[test]
fn remarks_come_worst_first_and_remember_used_calls() {
    let state = State::opening(Some(filled()));
    assert!(
        state
            .remarks()
            .iter()
            .all(|remark| remark.severity != Severity::Error),
        "the sample is right"
    );
    let again = after(state, [Action::End(Box::new(ended(&filled(), 200, "")))]);
    let used = again.remarks().remove(0);
    assert_eq!(
        (used.code, used.severity),
        ("call-id-used", Severity::Warning)
    );
    let fixed = after(again, [Action::Apply(used.fix.unwrap())]);
    assert!(fixed.form.payload.contains("{{uuid}}"));
    assert_eq!(after(fixed, [Action::Undo]).form.payload, template::ARTICLE);
}

/// Report of a send of this form that was answered.
fn ended(form: &Form, status: u16, reason: &str) -> Report {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let outcome = if status == 200 {
        "accepted"
    } else {
        "rejected"
    };
    let body = if reason.is_empty() {
        String::new()
    } else {
        format!("{{\"reason\":\"{reason}\"}}")
    };
    Report::of_reply(
        &push,
        &Reply {
            status,
            outcome: Some(outcome.to_owned()),
            body,
            ..Reply::default()
        },
        1,
    )
}

#[test]
fn a_rejection_is_explained_by_what_this_form_holds_and_what_worked_before() {
    let first = |state: &State| state.diagnoses[0].cause.id;
    let rejected = after(
        State::opening(Some(filled())),
        [Action::End(Box::new(ended(
            &filled(),
            400,
            "BadDeviceToken",
        )))],
    );
    assert_eq!(first(&rejected), "token-other-environment");
    let production = Form {
        environment: Environment::Production,
        ..filled()
    };
    let worked = after(
        State::opening(Some(production.clone())),
        [
            Action::End(Box::new(ended(&production, 200, ""))),
            Action::Choose(Environment::Sandbox),
            Action::End(Box::new(ended(&filled(), 400, "BadDeviceToken"))),
        ],
    );
    let known = &worked.diagnoses[0];
    assert_eq!(
        (known.cause.id, known.rank),
        ("token-other-environment", Rank::Certain)
    );
    let Some(diagnosis::Action::Fix(mend)) = known.actions.first().cloned() else {
        panic!("no click: {known:?}")
    };
    assert_eq!(
        after(worked, [Action::Apply(mend)]).form.environment,
        Environment::Production
    );
}

#[test]
fn a_call_is_no_earlier_call_to_itself() {
    let form = filled();
    let accepted = ended(&form, 200, "");
    let knows = |state: &State| {
        state
            .diagnoses
            .iter()
            .any(|found| found.cause.id == "call-id-used" && found.rank == Rank::Certain)
    };
    let once = after(
        State::opening(Some(form)),
        [Action::End(Box::new(accepted.clone()))],
    );
    assert!(!knows(&once), "{:?}", once.diagnoses);
    let phone = PhoneView {
        state: "ringing".to_owned(),
        ..PhoneView::default()
    };
    let once = after(once, [Action::Phone(phone)]);
    assert!(!knows(&once), "{:?}", once.diagnoses);
    assert!(knows(&after(once, [Action::End(Box::new(accepted))])));
}

#[test]
fn headers_of_the_form_are_sent_and_a_wrong_one_is_left_to_apns() {
    let form = Form {
        push_type: PushType::Background,
        priority: String::new(),
        expiration: "in 30 s".to_owned(),
        collapse_id: "calls".to_owned(),
        ..filled()
    };
    let pairs = form.push(true, apns_id(), CLOCK).unwrap().headers.pairs();
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(other, _)| *other == name)
            .unwrap()
            .1
            .as_str()
    };
    assert_eq!(value("apns-topic"), "com.example.calls");
    assert_eq!(
        (value("apns-push-type"), value("apns-priority")),
        ("background", "5")
    );
    assert_eq!(
        (value("apns-expiration"), value("apns-collapse-id")),
        ("1700000030", "calls")
    );
    let odd = Form {
        priority: "eleven".to_owned(),
        ..filled()
    };
    assert_eq!(
        odd.push(true, apns_id(), CLOCK).unwrap().headers.priority,
        "eleven"
    );
    assert_eq!(
        odd.finding(Field::Priority, CLOCK).unwrap().severity,
        Severity::Error
    );
    let foreign = Form {
        collapse_id: "é".to_owned(),
        ..filled()
    };
    assert_eq!(
        foreign.push(true, apns_id(), CLOCK).unwrap_err().fields,
        [Field::CollapseId]
    );
}

#[test]
fn a_template_brings_its_app_and_undo_takes_it_back() {
    let telnyx = template::list::all()
        .iter()
        .find(|template| template.id == "telnyx-ios")
        .unwrap()
        .clone();
    let values = Values {
        uuid: Uuid::from_random_bytes([1; 16]),
        now_ms: 1_700_000_000_000,
        counter: 1,
        device: None,
    };
    let typed = after(
        State::default(),
        [
            Action::Draw(values),
            Action::Edit(Field::Payload, "{\"mine\": 1}".to_owned()),
        ],
    );
    let chosen = after(typed, [Action::UseTemplate(Box::new(telnyx))]);
    assert_eq!(chosen.form.app, "telnyx-ios");
    let preview = chosen.filled().preview().unwrap();
    assert!(
        matches!(preview.state, PhoneState::Ringing(_)),
        "{preview:?}"
    );
    let draft = form_of(&Draft::of(&chosen.form).to_text()).unwrap();
    assert_eq!(draft, chosen.form);
    let back = after(chosen, [Action::Undo]);
    assert_eq!(back.form.app, "");
    assert_eq!(back.form.payload, "{\"mine\": 1}");
}

#[test]
fn what_is_too_large_for_the_editor_is_held_back() {
    assert_eq!(OversizedPaste::back("x", &"é".repeat(32 * 1024)), None);
    let oversized = OversizedPaste::back("x", &"é".repeat(32 * 1024 + 1)).unwrap();
    assert_eq!(
        (oversized.bytes, oversized.start.len()),
        (64 * 1024 + 2, 4096)
    );
    let state = after(
        State::default(),
        [Action::Oversized(Some(oversized)), Action::Oversized(None)],
    );
    assert_eq!(state.oversized, None);
    assert_eq!(state.form.payload, template::ARTICLE);
}

#[test]
fn a_stream_that_was_closed_for_another_stays_closed_until_it_is_open_again() {
    let state = State::default().reduce(Action::Relay(RelayLink::Displaced));
    let state = state.reduce(Action::RelayInfo(Default::default()));
    assert_eq!(
        state.relay,
        RelayLink::Displaced,
        "that the relay answers says nothing of the stream"
    );
    let state = state.reduce(Action::Relay(RelayLink::Up));
    assert_eq!(state.relay, RelayLink::Up);
    let state = state.reduce(Action::RelayInfo(Default::default()));
    assert_eq!(state.relay, RelayLink::Up);
}
