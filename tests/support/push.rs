//! Names that pushes of the tests carry, so that no test has names of its own without a reason, and
//! the token that vouches for them.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use super::openssl;
use super::temp_dir::TempDir;

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

/// Provider token with openssl's signature, which APNs takes in DER too.
pub(crate) fn provider_token(key: &str) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970");
    let part = |value: Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let head = part(json!({ "alg": "ES256", "kid": KEY_ID }));
    let claims = part(json!({ "iss": TEAM_ID, "iat": now.as_secs() }));
    let signed = format!("{head}.{claims}");
    let folder = TempDir::new();
    let file = folder.write("key.pem", key);
    let file = file.to_string_lossy();
    let signature = openssl::run(&["dgst", "-sha256", "-sign", &file], signed.as_bytes());
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
}
