//! Connection pool: the open connections to APNs, one for each environment and credential.
//!
//! APNs binds a connection to the team of its first push and treats a changed token as an error, so
//! no connection is used with two credentials.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::connection::Connection;
use super::credential::Credential;
use super::failure::Cause;
use crate::apns::Environment;
use crate::sync::Lock;

/// Result of a connection attempt; `None` while it runs.
pub(crate) type Opening = Option<Result<Arc<Connection>, Cause>>;

/// Environment and credential that a connection belongs to.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) environment: Environment,
    pub(crate) credential: Credential,
}

/// The connections, at most `most` of them.
pub(crate) struct Pool {
    most: usize,
    slots: Lock<Vec<Slot>>,
}

struct Slot {
    key: Key,
    opening: watch::Receiver<Opening>,
    used: Instant,
    /// Each lease holds a clone, so the reference count tells whether a push uses this connection.
    users: Arc<()>,
}

/// Reason for which there is no lease.
pub(crate) enum Unleased {
    /// All connections are in use.
    Busy,
    /// No connection may be opened before this time has passed.
    Wait(Duration),
}

/// Right to use a connection. While it exists, the connection is not evicted.
pub(crate) struct Lease {
    opening: watch::Receiver<Opening>,
    /// `true` if the connection was already open, and so may have died unnoticed.
    pub(crate) pooled: bool,
    _user: Arc<()>,
}

impl Pool {
    /// Creates an empty pool for at most `most` connections.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            slots: Lock::default(),
        }
    }

    /// Returns a lease on the connection for `key`. If there is none yet, asks `may_open` and then
    /// calls `open` with the sender for the result. A full pool evicts the idle connection that was
    /// used least recently, or fails with [`Unleased::Busy`].
    pub(crate) fn lease(
        &self,
        key: &Key,
        now: Instant,
        may_open: impl FnOnce() -> Result<(), Duration>,
        open: impl FnOnce(watch::Sender<Opening>),
    ) -> Result<Lease, Unleased> {
        let mut slots = self.slots.lock();
        slots.retain(Slot::is_alive);
        if let Some(slot) = slots.iter_mut().find(|slot| slot.key == *key) {
            slot.used = now;
            return Ok(slot.lease());
        }
        let evicted = if slots.len() < self.most {
            None
        } else {
            let idle = slots
                .iter()
                .enumerate()
                .filter(|(_, slot)| slot.is_idle())
                .min_by_key(|(_, slot)| slot.used);
            Some(idle.ok_or(Unleased::Busy)?.0)
        };
        // Asked last, so that the rate limit counts only connections that are opened.
        may_open().map_err(Unleased::Wait)?;
        evicted
            .into_iter()
            .for_each(|index| slots.swap_remove(index).retire());
        let (sender, opening) = watch::channel(None);
        open(sender);
        let slot = Slot {
            key: key.clone(),
            opening,
            used: now,
            users: Arc::default(),
        };
        let lease = slot.lease();
        slots.push(slot);
        Ok(lease)
    }

    /// Number of open connections.
    pub(crate) fn open(&self) -> usize {
        let slots = self.slots.lock();
        slots
            .iter()
            .filter(|slot| slot.opening.borrow().is_some() && slot.is_alive())
            .count()
    }
}

impl Slot {
    fn lease(&self) -> Lease {
        let pooled = self.opening.borrow().is_some();
        Lease {
            opening: self.opening.clone(),
            pooled,
            _user: self.users.clone(),
        }
    }

    fn is_alive(&self) -> bool {
        match &*self.opening.borrow() {
            Some(Ok(connection)) => connection.is_usable(),
            Some(Err(_)) => false,
            // The attempt is still running, unless its task is gone.
            None => self.opening.has_changed().is_ok(),
        }
    }

    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.users) == 1 && self.opening.borrow().is_some()
    }

    fn retire(&self) {
        if let Some(Ok(connection)) = &*self.opening.borrow() {
            connection.retire();
        }
    }
}

impl Lease {
    /// Waits until the connection is open or the attempt has failed. The attempt has its own
    /// deadline.
    pub(crate) async fn connection(&mut self) -> Result<Arc<Connection>, Cause> {
        let opening = self
            .opening
            .wait_for(Option::is_some)
            .await
            .map_err(|_| Cause::Handshake)?;
        opening.clone().unwrap_or(Err(Cause::Handshake))
    }
}
