//! Receipts of virtual iPhones: what the app on each phone would report about its newest calls.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::Phones;
use super::device::Device;
use crate::apns::{DeviceToken, Environment};
use crate::call::phone::{Rule, receipts_of};
use crate::call::{Receipt, ReceiptEvent, RingState};
use crate::caller::Caller;
use crate::simulator::enrolled::enrolment::Enrolment;
use crate::simulator::record::events::Occasion;
use crate::simulator::visibility::Visibility;
use crate::sync::Lock;

/// Maximum number of pushes whose receipts are kept.
const MOST: usize = 1_000;

/// Receipts by push, oldest first.
#[derive(Default)]
pub(super) struct ReceiptLog(Lock<VecDeque<Entry>>);

struct Entry {
    apns_id: Arc<str>,
    /// Caller who enrolled the phone.
    holder: Caller,
    report: Arc<PhoneReport>,
}

/// A push that a phone received, and the receipts for it.
#[derive(Clone, Debug)]
pub(crate) struct PhoneReport {
    /// Time at which APNs accepted the push, in milliseconds since 1970.
    pub(crate) accepted_ms: u64,
    /// Receipts in the order of their arrival.
    pub(crate) receipts: Vec<Receipt>,
}

impl ReceiptLog {
    /// Adds a push that APNs has accepted.
    pub(super) fn begin(&self, apns_id: &Arc<str>, holder: &Caller, accepted_ms: u64) {
        let mut log = self.0.lock();
        if log.len() >= MOST {
            log.pop_front();
        }
        log.push_back(Entry {
            apns_id: Arc::clone(apns_id),
            holder: holder.clone(),
            report: Arc::new(PhoneReport {
                accepted_ms,
                receipts: Vec::new(),
            }),
        });
    }

    /// Adds the receipts that follow from a rule, and returns all receipts of the push. Returns
    /// `None` if there are no new receipts, or if the push is no longer in the log.
    pub(super) fn add(&self, apns_id: &str, rule: Rule, now_ms: u64) -> Option<Arc<PhoneReport>> {
        let (events, mut error) = receipts_of(rule);
        if events.is_empty() {
            return None;
        }
        let mut log = self.0.lock();
        let entry = log.iter_mut().rev().find(|one| *one.apns_id == *apns_id)?;
        let receipts = &mut Arc::make_mut(&mut entry.report).receipts;
        receipts.reserve(events.len());
        for event in events {
            let is_failure = *event == ReceiptEvent::Failed;
            receipts.push(Receipt {
                event: *event,
                error: error.take_if(|_| is_failure),
                device_ms: Some(now_ms.cast_signed()),
                arrived_ms: now_ms,
            });
        }
        Some(Arc::clone(&entry.report))
    }

    /// Returns the receipts for a push to a phone of this caller.
    pub(super) fn find(&self, caller: &Caller, apns_id: &str) -> Option<PhoneReport> {
        let log = self.0.lock();
        let mut newest = log.iter().rev();
        let entry = newest.find(|one| *one.apns_id == *apns_id && caller.may_touch(&one.holder))?;
        Some(PhoneReport::clone(&entry.report))
    }
}

impl Phones {
    /// Adds and publishes the receipts of the app. Without an `apns_id`, as when the user presses a
    /// button, the receipts are for the newest call.
    pub(super) fn report(
        &self,
        device: &mut Device,
        rule: Rule,
        apns_id: Option<&Arc<str>>,
        now_ms: u64,
    ) {
        let Some(apns_id) = apns_id.or(device.calls.last()) else {
            return;
        };
        let Some(report) = self.receipts.add(apns_id, rule, now_ms) else {
            return;
        };
        let apns_id = Arc::clone(apns_id);
        if begins_call(&report) {
            device.calls.push(Arc::clone(&apns_id));
        } else if device.phone.call().is_none() {
            device.calls.clear();
        } else if rule == Rule::Declined || rule == Rule::Unanswered {
            device.calls.pop();
        }
        let Enrolment {
            device_token,
            environment,
            ownership,
            ..
        } = &*device.enrolment;
        let occasion = Occasion {
            kind: "receipt",
            device_token: device_token.shared(),
            visibility: Visibility::of(&ownership.holder),
            account: &ownership.account,
        };
        let event = ReceiptOfPhone {
            device_token: device_token.clone(),
            apns_id,
            environment: environment.in_simulator(),
            report,
            at_ms: now_ms,
        };
        self.events.publish(occasion, event);
    }

    /// Returns the receipts for a push to a phone of this caller.
    pub(crate) fn report_of(&self, caller: &Caller, apns_id: &str) -> Option<PhoneReport> {
        self.receipts.find(caller, apns_id)
    }
}

/// Event with the newest receipt of a push.
struct ReceiptOfPhone {
    device_token: DeviceToken,
    apns_id: Arc<str>,
    environment: Environment,
    report: Arc<PhoneReport>,
    at_ms: u64,
}

impl Serialize for ReceiptOfPhone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let PhoneReport {
            accepted_ms,
            receipts,
        } = &*self.report;
        let mut event = serializer.serialize_map(None)?;
        event.serialize_entry("device_token", self.device_token.as_str())?;
        event.serialize_entry("apns_id", &self.apns_id)?;
        event.serialize_entry("environment", self.environment.as_str())?;
        event.serialize_entry("call", &None::<String>)?;
        event.serialize_entry("receipt", &receipts.last().map(Receipt::to_value))?;
        let ring = RingState::of(*accepted_ms, receipts, self.at_ms);
        event.serialize_entry("ring", &ring.to_value())?;
        event.serialize_entry("at_ms", &self.at_ms)?;
        event.end()
    }
}

/// `true` if the phone shows the call of this push from now on.
fn begins_call(report: &PhoneReport) -> bool {
    let newest = report.receipts.last();
    newest.is_some_and(|receipt| receipt.event == ReceiptEvent::Reported)
}
