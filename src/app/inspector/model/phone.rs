//! A virtual iPhone, as the list of phones has it.

use serde_json::Value;

use super::fields::{flag, number, text, texts};
use crate::app::phone_view::unreported_of;

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
    /// Kind of device token: `voip`, `alert` or `pushtotalk`.
    pub kind: String,
    /// `sandbox` or `production`.
    pub environment: String,
    /// `active`, `unregistered` or `expired`.
    pub state: String,
    /// Paths at which the app finds the parts of a call.
    pub mapping: Value,
    /// Identifier of the app’s profile, or the profile in JSON; empty if the app is recognised.
    pub app_profile: String,
    /// Maximum number of pushes per minute; `None` for no limit.
    pub pushes_per_minute: Option<u64>,
    /// `true` if the phone is online.
    pub online: bool,
    /// `true` if Do Not Disturb is on.
    pub do_not_disturb: bool,
    /// Handles of the blocked callers.
    pub blocked: Vec<String>,
    /// `true` if the app reports its calls to CallKit.
    pub reports: bool,
    /// Version of iOS.
    pub ios: String,
    /// State of the app when a push arrives.
    pub app: String,
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
        Some(Self {
            name: text(phone, "name")?,
            bundle_id: text(phone, "bundle_id")?,
            kind: text(phone, "kind")?,
            environment: text(phone, "environment")?,
            state: text(phone, "state")?,
            mapping: phone["mapping"].clone(),
            app_profile: text(phone, "app_profile").unwrap_or_default(),
            pushes_per_minute: number(phone, "pushes_per_minute"),
            online: flag(phone, "online")?,
            do_not_disturb: flag(phone, "do_not_disturb")?,
            blocked: texts(phone, "blocked")?,
            reports: flag(phone, "reports")?,
            ios: text(phone, "ios")?,
            app: text(phone, "app")?,
        })
    }

    /// The body of a request that enrols the phone like this.
    pub fn to_json(&self) -> Value {
        let fields: [(&str, Value); 14] = [
            ("name", self.name.as_str().into()),
            ("bundle_id", self.bundle_id.as_str().into()),
            ("kind", self.kind.as_str().into()),
            ("environment", self.environment.as_str().into()),
            ("state", self.state.as_str().into()),
            ("mapping", self.mapping.clone()),
            ("app_profile", self.app_profile.as_str().into()),
            ("pushes_per_minute", self.pushes_per_minute.into()),
            ("online", self.online.into()),
            ("do_not_disturb", self.do_not_disturb.into()),
            ("blocked", self.blocked.clone().into()),
            ("reports", self.reports.into()),
            ("ios", self.ios.as_str().into()),
            ("app", self.app.as_str().into()),
        ];
        fields.into_iter().collect()
    }
}
