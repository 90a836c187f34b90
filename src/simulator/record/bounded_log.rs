//! Log of the newest entries of all accounts together, bounded in number and in bytes. When the log
//! is full, the oldest entry of the account that fills most of it is removed, so that a busy
//! account does not push out the entries of others.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Bounds of a log.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    /// Maximum number of entries of all accounts.
    pub(crate) entries: usize,
    /// Maximum size of the entries of all accounts, in approximate bytes.
    pub(crate) bytes: usize,
}

/// Entries in the order of their arrival, numbered from 1.
pub(crate) struct BoundedLog<T> {
    bounds: Bounds,
    parts: BTreeMap<Arc<str>, AccountEntries<T>>,
    entries: usize,
    bytes: usize,
    newest: u64,
}

/// Entries of one account.
struct AccountEntries<T> {
    entries: VecDeque<Entry<T>>,
    bytes: usize,
}

/// Entries that were removed to make room, nearly always one. Dropping them takes longer than
/// adding an entry, so code that holds a lock drops them after releasing it.
pub(crate) struct Gone<T> {
    _oldest: Option<T>,
    _others: Vec<T>,
}

struct Entry<T> {
    id: u64,
    bytes: usize,
    value: T,
}

impl<T> Default for Gone<T> {
    fn default() -> Self {
        Self {
            _oldest: None,
            _others: Vec::new(),
        }
    }
}

impl<T: Clone> BoundedLog<T> {
    /// Creates an empty log.
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            parts: BTreeMap::new(),
            entries: 0,
            bytes: 0,
            newest: 0,
        }
    }

    /// Returns the number of the newest entry, or 0 if there has been none.
    pub(crate) fn newest(&self) -> u64 {
        self.newest
    }

    /// Adds the entry that `make` creates from its number, for this account. Returns the entries
    /// that were removed to make room.
    pub(crate) fn push(
        &mut self,
        account: &Arc<str>,
        bytes: usize,
        make: impl FnOnce(u64) -> T,
    ) -> Gone<T> {
        self.newest += 1;
        let entry = Entry {
            id: self.newest,
            bytes,
            value: make(self.newest),
        };
        match self.parts.get_mut(account) {
            Some(part) => part.add(entry),
            None => {
                let mut part = AccountEntries {
                    entries: VecDeque::new(),
                    bytes: 0,
                };
                part.add(entry);
                self.parts.insert(Arc::clone(account), part);
            }
        }
        self.bytes += bytes;
        self.entries += 1;
        Gone {
            _oldest: self.make_room(),
            _others: std::iter::from_fn(|| self.make_room()).collect(),
        }
    }

    /// Removes and returns an entry if the log exceeds its bounds.
    fn make_room(&mut self) -> Option<T> {
        if self.entries > self.bounds.entries {
            self.drop_oldest(|part| part.entries.len())
        } else if self.bytes > self.bounds.bytes {
            self.drop_oldest(|part| part.bytes)
        } else {
            None
        }
    }

    /// Returns the entries after this number for which `is_seen` returns `true`, oldest first.
    pub(crate) fn since(&self, id: u64, is_seen: impl Fn(&T) -> bool) -> Vec<T> {
        let mut found: Vec<&Entry<T>> = Vec::new();
        for part in self.parts.values() {
            let start = part.entries.partition_point(|entry| entry.id <= id);
            found.extend(
                part.entries
                    .range(start..)
                    .filter(|entry| is_seen(&entry.value)),
            );
        }
        if self.parts.len() > 1 {
            found.sort_unstable_by_key(|entry| entry.id);
        }
        found.into_iter().map(|entry| entry.value.clone()).collect()
    }

    /// Removes and returns the oldest entry of the account with the greatest `size`.
    fn drop_oldest(&mut self, size: impl Fn(&AccountEntries<T>) -> usize) -> Option<T> {
        let part = self.parts.values_mut().max_by_key(|part| size(part))?;
        let entry = part.entries.pop_front()?;
        part.bytes -= entry.bytes;
        self.bytes -= entry.bytes;
        self.entries -= 1;
        if part.entries.is_empty() {
            self.parts.retain(|_, part| !part.entries.is_empty());
        }
        Some(entry.value)
    }
}

impl<T> AccountEntries<T> {
    fn add(&mut self, entry: Entry<T>) {
        self.bytes += entry.bytes;
        self.entries.push_back(entry);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{BoundedLog, Bounds};

    fn push(log: &mut BoundedLog<(char, u64)>, account: char, bytes: usize) {
        log.push(&Arc::from(account.to_string()), bytes, |id| (account, id));
    }

    fn ids(log: &BoundedLog<(char, u64)>, account: char) -> Vec<u64> {
        log.since(0, |(by, _)| *by == account)
            .into_iter()
            .map(|(_, id)| id)
            .collect()
    }

    #[test]
    fn the_oldest_of_whoever_has_most_makes_room() {
        let mut log = BoundedLog::new(Bounds {
            entries: 10,
            bytes: 1_000,
        });
        (0..3).for_each(|_| push(&mut log, 'a', 1));
        (0..500).for_each(|_| push(&mut log, 'b', 1));
        assert_eq!(
            ids(&log, 'a'),
            [1, 2, 3],
            "the noise of one pushes out its own"
        );
        assert_eq!(ids(&log, 'b'), (497..=503).collect::<Vec<_>>());
        (0..4).for_each(|_| push(&mut log, 'a', 1));
        assert_eq!(
            (ids(&log, 'a').len(), ids(&log, 'b').len()),
            (5, 5),
            "each has a fair half when both want more"
        );
        (0..10).for_each(|_| push(&mut log, 'c', 1));
        assert_eq!(
            ['a', 'b', 'c']
                .map(|account| ids(&log, account).len())
                .iter()
                .sum::<usize>(),
            10
        );
        assert!(
            ['a', 'b', 'c']
                .into_iter()
                .all(|account| ids(&log, account).len() >= 3)
        );
    }

    #[test]
    fn a_heavy_entry_gives_way_by_weight() {
        let mut log = BoundedLog::new(Bounds {
            entries: 1_000,
            bytes: 100,
        });
        (0..10).for_each(|_| push(&mut log, 'a', 4));
        (0..10).for_each(|_| push(&mut log, 'b', 30));
        assert_eq!((ids(&log, 'a').len(), ids(&log, 'b').len()), (10, 2));
    }

    #[test]
    fn entries_come_in_their_order_from_any_number_on() {
        let mut log = BoundedLog::new(Bounds {
            entries: 10,
            bytes: 1_000,
        });
        "abcabcab"
            .chars()
            .for_each(|account| push(&mut log, account, 1));
        let all = log
            .since(3, |_| true)
            .into_iter()
            .map(|(_, id)| id)
            .collect::<Vec<_>>();
        assert_eq!((all, log.newest()), ((4..=8).collect(), 8));
        assert_eq!(log.since(8, |_| true), []);
    }
}
