//! Linter of calls: checks how a phone will treat the payload of a VoIP push.
//!
//! Each rule is based on a failure that was publicly reported. The rules apply to calls only; a
//! push of another type is checked by the rules about its request, from
//! [`lint::request`](super::request).

mod aps;
mod call_id;
mod caller;
mod ending;
mod keys;
mod shape;
mod values;

use super::request;
use super::rule::{Found, Rule, shown};
use crate::apns::finding::{self, Finding};
use crate::apns::push_type::PushType;
use crate::apns::uuid::Uuid;
use crate::call::IncomingCall;
use crate::call::call_field::CallField;
use crate::lint::Request;

/// Input of the rules: everything known about a push.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Request of the push.
    pub request: Request<'a>,
    /// Call that was read from the payload.
    pub call: &'a IncomingCall,
    /// UUIDs of earlier calls.
    pub used: &'a [Uuid],
    /// New call ID that a fix inserts: a UUID or a placeholder.
    pub fresh_uuid: Option<&'a str>,
    /// Time of sending that a fix inserts: a text or a placeholder.
    pub sent_at: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// Request and its call, without knowledge of earlier calls.
    pub fn new(request: Request<'a>, call: &'a IncomingCall) -> Self {
        Self {
            request,
            call,
            used: &[],
            fresh_uuid: None,
            sent_at: None,
        }
    }
}

/// Rule about calls.
pub type CallRule = Rule<CallCheck>;

/// Check of a rule about calls.
pub type CallCheck = fn(&Subject<'_>) -> Option<Found>;

/// All rules about calls.
pub const RULES: [CallRule; 20] = [
    call_id::MISSING,
    call_id::NOT_A_UUID,
    call_id::USED,
    call_id::SESSION_ID_MISSING,
    caller::HANDLE_MISSING,
    caller::HANDLE_NOT_TEXT,
    caller::NAME_NOT_TEXT,
    caller::HANDLE_TYPE,
    caller::PERSONAL_DATA,
    shape::CALL_IN_APS,
    shape::CALL_IN_TEXT,
    shape::NO_SENT_TIME,
    values::FLAG_NOT_BOOLEAN,
    values::NULL,
    ending::LOOKS_LIKE_AN_END,
    ending::MUST_REPORT,
    aps::ALERT_IGNORED,
    aps::SOUND_OR_BADGE_IGNORED,
    aps::CONTENT_AVAILABLE_IDLE,
    aps::MUTABLE_CONTENT_IDLE,
];

/// Findings about a push, its request and its call, the most severe first.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let about_calls = if subject.request.push_type == PushType::Voip {
        RULES.as_slice()
    } else {
        &[]
    };
    for rule in about_calls {
        if let Some(found) = (rule.check)(subject) {
            finding::insert(&mut findings, rule.finding(found), |finding| {
                finding.severity
            });
        }
    }
    for found in request::check(&subject.request) {
        finding::insert(&mut findings, found, |finding| finding.severity);
    }
    findings
}

/// Finding for a missing field: `sentence`, followed by the path the app reads, if it is known.
fn absence(subject: &Subject<'_>, part: CallField, sentence: &str) -> Found {
    match subject.call.mapping.path(part) {
        Some(path) => {
            let path = shown(&path.to_string());
            Found::new(format!("{sentence} at {path}."))
        }
        None => Found::new(format!("{sentence}.")),
    }
}
