//! Owner: the user of the phone, who answers, declines, hangs up or does not react.

use super::rule::Rule;
use super::state::{PhoneOutcome, PhoneState};

/// Outcome of pressing the green button; `None` if the phone is not ringing.
///
/// A waiting call is answered with End & Accept, because the app modelled here does not hold calls.
pub fn answer(state: &PhoneState) -> Option<PhoneOutcome> {
    let (call, rule) = match state {
        PhoneState::Ringing(call) => (call, Rule::Answered),
        PhoneState::Waiting(waiting) => (&waiting.call, Rule::EndedAndAnswered),
        _ => return None,
    };
    Some(PhoneOutcome::new(PhoneState::InCall(call.clone()), rule))
}

/// Outcome of pressing the red button; `None` if there is no call.
pub fn decline(state: &PhoneState) -> Option<PhoneOutcome> {
    match state {
        PhoneState::InCall(_) => Some(PhoneOutcome::new(PhoneState::Idle, Rule::Ended)),
        _ => stop_ringing(state, Rule::Declined),
    }
}

/// Outcome of the ringing timeout; `None` if the phone is not ringing.
pub fn give_up(state: &PhoneState) -> Option<PhoneOutcome> {
    stop_ringing(state, Rule::Unanswered)
}

/// Outcome of a call that stops ringing. A call in progress continues.
fn stop_ringing(state: &PhoneState, rule: Rule) -> Option<PhoneOutcome> {
    let state = match state {
        PhoneState::Ringing(_) => PhoneState::Idle,
        PhoneState::Waiting(waiting) => PhoneState::InCall(waiting.in_progress.clone()),
        _ => return None,
    };
    Some(PhoneOutcome::new(state, rule))
}
