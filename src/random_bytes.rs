//! Random bytes of the operating system, fit for secrets.

use ring::error::Unspecified;
use ring::rand::{SecureRandom, SystemRandom};

/// Fills all of `bytes`, or fails where the system has no random bytes.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Unspecified> {
    SystemRandom::new().fill(bytes)
}
