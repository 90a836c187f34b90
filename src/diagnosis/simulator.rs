//! Causes in the simulator itself: an enabled fault, and a missing server.

use super::action::Action;
use super::cause::{Cause, Found, Rank};
use super::circumstances::Circumstances;
use crate::apns::{Outcome, Reason};

pub(super) const FAULT: Cause = Cause {
    id: "simulator-fault",
    is_at_hand: true,
    of_fault: true,
    title: "A fault of the simulator is at work",
    why: "The simulator fails on purpose while a fault is switched on; your push need not be wrong.",
    fix: "Switch the faults off in the simulator’s panel, or leave them on to see how a sender copes.",
    look: fault,
    ..Cause::NONE
};

pub(super) const NO_ANSWER: Cause = Cause {
    id: "simulator-did-not-answer",
    reasons: &[Reason::InternalServerError, Reason::ServiceUnavailable],
    codes: &[
        "name_not_resolved",
        "no_trust_roots",
        "cannot_connect",
        "connect_timeout",
        "certificate_authority",
        "certificate_name",
        "certificate_time",
        "tls",
        "no_http2",
        "no_answer",
        "connection_lost",
        "stream_reset",
    ],
    title: "The simulator did not answer as a server should",
    why: "It runs inside Trill, so no network lies in between: a fault did this, or it is just starting anew.",
    fix: "See in the simulator’s panel whether a fault is switched on, and send again.",
    look: no_answer,
    ..Cause::NONE
};

fn fault(known: &Circumstances<'_>) -> Option<Found> {
    let fault = known.fault.filter(|_| known.is_simulator())?;
    let (rank, did) = if fault.struck {
        (Rank::Certain, "struck this push")
    } else {
        (Rank::Likely, "is switched on, or struck the connection")
    };
    Some(
        Found::new(rank)
            .because(format!("“{}” {did}.", fault.label))
            .act(Action::FaultsOff),
    )
}

fn no_answer(known: &Circumstances<'_>) -> Option<Found> {
    if !known.is_simulator() || known.fault.is_some() {
        return None;
    }
    let found = Found::new(Rank::Likely);
    Some(if known.outcome == Outcome::NotSent {
        found.act(Action::SendAgain { seconds: 0 })
    } else {
        found
    })
}
