//! The virtual iPhones, and what each is doing: it rings by the rules of
//! [`call::phone`](crate::call::phone), its owner answers or declines, and after a while it gives up.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::clock_ms;
use super::control::ControlError;
use super::enrolment::Enrolment;
use super::events::Events;
use crate::apns::{ApnsId, DeviceToken};
use crate::call::{IncomingCall, PhoneOutcome, PhoneRule, PhoneState, phone};

const MOST_DEVICES: usize = 1_000;

/// About as long as an iPhone rings before it gives up.
const LONGEST_RING: Duration = Duration::from_secs(45);

/// All virtual iPhones.
pub(crate) struct Phones {
    devices: Mutex<BTreeMap<String, Device>>,
    rings: AtomicU64,
    events: Arc<Events>,
    clock: fn() -> SystemTime,
}

struct Device {
    enrolment: Enrolment,
    phone: PhoneState,
    ring: Option<Ring>,
}

/// The end of one ringing. Aborting is not enough: a timer that has already fired may be waiting
/// for the lock, and must not end the call that came after its own.
struct Ring {
    number: u64,
    timer: AbortHandle,
}

impl Drop for Ring {
    fn drop(&mut self) {
        self.timer.abort();
    }
}

impl Phones {
    /// No phones yet; what they do is published to `events`.
    pub(crate) fn new(events: Arc<Events>, clock: fn() -> SystemTime) -> Self {
        Self { devices: Mutex::default(), rings: AtomicU64::default(), events, clock }
    }

    /// What is enrolled under this token.
    pub(crate) fn enrolment(&self, token: &DeviceToken) -> Option<Enrolment> {
        self.lock().get(token.as_str()).map(|device| device.enrolment.clone())
    }

    /// One phone as JSON.
    pub(crate) fn show(&self, token: &DeviceToken) -> Option<Value> {
        self.lock().get(token.as_str()).map(Device::to_json)
    }

    /// All phones as JSON, by their tokens.
    pub(crate) fn show_all(&self) -> Vec<Value> {
        self.lock().values().map(Device::to_json).collect()
    }

    /// Enrols a phone, or replaces the one with the same token; also says whether it is a new one.
    ///
    /// Saying the same again changes nothing, so a call goes on ringing while a page reloads.
    pub(crate) fn enrol(&self, mut enrolment: Enrolment) -> Result<(Value, bool), ControlError> {
        let mut devices = self.lock();
        let token = enrolment.device_token.as_str().to_owned();
        let old = devices.remove(&token);
        if old.is_none() && devices.len() == MOST_DEVICES {
            let cause = format!("The simulator already has {MOST_DEVICES} devices, which is as many as it takes.");
            return Err(ControlError::new(StatusCode::CONFLICT, "too_many_devices", cause, "Remove devices that are no longer used."));
        }
        let is_new = old.is_none();
        if let Some(old) = &old {
            let since = enrolment.unregistered_at_ms.and(old.enrolment.unregistered_at_ms);
            enrolment.unregistered_at_ms = since.or(enrolment.unregistered_at_ms);
        }
        let device = Device::new(enrolment, old);
        let shown = device.to_json();
        self.publish_device(&device.enrolment, "enrolled", &shown);
        devices.insert(token, device);
        Ok((shown, is_new))
    }

    /// Removes a phone; says whether it was there.
    pub(crate) fn remove(&self, token: &DeviceToken) -> bool {
        let mut devices = self.lock();
        let removed = devices.remove(token.as_str());
        if let Some(device) = &removed {
            self.publish_device(&device.enrolment, "removed", &Value::Null);
        }
        removed.is_some()
    }

    /// A push arrives. Must be called on the runtime, because ringing ends by itself.
    pub(crate) fn receive(self: &Arc<Self>, token: &DeviceToken, payload: &Value, apns_id: &ApnsId) {
        let mut devices = self.lock();
        let Some(device) = devices.get_mut(token.as_str()) else { return };
        let outcome = phone::receive(&device.phone, IncomingCall::read_with(payload, &device.enrolment.mapping));
        match outcome.rule {
            PhoneRule::Reported => device.ring = Some(self.start_ring(token.clone())),
            PhoneRule::SameUuid => {}
            _ => device.ring = None,
        }
        self.settle(device, outcome, Some(apns_id));
    }

    /// The owner presses a button; `None` when the phone is not enrolled, and otherwise the phone,
    /// unless the button does nothing now.
    pub(crate) fn press(&self, token: &DeviceToken, button: fn(&PhoneState) -> Option<PhoneOutcome>) -> Option<Option<Value>> {
        let mut devices = self.lock();
        let device = devices.get_mut(token.as_str())?;
        let Some(outcome) = button(&device.phone) else { return Some(None) };
        device.ring = None;
        self.settle(device, outcome, None);
        Some(Some(device.to_json()))
    }

    fn start_ring(self: &Arc<Self>, token: DeviceToken) -> Ring {
        let number = self.rings.fetch_add(1, Ordering::Relaxed);
        let phones = Arc::downgrade(self);
        let timer = tokio::spawn(async move {
            tokio::time::sleep(LONGEST_RING).await;
            if let Some(phones) = phones.upgrade() {
                phones.give_up(&token, number);
            }
        });
        Ring { number, timer: timer.abort_handle() }
    }

    fn give_up(&self, token: &DeviceToken, number: u64) {
        let mut devices = self.lock();
        let Some(device) = devices.get_mut(token.as_str()) else { return };
        if device.ring.as_ref().is_none_or(|ring| ring.number != number) {
            return;
        }
        device.ring = None;
        if let Some(outcome) = phone::give_up(&device.phone) {
            self.settle(device, outcome, None);
        }
    }

    /// Puts the phone into its new state and says so.
    fn settle(&self, device: &mut Device, outcome: PhoneOutcome, apns_id: Option<&ApnsId>) {
        let token = device.enrolment.device_token.as_str();
        let mut event = json!({
            "device_token": token,
            "name": device.enrolment.name,
            "state": outcome.state.as_str(),
            "rule": outcome.rule,
            "sentence": outcome.rule.sentence().to_string(),
            "at_ms": clock_ms(self.clock),
        });
        if let Some(call) = outcome.state.call() {
            event["call"] = json!(call);
        }
        if let Some(apns_id) = apns_id {
            event["apns_id"] = json!(apns_id.as_str());
        }
        self.events.publish("phone", token, event);
        device.phone = outcome.state;
    }

    fn publish_device(&self, enrolment: &Enrolment, change: &'static str, device: &Value) {
        let token = enrolment.device_token.as_str();
        let event = json!({
            "device_token": token,
            "name": enrolment.name,
            "change": change,
            "device": device,
            "at_ms": clock_ms(self.clock),
        });
        self.events.publish("device", token, event);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Device>> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Device {
    /// A phone, which goes on with what it did when only its name has changed.
    fn new(enrolment: Enrolment, old: Option<Self>) -> Self {
        let same_app = |old: &Self| {
            let (before, after) = (&old.enrolment, &enrolment);
            (&before.topic, before.environment, before.state()) == (&after.topic, after.environment, after.state())
        };
        match old.filter(same_app) {
            Some(old) => Self { enrolment, ..old },
            None => Self { enrolment, phone: PhoneState::default(), ring: None },
        }
    }

    fn to_json(&self) -> Value {
        let enrolment = &self.enrolment;
        json!({
            "device_token": enrolment.device_token.as_str(),
            "name": enrolment.name,
            "bundle_id": enrolment.bundle_id,
            "topic": enrolment.topic.as_str(),
            "kind": enrolment.kind(),
            "environment": enrolment.environment,
            "state": enrolment.state(),
            "mapping": enrolment.mapping.to_value(),
            "phone": self.phone,
        })
    }
}
