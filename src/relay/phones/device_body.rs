//! Body that registers a device.

use serde::Deserialize;

use super::app_body::{is_bundle_id, is_text, unprocessable};
use crate::apns::Environment;
use crate::relay::problem::Problem;
use crate::store::DeviceDetails;

const KINDS: [&str; 3] = ["voip", "alert", "ptt"];
const LONGEST_DETAIL: usize = 100;

/// Body that registers a device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceBody {
    bundle_id: String,
    environment: String,
    kinds: Option<Vec<String>>,
    device_id: Option<String>,
    device_name: Option<String>,
    system_version: Option<String>,
    app_version: Option<String>,
    region: Option<String>,
}

/// A registration with checked values.
pub(super) struct Registration {
    pub(super) bundle_id: String,
    pub(super) environment: Environment,
    pub(super) kinds: Vec<String>,
    pub(super) details: DeviceDetails,
}

impl DeviceBody {
    /// Checks all values.
    pub(super) fn check(self) -> Result<Registration, Problem> {
        if !is_bundle_id(&self.bundle_id) {
            let cause = "The field “bundle_id” is no bundle ID.";
            let fix = "Send Bundle.main.bundleIdentifier, such as com.example.calls.";
            return Err(unprocessable("bad_bundle_id", cause, fix, "bundle_id"));
        }
        let Some(environment) = Environment::parse(&self.environment) else {
            let cause = "The field “environment” names no environment.";
            let known = Environment::ALL.map(Environment::as_str).join(", ");
            let fix = format!("Send one of {known}: the one of the app’s provisioning profile.");
            return Err(unprocessable(
                "unknown_environment",
                cause,
                fix,
                "environment",
            ));
        };
        let kinds = self.kinds.unwrap_or_else(|| vec![KINDS[0].to_owned()]);
        let are_known = kinds.iter().all(|kind| KINDS.contains(&kind.as_str()));
        if kinds.is_empty() || kinds.len() > KINDS.len() || !are_known {
            let cause =
                "The field “kinds” is no list of the kinds of pushes that the token is for.";
            let fix = format!(
                "Send some of {}, or leave it out for voip.",
                KINDS.join(", ")
            );
            return Err(unprocessable("bad_kinds", cause, fix, "kinds"));
        }
        Ok(Registration {
            bundle_id: self.bundle_id,
            environment,
            kinds,
            details: DeviceDetails {
                device_id: detail("device_id", self.device_id)?,
                device_name: detail("device_name", self.device_name)?,
                system_version: detail("system_version", self.system_version)?,
                app_version: detail("app_version", self.app_version)?,
                region: detail("region", self.region)?,
            },
        })
    }
}

/// Checks a detail; an empty text counts as absent.
fn detail(field: &str, text: Option<String>) -> Result<Option<String>, Problem> {
    match text {
        Some(text) if text.is_empty() => Ok(None),
        Some(text) if !is_text(&text, LONGEST_DETAIL) => {
            let cause = format!(
                "The field “{field}” is blank, longer than {LONGEST_DETAIL} characters, has control characters, or holds a secret."
            );
            Err(unprocessable(
                "bad_detail",
                cause,
                "Send a short text, or leave it out.",
                field,
            ))
        }
        text => Ok(text),
    }
}
