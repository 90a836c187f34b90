//! Random bytes, from the same source as the keys of TLS.

/// Sixteen of them: enough for a UUID.
pub(crate) fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    // Without random bytes the certificate authority could not have been made, and these only name things.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes);
    bytes
}
