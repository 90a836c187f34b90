//! An order: one request that changes the simulator.

use serde_json::{Value, json};

use super::model::fault_table::FaultTable;
use super::model::phone::ListedPhone;
use crate::apns::DeviceToken;

/// The field in which the next blocked caller is typed.
pub const BLOCK_FIELD: &str = "setting-blocked";
/// The heading of the phones.
pub const PHONES: &str = "devices";
/// The heading of the faults.
pub const FAULTS: &str = "faults";
/// The heading of the keys.
pub const KEYS: &str = "keys";

/// A request, and where the focus goes once it has been carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its method.
    pub method: &'static str,
    /// Its path behind `/api/simulator/`.
    pub path: String,
    /// Its body, or nothing.
    pub body: String,
    /// The element that gets the focus if nothing has it, or with `!` before it in any case; or
    /// nothing.
    pub focus: &'static str,
}

impl Order {
    /// Adds a phone; `count` are there.
    pub fn add_phone(device_token: &DeviceToken, count: usize, bundle_id: &str) -> Self {
        let name = format!("iPhone {}", count + 1);
        let body = json!({ "name": name, "bundle_id": bundle_id.trim() });
        Self {
            method: "PUT",
            path: device_path(device_token.as_str()),
            body: body.to_string(),
            focus: "!setting-name",
        }
    }

    /// Changes one setting of a phone.
    pub fn set(phone: &ListedPhone, field: &str, value: Value) -> Self {
        Self {
            method: "PUT",
            path: device_path(&phone.device_token),
            body: phone.enrolment.with(field, value),
            focus: "",
        }
    }

    /// Has a phone refuse the calls of one caller more.
    pub fn block(phone: &ListedPhone, handle: &str) -> Self {
        let mut blocked = phone.enrolment.blocked.clone();
        blocked.push(handle.trim().to_owned());
        Self {
            focus: BLOCK_FIELD,
            ..Self::set(phone, "blocked", json!(blocked))
        }
    }

    /// Has a phone take the calls of the blocked caller at this index again.
    pub fn unblock(phone: &ListedPhone, index: usize) -> Self {
        let mut blocked = phone.enrolment.blocked.clone();
        if index < blocked.len() {
            blocked.remove(index);
        }
        Self {
            focus: BLOCK_FIELD,
            ..Self::set(phone, "blocked", json!(blocked))
        }
    }

    /// Reinstalls the app of a phone, which gets a new device token.
    pub fn reinstall(phone: &ListedPhone) -> Self {
        Self {
            method: "POST",
            path: [&device_path(&phone.device_token), "/reinstall"].concat(),
            body: String::new(),
            focus: PHONES,
        }
    }

    /// Removes a phone.
    pub fn remove_phone(phone: &ListedPhone) -> Self {
        Self {
            method: "DELETE",
            path: device_path(&phone.device_token),
            body: String::new(),
            focus: PHONES,
        }
    }

    /// Removes a key.
    pub fn remove_key(key_id: &str) -> Self {
        Self {
            method: "DELETE",
            path: ["keys/", key_id].concat(),
            body: String::new(),
            focus: KEYS,
        }
    }

    /// Switches one fault on beside those that are on, for so many times or until it is switched
    /// off.
    pub fn switch_on(table: &FaultTable, fault: &Value, next: Option<u64>) -> Self {
        Self::put_faults(table.script_with(fault, next))
    }

    /// Switches the fault at this index off.
    pub fn switch_off(table: &FaultTable, index: usize) -> Self {
        Self {
            focus: FAULTS,
            ..Self::put_faults(table.script_without(index))
        }
    }

    /// Switches all faults off.
    pub fn switch_all_off() -> Self {
        Self {
            method: "DELETE",
            path: "faults".to_owned(),
            body: String::new(),
            focus: FAULTS,
        }
    }

    /// Switches the faults of a script on, and all others off.
    pub fn put_faults(script: String) -> Self {
        Self {
            method: "PUT",
            path: "faults".to_owned(),
            body: script,
            focus: "",
        }
    }
}

fn device_path(device_token: &str) -> String {
    ["devices/", device_token].concat()
}
