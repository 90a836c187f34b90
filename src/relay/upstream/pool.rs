//! The pool: the connections that are open, one for each environment and credential.
//!
//! APNs binds a connection to the team of its first push, and counts a changed token against it,
//! so no connection ever sees two credentials.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::connection::Connection;
use super::credential::Credential;
use super::failure::Cause;
use crate::apns::Environment;

/// What a connection attempt has come to; `None` while it lasts.
pub(crate) type Opening = Option<Result<Arc<Connection>, Cause>>;

/// Whose connection it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) environment: Environment,
    pub(crate) credential: Credential,
}

/// The connections.
pub(crate) struct Pool {
    most: usize,
    slots: Mutex<Vec<Slot>>,
}

struct Slot {
    key: Key,
    opening: watch::Receiver<Opening>,
    used: Instant,
    /// Each lease holds a clone, so the count tells whether a push is on this connection.
    users: Arc<()>,
}

/// Why there is no connection to be had.
pub(crate) enum Unleased {
    /// All are in use.
    Busy,
    /// None may be opened before that long.
    Wait(Duration),
}

/// The right to use a connection: while it lives, the connection is not evicted.
pub(crate) struct Lease {
    opening: watch::Receiver<Opening>,
    /// Whether the connection was there before, and so may have died unnoticed.
    pub(crate) pooled: bool,
    _user: Arc<()>,
}

impl Pool {
    /// None yet, and never more than `most`.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            slots: Mutex::default(),
        }
    }

    /// The connection for `key`. If there is none yet, `may_open` is asked, and `open` called with the place for its result.
    pub(crate) fn lease(
        &self,
        key: &Key,
        may_open: impl FnOnce() -> Result<(), Duration>,
        open: impl FnOnce(watch::Sender<Opening>),
    ) -> Result<Lease, Unleased> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(Slot::is_alive);
        if let Some(slot) = slots.iter_mut().find(|slot| slot.key == *key) {
            slot.used = Instant::now();
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
        // Last, so that a place is used up only by a connection that is opened.
        may_open().map_err(Unleased::Wait)?;
        evicted
            .into_iter()
            .for_each(|index| slots.swap_remove(index).retire());
        let (sender, opening) = watch::channel(None);
        open(sender);
        let slot = Slot {
            key: key.clone(),
            opening,
            used: Instant::now(),
            users: Arc::default(),
        };
        let lease = slot.lease();
        slots.push(slot);
        Ok(lease)
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
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
            // The attempt lasts, unless its task is gone.
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
    /// Waits until the connection is open. The attempt has a deadline of its own.
    pub(crate) async fn connection(&mut self) -> Result<Arc<Connection>, Cause> {
        let opening = self
            .opening
            .wait_for(Option::is_some)
            .await
            .map_err(|_| Cause::Handshake)?;
        opening.clone().unwrap_or(Err(Cause::Handshake))
    }
}
