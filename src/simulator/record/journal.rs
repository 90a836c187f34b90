//! Journal of the latest decisions, bounded in number and in bytes. Each decision counts against
//! the account of the sender of the push.

use std::sync::Arc;

use crate::sync::Lock;

use super::bounded_log::{BoundedLog, Bounds};
use super::decision::Decision;

const BOUNDS: Bounds = Bounds {
    entries: 1_000,
    bytes: 4 * 1024 * 1024,
};

/// The decisions, oldest first.
pub(crate) struct Journal(Lock<BoundedLog<Arc<Decision>>>);

impl Default for Journal {
    fn default() -> Self {
        Self(Lock::new(BoundedLog::new(BOUNDS)))
    }
}

impl Journal {
    /// Adds a decision to the journal and gives it its number.
    pub(crate) fn record(&self, mut decision: Decision) -> Arc<Decision> {
        let (account, weight) = (Arc::clone(&decision.account), decision.weight());
        let mut written = None;
        let mut log = self.0.lock();
        let forgotten = log.push(&account, weight, |id| {
            decision.id = id;
            Arc::clone(written.insert(Arc::new(decision)))
        });
        drop(log);
        drop(forgotten);
        written.unwrap_or_default()
    }

    /// Returns all decisions that are still in the journal.
    pub(crate) fn all(&self) -> Vec<Arc<Decision>> {
        self.0.lock().since(0, |_| true)
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDS, Journal};
    use crate::simulator::record::decision::Decision;

    fn ids_after(count: usize, payload_bytes: usize) -> Vec<u64> {
        let journal = Journal::default();
        for _ in 0..count {
            journal.record(Decision {
                payload: "x".repeat(payload_bytes),
                ..Decision::default()
            });
        }
        journal.all().iter().map(|decision| decision.id).collect()
    }

    #[test]
    fn forgets_the_oldest_when_there_are_too_many() {
        let ids = ids_after(BOUNDS.entries + 5, 0);
        assert_eq!((ids.len(), ids[0]), (BOUNDS.entries, 6));
    }

    #[test]
    fn forgets_the_oldest_when_they_are_too_large() {
        let ids = ids_after(10, BOUNDS.bytes / 4);
        assert_eq!(ids, [8, 9, 10]);
    }

    #[test]
    fn keeps_what_one_guest_sent_however_much_another_sends() {
        let journal = Journal::default();
        let record = |account: &str, payload: usize| {
            journal.record(Decision {
                account: account.into(),
                payload: "x".repeat(payload),
                ..Decision::default()
            });
        };
        (0..400).for_each(|_| record("alice", 100));
        (0..5_000).for_each(|_| record("bob", 5_000));
        let all = journal.all();
        assert_eq!(
            all.iter()
                .filter(|decision| &*decision.account == "alice")
                .count(),
            400
        );
    }
}
