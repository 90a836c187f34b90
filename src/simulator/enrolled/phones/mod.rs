//! Virtual iPhones and their state. Each phone rings by the rules of
//! [`call::phone`](crate::call::phone), until its user answers or declines, or until the phone
//! gives up. While a phone is offline, APNs stores one push for it, here the newest.

mod delivery;
mod device;
mod event;
mod receipt_log;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

use http::StatusCode;
use serde_json::{Value, json};

use crate::apns::DeviceToken;
use crate::caller::{Caller, Party};
use crate::simulator::control_error::ControlError;
use crate::simulator::enrolled::enrolment::Enrolment;
use crate::simulator::enrolled::shares::{self, Room};
use crate::simulator::record::events::{Events, Occasion};
use crate::simulator::visibility::Visibility;
use crate::simulator::{clock_ms, random};
use crate::sync::Lock;
use device::Device;
use receipt_log::ReceiptLog;

pub(crate) use device::Push;
pub(crate) use receipt_log::PhoneReport;

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
