//! Events in their order: a bounded log that can be read from any event that is still in it.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

use super::bounded_log::{BoundedLog, Bounds, Gone};
use crate::apns::uuid::Uuid;
use crate::caller::Caller;
use crate::simulator::random;
use crate::simulator::visibility::Visibility;
use crate::sync::Lock;

/// Maximum number of events: enough for a page that was hidden over lunch, and a megabyte or two at
/// most.
const MOST_EVENTS: usize = 1_000;
/// Only the number of events is bounded, because the journal and the phones also hold the data of
/// the events.
const BOUNDS: Bounds = Bounds {
    entries: MOST_EVENTS,
    bytes: usize::MAX,
};

/// Event in the log.
#[derive(Clone)]
pub struct Event {
    /// Number of the event in the log, from 1.
    pub id: u64,
    /// Kind of event: `decision`, `phone`, `device`, `receipt` or `fault`, or one of the relay.
    pub kind: &'static str,
    /// Device token that the event is about, for callers who watch one device.
    pub device_token: Arc<str>,
    visibility: Visibility,
    data: Arc<dyn Written>,
}

/// Subject and visibility of an event.
pub(crate) struct Occasion<'a> {
    /// Kind of event: `decision`, `phone`, `device`, `receipt` or `fault`, or one of the relay.
    pub(crate) kind: &'static str,
    /// Device token that the event is about, or empty.
    pub(crate) device_token: Arc<str>,
    /// Callers who may see the event.
    pub(crate) visibility: Visibility,
    /// Account whose share of the log the event counts against.
    pub(crate) account: &'a Arc<str>,
}

/// Data that can be written as JSON. The JSON is written when an event is read, because most events
/// are never read.
pub(crate) trait Written: Send + Sync {
    /// Returns the data as JSON.
    fn to_json(&self) -> String;
}

impl<T: Serialize + Send + Sync> Written for T {
    fn to_json(&self) -> String {
        // Events hold texts, numbers and lists, which can always be written as JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} of {:?}: {}",
            self.id,
            self.kind,
            self.device_token,
            self.to_json()
        )
    }
}

impl Event {
    /// Returns the data of the event as JSON.
    pub fn to_json(&self) -> String {
        self.data.to_json()
    }
}

/// Log of events, and a channel that is notified of each new event.
pub struct Events {
    instance: String,
    log: Lock<BoundedLog<Event>>,
    bell: watch::Sender<()>,
}

impl Events {
    /// Creates an empty log.
    pub fn new() -> Self {
        Self {
            instance: Uuid::from_random_bytes(random::bytes()).to_string(),
            log: Lock::new(BoundedLog::new(BOUNDS)),
            bell: watch::Sender::new(()),
        }
    }

    /// Returns the identifier of this numbering of events. After a restart the identifier is
    /// another, and the numbers begin at 1 again.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Adds an event and notifies all watchers. Watchers who may not see the event do not find it
    /// in the log. Returns the events that were removed to make room.
    pub(crate) fn publish(
        &self,
        occasion: Occasion<'_>,
        data: impl Serialize + Send + Sync + 'static,
    ) -> Gone<Event> {
        self.publish_shared(occasion, Arc::new(data))
    }

    /// Adds an event whose data is shared. Returns the events that were removed to make room.
    pub(crate) fn publish_shared(
        &self,
        occasion: Occasion<'_>,
        data: Arc<dyn Written>,
    ) -> Gone<Event> {
        let Occasion {
            kind,
            device_token,
            visibility,
            account,
        } = occasion;
        let mut log = self.log.lock();
        let gone = log.push(account, 0, |id| Event {
            id,
            kind,
            device_token,
            visibility,
            data,
        });
        // Notifying the channel costs more than the rest, and usually nobody watches. A later
        // subscriber reads the log first.
        if self.bell.receiver_count() > 0 {
            self.bell.send_replace(());
        }
        gone
    }

    /// Returns the events after `id` that this caller may see and that are still in the log, oldest
    /// first.
    pub fn since(&self, caller: &Caller, id: u64) -> Vec<Event> {
        self.log
            .lock()
            .since(id, |event| event.visibility.admits(caller))
    }

    /// Returns the same events as [`since`](Self::since), and those that the account with this name
    /// may see.
    pub(crate) fn since_of_account(&self, caller: &Caller, account: &str, id: u64) -> Vec<Event> {
        self.log
            .lock()
            .since(id, |event| event.visibility.admits_account(caller, account))
    }

    /// Returns the number of the newest event, or 0 if there has been none.
    pub fn newest(&self) -> u64 {
        self.log.lock().newest()
    }

    /// Returns a receiver that is notified of each new event from now on.
    pub fn watch(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}
