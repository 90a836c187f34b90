//! The page's state, without a browser: actions in, state out.

#![allow(clippy::unwrap_used)]

use std::rc::Rc;

use serde_json::json;
use trill::apns::PushType;
use trill::apns::expiration::Clock;
use trill::apns::uuid::Uuid;
use trill::apns::{ApnsId, Environment, Outcome, SigningKey};
use trill::app::action::Action;
use trill::app::drawer::{self, Change};
use trill::app::form::{Field, Form, Severity};
use trill::app::held::Held;
use trill::app::offers::Offers;
use trill::app::phone_view::PhoneView;
use trill::app::report::{Reply, Report, Silence};
use trill::app::state::{DEMO_KEY, DEMO_TEAM_ID, HeldKey, State};
use trill::call::PhoneState;
use trill::call::diagnosis::{self, Rank};
use trill::call::placeholder::Values;
use trill::call::template::{self, Template};

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

const CLOCK: Clock = Clock { now: 1_700_000_000, utc_offset: 0 };

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

#[test]
fn a_draft_survives_and_holds_no_key() {
    let state = after(State::opening(Some(filled())), [Action::OfferKey("AuthKey_KKKKKKKKKK.p8".to_owned(), Ok(key()))]);
    let draft = state.form.to_draft();
    assert_eq!(Form::from_draft(&draft), Some(state.form));
    assert!(!draft.contains("AuthKey") && !draft.contains("01010101"));
    for elsewhere in ["moon", "simulator-production"] {
        assert_eq!(Form::from_draft(&format!("{{\"environment\":\"{elsewhere}\"}}")), Some(Form::default()));
    }
    assert_eq!(Form::from_draft("nonsense"), None);
}

#[test]
fn a_dropped_key_brings_its_key_id() {
    let state = after(State::default(), [Action::OfferKey("AuthKey_ABC123DEFG.p8".to_owned(), Ok(key()))]);
    assert_eq!(state.form.key_id, "ABC123DEFG");
    let state = after(state, [Action::OfferKey("other.p8".to_owned(), Ok(key()))]);
    assert_eq!(state.form.key_id, "ABC123DEFG");
}

#[test]
fn a_wrong_file_is_no_reason_to_lose_the_key_that_works() {
    let wrong = SigningKey::from_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----");
    let state = after(State::default(), [Action::OfferKey("a.p8".to_owned(), Ok(key())), Action::OfferKey("b.pem".to_owned(), wrong)]);
    assert!(state.key.is_some());
    assert_eq!(state.key_finding().unwrap().rule, "key_is_cert");
}

#[test]
fn only_what_cannot_be_sent_stops_a_send() {
    assert!(filled().push(true, apns_id(), CLOCK).is_ok());
    let stopped = |form: Form, has_key| form.push(has_key, apns_id(), CLOCK).unwrap_err();
    assert!(stopped(filled(), false).no_key);
    assert_eq!(stopped(Form { team_id: " ".to_owned(), ..filled() }, true).fields, [Field::TeamId]);
    assert_eq!(stopped(Form { device_token: "xyz".to_owned(), ..filled() }, true).fields, [Field::DeviceToken]);
    for payload in ["[]", "{", "", &format!("{{\"a\":\"{}\"}}", "a".repeat(5113))] {
        assert_eq!(stopped(Form { payload: payload.to_owned(), ..filled() }, true).fields, [Field::Payload]);
    }
    // APNs has the last word about the rest.
    let odd = Form { key_id: "short".to_owned(), bundle_id: String::new(), device_token: "ab".repeat(40), ..filled() };
    assert_eq!(odd.push(true, apns_id(), CLOCK).unwrap().headers.topic, None);
}

#[test]
fn nobody_is_corrected_while_still_typing() {
    let typing = after(State::default(), [Action::Edit(Field::DeviceToken, "xy".to_owned())]);
    assert_eq!(typing.finding(Field::DeviceToken), None);
    let left = after(typing, [Action::Leave(Field::DeviceToken)]);
    assert_eq!(left.finding(Field::DeviceToken).unwrap().rule, "token_char");
    let again = after(left, [Action::Edit(Field::DeviceToken, "x".to_owned())]);
    assert_eq!(again.finding(Field::DeviceToken), None);
    let passed_by = after(State::default(), [Action::Leave(Field::TeamId)]);
    assert_eq!(passed_by.finding(Field::TeamId), None);
}

#[test]
fn a_stopped_send_says_what_stopped_it() {
    let stops = Form::default().push(false, apns_id(), CLOCK).unwrap_err();
    let state = after(State::default(), [Action::Stop(stops)]);
    assert_eq!(state.key_finding().unwrap().rule, "key_missing");
    assert_eq!(state.finding(Field::DeviceToken).unwrap().rule, "token_missing");
    assert_eq!(state.finding(Field::TeamId).unwrap().rule, "team_missing");
}

#[test]
fn the_demo_puts_the_visitors_values_by() {
    let demo = || Form { team_id: DEMO_TEAM_ID.to_owned(), environment: Environment::Simulator, ..filled() };
    let held = || Rc::new(HeldKey { key: key(), source: DEMO_KEY.to_owned() });
    let first_visit = after(State::default(), [Action::StartDemo(Box::new(demo()), held())]);
    assert!(first_visit.set_aside.is_none() && first_visit.is_demo());

    let mine = after(State::opening(Some(filled())), [Action::OfferKey("mine.p8".to_owned(), Ok(key()))]);
    let ringing = after(mine, [Action::StartDemo(Box::new(demo()), held()), Action::StartDemo(Box::new(demo()), held())]);
    let back = after(ringing, [Action::BringBack]);
    assert_eq!(back.form, filled());
    assert_eq!(back.key.unwrap().source, "mine.p8");
}

#[test]
fn a_payload_that_was_replaced_can_be_brought_back() {
    let typed = after(State::default(), [Action::Edit(Field::Payload, "{\"mine\":1".to_owned()), Action::UseTemplate(article())]);
    assert_eq!(typed.form.payload, template::ARTICLE);
    let held = Rc::new(HeldKey { key: key(), source: DEMO_KEY.to_owned() });
    let ringing = after(typed, [Action::StartDemo(Box::new(filled()), held), Action::UseTemplate(article())]);
    assert_eq!(after(ringing, [Action::Undo]).form.payload, "{\"mine\":1");
    assert_eq!(after(State::default(), [Action::UseTemplate(article())]).replaced, None);
}

#[test]
fn production_is_asked_about_once() {
    let asked = after(State::default(), [Action::AskProduction]);
    assert!(asked.asks_production);
    let declined = after(asked, [Action::AnswerProduction(false)]);
    assert!(!declined.asks_production && !declined.may_use_production);
    assert!(after(declined, [Action::AnswerProduction(true), Action::AnswerProduction(false)]).may_use_production);
}

#[test]
fn reports_speak_for_apns_the_relay_and_silence() {
    let push = filled().push(true, apns_id(), CLOCK).unwrap();
    let reply =
        |status, outcome: &str, body: &str| Reply { status, outcome: Some(outcome.to_owned()), body: body.to_owned(), ..Reply::default() };
    let report = |reply: &Reply| Report::of_reply(&push, reply, 12);

    assert_eq!(report(&reply(200, "accepted", "")).outcome, Outcome::Accepted);
    let rejected = report(&reply(403, "rejected", r#"{"reason":"InvalidProviderToken"}"#));
    assert_eq!((rejected.outcome, rejected.reason.as_deref()), (Outcome::Rejected, Some("InvalidProviderToken")));
    let unheard = report(&reply(418, "rejected", r#"{"reason":"Teapot"}"#));
    assert_eq!(unheard.reason.as_deref(), Some("Teapot"));
    let problem = report(&reply(502, "not-sent", r#"{"code":"cannot_connect","title":"Cannot connect.","detail":"Check the network."}"#));
    assert_eq!((problem.outcome, problem.cause.unwrap().to_string().as_str()), (Outcome::NotSent, "Cannot connect."));
    // Something between page and relay that does not say how it ended.
    let stranger = Report::of_reply(&push, &Reply { status: 504, body: "<html>".to_owned(), ..Reply::default() }, 1);
    assert_eq!(stranger.outcome, Outcome::Unknown);

    let silences = [(Silence::NoRelay, Outcome::NotSent), (Silence::Broken, Outcome::Unknown), (Silence::TimedOut, Outcome::Unknown)];
    for (silence, outcome) in silences {
        assert_eq!(Report::of_silence(&push, silence, 1).outcome, outcome);
    }
}

#[test]
fn phone_events_become_the_phones_screen() {
    let event = r#"{"state":"ringing","sentence":"It rings.","call":{"handle":{"path":"handle","value":"alice"},"caller_name":null,"has_video":{"path":"v","value":true}}}"#;
    let phone = PhoneView::read(&serde_json::from_str(event).unwrap()).unwrap();
    let call = phone.call.unwrap();
    assert_eq!((phone.state.as_str(), call.title.as_str(), call.handle, call.video), ("ringing", "alice", None, true));
    assert_eq!(PhoneView::read(&json!({ "state": "idle" })).unwrap().call, None);
    assert_eq!(PhoneView::read(&json!({})), None);
}

#[test]
fn what_was_cleaned_up_is_a_note_and_what_can_be_mended_brings_its_text() {
    let finding = |field, text: &str| {
        let left = after(State::opening(Some(filled())), [Action::Edit(field, text.to_owned()), Action::Leave(field)]);
        left.finding(field).map(|finding| (finding.rule, finding.severity, finding.fix))
    };
    let fix = |text: &str| Some(text.to_owned());
    assert_eq!(finding(Field::DeviceToken, TOKEN), None);
    assert_eq!(finding(Field::DeviceToken, &TOKEN.to_uppercase()), Some(("token_capitals", Severity::Note, None)));
    assert_eq!(finding(Field::DeviceToken, &TOKEN[..40]), Some(("token_short", Severity::Warning, None)));
    let base64 = "APwTrf94USK0rSiAmjQgmCNBJBQhNICXh45XfJkd6PA=";
    assert_eq!(finding(Field::DeviceToken, base64), Some(("token_base64", Severity::Error, fix(TOKEN))));
    assert_eq!(finding(Field::TeamId, "def123ghij"), Some(("team_case", Severity::Warning, fix("DEF123GHIJ"))));
    assert_eq!(finding(Field::BundleId, "ABCDE12345.com.acme.app"), Some(("topic_has_team", Severity::Warning, fix("com.acme.app"))));
    assert_eq!(finding(Field::BundleId, &"a".repeat(256)), Some(("topic_length", Severity::Error, None)));
}

#[test]
fn a_key_that_was_cleaned_up_says_so() {
    let text = include_str!("fixtures/keys/rfc7515-openssl.p8");
    let offer = |text: &str| after(State::default(), [Action::OfferKey("a.p8".to_owned(), SigningKey::from_text(text))]).key_finding();
    assert_eq!(offer(text), None);
    assert_eq!(offer(include_str!("fixtures/keys/rfc7515-apple.p8")), None);
    let note = offer(&text.replace('\n', "\\n")).unwrap();
    assert_eq!((note.rule, note.severity), ("key_escaped_newlines", Severity::Note));
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
    assert_eq!((differs.rule, differs.fix.as_deref()), ("key_id_differs", Some("KKKKKKKKKK")));
    assert_eq!(typed.finding(Field::TeamId), None);
    let swapped = after(typed, [Action::Edit(Field::TeamId, "KKKKKKKKKK".to_owned()), Action::Leave(Field::TeamId)]);
    let swapped = swapped.finding(Field::TeamId).unwrap();
    assert_eq!((swapped.rule, swapped.fix.as_deref()), ("ids_swapped", Some("ABC123DEFG")));
    assert!(filled().push(true, apns_id(), CLOCK).is_ok(), "warnings stop nothing");
}

#[test]
fn remarks_come_worst_first_and_remember_used_calls() {
    let state = State::opening(Some(filled()));
    assert!(state.remarks().iter().all(|remark| remark.severity != Severity::Error), "the sample is right");
    let again = after(state, [Action::End(Box::new(ended(&filled(), 200, "")))]);
    let used = again.remarks().remove(0);
    assert_eq!((used.rule, used.severity), ("call-id-used", Severity::Error));
    let (_, mend) = used.action.unwrap();
    let mended = after(again, [mend]);
    assert!(mended.form.payload.contains("{{uuid}}"));
    assert_eq!(after(mended, [Action::Undo]).form.payload, template::ARTICLE);
}

/// How a send of this form ended.
fn ended(form: &Form, status: u16, reason: &str) -> Report {
    let push = form.push(true, apns_id(), CLOCK).unwrap();
    let outcome = if status == 200 { "accepted" } else { "rejected" };
    let body = if reason.is_empty() { String::new() } else { format!("{{\"reason\":\"{reason}\"}}") };
    Report::of_reply(&push, &Reply { status, outcome: Some(outcome.to_owned()), body, ..Reply::default() }, 1)
}

#[test]
fn a_rejection_is_explained_by_what_this_form_holds_and_what_worked_before() {
    let first = |state: &State| state.diagnoses[0].id;
    let rejected = after(State::opening(Some(filled())), [Action::End(Box::new(ended(&filled(), 400, "BadDeviceToken")))]);
    assert_eq!(first(&rejected), "token-other-environment");
    let production = Form { environment: Environment::Production, ..filled() };
    let worked = after(
        State::opening(Some(production.clone())),
        [
            Action::End(Box::new(ended(&production, 200, ""))),
            Action::Choose(Environment::Sandbox),
            Action::End(Box::new(ended(&filled(), 400, "BadDeviceToken"))),
        ],
    );
    let known = &worked.diagnoses[0];
    assert_eq!((known.id, known.rank), ("token-other-environment", Rank::Certain));
    let Some(diagnosis::Action::Mend(mend)) = known.actions.first().cloned() else { panic!("no click: {known:?}") };
    assert_eq!(after(worked, [Action::Mend(mend)]).form.environment, Environment::Production);
}

#[test]
fn a_call_is_no_earlier_call_to_itself() {
    let form = filled();
    let accepted = ended(&form, 200, "");
    let knows = |state: &State| state.diagnoses.iter().any(|found| found.id == "call-id-used" && found.rank == Rank::Certain);
    let once = after(State::opening(Some(form)), [Action::End(Box::new(accepted.clone()))]);
    assert!(!knows(&once), "{:?}", once.diagnoses);
    let phone = PhoneView { state: "ringing".to_owned(), ..PhoneView::default() };
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
    let value = |name: &str| pairs.iter().find(|(other, _)| *other == name).unwrap().1.as_str();
    assert_eq!(value("apns-topic"), "com.example.calls");
    assert_eq!((value("apns-push-type"), value("apns-priority")), ("background", "5"));
    assert_eq!((value("apns-expiration"), value("apns-collapse-id")), ("1700000030", "calls"));
    let odd = Form { priority: "eleven".to_owned(), ..filled() };
    assert_eq!(odd.push(true, apns_id(), CLOCK).unwrap().headers.priority, "eleven");
    assert_eq!(odd.finding(Field::Priority, CLOCK).unwrap().severity, Severity::Error);
    let foreign = Form { collapse_id: "é".to_owned(), ..filled() };
    assert_eq!(foreign.push(true, apns_id(), CLOCK).unwrap_err().fields, [Field::CollapseId]);
}

#[test]
fn a_template_brings_its_mapping_and_undo_takes_it_back() {
    let telnyx = template::list::all().iter().find(|template| template.id == "vonage").unwrap().clone();
    let values = Values { uuid: Uuid::from_random_bytes([1; 16]), now_ms: 1_700_000_000_000, counter: 1, device: None };
    let typed = after(State::default(), [Action::Draw(values), Action::Edit(Field::Payload, "{\"mine\": 1}".to_owned())]);
    let chosen = after(typed, [Action::UseTemplate(Box::new(telnyx))]);
    assert!(!chosen.form.mapping().is_automatic());
    let preview = chosen.filled().preview().unwrap();
    assert!(matches!(preview.state, PhoneState::Ringing(_)), "{preview:?}");
    let draft = Form::from_draft(&chosen.form.to_draft()).unwrap();
    assert_eq!(draft, chosen.form);
    let back = after(chosen, [Action::Undo]);
    assert!(back.form.mapping().is_automatic());
    assert_eq!(back.form.payload, "{\"mine\": 1}");
}

#[test]
fn what_is_too_large_for_the_editor_is_held_back() {
    assert_eq!(Held::back("x", &"é".repeat(32 * 1024)), None);
    let held = Held::back("x", &"é".repeat(32 * 1024 + 1)).unwrap();
    assert_eq!((held.bytes, held.start.len()), (64 * 1024 + 2, 4096));
    let state = after(State::default(), [Action::Hold(Some(held)), Action::Hold(None)]);
    assert_eq!(state.held, None);
    assert_eq!(state.form.payload, template::ARTICLE);
}

#[test]
fn the_drawer_is_closed_at_first_and_shows_more_of_nothing() {
    let state = State::default();
    assert!(!state.drawer.is_open);
    assert_eq!(state.drawer.chosen, ["-", "-"]);
    let state = state.reduce(Action::Drawer(Change::Toggle)).reduce(Action::Drawer(Change::Choose(1, "7".to_owned())));
    assert!(state.drawer.is_open);
    assert_eq!(state.drawer.chosen, ["-", "7"]);
    assert!(!state.reduce(Action::Drawer(Change::Toggle)).drawer.is_open);
}

#[test]
fn a_refusal_stands_until_the_next_answer_and_the_sketch_stays() {
    let state = State::default().reduce(Action::Drawer(Change::Draw(json!(["p", {}, "a"]))));
    let state = state.reduce(Action::Drawer(Change::Answer("It is not so.".to_owned())));
    assert_eq!((state.drawer.refusal.as_str(), &state.drawer.sketch[2]), ("It is not so.", &json!("a")));
    assert_eq!(state.reduce(Action::Drawer(Change::Answer(String::new()))).drawer.refusal, "");
}

#[test]
fn an_order_is_filled_in_with_the_values_of_its_fields() {
    let pieces = ["[{", "fault", ",\"next\":", "times", "}]"].map(str::to_owned);
    assert_eq!(drawer::body(&pieces, |id| ["<", id, ">"].concat()), "[{<fault>,\"next\":<times>}]");
    assert_eq!(drawer::body(&pieces[..1], |_| unreachable!()), "[{");
    assert_eq!(drawer::body(&[], |_| unreachable!()), "");
}

/// A relay that lets this page in and offers this.
fn offering(mut offers: serde_json::Value) -> Action {
    offers["access"] = json!({ "mode": "open", "granted": true });
    Action::Offer(Offers::new(offers))
}

fn certificate(topics: &[&str], environments: &[&str]) -> Action {
    offering(json!({ "identities": [{ "name": "calls", "topics": topics, "environments": environments }] }))
}

#[test]
fn with_a_certificate_no_key_is_needed() {
    let form = Form { certificate: "calls".to_owned(), key_id: String::new(), team_id: String::new(), ..filled() };
    assert!(form.push(false, apns_id(), CLOCK).is_ok());
    let stops = Form { device_token: String::new(), ..form.clone() }.push(false, apns_id(), CLOCK).unwrap_err();
    assert_eq!((stops.no_key, stops.fields), (false, vec![Field::DeviceToken]));
    assert_eq!(Form::from_draft(&form.to_draft()).unwrap().certificate, "calls");

    let state = after(State::opening(Some(form)), [certificate(&["com.example.calls.voip"], &["sandbox", "production"])]);
    assert!(state.certificate().is_some() && state.remarks().iter().all(|remark| !remark.rule.starts_with("certificate")));
    // Not asked yet is not gone; gone is gone.
    let unheard = after(state.clone(), [Action::Offer(Offers::new(json!({ "access": { "mode": "token", "granted": false } })))]);
    assert_eq!(unheard.form.certificate, "calls");
    assert_eq!(after(unheard, [offering(json!({ "identities": [] }))]).form.certificate, "");
    // Whoever brings a key wants it to sign.
    assert_eq!(after(state, [Action::OfferKey("a.p8".to_owned(), Ok(key()))]).form.certificate, "");
}

#[test]
fn a_certificate_outside_what_it_is_for_is_a_warning_with_a_click() {
    let form = Form { certificate: "calls".to_owned(), bundle_id: "com.example.other".to_owned(), ..filled() };
    let state = after(State::opening(Some(form)), [certificate(&["com.example.calls", "com.example.calls.voip"], &["production"])]);
    let found = |rule: &str| state.remarks().into_iter().find(|remark| remark.rule == rule).unwrap();
    let (topic, environment) = (found("certificate-not-for-topic"), found("certificate-other-environment"));
    assert_eq!((topic.severity, environment.severity), (Severity::Warning, Severity::Warning));
    let mended = after(state.clone(), [topic.action.unwrap().1, environment.action.unwrap().1]);
    assert_eq!((mended.form.bundle_id.as_str(), mended.form.environment), ("com.example.calls", Environment::Production));
    assert!(mended.remarks().iter().all(|remark| !remark.rule.starts_with("certificate")));
    // The simulator stands for sandbox; no real phone is a remedy for it. And policy may leave none.
    let in_simulator = after(state.clone(), [Action::Choose(Environment::Simulator)]);
    assert!(in_simulator.remarks().iter().any(|remark| remark.rule == "certificate-other-environment" && remark.action.is_none()));
    let offers = json!({
        "identities": [{ "name": "calls", "topics": ["com.example.other.voip"], "environments": ["production"] }],
        "policy": { "environments": { "production": "off" } },
    });
    let off = after(state, [offering(offers)]);
    assert!(off.remarks().iter().any(|remark| remark.rule == "certificate-other-environment" && remark.action.is_none()));
}

#[test]
fn a_rejected_certificate_is_explained_by_its_topics() {
    let form = Form { certificate: "calls".to_owned(), ..filled() };
    let report = ended(&form, 400, "TopicDisallowed");
    let offered = certificate(&["com.example.other.voip"], &["sandbox"]);
    let state = after(State::opening(Some(form)), [offered, Action::End(Box::new(report))]);
    assert_eq!((state.diagnoses[0].id, state.diagnoses[0].rank), ("certificate-not-for-topic", Rank::Certain));
}

#[test]
fn what_policy_turns_off_is_left_and_production_asks_unless_it_is_allowed() {
    let production = || State::opening(Some(Form { environment: Environment::Production, ..filled() }));
    let policy = |word: &str| offering(json!({ "policy": { "environments": { "production": word } } }));
    assert_eq!(after(production(), [policy("off")]).form.environment, Environment::Simulator);
    assert!(production().must_ask() && after(production(), [policy("confirm")]).must_ask());
    assert!(!after(production(), [policy("allowed")]).must_ask());
    assert!(!after(production(), [policy("confirm"), Action::AnswerProduction(true)]).must_ask());
}

#[test]
fn a_preset_sets_what_it_names_and_undo_takes_exactly_that_back() {
    let presets = json!([
        { "name": "one", "environment": "production", "key_id": "K", "device_token": "ab", "push_type": "alert", "payload": "{}" },
        { "name": "two", "environment": "simulator-production", "bundle_id": 7 },
    ]);
    let before = Form { certificate: "calls".to_owned(), ..filled() };
    let offers = json!({ "presets": presets, "identities": [{ "name": "calls" }] });
    let state = after(State::opening(Some(before.clone())), [offering(offers), Action::UsePreset("one".to_owned())]);
    let expected = Form {
        environment: Environment::Production,
        push_type: PushType::Alert,
        certificate: String::new(),
        key_id: "K".to_owned(),
        device_token: "ab".to_owned(),
        payload: "{}".to_owned(),
        ..before.clone()
    };
    assert_eq!(state.form, expected);
    let typed = after(state.clone(), [Action::Edit(Field::BundleId, "later".to_owned()), Action::Undo]);
    assert_eq!(typed.form, Form { bundle_id: "later".to_owned(), ..before });
    // What cannot be chosen here is not.
    let untouched = after(state.clone(), [Action::UsePreset("two".to_owned()), Action::UsePreset("three".to_owned())]);
    assert_eq!(untouched.form, state.form);
}

#[test]
fn only_where_it_was_refused_a_push_has_to_wait() {
    let push = filled().push(true, apns_id(), CLOCK).unwrap();
    let body = r#"{"code":"device_rate","title":"Too many.","detail":"Wait."}"#.to_owned();
    let reply = Reply { status: 429, outcome: Some("not-sent".to_owned()), retry_after: Some(12), body, ..Reply::default() };
    let report = Report::of_reply(&push, &reply, 1);
    assert_eq!((report.outcome, report.cause.as_ref().unwrap().to_string().as_str()), (Outcome::NotSent, "Too many."));
    let state = after(State::opening(Some(filled())), [Action::End(Box::new(report))]);
    assert_eq!(state.waiting(), 12);
    assert_eq!(after(state.clone(), [Action::Wait(3)]).waiting(), 3);
    assert_eq!(after(state, [Action::Choose(Environment::Simulator)]).waiting(), 0);
}

#[test]
fn without_access_nothing_is_granted_and_an_older_relay_grants_everything() {
    let offers = |value| Offers::new(value);
    assert!(!Offers::default().is_granted() && !Offers::default().is_refused());
    let refused = offers(json!({ "version": "1", "access": { "mode": "proxy", "granted": false } }));
    assert!(!refused.is_granted() && refused.is_refused() && refused.mode() == "proxy");
    let older = offers(json!({ "version": "1", "access": { "mode": "open" } }));
    assert!(older.is_granted() && older.dangers().is_empty() && older.user().is_none());
}
