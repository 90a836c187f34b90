//! Ownership of a key or a phone: the caller who enrolled it, and the time of its last use. A
//! guest's keys and phones expire after a day without use.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

use crate::caller::{Caller, Party};
use crate::simulator::control_error::ControlError;

/// Time without use after which a guest's key or phone expires.
const LONGEST_IDLE_MS: u64 = 24 * 60 * 60 * 1_000;

/// Ownership of a key or a phone.
#[derive(Debug)]
pub(crate) struct Ownership {
    /// Caller who first enrolled the key or phone.
    pub(crate) holder: Caller,
    /// Account whose share the key or phone counts against.
    pub(crate) account: Arc<str>,
    used_ms: AtomicU64,
}

impl Ownership {
    /// Creates the ownership of a key or phone that is enrolled now.
    pub(crate) fn new(party: &Party, now_ms: u64) -> Self {
        Self {
            holder: party.caller.clone(),
            account: Arc::clone(&party.account),
            used_ms: AtomicU64::new(now_ms),
        }
    }

    /// Returns a copy of this ownership for a key or phone that is replaced now.
    pub(crate) fn renewed(&self, now_ms: u64) -> Self {
        Self {
            holder: self.holder.clone(),
            account: Arc::clone(&self.account),
            used_ms: AtomicU64::new(now_ms),
        }
    }

    /// Returns the time of the last use, in milliseconds since 1970.
    pub(crate) fn used_ms(&self) -> u64 {
        self.used_ms.load(Ordering::Relaxed)
    }

    /// Records a push or a change as the last use.
    pub(crate) fn touch(&self, now_ms: u64) {
        self.used_ms.store(now_ms, Ordering::Relaxed);
    }

    /// `true` if the key or phone has not been used for a day.
    pub(crate) fn is_idle(&self, now_ms: u64) -> bool {
        now_ms.saturating_sub(self.used_ms()) >= LONGEST_IDLE_MS
    }

    /// `true` if the key or phone has expired. An entry of the owner never expires, because it may
    /// wait for a build at the end of the week.
    pub(crate) fn is_over(&self, now_ms: u64) -> bool {
        self.holder != Caller::Owner && self.is_idle(now_ms)
    }

    /// Fails if the caller may not change the key or phone. `what` names it at the beginning of the
    /// error message.
    pub(crate) fn admit(&self, caller: &Caller, what: &str) -> Result<(), ControlError> {
        if caller.may_touch(&self.holder) {
            return Ok(());
        }
        let cause = format!("{what} is taken by somebody else on this page.");
        Err(ControlError::new(
            StatusCode::CONFLICT,
            "taken",
            cause,
            "Use another one; what nobody uses for 24 hours becomes free.",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, LONGEST_IDLE_MS, Ownership, Party};

    #[test]
    fn a_guests_entry_expires_after_a_day_without_use() {
        let held_by = |caller: &Caller| Ownership::new(&Party::of(caller), 1_000);
        let (guests, owners) = (held_by(&Caller::guest("alice")), held_by(&Caller::Owner));
        let a_day_later = 1_000 + LONGEST_IDLE_MS;
        assert!(!guests.is_over(a_day_later - 1) && guests.is_over(a_day_later));
        assert!(owners.is_idle(a_day_later) && !owners.is_over(a_day_later));
        guests.touch(2_000);
        assert!(!guests.is_over(a_day_later));
        // Nothing expires because a clock was set back.
        assert!(!guests.is_over(0));
    }
}
