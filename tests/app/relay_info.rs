//! The answer of `GET /api/relay`: certificates, access, policy and presets, as far as a relay has
//! them.

use serde_json::json;
use trill::apns::{Environment, Outcome, PushType};
use trill::app::action::Action;
use trill::app::draft::Draft;
use trill::app::form::{Field, Form, Severity};
use trill::app::relay_info::RelayInfo;
use trill::app::report::{Reply, Report};
use trill::app::state::State;
use trill::diagnosis::Rank;

use super::{CLOCK, after, apns_id, ended, filled, key};

/// The answer of a relay that lets this page in, with this beside it.
fn offering(mut info: serde_json::Value) -> Action {
    info["access"] = json!({ "mode": "open", "granted": true });
    Action::RelayInfo(RelayInfo::new(info))
}

fn certificate(topics: &[&str], environments: &[&str]) -> Action {
    offering(
        json!({ "identities": [{ "name": "calls", "topics": topics, "environments": environments }] }),
    )
}

#[test]
fn with_a_certificate_no_key_is_needed() {
    let form = Form {
        certificate: "calls".to_owned(),
        key_id: String::new(),
        team_id: String::new(),
        ..filled()
    };
    assert!(form.push(false, apns_id(), CLOCK).is_ok());
    let stops = Form {
        device_token: String::new(),
        ..form.clone()
    }
    .push(false, apns_id(), CLOCK)
    .unwrap_err();
    assert_eq!(
        (stops.no_key, stops.fields),
        (false, vec![Field::DeviceToken])
    );
    assert_eq!(
        Draft::read(&Draft::of(&form).to_text())
            .unwrap()
            .form()
            .certificate,
        "calls"
    );

    let state = after(
        State::opening(Some(form)),
        [certificate(
            &["com.example.calls.voip"],
            &["sandbox", "production"],
        )],
    );
    assert!(
        state.certificate().is_some()
            && state
                .remarks()
                .iter()
                .all(|remark| !remark.code.starts_with("certificate"))
    );
    // Not asked yet is not gone; gone is gone.
    let unheard = after(
        state.clone(),
        [Action::RelayInfo(RelayInfo::new(
            json!({ "access": { "mode": "token", "granted": false } }),
        ))],
    );
    assert_eq!(unheard.form.certificate, "calls");
    assert_eq!(
        after(unheard, [offering(json!({ "identities": [] }))])
            .form
            .certificate,
        ""
    );
    // A user who brings a key wants it to sign.
    assert_eq!(
        after(state, [Action::OfferKey("a.p8".to_owned(), Ok(key()))])
            .form
            .certificate,
        ""
    );
}

#[test]
fn a_certificate_outside_what_it_is_for_is_a_warning_with_a_click() {
    let form = Form {
        certificate: "calls".to_owned(),
        bundle_id: "com.example.other".to_owned(),
        ..filled()
    };
    let state = after(
        State::opening(Some(form)),
        [certificate(
            &["com.example.calls", "com.example.calls.voip"],
            &["production"],
        )],
    );
    let found = |rule: &str| {
        state
            .remarks()
            .into_iter()
            .find(|remark| remark.code == rule)
            .unwrap()
    };
    let (topic, environment) = (
        found("certificate-not-for-topic"),
        found("certificate-other-environment"),
    );
    assert_eq!(
        (topic.severity, environment.severity),
        (Severity::Warning, Severity::Warning)
    );
    let mended = after(
        state.clone(),
        [topic, environment].map(|finding| Action::Apply(finding.fix.unwrap())),
    );
    assert_eq!(
        (mended.form.bundle_id.as_str(), mended.form.environment),
        ("com.example.calls", Environment::Production)
    );
    assert!(
        mended
            .remarks()
            .iter()
            .all(|remark| !remark.code.starts_with("certificate"))
    );
    // The simulator stands for sandbox; no real phone is a fix for it. And policy may leave none.
    let in_simulator = after(state.clone(), [Action::Choose(Environment::Simulator)]);
    assert!(
        in_simulator
            .remarks()
            .iter()
            .any(|remark| remark.code == "certificate-other-environment" && remark.fix.is_none())
    );
    let info = json!({
        "identities": [{ "name": "calls", "topics": ["com.example.other.voip"], "environments": ["production"] }],
        "policy": { "environments": { "production": "off" } },
    });
    let off = after(state, [offering(info)]);
    assert!(
        off.remarks()
            .iter()
            .any(|remark| remark.code == "certificate-other-environment" && remark.fix.is_none())
    );
}

#[test]
fn a_rejected_certificate_is_explained_by_its_topics() {
    let form = Form {
        certificate: "calls".to_owned(),
        ..filled()
    };
    let report = ended(&form, 400, "TopicDisallowed");
    let offered = certificate(&["com.example.other.voip"], &["sandbox"]);
    let state = after(
        State::opening(Some(form)),
        [offered, Action::End(Box::new(report))],
    );
    assert_eq!(
        (state.diagnoses[0].cause.id, state.diagnoses[0].rank),
        ("certificate-not-for-topic", Rank::Certain)
    );
}

#[test]
fn what_policy_turns_off_is_left_and_production_asks_unless_it_is_allowed() {
    let production = || {
        State::opening(Some(Form {
            environment: Environment::Production,
            ..filled()
        }))
    };
    let policy =
        |word: &str| offering(json!({ "policy": { "environments": { "production": word } } }));
    assert_eq!(
        after(production(), [policy("off")]).form.environment,
        Environment::Simulator
    );
    assert!(production().must_ask() && after(production(), [policy("confirm")]).must_ask());
    assert!(!after(production(), [policy("allowed")]).must_ask());
    assert!(
        !after(
            production(),
            [policy("confirm"), Action::AnswerProduction(true)]
        )
        .must_ask()
    );
}

#[test]
fn a_preset_sets_what_it_names_and_undo_takes_exactly_that_back() {
    let presets = json!([
        { "name": "one", "environment": "production", "key_id": "K", "device_token": "ab", "push_type": "alert", "payload": "{}" },
        { "name": "two", "environment": "simulator-production", "bundle_id": 7 },
    ]);
    let before = Form {
        certificate: "calls".to_owned(),
        ..filled()
    };
    let info = json!({ "presets": presets, "identities": [{ "name": "calls" }] });
    let state = after(
        State::opening(Some(before.clone())),
        [offering(info), Action::UsePreset("one".to_owned())],
    );
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
    let typed = after(
        state.clone(),
        [
            Action::Edit(Field::BundleId, "later".to_owned()),
            Action::Undo,
        ],
    );
    assert_eq!(
        typed.form, state.form,
        "what was typed later is a step of its own"
    );
    assert_eq!(after(typed, [Action::Undo]).form, before);
    // An environment that cannot be chosen here is not.
    let untouched = after(
        state.clone(),
        [
            Action::UsePreset("two".to_owned()),
            Action::UsePreset("three".to_owned()),
        ],
    );
    assert_eq!(untouched.form, state.form);
}

#[test]
fn only_where_it_was_refused_a_push_has_to_wait() {
    let push = filled().push(true, apns_id(), CLOCK).unwrap();
    let body = r#"{"code":"device_rate","title":"Too many.","detail":"Wait."}"#.to_owned();
    let reply = Reply {
        status: 429,
        outcome: Some("not-sent".to_owned()),
        retry_after: Some(12),
        body,
        ..Reply::default()
    };
    let report = Report::of_reply(&push, &reply, 1);
    assert_eq!(
        (
            report.outcome,
            report.cause.as_ref().unwrap().to_string().as_str()
        ),
        (Outcome::NotSent, "Too many.")
    );
    let state = after(
        State::opening(Some(filled())),
        [Action::End(Box::new(report))],
    );
    assert_eq!(state.waiting(), 12);
    assert_eq!(after(state.clone(), [Action::Wait(3)]).waiting(), 3);
    assert_eq!(
        after(state, [Action::Choose(Environment::Simulator)]).waiting(),
        0
    );
}

#[test]
fn without_access_nothing_is_granted_and_an_older_relay_grants_everything() {
    let info = |value| RelayInfo::new(value);
    assert!(!RelayInfo::default().is_granted() && !RelayInfo::default().is_refused());
    let refused = info(json!({ "version": "1", "access": { "mode": "proxy", "granted": false } }));
    assert!(!refused.is_granted() && refused.is_refused() && refused.mode() == "proxy");
    let older = info(json!({ "version": "1", "access": { "mode": "open" } }));
    assert!(older.is_granted() && older.dangers().is_empty() && older.user().is_none());
}
