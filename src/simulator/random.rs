//! Random bytes for names, taken from the system many at a time.

use std::cell::RefCell;

use crate::random_bytes;

/// Bytes taken at once. Asking the system takes longer than all the checks of a request.
const POOL: usize = 1_024;

thread_local! {
    static WAITING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Sixteen random bytes, as many as a UUID has.
pub(crate) fn bytes() -> [u8; 16] {
    WAITING.with_borrow_mut(|waiting| {
        if waiting.is_empty() {
            waiting.resize(POOL, 0);
            // Without random bytes the certificate authority could not have been made, and these
            // only name things.
            let _ = random_bytes::fill(waiting);
        }
        let rest = waiting.len() - 16;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&waiting[rest..]);
        waiting.truncate(rest);
        bytes
    })
}
