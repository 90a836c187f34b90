//! The ground of the demo: what the simulator says of the demo's phone and of the faults that are switched on, and
//! what of it has to be otherwise so that the phone rings.

use serde_json::Value;

use super::inspector::model::fault_table::left_of;
use crate::apns::TokenKind;
use crate::call::phone::{App, Delivery, Ios, Timing};
use crate::call::{IncomingCall, Mapping, PhoneSettings, PhoneState};

/// What the simulator was found to be like.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DemoGround {
    /// The phone of an earlier press, as the simulator tells it.
    pub phone: Value,
    /// The faults that are switched on.
    pub faults: Value,
}

/// A change of the faults that the demo needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultsAside {
    /// The script of those that stay.
    pub stay: String,
    /// The script of those that are switched off, to switch them on again.
    pub aside: String,
}

impl DemoGround {
    /// Whether the phone would ring for this call of an app with this bundle ID.
    pub fn rings(&self, bundle_id: &str, payload: &Value, mapping: &Mapping) -> bool {
        let phone = &self.phone;
        let is_reached = phone["online"] == true
            && phone["state"] == "active"
            && phone["kind"] == "voip"
            && phone["environment"] == "sandbox"
            && phone["bundle_id"] == bundle_id
            && phone["pushes_per_minute"].is_null();
        // Of what it did last only this matters: a call takes the screen, and after pushes without one iOS may have
        // stopped delivery, which the simulator does not tell.
        let is_quiet = phone["phone"]["state"] == "idle";
        let settings = PhoneSettings {
            kind: TokenKind::Voip,
            online: true,
            do_not_disturb: phone["do_not_disturb"] == true,
            blocked: texts(&phone["blocked"]),
            reports: phone["reports"] == true,
            ios: phone["ios"]
                .as_str()
                .and_then(Ios::parse)
                .unwrap_or(Ios::FIRST),
            app: App::default(),
        };
        let state = PhoneState::Idle;
        let delivery = Delivery {
            settings: &settings,
            state: &state,
            failures: 0,
            timing: Timing::Prompt,
        };
        is_reached
            && (is_quiet || self.shows_another_call(payload, mapping))
            && delivery.of(payload, mapping).rule.rang()
    }

    /// Whether one call rings on the phone, or goes on, and it is not this one.
    fn shows_another_call(&self, payload: &Value, mapping: &Mapping) -> bool {
        let phone = &self.phone["phone"];
        let uuid = IncomingCall::read_with(payload, mapping)
            .call_uuid
            .map(|field| field.value.to_string());
        let is_busy = matches!(phone["state"].as_str(), Some("ringing" | "in-call"));
        let shown = phone["call"]["call_uuid"]["value"].as_str();
        is_busy
            && phone["call"]["in_progress"].is_null()
            && shown
                .zip(uuid)
                .is_some_and(|(shown, uuid)| !shown.eq_ignore_ascii_case(&uuid))
    }

    /// Whether a fault is for this phone alone, so that another phone is out of its reach.
    pub fn strikes_phone(&self, device_token: &str) -> bool {
        self.on()
            .any(|fault| names(&fault, "device_token", device_token))
    }

    /// Whether a fault is for this key alone.
    pub fn strikes_key(&self, key_id: &str) -> bool {
        self.on().any(|fault| names(&fault, "key_id", key_id))
    }

    /// What to do about faults that are for everybody; `None` if there is nothing to do.
    pub fn faults_aside(&self) -> Option<FaultsAside> {
        let (stay, aside): (Vec<Value>, Vec<Value>) = self.on().partition(is_narrow);
        (!aside.is_empty()).then(|| FaultsAside {
            stay: script(&stay),
            aside: script(&aside),
        })
    }

    /// These faults, and those that are on by now.
    pub fn with_faults(&self, script_aside: &str) -> String {
        let aside: Vec<Value> = serde_json::from_str(script_aside).unwrap_or_default();
        script(&self.on().chain(aside).collect::<Vec<_>>())
    }

    /// The faults that may still strike, each as often as it still may: a script counts anew.
    fn on(&self) -> impl Iterator<Item = Value> {
        let list = |name: &str| self.faults[name].as_array().map_or(&[][..], Vec::as_slice);
        list("faults")
            .iter()
            .zip(list("counts"))
            .filter_map(|(fault, count)| {
                left_of(fault, count["struck"].as_u64().unwrap_or_default())
            })
    }
}

/// Whether a fault is for one phone or one key.
fn is_narrow(fault: &Value) -> bool {
    !fault["device_token"].is_null() || !fault["key_id"].is_null()
}

fn names(fault: &Value, field: &str, name: &str) -> bool {
    fault[field]
        .as_str()
        .is_some_and(|named| named.eq_ignore_ascii_case(name))
}

fn script(faults: &[Value]) -> String {
    Value::from(faults.to_vec()).to_string()
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
