//! Virtual iPhones and their state. Each phone rings by the rules of
//! [`call::phone`](crate::call::phone), until its user answers or declines, or until the phone
//! gives up. While a phone is offline, APNs stores one push for it, here the newest.

mod device;
mod event;
mod receipt_log;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::StatusCode;
use serde_json::{Value, json};

use crate::apns::DeviceToken;
use crate::call::phone::{self, Delivery, Timing};
use crate::call::{PhoneOutcome, PhoneRule, PhoneState};
use crate::caller::{Caller, Party};
use crate::simulator::control_error::ControlError;
use crate::simulator::enrolled::enrolment::Enrolment;
use crate::simulator::enrolled::shares::{self, Room};
use crate::simulator::record::bounded_log::Gone;
use crate::simulator::record::events::{Event, Events, Occasion};
use crate::simulator::visibility::Visibility;
use crate::simulator::{clock_ms, random};
use crate::sync::Lock;
use device::{Device, Stored, Timer};
use event::PhoneEvent;
use receipt_log::ReceiptLog;

pub(crate) use device::Push;
pub(crate) use receipt_log::PhoneReport;

/// Approximate time that an iPhone rings before it gives up.
const LONGEST_RING: Duration = Duration::from_secs(45);

type Devices = BTreeMap<String, Device>;

/// All virtual iPhones.
pub(crate) struct Phones {
    devices: Lock<Devices>,
    timers: AtomicU64,
    events: Arc<Events>,
    receipts: ReceiptLog,
    clock: fn() -> SystemTime,
}

impl Phones {
    /// Creates an empty list of phones, which publish their events to `events`.
    pub(crate) fn new(events: Arc<Events>, clock: fn() -> SystemTime) -> Self {
        Self {
            devices: Lock::default(),
            timers: AtomicU64::default(),
            events,
            receipts: ReceiptLog::default(),
            clock,
        }
    }

    /// Returns the enrolment of the phone with this device token.
    pub(crate) fn enrolment(&self, token: &DeviceToken) -> Option<Arc<Enrolment>> {
        self.devices
            .lock()
            .get(token.as_str())
            .map(|device| Arc::clone(&device.enrolment))
    }

    /// Returns a phone of this caller as JSON.
    pub(crate) fn show(&self, caller: &Caller, token: &DeviceToken) -> Result<Value, ControlError> {
        Ok(find(&mut self.devices.lock(), caller, token)?.to_json())
    }

    /// Returns all phones of this caller as JSON, ordered by device token.
    pub(crate) fn show_all(&self, caller: &Caller) -> Vec<Value> {
        let devices = self.devices.lock();
        devices
            .values()
            .filter(|device| caller.may_touch(&device.enrolment.ownership.holder))
            .map(Device::to_json)
            .collect()
    }

    /// Enrols a phone, or replaces this caller's phone with the same device token. Also returns
    /// `true` if the phone is new. Must be called on the runtime, because a phone that comes online
    /// may ring.
    ///
    /// Enrolling the same phone again changes nothing, so a call keeps ringing while a page
    /// reloads.
    pub(crate) fn enrol(
        self: &Arc<Self>,
        party: &Party,
        mut enrolment: Enrolment,
    ) -> Result<(Value, bool), ControlError> {
        let mut devices = self.devices.lock();
        let is_new = !devices.contains_key(enrolment.device_token.as_str());
        if is_new {
            self.make_room(&mut devices, party)?;
        } else {
            find(&mut devices, &party.caller, &enrolment.device_token)?;
        }
        let old = devices.remove(enrolment.device_token.as_str());
        if let Some(old) = &old {
            enrolment.ownership = Arc::new(old.enrolment.ownership.renewed(clock_ms(self.clock)));
            let since = enrolment
                .unregistered_at_ms
                .and(old.enrolment.unregistered_at_ms);
            enrolment.unregistered_at_ms = since.or(enrolment.unregistered_at_ms);
        }
        let mut device = Device::new(enrolment, old);
        self.publish_device(&device.enrolment, "enrolled", &device.to_json());
        if device.enrolment.settings.online {
            self.deliver_stored(&mut device);
        }
        let shown = device.to_json();
        devices.insert(device.enrolment.device_token.as_str().to_owned(), device);
        Ok((shown, is_new))
    }

    /// Reinstalls the app of a phone: the phone gets a new device token, and the old one is no
    /// longer registered.
    pub(crate) fn reinstall(
        &self,
        caller: &Caller,
        token: &DeviceToken,
    ) -> Result<Value, ControlError> {
        let mut devices = self.devices.lock();
        let mut enrolment = Enrolment::clone(&find(&mut devices, caller, token)?.enrolment);
        enrolment.ownership.touch(clock_ms(self.clock));
        let holder = Party {
            caller: enrolment.ownership.holder.clone(),
            account: Arc::clone(&enrolment.ownership.account),
        };
        self.make_room(&mut devices, &holder)?;
        let old = devices.remove(token.as_str()).ok_or_else(no_device)?;
        let mut gone = Enrolment::clone(&old.enrolment);
        gone.unregistered_at_ms = gone.unregistered_at_ms.or(Some(clock_ms(self.clock)));
        // If the old token was still active, its calls and its stored push end here.
        let gone = Device::new(
            gone,
            Some(old).filter(|old| old.enrolment.unregistered_at_ms.is_some()),
        );
        self.publish_device(&gone.enrolment, "unregistered", &gone.to_json());
        devices.insert(token.as_str().to_owned(), gone);

        enrolment.device_token =
            DeviceToken::from_bytes(&[random::bytes(), random::bytes()].concat());
        enrolment.unregistered_at_ms = None;
        enrolment.ownership = Arc::new(enrolment.ownership.renewed(clock_ms(self.clock)));
        let device = Device::new(enrolment, None);
        let shown = device.to_json();
        self.publish_device(&device.enrolment, "enrolled", &shown);
        devices.insert(device.enrolment.device_token.as_str().to_owned(), device);
        Ok(shown)
    }

    /// Removes a phone of this caller.
    pub(crate) fn remove(&self, caller: &Caller, token: &DeviceToken) -> Result<(), ControlError> {
        let mut devices = self.devices.lock();
        find(&mut devices, caller, token)?;
        if let Some(device) = devices.remove(token.as_str()) {
            self.publish_device(&device.enrolment, "removed", &Value::Null);
        }
        Ok(())
    }

    /// `true` if there is a phone of this caller.
    pub(crate) fn has_any(&self, caller: &Caller) -> bool {
        self.devices
            .lock()
            .values()
            .any(|device| caller.may_touch(&device.enrolment.ownership.holder))
    }

    /// Removes the expired phones of guests.
    pub(crate) fn sweep(&self, now_ms: u64) {
        self.forget(&mut self.devices.lock(), |device| {
            device.enrolment.ownership.is_over(now_ms)
        });
    }

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
    fn deliver_stored(self: &Arc<Self>, device: &mut Device) {
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

    fn publish_device(&self, enrolment: &Enrolment, change: &'static str, device: &Value) {
        let token = enrolment.device_token.as_str();
        let event = json!({
            "device_token": token,
            "name": enrolment.name,
            "change": change,
            "device": device,
            "at_ms": clock_ms(self.clock),
        });
        let (visibility, account) = (
            Visibility::of(&enrolment.ownership.holder),
            &enrolment.ownership.account,
        );
        self.events.publish(
            Occasion {
                kind: "device",
                device_token: enrolment.device_token.shared(),
                visibility,
                account,
            },
            event,
        );
    }

    /// Makes room for one more phone of this party. Fails if that is impossible.
    fn make_room(&self, devices: &mut Devices, party: &Party) -> Result<(), ControlError> {
        if devices.len() >= shares::MOST {
            let now_ms = clock_ms(self.clock);
            self.forget(devices, |device| device.enrolment.ownership.is_idle(now_ms));
        }
        let room = shares::room(
            devices
                .values()
                .map(|device| (&device.enrolment.device_token, &*device.enrolment.ownership)),
            party,
        );
        match room {
            Room::Free => Ok(()),
            Room::Instead(token) => {
                let token = token.clone();
                self.forget(devices, |device| device.enrolment.device_token == token);
                Ok(())
            }
            room => Err(shares::full(&room, "too_many_devices", "devices")),
        }
    }

    /// Removes the phones for which `is_gone` returns `true`, and publishes an event for each.
    fn forget(&self, devices: &mut Devices, is_gone: impl Fn(&Device) -> bool) {
        for (_, device) in devices.extract_if(.., |_, device| is_gone(device)) {
            self.publish_device(&device.enrolment, "removed", &Value::Null);
        }
    }
}

/// Returns the phone with this device token. Fails if the phone is unknown or belongs to another
/// caller.
fn find<'a>(
    devices: &'a mut Devices,
    caller: &Caller,
    token: &DeviceToken,
) -> Result<&'a mut Device, ControlError> {
    let device = devices.get_mut(token.as_str()).ok_or_else(no_device)?;
    device
        .enrolment
        .ownership
        .admit(caller, "The device token in the path")?;
    Ok(device)
}

fn no_device() -> ControlError {
    let cause = "No virtual iPhone with this device token is enrolled with the simulator.";
    ControlError::new(
        StatusCode::NOT_FOUND,
        "device_not_found",
        cause,
        "Enrol it with PUT, or look at the list of devices.",
    )
}
