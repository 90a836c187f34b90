//! The draft of a form: what it stores, and what it leaves out.

use trill::app::action::Action;
use trill::app::draft::Draft;
use trill::app::form::Form;
use trill::app::state::State;

use super::{after, filled, form_of, key};

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
