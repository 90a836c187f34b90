//! Names that pushes of the tests carry, so that no test has names of its own without a reason.

/// Key ID of a signing key.
pub(crate) const KEY_ID: &str = "ABC123DEFG";
/// Team ID of its team.
pub(crate) const TEAM_ID: &str = "TEAM654321";
/// Bundle ID of an app with calls.
pub(crate) const BUNDLE_ID: &str = "com.example.calls";
/// Topic of its calls.
pub(crate) const TOPIC: &str = "com.example.calls.voip";
/// Device token of the usual length.
pub(crate) const DEVICE_TOKEN: &str =
    "6fa1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff";

/// Path of a send to this environment and device token.
pub(crate) fn path(environment: &str, device_token: &str) -> String {
    format!("/{environment}/3/device/{device_token}")
}
