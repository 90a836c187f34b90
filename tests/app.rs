//! The page's state, without a browser: actions in, state out.

#![allow(clippy::unwrap_used)]

use std::rc::Rc;

use trill::apns::{ApnsId, Environment, Outcome, SigningKey};
use trill::app::form::{Field, Form, Severity};
use trill::app::report::{Reply, Report, Silence};
use trill::app::state::{Action, DEMO_KEY, DEMO_TEAM_ID, HeldKey, PhoneView, State};
use trill::call::template;

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

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
    }
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
    assert_eq!(Form::from_draft("{\"environment\":\"moon\"}"), Some(Form::default()));
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
    assert!(filled().push(true, apns_id()).is_ok());
    let stopped = |form: Form, has_key| form.push(has_key, apns_id()).unwrap_err();
    assert!(stopped(filled(), false).no_key);
    assert_eq!(stopped(Form { team_id: " ".to_owned(), ..filled() }, true).fields, [Field::TeamId]);
    assert_eq!(stopped(Form { device_token: "xyz".to_owned(), ..filled() }, true).fields, [Field::DeviceToken]);
    for payload in ["[]", "{", "", &format!("{{\"a\":\"{}\"}}", "a".repeat(5113))] {
        assert_eq!(stopped(Form { payload: payload.to_owned(), ..filled() }, true).fields, [Field::Payload]);
    }
    // APNs has the last word about the rest.
    let odd = Form { key_id: "short".to_owned(), bundle_id: String::new(), device_token: "ab".repeat(40), ..filled() };
    assert_eq!(odd.push(true, apns_id()).unwrap().headers.topic, None);
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
    let stops = Form::default().push(false, apns_id()).unwrap_err();
    let state = after(State::default(), [Action::Stop(stops)]);
    assert_eq!(state.key_finding().unwrap().rule, "key_missing");
    assert_eq!(state.finding(Field::DeviceToken).unwrap().rule, "token_missing");
    assert_eq!(state.finding(Field::TeamId).unwrap().rule, "team_missing");
}

#[test]
fn the_demo_puts_the_visitors_values_by() {
    let demo = || Form { team_id: DEMO_TEAM_ID.to_owned(), environment: Environment::Simulator, ..filled() };
    let held = || Rc::new(HeldKey { key: key(), source: DEMO_KEY.to_owned() });
    let first_visit = after(State::default(), [Action::StartDemo(demo(), held())]);
    assert!(first_visit.set_aside.is_none() && first_visit.is_demo());

    let mine = after(State::opening(Some(filled())), [Action::OfferKey("mine.p8".to_owned(), Ok(key()))]);
    let ringing = after(mine, [Action::StartDemo(demo(), held()), Action::StartDemo(demo(), held())]);
    let back = after(ringing, [Action::BringBack]);
    assert_eq!(back.form, filled());
    assert_eq!(back.key.unwrap().source, "mine.p8");
}

#[test]
fn a_payload_that_was_replaced_can_be_brought_back() {
    let typed = after(State::default(), [Action::Edit(Field::Payload, "{\"mine\":1".to_owned()), Action::UseTemplate(template::ARTICLE)]);
    assert_eq!(typed.form.payload, template::ARTICLE);
    let held = Rc::new(HeldKey { key: key(), source: DEMO_KEY.to_owned() });
    let ringing = after(typed, [Action::StartDemo(filled(), held), Action::UseTemplate(template::ARTICLE)]);
    assert_eq!(after(ringing, [Action::Undo]).form.payload, "{\"mine\":1");
    assert_eq!(after(State::default(), [Action::UseTemplate(template::ARTICLE)]).replaced, None);
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
    let push = filled().push(true, apns_id()).unwrap();
    let reply =
        |status, outcome: &str, body: &str| Reply { status, outcome: Some(outcome.to_owned()), unique_id: None, body: body.to_owned() };
    let report = |reply: &Reply| Report::of_reply(&push, reply, 12);

    assert_eq!(report(&reply(200, "accepted", "")).outcome, Outcome::Accepted);
    let rejected = report(&reply(403, "rejected", r#"{"reason":"InvalidProviderToken"}"#));
    assert_eq!((rejected.outcome, rejected.reason.as_deref()), (Outcome::Rejected, Some("InvalidProviderToken")));
    assert!(rejected.remedy.contains("Key ID"));
    let unheard = report(&reply(418, "rejected", r#"{"reason":"Teapot"}"#));
    assert_eq!(unheard.reason.as_deref(), Some("Teapot"));
    let problem = report(&reply(502, "not-sent", r#"{"code":"cannot_connect","title":"Cannot connect.","detail":"Check the network."}"#));
    assert_eq!((problem.outcome, problem.cause.as_str()), (Outcome::NotSent, "Cannot connect."));
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
    let phone = PhoneView::read(event).unwrap();
    let call = phone.call.unwrap();
    assert_eq!((phone.state.as_str(), call.title.as_str(), call.handle, call.video), ("ringing", "alice", None, true));
    assert_eq!(PhoneView::read(r#"{"state":"idle"}"#).unwrap().call, None);
    assert_eq!(PhoneView::read("{}"), None);
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
    assert!(filled().push(true, apns_id()).is_ok(), "warnings stop nothing");
}
