//! State of the push that is underway or was sent last, as the event stream reports it. Events may
//! arrive before or after the answer of APNs.

use serde_json::Value;

use super::phone_view::PhoneView;
use crate::call::PhoneRule;

/// A fault of the simulator that affected the push, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultStrike {
    /// Label of the fault.
    pub label: String,
    /// `true` if it affected this push; `false` if it affected a connection while this push was
    /// underway.
    pub struck: bool,
    /// `true` if the fault produced the answer.
    pub answers: bool,
}

/// The push that is tracked, with the events about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushWatch {
    apns_id: String,
    phone: Option<PhoneView>,
    fault: Option<FaultStrike>,
    /// `apns-id`s of the pushes whose calls are on the screen, a waiting call last.
    calls: Vec<String>,
    /// Number of the phone's last event when the push began; earlier events concern other pushes.
    begun_after: Option<u64>,
}

impl PushWatch {
    /// Starts tracking another push; `number` is that of the phone's last event.
    pub fn begin(&mut self, apns_id: &str, number: u64) {
        self.apns_id = apns_id.to_owned();
        (self.phone, self.fault) = (None, None);
        self.begun_after = Some(number);
    }

    /// Returns `true` if this is the tracked push.
    pub fn is_about(&self, apns_id: &str) -> bool {
        self.apns_id.eq_ignore_ascii_case(apns_id)
    }

    /// Records an event of the phone. Events must be passed in order.
    pub fn take_phone(&mut self, view: &PhoneView) {
        let push = match &view.apns_id {
            Some(apns_id) => {
                self.note_call(apns_id, view.rule);
                Some(apns_id.clone())
            }
            // An action of the phone's owner concerns the call on the screen.
            None => self.end_call(view.rule),
        };
        if push.is_some_and(|push| self.is_about(&push)) {
            self.phone = Some(view.clone());
        }
    }

    fn note_call(&mut self, apns_id: &str, rule: Option<PhoneRule>) {
        match rule {
            Some(PhoneRule::WaitingCall) => {
                // CallKit shows at most two calls.
                self.calls.truncate(1);
                self.calls.push(apns_id.to_owned());
            }
            Some(PhoneRule::Reported | PhoneRule::Launched | PhoneRule::ReportedLate) => {
                self.calls = vec![apns_id.to_owned()]
            }
            _ => {}
        }
    }

    fn end_call(&mut self, rule: Option<PhoneRule>) -> Option<String> {
        let call = self.calls.last()?.clone();
        match rule {
            Some(PhoneRule::EndedAndAnswered) => self.calls = vec![call.clone()],
            Some(PhoneRule::Declined | PhoneRule::Ended | PhoneRule::Unanswered) => {
                self.calls.truncate(self.calls.len() - 1)
            }
            _ => {}
        }
        Some(call)
    }

    /// Records the body of a `fault` event; `is_underway` says that the push has no answer yet.
    pub fn take_fault(&mut self, event: &Value, is_underway: bool) {
        let struck = event["apns_id"]
            .as_str()
            .is_some_and(|apns_id| self.is_about(apns_id));
        let may_have_struck = is_underway && event["stream"].is_null() && self.fault.is_none();
        if struck || may_have_struck {
            let label = event["label"].as_str().unwrap_or_default().to_owned();
            self.fault = Some(FaultStrike {
                label,
                struck,
                answers: struck && event["answers"] == true,
            });
        }
    }

    /// Forgets the calls on the screen, because another phone is followed, or this one from its
    /// first event.
    pub fn forget_screen(&mut self) {
        self.calls.clear();
    }

    /// Returns the rule of the phone's latest reaction to the push.
    pub fn rule(&self) -> Option<PhoneRule> {
        self.phone.as_ref()?.rule
    }

    /// Returns a sentence about the phone's latest reaction to the push.
    pub fn sentence(&self) -> Option<&str> {
        self.phone
            .as_ref()
            .map(|phone| phone.sentence.as_str())
            .filter(|sentence| !sentence.is_empty())
    }

    /// Returns the fault that affected the push, or may have.
    pub fn fault(&self) -> Option<&FaultStrike> {
        self.fault.as_ref()
    }

    /// Returns `true` if the phone shows the call of the push now.
    pub fn is_on_screen(&self) -> bool {
        self.calls.last().is_some_and(|call| self.is_about(call))
    }

    /// Returns `true` if an event of the phone happened after the push began.
    pub fn is_later(&self, view: &PhoneView) -> bool {
        self.begun_after.is_none_or(|number| view.number > number)
    }

    /// Resets the event numbers, which start again after a restart of the simulator.
    pub fn restart(&mut self) {
        self.calls.clear();
        self.begun_after = self.begun_after.map(|_| 0);
    }
}
