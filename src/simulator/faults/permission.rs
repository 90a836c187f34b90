//! Permission of a guest to enable faults. Each fault must name a key or a phone of the guest, so
//! that the fault never affects anybody else on the page.

use http::StatusCode;

use super::fault::{Effect, Fault, RequestEffect, Scope};
use crate::simulator::control_error::ControlError;

/// Refuses a script with a fault that would affect others. `is_own` returns `true` if a scope names
/// a key or a phone of the guest.
pub(super) fn check(faults: &[Fault], is_own: impl Fn(&Scope) -> bool) -> Result<(), ControlError> {
    for (place, fault) in faults.iter().enumerate() {
        if let Effect::Connection(_) | Effect::Request(RequestEffect::Restart { .. }) = fault.effect
        {
            let cause =
                format!("The fault “[{place}]” strikes everybody on this page, whatever it names.");
            let fix = "Take another, such as goaway or hang-up, and name a key_id or a device_token that you enrolled.";
            return Err(refuse("fault_for_everybody", cause, fix));
        }
        if !is_own(&fault.scope) {
            let cause = format!(
                "The fault “[{place}]” names no key and no phone that you enrolled, and would trouble others on this page."
            );
            return Err(refuse(
                "fault_not_yours",
                cause,
                "Add a key_id or a device_token that you enrolled.",
            ));
        }
    }
    Ok(())
}

fn refuse(code: &'static str, cause: String, fix: &str) -> ControlError {
    ControlError::new(StatusCode::FORBIDDEN, code, cause, fix)
}
