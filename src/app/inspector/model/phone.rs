//! A virtual iPhone, as the list of phones has it.

use serde_json::{Map, Value};

use super::fields::{text, texts};
use crate::app::phone_view::unreported_of;
use crate::app::registrations::PHONE_FIELDS;

/// A virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPhone {
    /// Device token.
    pub device_token: String,
    /// Its settings.
    pub enrolment: PhoneEnrolment,
    /// Current activity.
    pub phone: Activity,
    /// Number of unreported pushes in a row.
    pub unreported: u32,
    /// The push stored for it while it is offline.
    pub stored: Option<StoredPush>,
}

/// Settings of a virtual iPhone, as a request that enrols it has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneEnrolment {
    /// Name.
    pub name: String,
    /// Bundle ID of the app that the device token belongs to.
    pub bundle_id: String,
    /// `active`, `unregistered` or `expired`.
    pub state: String,
    /// Handles of the blocked callers.
    pub blocked: Vec<String>,
    /// Body of a request that enrols the phone like this.
    json: Value,
}

/// Activity of a virtual iPhone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// `idle`, `ringing`, `in-call`, `killed` or `silent`.
    pub state: String,
}

/// A push that waits for its phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredPush {
    /// `apns-id` of the push.
    pub apns_id: String,
}

impl ListedPhone {
    /// Reads an entry of the list; `None` if it is something else.
    pub fn read(phone: &Value) -> Option<Self> {
        Some(Self {
            device_token: text(phone, "device_token")?,
            enrolment: PhoneEnrolment::read(phone)?,
            phone: Activity {
                state: text(&phone["phone"], "state")?,
            },
            unreported: unreported_of(phone),
            stored: text(&phone["stored"], "apns_id").map(|apns_id| StoredPush { apns_id }),
        })
    }
}

impl PhoneEnrolment {
    fn read(phone: &Value) -> Option<Self> {
        let mut json = Map::new();
        for field in PHONE_FIELDS {
            json.insert(field.to_owned(), phone[field].clone());
        }
        Some(Self {
            name: text(phone, "name")?,
            bundle_id: text(phone, "bundle_id")?,
            state: text(phone, "state")?,
            blocked: texts(phone, "blocked")?,
            json: Value::Object(json),
        })
    }

    /// Returns the body of a request that enrols the phone like this.
    pub fn json(&self) -> &Value {
        &self.json
    }
}
