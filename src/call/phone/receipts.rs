//! Receipts that the app on a phone sends for each rule. The codes are those of CallKit.

use super::rule::Rule;
use crate::call::call_error::{CallError, TOO_MANY_CALLS};
use crate::call::receipt::ReceiptEvent;

/// `callUUIDAlreadyExists` of `CXErrorCodeIncomingCallError`.
const SAME_UUID: i64 = 2;
/// `filteredByDoNotDisturb` of the same.
const DO_NOT_DISTURB: i64 = 3;
/// `filteredByBlockList` of the same.
const BLOCKED: i64 = 4;

/// Returns the events that an app reports when this rule decides, and the error of the failure among
/// them. An app that gets no push, or crashes, reports nothing.
pub fn receipts_of(rule: Rule) -> (&'static [ReceiptEvent], Option<CallError>) {
    use ReceiptEvent::{Answered, Declined, Ended, Failed, Received, Reported};

    let failed = |error: CallError| (&[Received, Failed][..], Some(error));
    match rule {
        Rule::Reported | Rule::Launched | Rule::ReportedLate | Rule::WaitingCall => {
            (&[Received, Reported], None)
        }
        Rule::EndedAtOnce => (&[Received, Reported, Ended], None),
        Rule::TooManyCalls => failed(CallError::transaction(TOO_MANY_CALLS)),
        Rule::SameUuid => failed(CallError::incoming(SAME_UUID)),
        Rule::DoNotDisturb => failed(CallError::incoming(DO_NOT_DISTURB)),
        Rule::BlockedCaller => failed(CallError::incoming(BLOCKED)),
        Rule::NoHandle
        | Rule::NoCallUuid
        | Rule::BadCallUuid
        | Rule::NotReported
        | Rule::UnreportedInFront
        | Rule::UnreportedInCall
        | Rule::UnreportedLate
        | Rule::EndedByPush => (&[Received], None),
        Rule::Answered | Rule::EndedAndAnswered => (&[Answered], None),
        Rule::Declined => (&[Declined], None),
        Rule::Ended | Rule::Unanswered => (&[Ended], None),
        Rule::AppCrashed
        | Rule::CannotTell
        | Rule::DeliveryStopped
        | Rule::Offline
        | Rule::Stored
        | Rule::StoredReplaced
        | Rule::StoredExpired
        | Rule::PushToTalk
        | Rule::Notified
        | Rule::NotifiedSilently
        | Rule::NothingToShow => (&[], None),
    }
}
