//! Orders of the push server: requests that change its apps and devices.

use serde_json::Value;

use crate::apns::json;
use crate::app::inspector::order::Order;

/// Element ID of the heading of the apps.
pub const APPS: &str = "registered-apps";
/// Element ID of the heading of the devices.
pub const DEVICES: &str = "registered-devices";
/// Element ID of the heading of a new secret.
pub const NEW_SECRET: &str = "new-secret";
/// Path of the registered apps.
pub const APPS_PATH: &str = "/api/apps";

/// Registers an app; the bundle IDs are separated by commas or white space.
pub fn register_app(name: &str, bundle_ids: &str) -> Order {
    let ids = bundle_ids.split([',', ' ', '\n']).map(str::trim);
    let ids: Value = ids.filter(|id| !id.is_empty()).collect();
    let body = Value::from_iter([("name", Value::from(name.trim())), ("bundle_ids", ids)]);
    Order {
        method: "POST",
        path: APPS_PATH.to_owned(),
        body: json::compact(&body),
        focus: "!new-secret",
    }
}

/// Makes a new secret of an app, which revokes the present one.
pub fn renew_secret(app_id: &str) -> Order {
    of_app("POST", app_id, "/secret", "!new-secret")
}

/// Revokes the secret of an app.
pub fn revoke_secret(app_id: &str) -> Order {
    of_app("DELETE", app_id, "/secret", APPS)
}

/// Deletes an app with all that is stored of it.
pub fn delete_app(app_id: &str) -> Order {
    of_app("DELETE", app_id, "", APPS)
}

/// Removes a device.
pub fn remove_device(device_token: &str) -> Order {
    Order {
        method: "DELETE",
        path: device_path(device_token),
        body: String::new(),
        focus: DEVICES,
    }
}

/// Path of a device.
pub fn device_path(device_token: &str) -> String {
    ["/api/devices/", device_token].concat()
}

fn of_app(method: &'static str, app_id: &str, rest: &'static str, focus: &'static str) -> Order {
    Order {
        method,
        path: [APPS_PATH, "/", app_id, rest].concat(),
        body: String::new(),
        focus,
    }
}
