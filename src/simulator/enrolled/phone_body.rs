//! Body of the request that enrols a virtual iPhone: its properties and settings.

use serde::Deserialize;
use serde_json::Value;

/// Body of the request that enrols a virtual iPhone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PhoneBody {
    pub(super) name: Option<String>,
    pub(super) bundle_id: String,
    pub(super) kind: Option<String>,
    pub(super) environment: Option<String>,
    pub(super) state: Option<String>,
    pub(super) mapping: Option<Value>,
    pub(super) app_profile: Option<String>,
    pub(super) pushes_per_minute: Option<Value>,
    // Settings.
    pub(super) online: Option<bool>,
    pub(super) do_not_disturb: Option<bool>,
    pub(super) blocked: Option<Vec<String>>,
    pub(super) reports: Option<bool>,
    pub(super) ios: Option<String>,
    pub(super) app: Option<String>,
}
