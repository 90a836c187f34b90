//! Findings about the fields of the form: when they appear, and in which order.

use trill::app::action::Action;
use trill::app::form::{Field, Form, Severity};
use trill::app::state::State;
use trill::call::template;

use super::{CLOCK, TOKEN, after, apns_id, ended, filled};

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
