//! State of the simulator as the demo finds it: the demo's phone and the enabled faults, and the
//! changes needed so that the phone rings.

use serde_json::Value;

use super::inspector::model::fault_table::left_of;
use crate::apns::TokenKind;
use crate::apns::json;
use crate::app::phone_view::unreported_of;
use crate::call::phone::{App, Delivery, Ios, Timing};
use crate::call::{AppChoice, PhoneSettings, PhoneState};

/// The simulator's answers about the demo's phone and the faults.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DemoGround {
    /// The phone of an earlier demo, as the simulator describes it.
    pub phone: Value,
    /// The faults, as the simulator lists them.
    pub faults: Value,
}

/// A change of the fault list that the demo needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultsAside {
    /// Fault script of the faults to keep.
    pub stay: String,
    /// Fault script of the faults to disable, with which they can be enabled again.
    pub aside: String,
}

impl DemoGround {
    /// Returns `true` if the phone would ring for a push with this bundle ID and payload.
    pub fn rings(&self, bundle_id: &str, payload: &Value, app: &AppChoice) -> bool {
        let phone = &self.phone;
        let is_reached = phone["online"] == true
            && phone["state"] == "active"
            && phone["kind"] == "voip"
            && phone["environment"] == "sandbox"
            && phone["bundle_id"] == bundle_id
            && phone["pushes_per_minute"].is_null();
        // Of the phone's last actions only these matter: a call occupies the screen, and a killed
        // app is no good sight.
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
            unreported: unreported_of(phone),
            timing: Timing::Prompt,
            now_ms: None,
        };
        is_reached
            && (is_quiet || self.shows_another_call(payload, app))
            && delivery.of(payload, app).rule.rang()
    }

    /// Returns `true` if the phone is ringing for or in one call, and that call is not this one.
    fn shows_another_call(&self, payload: &Value, app: &AppChoice) -> bool {
        let phone = &self.phone["phone"];
        let uuid = app
            .resolve(payload)
            .read(payload)
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

    /// Returns `true` if an enabled fault is limited to this phone, so that another phone avoids
    /// it.
    pub fn strikes_phone(&self, device_token: &str) -> bool {
        self.on()
            .any(|fault| names(&fault, "device_token", device_token))
    }

    /// Returns `true` if an enabled fault is limited to this key.
    pub fn strikes_key(&self, key_id: &str) -> bool {
        self.on().any(|fault| names(&fault, "key_id", key_id))
    }

    /// Returns the change that disables the faults that apply to all phones and keys; `None` if
    /// there are none.
    pub fn faults_aside(&self) -> Option<FaultsAside> {
        let (stay, aside): (Vec<Value>, Vec<Value>) = self.on().partition(is_narrow);
        (!aside.is_empty()).then(|| FaultsAside {
            stay: script(&stay),
            aside: script(&aside),
        })
    }

    /// Returns a fault script of the enabled faults followed by `script_aside`.
    pub fn with_faults(&self, script_aside: &str) -> String {
        let aside: Value = serde_json::from_str(script_aside).unwrap_or_default();
        let mut faults: Vec<Value> = self.on().collect();
        faults.extend_from_slice(aside.as_array().map_or(&[], Vec::as_slice));
        script(&faults)
    }

    /// Enabled faults that can still fire. Their counts are reduced by the times they have fired,
    /// because a script starts counting again.
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

/// Returns `true` if a fault is limited to one phone or one key.
fn is_narrow(fault: &Value) -> bool {
    !fault["device_token"].is_null() || !fault["key_id"].is_null()
}

fn names(fault: &Value, field: &str, name: &str) -> bool {
    fault[field]
        .as_str()
        .is_some_and(|named| named.eq_ignore_ascii_case(name))
}

fn script(faults: &[Value]) -> String {
    json::compact(&Value::from(faults.to_vec()))
}

fn texts(value: &Value) -> Vec<String> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}
