//! The connection: whom it belongs to, and what it has seen.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::apple_environment::AppleEnvironment;
use super::credential::{Bound, LastGood};
use super::token_updates::TokenUpdates;
use crate::apns::Certificate;

/// One connection, as the checks see it.
pub(crate) struct Connection {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// Which APNs it reaches, where its address says so.
    fixed_environment: Option<AppleEnvironment>,
    /// What TLS says about its client, once it has spoken.
    peer: OnceLock<(AppleEnvironment, Option<Certificate>)>,
    memory: Mutex<Memory>,
}

/// What a connection has seen so far.
#[derive(Default)]
pub(crate) struct Memory {
    /// Whom it belongs to.
    pub(crate) bound: Option<Bound>,
    /// The provider token whose signature was checked last.
    pub(crate) last_good: LastGood,
    /// The changes of provider token.
    pub(crate) updates: TokenUpdates,
    /// Whether it refuses everything since it met an old token.
    pub(crate) is_wedged: bool,
}

impl Connection {
    /// One that belongs to nobody yet; without a `face` TLS will name it.
    pub(crate) fn new(number: u64, environment: Option<AppleEnvironment>) -> Self {
        Self {
            number,
            fixed_environment: environment,
            peer: OnceLock::new(),
            memory: Mutex::default(),
        }
    }

    /// TLS has spoken.
    pub(crate) fn meet(&self, named: AppleEnvironment, certificate: Option<Certificate>) {
        // A connection has one handshake.
        let _ = self.peer.set((named, certificate));
    }

    /// Which APNs it reaches.
    pub(crate) fn environment(&self) -> AppleEnvironment {
        self.fixed_environment
            .or_else(|| Some(self.peer.get()?.0))
            .unwrap_or(AppleEnvironment::Sandbox)
    }

    /// The certificate its client showed.
    pub(crate) fn certificate(&self) -> Option<&Certificate> {
        self.peer.get()?.1.as_ref()
    }

    /// Whether it belongs to somebody: a provider token on it was valid.
    pub(crate) fn is_bound(&self) -> bool {
        self.memory().bound.is_some()
    }

    /// What it has seen so far.
    pub(crate) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
