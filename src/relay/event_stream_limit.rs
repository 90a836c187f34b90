//! Limit on the event streams that are open, of one client and in all. At a limit an older one is closed for a
//! new one, and told so; a stream holds a connection for as long as somebody listens, and others need those.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::sync::oneshot;

use super::client::LimitKey;
use super::problem::Problem;
use crate::caller::Caller;

/// Somebody who looks away closes a stream; few do so within less.
const RETRY: Duration = Duration::from_secs(30);

/// Numbers of streams there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of everybody.
    pub(crate) in_all: usize,
    /// Of one client.
    pub(crate) per_client: usize,
}

/// Reason for closing a stream for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Its client opened more than one may have.
    ClientHasMany(usize),
    /// All are taken, and its client has more than others.
    AllTaken(usize),
}

impl Closing {
    /// Problem its reader is told.
    pub(crate) fn problem(self) -> Problem {
        let (cause, remedy) = match self {
            Self::ClientHasMany(most) => (
                format!(
                    "A newer event stream took the place of this one: one client may have {most}."
                ),
                "Close streams nobody reads; open this one again when somebody looks at it.",
            ),
            Self::AllTaken(most) => (
                format!(
                    "Another client's event stream took the place of this one: the relay holds {most}."
                ),
                "Open it again when somebody looks at it; the relay’s operator can raise --connections.",
            ),
        };
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_streams",
            cause,
            remedy,
        )
        .with_retry_after(RETRY)
    }
}

/// Limiter of the open streams.
pub(crate) struct EventStreamLimiter {
    limits: Limits,
    open: Mutex<Table<LimitKey, Caller>>,
}

/// Permit for one stream; dropping it frees it.
pub(crate) struct EventStreamPermit {
    limiter: Arc<EventStreamLimiter>,
    number: u64,
    closing: oneshot::Receiver<Closing>,
}

impl EventStreamPermit {
    /// Waits until the stream is to be closed for another.
    pub(crate) async fn closing(&mut self) -> Closing {
        match (&mut self.closing).await {
            Ok(closing) => closing,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for EventStreamPermit {
    fn drop(&mut self) {
        self.limiter.lock().leave(self.number);
    }
}

impl EventStreamLimiter {
    /// None yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Mutex::new(Table {
                entries: Vec::new(),
                newest: 0,
            }),
        }
    }

    /// Takes a permit, for which another stream may be closed.
    pub(crate) fn enter(
        self: &Arc<Self>,
        client: LimitKey,
        guest: Caller,
    ) -> Result<EventStreamPermit, Problem> {
        let (sender, closing) = oneshot::channel();
        match self.lock().enter(self.limits, client, guest, sender) {
            Some(number) => Ok(EventStreamPermit {
                limiter: Arc::clone(self),
                number,
                closing,
            }),
            None => Err(all_taken(self.limits.in_all)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table<LimitKey, Caller>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn all_taken(most: usize) -> Problem {
    let cause = format!(
        "The relay holds {most} event streams, each of another client: as many as it takes on."
    );
    let remedy = "Try again after retry-after; the relay’s operator can raise --connections.";
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_streams",
        cause,
        remedy,
    )
    .with_retry_after(RETRY)
}

/// The open streams in the order in which they were opened, each with its client and with the guest who is one of the
/// several that a client may be.
struct Table<C, G> {
    entries: Vec<Entry<C, G>>,
    newest: u64,
}

struct Entry<C, G> {
    number: u64,
    client: C,
    guest: G,
    close: oneshot::Sender<Closing>,
}

impl<C: Clone + Eq + Hash, G: Clone + Eq + Hash> Table<C, G> {
    /// Admits one more and closes another for it if it must; `None` if all are taken by those who have no more.
    fn enter(
        &mut self,
        limits: Limits,
        client: C,
        guest: G,
        close: oneshot::Sender<Closing>,
    ) -> Option<u64> {
        let counts = self.counts(|entry| Some(&entry.client));
        let own = counts.get(&client).copied().unwrap_or_default();
        if own >= limits.per_client {
            self.close_one_of(&client, Closing::ClientHasMany(limits.per_client));
        } else if self.entries.len() >= limits.in_all {
            let (fullest, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
            let loser = match own {
                0 if most <= 1 => return None,
                own if own >= most => client.clone(),
                _ => fullest,
            };
            self.close_one_of(&loser, Closing::AllTaken(limits.in_all));
        }
        self.newest += 1;
        self.entries.push(Entry {
            number: self.newest,
            client,
            guest,
            close,
        });
        Some(self.newest)
    }

    /// Closes the oldest stream of that guest of a client who has most.
    fn close_one_of(&mut self, client: &C, why: Closing) {
        let guests = self.counts(|entry| (entry.client == *client).then_some(&entry.guest));
        let Some(most) = guests.values().max().copied() else {
            return;
        };
        let is_loser = |entry: &Entry<C, G>| {
            entry.client == *client && guests.get(&entry.guest) == Some(&most)
        };
        if let Some(index) = self.entries.iter().position(is_loser) {
            // An error is a stream that has ended by itself just now.
            let _ = self.entries.remove(index).close.send(why);
        }
    }

    fn counts<K: Clone + Eq + Hash>(
        &self,
        key: impl Fn(&Entry<C, G>) -> Option<&K>,
    ) -> HashMap<K, usize> {
        let mut counts = HashMap::new();
        for entry in self.entries.iter().filter_map(&key) {
            *counts.entry(entry.clone()).or_default() += 1;
        }
        counts
    }

    fn leave(&mut self, number: u64) {
        self.entries.retain(|entry| entry.number != number);
    }
}

#[cfg(test)]
mod tests {
    use super::{Closing, Limits, Table, oneshot};

    /// A table, and what each stream that was opened is told.
    struct Crowd {
        table: Table<char, u8>,
        limits: Limits,
        told: Vec<oneshot::Receiver<Closing>>,
    }

    impl Crowd {
        fn new(in_all: usize, per_client: usize) -> Self {
            Self {
                table: Table {
                    entries: Vec::new(),
                    newest: 0,
                },
                limits: Limits { in_all, per_client },
                told: Vec::new(),
            }
        }

        fn open(&mut self, client: char, guest: u8) -> bool {
            let (close, told) = oneshot::channel();
            self.told.push(told);
            self.table
                .enter(self.limits, client, guest, close)
                .is_some()
        }

        /// The numbers of those that were closed, from 0.
        fn closed(&mut self) -> Vec<usize> {
            self.told
                .iter_mut()
                .enumerate()
                .filter_map(|(index, told)| told.try_recv().ok().map(|_| index))
                .collect()
        }
    }

    #[test]
    fn a_client_with_many_closes_its_own_oldest() {
        let mut crowd = Crowd::new(100, 3);
        assert!("abaaaaa".chars().all(|client| crowd.open(client, 0)));
        assert_eq!(crowd.closed(), [0, 2, 3]);
        assert_eq!(crowd.table.entries.len(), 4);
    }

    #[test]
    fn of_one_client_the_guest_with_most_gives_way() {
        let mut crowd = Crowd::new(100, 4);
        for guest in [1, 2, 2, 2, 3] {
            assert!(crowd.open('a', guest));
        }
        assert_eq!(crowd.closed(), [1], "whoever has one stream keeps it");
    }

    #[test]
    fn when_all_are_taken_the_client_with_most_gives_way() {
        let mut crowd = Crowd::new(6, 4);
        assert!("bbbbac".chars().all(|client| crowd.open(client, 0)));
        assert!(crowd.open('d', 0) && crowd.open('a', 0));
        assert_eq!(crowd.closed(), [0, 1]);
        assert!("ef".chars().all(|client| crowd.open(client, 0)));
        assert_eq!(crowd.table.entries.len(), 6);
        assert!(
            !crowd.open('g', 0),
            "nobody with a single stream loses it to a newcomer"
        );
        assert!(
            crowd.open('c', 0),
            "but whoever has one may have another instead"
        );
        assert_eq!(crowd.table.entries.len(), 6);
    }

    #[test]
    fn whoever_leaves_makes_room() {
        let mut crowd = Crowd::new(1, 1);
        assert!(crowd.open('a', 0) && !crowd.open('b', 0));
        crowd.table.leave(1);
        assert!(crowd.open('b', 0));
        assert!(crowd.closed().is_empty());
    }
}
