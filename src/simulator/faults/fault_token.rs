//! Cancellation token of an enabled fault; it fires when the fault is disabled.

use tokio::sync::watch;

/// Guard of a fault. The tokens of the fault fire when the guard is dropped.
#[derive(Default)]
pub(crate) struct FaultGuard(watch::Sender<()>);

/// Cancellation token of one fault.
#[derive(Clone)]
pub(crate) struct FaultToken(watch::Receiver<()>);

impl FaultGuard {
    /// Returns a token that fires when this guard is dropped.
    pub(crate) fn token(&self) -> FaultToken {
        FaultToken(self.0.subscribe())
    }
}

impl FaultToken {
    /// `true` if the fault was disabled.
    pub(crate) fn is_disabled(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Ready when the fault is disabled.
    pub(crate) async fn disabled(&mut self) {
        while self.0.changed().await.is_ok() {}
    }

    /// `true` if both tokens belong to the same fault.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}
