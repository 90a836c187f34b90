//! Push: everything a request to APNs contains, except the credential.

use super::device_token::DeviceToken;
use super::environment::Environment;
use super::headers::Headers;
use super::payload::Payload;

/// Push that is ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    /// Environment it is sent to.
    pub environment: Environment,
    /// Device token of the recipient.
    pub device_token: DeviceToken,
    /// Headers.
    pub headers: Headers,
    /// Payload.
    pub payload: Payload,
}

impl Push {
    /// Path of the request at APNs.
    pub fn path(&self) -> String {
        ["/3/device/", self.device_token.as_str()].concat()
    }

    /// Path of the request at the relay: that of APNs, under the environment.
    pub fn relay_path(&self) -> String {
        ["/", self.environment.as_str(), &self.path()].concat()
    }
}
