//! The page's view of the push server for apps. Its lists stay JSON values that are read on demand;
//! types for them would enlarge the WebAssembly.

use serde_json::Value;

/// Lists of the push server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhonesView {
    /// Devices of the registered apps.
    pub devices: Vec<Value>,
    /// Newest sends with their receipts, the newest first.
    pub sends: Vec<Value>,
}

/// A change of the view.
#[derive(Debug)]
pub enum Change {
    /// New lists, as the relay answered; `null` for one that it did not give.
    Lists(Lists),
}

/// Answers of the relay with its lists.
#[derive(Debug, Default)]
pub struct Lists {
    /// Answer with the devices.
    pub devices: Value,
    /// Answer with the sends.
    pub sends: Value,
}

impl PhonesView {
    /// Applies a change.
    pub fn change(&mut self, change: Change) {
        match change {
            Change::Lists(mut lists) => {
                take(&mut self.devices, &mut lists.devices["devices"]);
                take(&mut self.sends, &mut lists.sends["sends"]);
            }
        }
    }

    /// Returns the send with this `apns-id`.
    pub fn send(&self, apns_id: &str) -> Option<&Value> {
        let is_it = |send: &&Value| {
            let found = send["apns_id"].as_str();
            found.is_some_and(|found| found.eq_ignore_ascii_case(apns_id))
        };
        self.sends.iter().find(is_it)
    }

    /// Returns the device with this token.
    pub fn device(&self, device_token: &str) -> Option<&Value> {
        let mut devices = self.devices.iter();
        devices.find(|device| device["device_token"] == device_token)
    }

    /// Returns `true` if a receipt for one of the sends may still come.
    pub fn is_waiting(&self) -> bool {
        let mut sends = self.sends.iter();
        sends.any(|send| send["ring"]["state"] == "accepted")
    }
}

/// Takes over a list, unless the relay gave none.
fn take(list: &mut Vec<Value>, answer: &mut Value) {
    if let Value::Array(new) = answer {
        *list = std::mem::take(new);
    }
}
