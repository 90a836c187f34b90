//! The push watch: what the event stream says of the push that is underway or was sent last, whether that comes
//! before or after the answer of APNs.

use serde_json::Value;

use super::phone_view::PhoneView;
use crate::call::PhoneRule;

/// A fault of the simulator that struck the push, or may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultStrike {
    /// Its name for people.
    pub label: String,
    /// Whether it struck this push; otherwise it struck a connection while this push was underway.
    pub struck: bool,
    /// Whether the answer is the fault's own.
    pub answers: bool,
}

/// The push that is watched, and what is known of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushWatch {
    apns_id: String,
    phone: Option<PhoneView>,
    fault: Option<FaultStrike>,
    /// The pushes whose calls are on the screen, a waiting one last.
    calls: Vec<String>,
    /// The number of the phone's last event when the push began: what the phone said before is about another push.
    begun_after: Option<u64>,
}

impl PushWatch {
    /// Watches another push, which begins when `number` was the last event of the phone.
    pub fn begin(&mut self, apns_id: &str, number: u64) {
        self.apns_id = apns_id.to_owned();
        (self.phone, self.fault) = (None, None);
        self.begun_after = Some(number);
    }

    /// Whether this is the push that is watched.
    pub fn is_about(&self, apns_id: &str) -> bool {
        self.apns_id.eq_ignore_ascii_case(apns_id)
    }

    /// Takes what the phone did, in the order of the events.
    pub fn take_phone(&mut self, view: &PhoneView) {
        let push = match &view.apns_id {
            Some(apns_id) => {
                self.note_call(apns_id, view.rule);
                Some(apns_id.clone())
            }
            // What the phone's owner does is about the call on the screen.
            None => self.end_call(view.rule),
        };
        if push.is_some_and(|push| self.is_about(&push)) {
            self.phone = Some(view.clone());
        }
    }

    fn note_call(&mut self, apns_id: &str, rule: Option<PhoneRule>) {
        match rule {
            Some(PhoneRule::WaitingCall) => {
                // CallKit shows no third call.
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

    /// Takes the body of a `fault` event; `is_underway` says whether the push has no answer yet.
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

    /// Forgets which calls are on the screen: another phone is watched, or this one from its beginning.
    pub fn forget_screen(&mut self) {
        self.calls.clear();
    }

    /// The rule by which the phone last did something about the push.
    pub fn rule(&self) -> Option<PhoneRule> {
        self.phone.as_ref()?.rule
    }

    /// What the phone last did about the push, in one sentence.
    pub fn sentence(&self) -> Option<&str> {
        self.phone
            .as_ref()
            .map(|phone| phone.sentence.as_str())
            .filter(|sentence| !sentence.is_empty())
    }

    /// The fault that struck the push, or may have.
    pub fn fault(&self) -> Option<&FaultStrike> {
        self.fault.as_ref()
    }

    /// Whether the call of the push is the one the phone shows now.
    pub fn is_on_screen(&self) -> bool {
        self.calls.last().is_some_and(|call| self.is_about(call))
    }

    /// Whether an event of the phone is later than the beginning of the push.
    pub fn is_later(&self, view: &PhoneView) -> bool {
        self.begun_after.is_none_or(|number| view.number > number)
    }

    /// The numbers of events begin anew.
    pub fn restart(&mut self) {
        self.calls.clear();
        self.begun_after = self.begun_after.map(|_| 0);
    }
}
