//! Random bytes, from the same source as the keys of TLS.

use std::cell::RefCell;

/// Enough for many at once: asking the system takes longer than all the checks of a request.
const POOL: usize = 1_024;

thread_local! {
    static WAITING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Sixteen of them: enough for a UUID.
pub(crate) fn bytes() -> [u8; 16] {
    WAITING.with_borrow_mut(|waiting| {
        if waiting.is_empty() {
            waiting.resize(POOL, 0);
            // Without random bytes the certificate authority could not have been made, and these only name things.
            let _ = rustls::crypto::ring::default_provider()
                .secure_random
                .fill(waiting);
        }
        let rest = waiting.len() - 16;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&waiting[rest..]);
        waiting.truncate(rest);
        bytes
    })
}
