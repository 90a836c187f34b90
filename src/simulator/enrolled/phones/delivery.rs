//! Delivery of pushes to virtual iPhones: a phone that is online rings, and one that is offline gets
//! its stored push when it comes back.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::Value;

use super::device::{Device, Push, Stored, Timer};
use super::event::PhoneEvent;
use super::{Phones, find};
use crate::apns::DeviceToken;
use crate::call::phone::{self, Delivery, Timing};
use crate::call::{PhoneOutcome, PhoneRule, PhoneState};
use crate::caller::Caller;
use crate::simulator::clock_ms;
use crate::simulator::control_error::ControlError;
use crate::simulator::enrolled::enrolment::Enrolment;
use crate::simulator::record::bounded_log::Gone;
use crate::simulator::record::events::{Event, Occasion};
use crate::simulator::visibility::Visibility;

/// Approximate time that an iPhone rings before it gives up.
const LONGEST_RING: Duration = Duration::from_secs(45);

impl Phones {
    /// Delivers or stores a push that APNs has accepted. Must be called on the runtime, because a
    /// timer ends the ringing.
    pub(crate) fn receive(self: &Arc<Self>, token: &DeviceToken, push: Push) {
        let mut devices = self.devices.lock();
        let Some(device) = devices.get_mut(token.as_str()) else {
            return;
        };
        let (holder, now_ms) = (&device.enrolment.ownership.holder, clock_ms(self.clock));
        self.receipts.begin(&push.apns_id, holder, now_ms);
        let mut gone = Gone::default();
        if device.enrolment.settings.online {
            gone = self.deliver(device, &push, Timing::Prompt, now_ms);
        } else {
            self.store(device, push);
        }
        // Old events are dropped without the lock, so that other pushes need not wait for it.
        drop(devices);
        drop(gone);
    }

    /// Presses a button of this caller's phone; returns the phone, or `None` if the button does
    /// nothing now.
    pub(crate) fn press(
        &self,
        caller: &Caller,
        token: &DeviceToken,
        button: fn(&PhoneState) -> Option<PhoneOutcome>,
    ) -> Result<Option<Value>, ControlError> {
        let mut devices = self.devices.lock();
        let device = find(&mut devices, caller, token)?;
        device.enrolment.ownership.touch(clock_ms(self.clock));
        let Some(outcome) = button(&device.phone) else {
            return Ok(None);
        };
        device.ring = None;
        self.settle(device, outcome, None, None);
        Ok(Some(device.to_json()))
    }

    /// Delivers a push to the phone. Returns the events that were removed to make room.
    fn deliver(
        self: &Arc<Self>,
        device: &mut Device,
        push: &Push,
        timing: Timing,
        now_ms: u64,
    ) -> Gone<Event> {
        let Enrolment {
            settings,
            device_token,
            ..
        } = &*device.enrolment;
        let delivery = Delivery {
            settings,
            state: &device.phone,
            unreported: device.unreported,
            timing,
            now_ms: Some(now_ms),
        };
        let outcome = delivery.of(&push.payload, &device.enrolment.app(&push.payload));
        let must_report = delivery.must_report();
        device.unreported = delivery.unreported_after(outcome.rule);
        if !outcome.state.rings() {
            device.ring = None;
        } else if outcome.rule.rang() {
            device.ring = Some(self.start_timer(device_token, LONGEST_RING, Self::give_up));
        }
        self.settle(device, outcome, Some(&push.apns_id), must_report)
    }

    /// Stores a push for an offline phone, unless its expiration says that APNs tries only once.
    fn store(self: &Arc<Self>, device: &mut Device, push: Push) {
        let now = clock_ms(self.clock) / 1_000;
        let Some(until) = phone::kept_until(push.expiration, now) else {
            return self.stay_silent(device, PhoneRule::Offline, &push.apns_id);
        };
        if let Some(older) = device.stored.take() {
            self.stay_silent(device, PhoneRule::StoredReplaced, &older.push.apns_id);
        }
        self.stay_silent(device, PhoneRule::Stored, &push.apns_id);
        let timer = self.start_timer(
            &device.enrolment.device_token,
            Duration::from_secs(until - now),
            Self::expire,
        );
        device.stored = Some(Stored { push, until, timer });
    }

    /// Delivers the stored push to a phone that is online again.
    pub(super) fn deliver_stored(self: &Arc<Self>, device: &mut Device) {
        let Some(Stored { push, until, .. }) = device.stored.take() else {
            return;
        };
        // The timer may not have counted the time that the machine was asleep.
        let now_ms = clock_ms(self.clock);
        if until > now_ms / 1_000 {
            self.deliver(device, &push, Timing::Late, now_ms);
        } else {
            self.stay_silent(device, PhoneRule::StoredExpired, &push.apns_id);
        }
    }

    fn start_timer(
        self: &Arc<Self>,
        token: &DeviceToken,
        after: Duration,
        end: fn(&Self, &mut Device, u64),
    ) -> Timer {
        let number = self.timers.fetch_add(1, Ordering::Relaxed);
        let (phones, token) = (Arc::downgrade(self), token.clone());
        // The time counts from now, not from the first run of the task.
        let time = tokio::time::sleep(after);
        let timer = tokio::spawn(async move {
            time.await;
            if let Some(phones) = phones.upgrade()
                && let Some(device) = phones.devices.lock().get_mut(token.as_str())
            {
                end(&phones, device, number);
            }
        });
        Timer {
            number,
            task: timer.abort_handle(),
        }
    }

    fn give_up(&self, device: &mut Device, number: u64) {
        if device.ring.take_if(|ring| ring.number == number).is_none() {
            return;
        }
        if let Some(outcome) = phone::give_up(&device.phone) {
            self.settle(device, outcome, None, None);
        }
    }

    fn expire(&self, device: &mut Device, number: u64) {
        if let Some(stored) = device
            .stored
            .take_if(|stored| stored.timer.number == number)
        {
            self.stay_silent(device, PhoneRule::StoredExpired, &stored.push.apns_id);
        }
    }

    fn stay_silent(&self, device: &mut Device, rule: PhoneRule, apns_id: &Arc<str>) {
        let outcome = PhoneOutcome::quiet(&device.phone, rule);
        self.settle(device, outcome, Some(apns_id), None);
    }

    /// Sets the new state of the phone and publishes an event. Returns the events that were removed
    /// to make room.
    fn settle(
        &self,
        device: &mut Device,
        outcome: PhoneOutcome,
        apns_id: Option<&Arc<str>>,
        must_report: Option<bool>,
    ) -> Gone<Event> {
        let PhoneOutcome {
            state,
            rule,
            because,
        } = outcome;
        let at_ms = clock_ms(self.clock);
        let event = PhoneEvent {
            enrolment: Arc::clone(&device.enrolment),
            state: state.clone(),
            rule,
            because,
            unreported: device.unreported,
            apns_id: apns_id.cloned(),
            must_report,
            at_ms,
        };
        let Enrolment {
            device_token,
            ownership,
            ..
        } = &*device.enrolment;
        let (device_token, visibility, account) = (
            device_token.shared(),
            Visibility::of(&ownership.holder),
            &ownership.account,
        );
        let gone = self.events.publish(
            Occasion {
                kind: "phone",
                device_token,
                visibility,
                account,
            },
            event,
        );
        device.phone = state;
        self.report(device, rule, apns_id, at_ms);
        gone
    }
}
