//! The life of a fault that is switched on, as those see it whom it holds: it ends when the fault is
//! switched off.

use tokio::sync::watch;

/// The fault's end of it; the life ends when this is dropped.
#[derive(Default)]
pub(crate) struct FaultGuard(watch::Sender<()>);

/// Whether the fault is still switched on.
#[derive(Clone)]
pub(crate) struct FaultToken(watch::Receiver<()>);

impl FaultGuard {
    /// The life that ends with it.
    pub(crate) fn token(&self) -> FaultToken {
        FaultToken(self.0.subscribe())
    }
}

impl FaultToken {
    /// Whether the fault has been switched off.
    pub(crate) fn is_over(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Ready when the fault is switched off.
    pub(crate) async fn end(&mut self) {
        while self.0.changed().await.is_ok() {}
    }

    /// Whether it is the life of the same fault.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}
