//! Batched transport: the driver of an HTTP/2 connection, which lets the other ready tasks go
//! first when several requests are in flight.
//!
//! Every request wakes the task of its connection, and tokio runs a woken task next. h2 would write
//! each request alone: one TLS record, one system call and one packet per push. If the task waits
//! once until the tasks that are ready now have run, their requests leave in one write.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

/// A transport that shares its writes.
pub(crate) struct Batched<T> {
    transport: T,
    /// Number of requests in flight. One alone is written at once: no other can share its write.
    in_flight: Arc<AtomicUsize>,
    /// `true` while the other tasks go first.
    is_waiting: bool,
}

impl<T> Batched<T> {
    /// Wraps the transport of a connection with this counter of requests in flight.
    pub(crate) fn new(transport: T, in_flight: Arc<AtomicUsize>) -> Self {
        Self {
            transport,
            in_flight,
            is_waiting: false,
        }
    }
}

impl<T: Future + Unpin> Future for Batched<T> {
    type Output = T::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.is_waiting = !self.is_waiting && self.in_flight.load(Ordering::Relaxed) > 1;
        if self.is_waiting {
            // A task that wakes itself goes to the end of the queue.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Pin::new(&mut self.transport).poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn tasks_that_are_ready_go_first_unless_one_request_is_alone() {
        for (in_flight, order) in [(1, "transport, request"), (2, "request, transport")] {
            let done = Arc::new(Mutex::new(Vec::new()));
            let log = |name: &'static str| {
                let done = Arc::clone(&done);
                Box::pin(async move { done.lock().expect("no panic").push(name) })
            };
            let count = Arc::new(AtomicUsize::new(in_flight));
            let driver = tokio::spawn(Batched::new(log("transport"), count));
            let request = tokio::spawn(log("request"));
            driver.await.expect("it ends");
            request.await.expect("it ends");
            assert_eq!(done.lock().expect("no panic").join(", "), order);
        }
    }
}
