//! A virtual iPhone, as the list of phones has it.

use serde_json::Value;

use crate::apns::json;
use crate::app::phone_view::unreported_of;
use crate::app::registrations::PHONE_FIELDS;
use crate::app::relay_info::{text, texts};

/// A virtual iPhone. It stays a JSON value that is read on demand; types for its settings would
/// enlarge the WebAssembly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPhone(pub Value);

impl ListedPhone {
    /// Device token.
    pub fn device_token(&self) -> &str {
        text(&self.0, "device_token")
    }

    /// Name.
    pub fn name(&self) -> &str {
        text(&self.0, "name")
    }

    /// Bundle ID of the app that the device token belongs to.
    pub fn bundle_id(&self) -> &str {
        text(&self.0, "bundle_id")
    }

    /// Current activity: `idle`, `ringing`, `in-call`, `killed` or `silent`.
    pub fn activity(&self) -> &str {
        text(&self.0["phone"], "state")
    }

    /// Handles of the blocked callers.
    pub fn blocked(&self) -> Vec<&str> {
        texts(&self.0["blocked"])
    }

    /// Number of unreported pushes in a row.
    pub fn unreported(&self) -> u32 {
        unreported_of(&self.0)
    }

    /// `apns-id` of the push stored for it while it is offline.
    pub fn stored(&self) -> Option<&str> {
        self.0["stored"]["apns_id"].as_str()
    }

    /// Returns the value of a setting as JSON.
    pub fn value(&self, field: &str) -> &Value {
        &self.0[field]
    }

    /// Returns the body of a request that enrols the phone with a new value of this setting.
    pub fn with(&self, field: &str, value: &Value) -> String {
        let mut settings = Vec::new();
        for name in PHONE_FIELDS {
            let value = if name == field { value } else { &self.0[name] };
            settings.push((name, json::compact(value)));
        }
        json::object(&settings)
    }
}
