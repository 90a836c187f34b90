//! Secret of a registered app. It is shown once and stored only as a hash. It has 256 random bits,
//! so a plain hash cannot be reversed, and its lookup reveals nothing about other secrets.

use http::{HeaderMap, HeaderName};
use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::relay::access::{NoRandomness, random_text};
use crate::relay::single_header::single;

/// Header in which an app sends its secret.
pub(crate) const APP: HeaderName = HeaderName::from_static("trill-app");

/// Creates a secret.
pub(super) fn make() -> Result<Zeroizing<String>, NoRandomness> {
    random_text()
}

/// Hash of a secret, in hex.
pub(super) fn hash(secret: &[u8]) -> String {
    let digest = digest(&SHA256, secret);
    digest
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Hash of the secret in a request; `None` unless there is exactly one.
pub(super) fn sent(headers: &HeaderMap) -> Option<String> {
    let secret = single(headers, APP).ok().flatten()?;
    Some(hash(secret.as_bytes()))
}
