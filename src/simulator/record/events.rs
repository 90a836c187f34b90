//! Events in their order: a bounded log that can be read again from any event still in it.

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

/// Enough for a page that was hidden over lunch; a megabyte or two at most.
const MOST_EVENTS: usize = 1_000;
/// The number alone bounds it: what an event holds is held by the journal and the phones too.
const BOUNDS: Bounds = Bounds {
    entries: MOST_EVENTS,
    bytes: usize::MAX,
};

/// One thing that happened.
#[derive(Clone)]
pub struct Event {
    /// Its place in the order, from 1.
    pub id: u64,
    /// `decision`, `phone`, `device` or `fault`, or one of the relay.
    pub kind: &'static str,
    /// The device it is about, for those who watch one device.
    pub device_token: Arc<str>,
    visibility: Visibility,
    data: Arc<dyn Written>,
}

/// Subject and visibility of an event.
pub(crate) struct Occasion<'a> {
    /// `decision`, `phone`, `device` or `fault`, or one of the relay.
    pub(crate) kind: &'static str,
    /// The device it is about, or nothing.
    pub(crate) device_token: Arc<str>,
    /// Callers who may see it.
    pub(crate) visibility: Visibility,
    /// Account on which it takes room.
    pub(crate) account: &'a Arc<str>,
}

/// Something that can be written down as JSON. Most events nobody watches, so it is done when one
/// is read.
pub(crate) trait Written: Send + Sync {
    /// The JSON.
    fn to_json(&self) -> String;
}

impl<T: Serialize + Send + Sync> Written for T {
    fn to_json(&self) -> String {
        // What happens here are texts, numbers and lists, which always can be written.
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
    /// The event itself, as JSON.
    pub fn to_json(&self) -> String {
        self.data.to_json()
    }
}

/// Log of events, and a channel that changes at each new one.
pub struct Events {
    instance: String,
    log: Lock<BoundedLog<Event>>,
    bell: watch::Sender<()>,
}

impl Events {
    /// An empty log.
    pub fn new() -> Self {
        Self {
            instance: Uuid::from_random_bytes(random::bytes()).to_string(),
            log: Lock::new(BoundedLog::new(BOUNDS)),
            bell: watch::Sender::new(()),
        }
    }

    /// A name for this numbering of events: after a restart it is another, and numbers begin anew.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Adds an event of this account and wakes whoever watches; those who are no part of its
    /// audience will not find it. Returns the events that had to go.
    pub(crate) fn publish(
        &self,
        occasion: Occasion<'_>,
        data: impl Serialize + Send + Sync + 'static,
    ) -> Gone<Event> {
        self.publish_shared(occasion, Arc::new(data))
    }

    /// Adds an event whose data others hold too. Returns the events that had to go.
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
        // The channel costs more than the rest, and mostly nobody listens. Who subscribes later
        // looks into the log first.
        if self.bell.receiver_count() > 0 {
            self.bell.send_replace(());
        }
        gone
    }

    /// The events after `id` that concern this caller and are still in the log, oldest first.
    pub fn since(&self, caller: &Caller, id: u64) -> Vec<Event> {
        self.log
            .lock()
            .since(id, |event| event.visibility.admits(caller))
    }

    /// The same for a caller of the account with this name.
    pub(crate) fn since_of_account(&self, caller: &Caller, account: &str, id: u64) -> Vec<Event> {
        self.log
            .lock()
            .since(id, |event| event.visibility.admits_account(caller, account))
    }

    /// The id of the newest event; 0 before there is one.
    pub fn newest(&self) -> u64 {
        self.log.lock().newest()
    }

    /// Changes at each new event from now on.
    pub fn watch(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}
