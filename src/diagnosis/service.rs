//! Causes at APNs itself, and undocumented answers of APNs.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::{Outcome, Reason};
use crate::lint::shown;

/// Time to wait after a failure at Apple, in seconds, as Apple recommends.
const REST: u64 = 900;

pub(super) const BROKEN: Cause = Cause {
    id: "apns-in-trouble",
    of_apple: true,
    reasons: &[Reason::InternalServerError, Reason::ServiceUnavailable],
    title: "APNs itself is in trouble",
    why: "Nothing in your push is at fault: the server that had it cannot work now.",
    fix: "Wait 15 minutes; Apple’s system status page tells whether others are hit too.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |_| Found::certain(Action::SendAgain { seconds: REST }),
    ..Cause::NONE
};

pub(super) const NEW_CONNECTION: Cause = Cause {
    id: "connection-to-renew",
    reasons: &[Reason::IdleTimeout, Reason::Shutdown],
    title: "The connection has come to its end",
    why: "It rested too long, or its server goes out of service; a new one reaches another server.",
    fix: "Send again; the relay opens a new connection.",
    source: "Apple, “Handling notification responses from APNs”",
    look: |_| Found::certain(Action::SendAgain { seconds: 0 }),
    ..Cause::NONE
};

pub(super) const UNDOCUMENTED: Cause = Cause {
    id: "reason-undocumented",
    outcome: Some(Outcome::Rejected),
    title: "A refusal that Apple does not explain",
    why: "Apple’s list of reasons does not have it; it may be new, or the answer of a proxy.",
    fix: "Look the word up in Apple’s documentation of today, and compare with a push that worked.",
    source: "Apple, “Handling notification responses from APNs”",
    look: undocumented,
    ..Cause::NONE
};

fn undocumented(known: &Circumstances<'_>) -> Option<Found> {
    if known.known_reason().is_some() {
        return None;
    }
    let found = Found::new(Rank::Certain);
    let status = known
        .status
        .map_or_else(String::new, |status| status.to_string());
    Some(match known.reason {
        Some(word) => found.because(format!("The reason is {}.", shown(word))),
        None if known.status >= Some(500) => found
            .because(format!("The answer was {status}, without a reason."))
            .act(Action::SendAgain { seconds: REST }),
        None if known.status.is_some() => {
            found.because(format!("The answer was {status}, without a reason."))
        }
        None => found,
    })
}
