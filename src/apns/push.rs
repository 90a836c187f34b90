//! One push: everything a request to APNs carries, except the credential.

use super::device_token::DeviceToken;
use super::environment::Environment;
use super::headers::Headers;
use super::payload::Payload;

/// A push, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    /// Which APNs.
    pub environment: Environment,
    /// Which phone.
    pub device_token: DeviceToken,
    /// How.
    pub headers: Headers,
    /// What.
    pub payload: Payload,
}

impl Push {
    /// The path at APNs.
    pub fn path(&self) -> String {
        ["/3/device/", self.device_token.as_str()].concat()
    }

    /// The path at the relay: APNs's own, under the environment.
    pub fn relay_path(&self) -> String {
        ["/", self.environment.as_str(), &self.path()].concat()
    }
}
