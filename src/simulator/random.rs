//! Random bytes for identifiers and the secret of the sender header, taken from the system in
//! batches.

use std::cell::RefCell;

use crate::random_bytes;

/// Number of bytes taken at once, because asking the system takes longer than all checks of a
/// request.
const POOL: usize = 1_024;

thread_local! {
    static WAITING: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns sixteen random bytes, as many as a UUID has.
pub(crate) fn bytes() -> [u8; 16] {
    WAITING.with_borrow_mut(|waiting| {
        if waiting.is_empty() {
            waiting.resize(POOL, 0);
            // An error is ignored: without random bytes the certificate authority, which comes
            // first, would not have been created, and the simulator not started.
            let _ = random_bytes::fill(waiting);
        }
        let rest = waiting.len() - 16;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&waiting[rest..]);
        waiting.truncate(rest);
        bytes
    })
}
