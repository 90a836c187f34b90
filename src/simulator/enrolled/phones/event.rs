//! Event with the new state of a phone.

use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::call::{PhoneRule, PhoneState};
use crate::simulator::enrolled::enrolment::Enrolment;

/// New state of a phone.
pub(super) struct PhoneEvent {
    pub(super) enrolment: Arc<Enrolment>,
    pub(super) state: PhoneState,
    /// Rule that led to the new state.
    pub(super) rule: PhoneRule,
    /// Sentence about the app’s code, if the app has a profile.
    pub(super) because: Option<String>,
    /// Number of unreported pushes in a row.
    pub(super) unreported: u32,
    /// `apns-id` of the push that led to the new state, if there is one.
    pub(super) apns_id: Option<Arc<str>>,
    /// Value of `PKVoIPPushMetadata.mustReport`; absent if the app does not receive it.
    pub(super) must_report: Option<bool>,
    pub(super) at_ms: u64,
}

impl Serialize for PhoneEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (state, rule) = (&self.state, self.rule);
        let sentence = rule.sentence_with(self.because.as_deref());
        let mut event = serializer.serialize_map(None)?;
        event.serialize_entry("device_token", self.enrolment.device_token.as_str())?;
        event.serialize_entry("name", &self.enrolment.name)?;
        event.serialize_entry("state", state.as_str())?;
        event.serialize_entry("rule", &rule)?;
        event.serialize_entry("sentence", &sentence)?;
        event.serialize_entry("unreported_pushes", &self.unreported)?;
        event.serialize_entry("at_ms", &self.at_ms)?;
        if let Some(call) = state.call() {
            event.serialize_entry("call", call)?;
        }
        if let PhoneState::Waiting(waiting) = state {
            event.serialize_entry("in_progress", &waiting.in_progress)?;
        }
        if let Some(apns_id) = &self.apns_id {
            event.serialize_entry("apns_id", apns_id)?;
        }
        if let Some(must_report) = self.must_report {
            event.serialize_entry("must_report", &must_report)?;
        }
        event.end()
    }
}
