//! The owner of the phone, who answers, declines, hangs up or does not hear it.

use super::rule::Rule;
use super::state::{PhoneOutcome, PhoneState};

/// What the phone does when its owner presses the green button; `None` when nothing rings.
///
/// A waiting call is answered with End & Accept: the app modelled here holds no calls.
pub fn answer(state: &PhoneState) -> Option<PhoneOutcome> {
    let (call, rule) = match state {
        PhoneState::Ringing(call) => (call, Rule::Answered),
        PhoneState::Waiting(waiting) => (&waiting.call, Rule::EndedAndAnswered),
        _ => return None,
    };
    Some(PhoneOutcome {
        state: PhoneState::InCall(call.clone()),
        rule,
    })
}

/// What the phone does when its owner presses the red button; `None` without a call.
pub fn decline(state: &PhoneState) -> Option<PhoneOutcome> {
    match state {
        PhoneState::InCall(_) => Some(PhoneOutcome {
            state: PhoneState::Idle,
            rule: Rule::Ended,
        }),
        _ => stop_ringing(state, Rule::Declined),
    }
}

/// What the phone does when it has rung long enough; `None` when it no longer rings.
pub fn give_up(state: &PhoneState) -> Option<PhoneOutcome> {
    stop_ringing(state, Rule::Unanswered)
}

/// A call in progress goes on when another one no longer waits.
fn stop_ringing(state: &PhoneState, rule: Rule) -> Option<PhoneOutcome> {
    let state = match state {
        PhoneState::Ringing(_) => PhoneState::Idle,
        PhoneState::Waiting(waiting) => PhoneState::InCall(waiting.in_progress.clone()),
        _ => return None,
    };
    Some(PhoneOutcome { state, rule })
}
