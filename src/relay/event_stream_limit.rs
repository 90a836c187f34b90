//! Limit on open event streams, per client and in total. At a limit an older stream is closed for a
//! new one, and its client is told so. A stream holds a connection as long as it is open, which
//! others may need.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::oneshot;

use super::client::LimitKey;
use super::problem::Problem;
use crate::caller::Caller;
use crate::sync::Lock;

/// Wait time for a client whose stream was closed or refused.
const RETRY: Duration = Duration::from_secs(30);

/// Maximum numbers of streams.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Maximum in total.
    pub(crate) in_all: usize,
    /// Maximum per client.
    pub(crate) per_client: usize,
}

/// Reason for closing a stream for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closing {
    /// Its client has opened more than the limit per client.
    ClientHasMany(usize),
    /// All streams are taken, and its client has the most.
    AllTaken(usize),
}

impl Closing {
    /// Returns the problem for the stream's client.
    pub(crate) fn problem(self) -> Problem {
        let (cause, fix) = match self {
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
            fix,
        )
        .with_retry_after(RETRY)
    }
}

/// Limiter of open streams.
pub(crate) struct EventStreamLimiter {
    limits: Limits,
    open: Lock<Table<LimitKey, Caller>>,
}

/// Permit for one stream; dropping it gives it back.
pub(crate) struct EventStreamPermit {
    limiter: Arc<EventStreamLimiter>,
    number: u64,
    closing: oneshot::Receiver<Closing>,
}

impl EventStreamPermit {
    /// Waits until the stream has to be closed for another.
    pub(crate) async fn closing(&mut self) -> Closing {
        match (&mut self.closing).await {
            Ok(closing) => closing,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for EventStreamPermit {
    fn drop(&mut self) {
        self.limiter.open.lock().leave(self.number);
    }
}

impl EventStreamLimiter {
    /// Creates a limiter without streams.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Lock::new(Table {
                entries: Vec::new(),
                newest: 0,
            }),
        }
    }

    /// Takes a permit, and closes another stream if necessary. Fails if all streams are taken by
    /// clients with one each.
    pub(crate) fn enter(
        self: &Arc<Self>,
        client: LimitKey,
        guest: Caller,
    ) -> Result<EventStreamPermit, Problem> {
        let (sender, closing) = oneshot::channel();
        match self.open.lock().enter(self.limits, client, guest, sender) {
            Some(number) => Ok(EventStreamPermit {
                limiter: Arc::clone(self),
                number,
                closing,
            }),
            None => Err(all_taken(self.limits.in_all)),
        }
    }
}

fn all_taken(most: usize) -> Problem {
    let cause = format!(
        "The relay holds {most} event streams, each of another client: as many as it takes on."
    );
    let fix = "Try again after retry-after; the relay’s operator can raise --connections.";
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too_many_streams",
        cause,
        fix,
    )
    .with_retry_after(RETRY)
}

/// Open streams, oldest first, each with its client. A client may be several guests, so each stream
/// has its guest too.
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
    /// Adds a stream and closes another one if necessary. Returns its number, or `None` if all are
    /// taken by clients with one each.
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

    /// Closes the oldest stream among the client's guests with the most streams.
    fn close_one_of(&mut self, client: &C, why: Closing) {
        let guests = self.counts(|entry| (entry.client == *client).then_some(&entry.guest));
        let Some(most) = guests.values().max().copied() else {
            return;
        };
        let is_loser = |entry: &Entry<C, G>| {
            entry.client == *client && guests.get(&entry.guest) == Some(&most)
        };
        if let Some(index) = self.entries.iter().position(is_loser) {
            // An error means that the stream has just ended.
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

    /// A table, and the close channels of its streams.
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

        /// Indexes of the closed streams, from 0.
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
    fn the_guest_with_most_streams_of_a_client_loses_one() {
        let mut crowd = Crowd::new(100, 4);
        for guest in [1, 2, 2, 2, 3] {
            assert!(crowd.open('a', guest));
        }
        assert_eq!(crowd.closed(), [1], "whoever has one stream keeps it");
    }

    #[test]
    fn when_all_streams_are_taken_the_client_with_most_loses_one() {
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
    fn a_closed_stream_frees_its_permit() {
        let mut crowd = Crowd::new(1, 1);
        assert!(crowd.open('a', 0) && !crowd.open('b', 0));
        crowd.table.leave(1);
        assert!(crowd.open('b', 0));
        assert!(crowd.closed().is_empty());
    }
}
