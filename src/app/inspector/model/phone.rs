//! A virtual iPhone, as the list of the phones has it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ListedPhone {
    /// Its device token.
    pub device_token: String,
    /// Its settings.
    #[serde(flatten)]
    pub enrolment: PhoneEnrolment,
    /// Its activity.
    pub phone: Activity,
    /// The push that waits for it.
    pub stored: Option<StoredPush>,
}

/// Settings of a virtual iPhone, as a request that enrols it has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneEnrolment {
    /// Its name.
    pub name: String,
    /// The app that the device token belongs to.
    pub bundle_id: String,
    /// The push type that the device token is for.
    pub kind: String,
    /// `sandbox` or `production`.
    pub environment: String,
    /// `active`, `unregistered` or `expired`.
    pub state: String,
    /// Paths of the parts of a call.
    pub mapping: Value,
    /// Number of pushes that it takes in a minute; absent without a limit.
    pub pushes_per_minute: Option<u64>,
    /// Whether it is reachable.
    pub online: bool,
    /// Whether Do Not Disturb is on.
    pub do_not_disturb: bool,
    /// Handles of callers whose calls it refuses.
    pub blocked: Vec<String>,
    /// Whether the app reports its calls.
    pub reports: bool,
    /// Version of iOS.
    pub ios: String,
    /// State of the app when a push arrives.
    pub app: String,
}

/// Activity of a virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Activity {
    /// `idle`, `ringing`, `in-call`, `killed` or `silent`.
    pub state: String,
}

/// A push that waits for its phone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoredPush {
    /// Its `apns-id`.
    pub apns_id: String,
}
