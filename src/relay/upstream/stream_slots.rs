//! Stream slots: the number of requests that may be on a connection at once, and the queue of those
//! that wait.
//!
//! h2 has its own queue of requests over the limit, but a request in it cannot be cancelled: a
//! stream that is reset while it waits is still opened and sent later. So a push waits here, where
//! it has certainly not been sent.

use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::sync::Lock;

/// Interval at which waiting requests check again. There is no notification when SETTINGS change.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Stream slots of one connection.
#[derive(Default)]
pub(crate) struct StreamSlots {
    state: Lock<State>,
    freed: Notify,
}

#[derive(Default)]
struct State {
    taken: usize,
    is_trusted: bool,
}

/// Permission for one request on the connection; dropping it frees the slot.
pub(crate) struct StreamSlot<'a>(&'a StreamSlots);

/// Reason for which there is no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSlot {
    /// The connection takes no further requests.
    Retired,
    /// Other requests used the connection until the limit.
    Busy,
    /// The server allowed no request although the connection was unused.
    Closed,
}

impl StreamSlots {
    /// Waits for a slot, at most until `limit`. `most` returns the number of streams the server
    /// allows now, or `None` if the connection is retired.
    pub(crate) async fn take(
        &self,
        limit: Instant,
        most: impl Fn() -> Option<usize>,
    ) -> Result<StreamSlot<'_>, NoSlot> {
        loop {
            let freed = self.freed.notified();
            if self.try_take(most().ok_or(NoSlot::Retired)?) {
                return Ok(StreamSlot(self));
            }
            let now = Instant::now();
            if now >= limit {
                return Err(if self.state.lock().taken == 0 {
                    NoSlot::Closed
                } else {
                    NoSlot::Busy
                });
            }
            // A timeout and a notification both lead to a new check.
            let _ = timeout_at(limit.min(now + LOOK_AGAIN), freed).await;
        }
    }

    /// Lifts the limit of one request at a time. Called once a request was answered; then the
    /// server's limit applies.
    pub(crate) fn trust(&self) {
        self.state.lock().is_trusted = true;
    }

    /// Wakes all waiting requests, so that they check again.
    pub(crate) fn wake(&self) {
        self.freed.notify_waiters();
    }

    fn try_take(&self, most: usize) -> bool {
        let mut state = self.state.lock();
        let most = if state.is_trusted { most } else { most.min(1) };
        let is_free = state.taken < most;
        state.taken += usize::from(is_free);
        if is_free && state.taken < most {
            // Wakes the next request, since another slot is free.
            self.freed.notify_one();
        }
        is_free
    }
}

impl Drop for StreamSlot<'_> {
    fn drop(&mut self) {
        self.0.state.lock().taken -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::time::sleep;

    use super::{Duration, Instant, NoSlot, StreamSlots};

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(1)
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_request_is_alone_until_it_is_answered() {
        let slots = StreamSlots::default();
        let first = slots.take(soon(), || Some(100)).await.ok();
        assert_eq!(
            slots.take(soon(), || Some(100)).await.err(),
            Some(NoSlot::Busy)
        );
        slots.trust();
        drop(first);
        let mut together = Vec::new();
        for _ in 0..3 {
            together.push(slots.take(soon(), || Some(3)).await.expect("there is room"));
        }
        assert_eq!(
            slots.take(soon(), || Some(3)).await.err(),
            Some(NoSlot::Busy)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_request_gets_a_slot_when_one_is_freed_or_the_limit_rises() {
        let (slots, most) = (StreamSlots::default(), AtomicUsize::new(1));
        slots.trust();
        let first = slots.take(soon(), || Some(1)).await.ok();
        let start = Instant::now();
        let (second, ()) = tokio::join!(slots.take(soon(), || Some(1)), async {
            sleep(Duration::from_millis(10)).await;
            drop(first);
        });
        assert!(second.is_ok() && start.elapsed() < Duration::from_millis(20));
        let third = async {
            slots
                .take(soon(), || Some(most.load(Ordering::Relaxed)))
                .await
                .map(drop)
        };
        let (third, ()) = tokio::join!(third, async {
            sleep(Duration::from_millis(10)).await;
            most.store(2, Ordering::Relaxed);
        });
        assert_eq!(third, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_slots_differs_from_a_busy_one() {
        let slots = StreamSlots::default();
        assert_eq!(
            slots.take(soon(), || Some(0)).await.err(),
            Some(NoSlot::Closed)
        );
        assert_eq!(
            slots.take(soon(), || None).await.err(),
            Some(NoSlot::Retired)
        );
    }
}
