//! An order: one request that changes the simulator, or the lists of the push server.

use serde_json::Value;

use super::model::fault_table::FaultTable;
use super::model::phone::ListedPhone;
use crate::apns::DeviceToken;
use crate::apns::json;

/// Element ID of the field for another blocked caller.
pub const BLOCK_FIELD: &str = "setting-blocked";
/// Element ID of the heading of the phones.
pub const PHONES: &str = "devices";
/// Element ID of the heading of the faults.
pub const FAULTS: &str = "faults";
/// Element ID of the heading of the keys.
pub const KEYS: &str = "keys";

/// A request, and the element to focus when it has succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// HTTP method.
    pub method: &'static str,
    /// Path relative to `/api/simulator/`, or from the root if it begins with a slash.
    pub path: String,
    /// Body; may be empty.
    pub body: String,
    /// ID of the element to focus if no element has the focus, or in any case if it begins with
    /// `!`; may be empty.
    pub focus: &'static str,
}

impl Order {
    /// Adds a phone and names it by `count`, the number of phones there are.
    pub fn add_phone(device_token: &DeviceToken, count: usize, bundle_id: &str) -> Self {
        let name = format!("iPhone {}", count + 1);
        let body = Value::from_iter([("name", name.as_str()), ("bundle_id", bundle_id.trim())]);
        Self {
            method: "PUT",
            path: device_path(device_token.as_str()),
            body: json::compact(&body),
            focus: "!setting-name",
        }
    }

    /// Changes one setting of a phone.
    pub fn set(phone: &ListedPhone, field: &str, value: Value) -> Self {
        Self {
            method: "PUT",
            path: device_path(phone.device_token()),
            body: phone.with(field, &value),
            focus: "",
        }
    }

    /// Blocks one more caller on a phone.
    pub fn block(phone: &ListedPhone, handle: &str) -> Self {
        let mut blocked = phone.blocked();
        blocked.push(handle.trim());
        Self {
            focus: BLOCK_FIELD,
            ..Self::set(phone, "blocked", Value::from(blocked))
        }
    }

    /// Unblocks the caller at this index on a phone.
    pub fn unblock(phone: &ListedPhone, index: usize) -> Self {
        let mut blocked = phone.blocked();
        if index < blocked.len() {
            blocked.remove(index);
        }
        Self {
            focus: BLOCK_FIELD,
            ..Self::set(phone, "blocked", Value::from(blocked))
        }
    }

    /// Reinstalls the app on a phone, which gets a new device token.
    pub fn reinstall(phone: &ListedPhone) -> Self {
        Self {
            method: "POST",
            path: [&device_path(phone.device_token()), "/reinstall"].concat(),
            body: String::new(),
            focus: PHONES,
        }
    }

    /// Removes a phone.
    pub fn remove_phone(phone: &ListedPhone) -> Self {
        Self {
            method: "DELETE",
            path: device_path(phone.device_token()),
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

    /// Enables a fault in addition to the others, for `next` times or until it is disabled.
    pub fn switch_on(table: &FaultTable, fault: &Value, next: Option<u64>) -> Self {
        Self::put_faults(table.script_with(fault, next))
    }

    /// Disables the fault at this index.
    pub fn switch_off(table: &FaultTable, index: usize) -> Self {
        Self {
            focus: FAULTS,
            ..Self::put_faults(table.script_without(index))
        }
    }

    /// Disables all faults.
    pub fn switch_all_off() -> Self {
        Self {
            method: "DELETE",
            path: "faults".to_owned(),
            body: String::new(),
            focus: FAULTS,
        }
    }

    /// Enables the faults of a script and disables all others.
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
