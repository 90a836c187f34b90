//! Linter of calls: checks how a phone will treat the payload of a VoIP push.
//!
//! Each rule is based on a failure that was publicly reported. The rules apply to calls only; a
//! push of another type is checked by the rules about its request, from
//! [`lint::request`](super::request).

pub(crate) mod app;
mod aps;
mod call_id;
mod caller;
mod ending;
mod keys;
mod shape;
mod values;

use super::request;
use super::rule::{self, Found, Rule};
use crate::apns::finding::{self, Finding};
use crate::apns::payload::Service;
use crate::apns::push_type::PushType;
use crate::apns::uuid::Uuid;
use crate::call::call_field::CallField;
use crate::call::{IncomingCall, ReceivingApp};
use crate::lint::Request;

/// Input of the rules: everything known about a push.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Request of the push.
    pub request: Request<'a>,
    /// App that gets the push, as far as it is known.
    pub app: &'a ReceivingApp,
    /// Call that the app reads from the payload.
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
    pub fn new(request: Request<'a>, app: &'a ReceivingApp, call: &'a IncomingCall) -> Self {
        Self {
            request,
            app,
            call,
            used: &[],
            fresh_uuid: None,
            sent_at: None,
        }
    }
}

impl Subject<'_> {
    /// Returns `true` if neither a handle nor a call ID was found, usable or not.
    fn finds_nothing(&self) -> bool {
        self.call.handle.is_none()
            && self.call.call_uuid.is_none()
            && self.call.problem(CallField::Handle).is_none()
            && self.call.problem(CallField::CallUuid).is_none()
    }
}

/// Rule about calls.
pub type CallRule = Rule<CallCheck>;

/// Check of a rule about calls.
pub type CallCheck = fn(&Subject<'_>) -> Option<Found>;

/// All rules about calls.
pub static RULES: [CallRule; 32] = rule::held([
    app::CRASHES,
    app::REPORTS_NOTHING,
    app::ENDS_CALL,
    app::ENDS_AT_ONCE,
    app::ON_PHONE,
    app::UNCERTAIN,
    app::UNPROVEN,
    app::SHOWS_OWN,
    app::VERSIONS_DIFFER,
    app::FAMILY,
    app::SKIPS,
    app::UNKNOWN,
    call_id::MISSING,
    call_id::NOT_A_UUID,
    call_id::USED,
    caller::HANDLE_MISSING,
    caller::HANDLE_NOT_TEXT,
    caller::NAME_NOT_TEXT,
    caller::HANDLE_TYPE,
    caller::HANDLE_CHANGES,
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
]);

/// Rules that find the call by usual names; the profile of a known app takes their place.
const BY_NAME: [&str; 9] = [
    "call-id-missing",
    "call-id-not-uuid",
    "handle-missing",
    "handle-not-text",
    "caller-name-not-text",
    "call-in-aps",
    "call-in-text",
    "flag-not-boolean",
    "looks-like-an-end",
];

/// Findings about a push, its request and its call, the most severe first. The request of a push
/// service is no payload, so nothing is said about a call in it.
pub fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_envelope = Service::of(subject.request.payload).is_some();
    let about_calls = if subject.request.push_type == PushType::Voip && !is_envelope {
        RULES.as_slice()
    } else {
        &[]
    };
    let is_known = subject.app.profile().is_some();
    for rule in about_calls {
        if is_known && BY_NAME.contains(&rule.id) {
            continue;
        }
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
