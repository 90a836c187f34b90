//! Tests of what Apple accepts, against constants: the vectors of RFC 7515 and RFC 6979, Apple's own samples, and the
//! mistakes people make. A test belongs in the file of the noun it is about; `intake` walks everything people are
//! known to paste, row by row, and `properties.rs` says what holds for any input.

#![allow(clippy::unwrap_used)]

mod device_token;
mod fields;
mod headers;
mod identifiers;
mod intake;
mod json_families;
mod other_forms;
mod payload;
mod payload_properties;
mod properties;
mod provider_token;
mod reasons;
mod secret;
mod signing_key;
mod token_schedule;

use trill::apns::SigningKey;

/// A file of `tests/fixtures/keys`.
macro_rules! key {
    ($name:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/keys/",
            $name
        ))
    };
}
pub(crate) use key;

pub(crate) const RFC7515: &[u8] = key!("rfc7515-openssl.p8");
pub(crate) const SAMPLE_TOKEN: &str =
    "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

pub(crate) fn rfc7515() -> SigningKey {
    SigningKey::from_bytes(RFC7515).unwrap()
}
