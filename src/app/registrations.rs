//! The registrations: the keys and phones that this tab has registered with the simulator, as the requests that did
//! it. A simulator that has started anew knows none of them, so they are repeated. No key is among them: of a key
//! only the public half is registered.

use serde_json::Value;

use crate::apns::json::object;

/// More than anybody registers by hand; the oldest goes first.
const MOST: usize = 64;
/// A body that is longer is not kept.
const LONGEST_BODY: usize = 16 * 1024;

/// What a phone is registered with; the simulator tells more of it.
const PHONE_FIELDS: [&str; 13] = [
    "name",
    "bundle_id",
    "kind",
    "environment",
    "state",
    "mapping",
    "pushes_per_minute",
    "online",
    "do_not_disturb",
    "blocked",
    "reports",
    "ios",
    "app",
];

/// What was registered, the oldest first, each as a path and a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registrations {
    instance: String,
    requests: Vec<(String, String)>,
}

impl Registrations {
    /// Takes note of a request to the simulator that was carried out, and of its answer.
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

    /// Takes note of a phone that the simulator knows already, as it tells it.
    pub fn note_phone(&mut self, path: &str, phone: &Value) {
        if self.requests.iter().any(|(other, _)| other == path) {
            return;
        }
        let fields = PHONE_FIELDS
            .iter()
            .map(|field| (*field, phone[*field].to_string()));
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

    /// The requests to repeat if the simulator goes by another name now than when they were made.
    pub fn to_repeat(&self, instance: &str) -> Vec<(String, String)> {
        let is_known = self.instance.is_empty() || instance.is_empty() || self.instance == instance;
        if is_known {
            Vec::new()
        } else {
            self.requests.clone()
        }
    }

    /// Everything is registered with the simulator of this name.
    pub fn settle(&mut self, instance: &str) {
        if !instance.is_empty() {
            instance.clone_into(&mut self.instance);
        }
    }
}
