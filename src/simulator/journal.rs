//! The journal: the latest decisions, bounded in number and in bytes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::decision::Decision;

const MOST_DECISIONS: usize = 1_000;
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// The decisions, oldest first.
#[derive(Default)]
pub(crate) struct Journal(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    decisions: VecDeque<Arc<Decision>>,
    bytes: usize,
    newest: u64,
}

impl Journal {
    /// Writes a decision down and gives it its number.
    pub(crate) fn record(&self, mut decision: Decision) -> Arc<Decision> {
        let mut forgotten = Vec::new();
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pages.newest += 1;
        decision.id = pages.newest;
        let decision = Arc::new(decision);
        pages.bytes += decision.weight();
        pages.decisions.push_back(Arc::clone(&decision));
        while (pages.decisions.len() > MOST_DECISIONS || pages.bytes > MOST_BYTES)
            && let Some(oldest) = pages.decisions.pop_front()
        {
            pages.bytes -= oldest.weight();
            forgotten.push(oldest);
        }
        drop(pages);
        decision
    }

    /// All decisions still there.
    pub(crate) fn all(&self) -> Vec<Arc<Decision>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).decisions.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Journal, MOST_BYTES, MOST_DECISIONS};
    use crate::simulator::decision::Decision;

    fn ids_after(count: usize, payload_bytes: usize) -> Vec<u64> {
        let journal = Journal::default();
        for _ in 0..count {
            journal.record(Decision { payload: "x".repeat(payload_bytes), ..Decision::default() });
        }
        journal.all().iter().map(|decision| decision.id).collect()
    }

    #[test]
    fn forgets_the_oldest_when_there_are_too_many() {
        let ids = ids_after(MOST_DECISIONS + 5, 0);
        assert_eq!((ids.len(), ids[0]), (MOST_DECISIONS, 6));
    }

    #[test]
    fn forgets_the_oldest_when_they_are_too_large() {
        let ids = ids_after(10, MOST_BYTES / 4);
        assert_eq!(ids, [8, 9, 10]);
    }
}
