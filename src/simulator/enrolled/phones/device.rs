//! Device: one virtual iPhone, its state, and the push that APNs stores for it.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::AbortHandle;

use crate::call::PhoneState;
use crate::simulator::enrolled::enrolment::Enrolment;
use crate::simulator::enrolled::phone_settings;

/// One virtual iPhone.
pub(super) struct Device {
    pub(super) enrolment: Arc<Enrolment>,
    pub(super) phone: PhoneState,
    /// Number of unreported pushes in a row.
    pub(super) unreported: u32,
    /// Timer that ends the ringing; present while the phone rings.
    pub(super) ring: Option<Timer>,
    /// `apns-id` of each push whose call is on the screen, oldest first.
    pub(super) calls: Vec<Arc<str>>,
    /// The one push that APNs stores for the phone.
    pub(super) stored: Option<Stored>,
}

/// A push that APNs has accepted for a phone.
#[derive(Clone, Debug)]
pub(crate) struct Push {
    /// `apns-id` of the push.
    pub(crate) apns_id: Arc<str>,
    /// Payload of the push.
    pub(crate) payload: Value,
    /// `apns-expiration` of the push, in seconds since 1970.
    pub(crate) expiration: Option<i64>,
}

/// Push that APNs stores until the phone is online.
pub(super) struct Stored {
    pub(super) push: Push,
    /// End of the storage time, in seconds since 1970.
    pub(super) until: u64,
    /// Timer that ends the storage.
    pub(super) timer: Timer,
}

/// Timer that ends the ringing or the storage of a push. Aborting the task is not enough: a timer
/// that has already fired may be waiting for the lock, and must not end what has replaced its own
/// ringing or push. Therefore each timer has a number.
pub(super) struct Timer {
    pub(super) number: u64,
    pub(super) task: AbortHandle,
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Device {
    /// Creates a phone, which keeps the state of `old` if its app and token state are unchanged.
    pub(super) fn new(enrolment: Enrolment, old: Option<Self>) -> Self {
        let same_app = |old: &Self| {
            let (before, after) = (&old.enrolment, &enrolment);
            (&before.topic, before.environment, before.state())
                == (&after.topic, after.environment, after.state())
        };
        match old.filter(same_app) {
            Some(old) => Self {
                enrolment: Arc::new(enrolment),
                ..old
            },
            None => Self {
                enrolment: Arc::new(enrolment),
                phone: PhoneState::default(),
                unreported: 0,
                ring: None,
                calls: Vec::new(),
                stored: None,
            },
        }
    }

    pub(super) fn to_json(&self) -> Value {
        let enrolment = &self.enrolment;
        let mut shown = json!({
            "device_token": enrolment.device_token.as_str(),
            "name": enrolment.name,
            "bundle_id": enrolment.bundle_id,
            "kind": enrolment.kind(),
            "topic": enrolment.topic.as_str(),
            "environment": enrolment.environment,
            "state": enrolment.state(),
            "mapping": enrolment.mapping.to_value(),
            "app_profile": enrolment.app_profile,
            "pushes_per_minute": enrolment.pushes_per_minute,
            "phone": self.phone,
            "unreported_pushes": self.unreported,
            "stored": self.stored.as_ref().map(|stored| json!({ "apns_id": stored.push.apns_id, "until": stored.until })),
        });
        if let (Value::Object(shown), Value::Object(settings)) =
            (&mut shown, phone_settings::to_json(&enrolment.settings))
        {
            shown.extend(settings);
        }
        shown
    }
}
