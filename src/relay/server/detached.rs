//! A future that keeps running after its caller is dropped, and that returns a panic as an error.
//!
//! `tokio::spawn` would do the same with a task for each request. That costs a microsecond more,
//! because the answer then passes from one task to another. Few clients disconnect before the
//! answer, so the task is only made for them. `give_up` also drops the future at once, before the
//! client hears that the relay stops; an aborted task is dropped later.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

/// A future that is spawned as a task when it is dropped unfinished. Until then it needs no task.
///
/// The type of the future is erased: a task and a connection would otherwise each have a copy of its
/// code.
pub(crate) struct Detached<T: Send + 'static>(Option<Pin<Box<dyn Future<Output = T> + Send>>>);

/// Error of a future that panicked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Panicked;

impl<T: Send + 'static> Detached<T> {
    /// Wraps a future.
    pub(crate) fn new(work: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Some(Box::pin(work)))
    }

    /// Drops the future without running it to its end.
    pub(crate) fn give_up(mut self) {
        self.0 = None;
    }
}

impl<T: Send + 'static> Future for Detached<T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(work) = self.0.as_mut() else {
            return Poll::Ready(Err(Panicked));
        };
        // The state of a future that panicked is dropped and never used again.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        let done = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(_) => Err(Panicked),
        };
        self.0 = None;
        Poll::Ready(done)
    }
}

impl<T: Send + 'static> Drop for Detached<T> {
    fn drop(&mut self) {
        if let (Some(work), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(work);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::oneshot;
    use tokio::time::{sleep, timeout};

    use super::{Detached, Panicked};

    #[tokio::test(start_paused = true)]
    async fn a_dropped_future_runs_to_its_end() {
        let (sender, receiver) = oneshot::channel();
        let work = Detached::new(async move {
            sleep(Duration::from_secs(5)).await;
            let _ = sender.send(7);
        });
        assert!(
            timeout(Duration::from_secs(1), work).await.is_err(),
            "it was dropped half done"
        );
        assert_eq!(receiver.await, Ok(7));
    }

    #[tokio::test]
    async fn a_panic_is_returned_as_an_error() {
        let work = Detached::new(async { if true { panic!("on purpose") } else { 1 } });
        assert_eq!(work.await, Err(Panicked));
        assert_eq!(Detached::new(async { 1 }).await, Ok(1));
    }
}
