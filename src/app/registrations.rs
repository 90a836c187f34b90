//! The registrations: the keys and phones that this tab has registered with the simulator, stored
//! as the requests that did so. A restarted simulator knows none of them, so they are repeated.
//! They contain no private key, because only the public key is registered.

use serde_json::Value;

use crate::apns::json::{compact, object};

/// Maximum number of registrations, more than anyone makes by hand; the oldest is dropped first.
const MOST: usize = 64;
/// Maximum size of a stored body in bytes; a registration with a larger one is not stored.
const LONGEST_BODY: usize = 16 * 1024;

/// Fields of the request that registers a phone. The simulator's description of a phone has more.
pub const PHONE_FIELDS: [&str; 14] = [
    "name",
    "bundle_id",
    "kind",
    "environment",
    "state",
    "mapping",
    "app_profile",
    "pushes_per_minute",
    "online",
    "do_not_disturb",
    "blocked",
    "reports",
    "ios",
    "app",
];

/// Registrations, oldest first, each as a path and a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registrations {
    instance: String,
    requests: Vec<(String, String)>,
}

impl Registrations {
    /// Returns `true` if nothing is registered.
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Records a successful request to the simulator and its answer.
    pub fn note(&mut self, method: &str, path: &str, body: &str, answer: &Value) {
        match (method, path.split('/').collect::<Vec<_>>().as_slice()) {
            ("PUT", ["keys" | "devices", _]) => self.put(path.to_owned(), body.to_owned()),
            ("DELETE", ["keys" | "devices", _]) => {
                self.take(path);
            }
            ("POST", ["devices", token, "reinstall"]) => {
                let old = self.take(&["devices/", token].concat());
                if let (Some((_, body)), Some(token)) = (old, answer["device_token"].as_str()) {
                    self.put(["devices/", token].concat(), body);
                }
            }
            _ => {}
        }
    }

    /// Records a phone that the simulator already knows, as the simulator describes it.
    pub fn note_phone(&mut self, path: &str, phone: &Value) {
        if self.requests.iter().any(|(other, _)| other == path) {
            return;
        }
        let fields = PHONE_FIELDS
            .iter()
            .map(|field| (*field, compact(&phone[*field])));
        self.put(path.to_owned(), object(&fields.collect::<Vec<_>>()));
    }

    fn put(&mut self, path: String, body: String) {
        self.take(&path);
        if body.len() <= LONGEST_BODY {
            self.requests.push((path, body));
        }
        if self.requests.len() > MOST {
            self.requests.remove(0);
        }
    }

    fn take(&mut self, path: &str) -> Option<(String, String)> {
        let place = self.requests.iter().position(|(other, _)| other == path)?;
        Some(self.requests.remove(place))
    }

    /// Returns the requests to repeat if `instance` is not the one they were made for.
    pub fn to_repeat(&self, instance: &str) -> Vec<(String, String)> {
        let is_known = self.instance.is_empty() || instance.is_empty() || self.instance == instance;
        if is_known {
            Vec::new()
        } else {
            self.requests.clone()
        }
    }

    /// Records that everything is registered with this instance.
    pub fn settle(&mut self, instance: &str) {
        if !instance.is_empty() {
            instance.clone_into(&mut self.instance);
        }
    }
}
