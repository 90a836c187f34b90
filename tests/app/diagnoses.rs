//! Diagnoses of the page: what the form holds and what worked before.

use trill::apns::Environment;
use trill::app::action::Action;
use trill::app::form::Form;
use trill::app::phone_view::PhoneView;
use trill::app::state::State;
use trill::diagnosis::{self, Rank};

use super::{after, ended, filled};

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
