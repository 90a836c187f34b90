//! What happened, in order: a bounded ring that can be read again from any event still in it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

/// Enough for a page that was hidden over lunch; a few megabytes at most.
const LARGEST_RING: usize = 2_000;

/// One thing that happened.
#[derive(Debug)]
pub struct Event {
    /// Its place in the order, from 1.
    pub id: u64,
    /// `decision`, `phone`, `device` or `fault`.
    pub kind: &'static str,
    /// The device it is about, for those who watch one device.
    pub device_token: String,
    /// The event itself.
    pub data: Value,
}

/// The ring, and a bell that is rung at each new event.
pub struct Events {
    ring: Mutex<VecDeque<Arc<Event>>>,
    newest: watch::Sender<u64>,
}

impl Events {
    /// An empty ring.
    pub fn new() -> Self {
        Self { ring: Mutex::default(), newest: watch::Sender::new(0) }
    }

    /// Adds an event and wakes whoever watches.
    pub fn publish(&self, kind: &'static str, device_token: &str, data: Value) {
        let mut ring = self.lock();
        let id = ring.back().map_or(0, |event| event.id) + 1;
        if ring.len() == LARGEST_RING {
            ring.pop_front();
        }
        ring.push_back(Arc::new(Event { id, kind, device_token: device_token.to_owned(), data }));
        self.newest.send_replace(id);
    }

    /// The events after `id` that are still in the ring, oldest first.
    pub fn since(&self, id: u64) -> Vec<Arc<Event>> {
        let ring = self.lock();
        let start = ring.partition_point(|event| event.id <= id);
        ring.range(start..).cloned().collect()
    }

    /// The id of the newest event, now and whenever it changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Arc<Event>>> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}
