//! Shares of the idempotency cache: the number of pushes that are remembered for each client. One who sends much takes
//! nobody else's share.
//!
//! A push to Apple is never forgotten early: a share that is full takes no more. For the simulator the oldest may go.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::idempotency::{Key, REMEMBERED};
use crate::relay::deadlines::Deadlines;
use crate::relay::limits::Limits;
use crate::store::KeyedHash;

/// Of one share for Apple's environments, however fast its owner may send: 81 a second for ten minutes.
pub(crate) const MOST_OF_ONE: usize = 50_000;
/// Of all shares for Apple's environments; an entry has less than half a kilobyte, and never more than one and a half.
const MOST_OF_ALL: usize = 200_000;
/// Of one share for the simulator.
const MOST_SIMULATED_OF_ONE: usize = 10_000;
/// Of all shares for the simulator.
const MOST_SIMULATED_OF_ALL: usize = 50_000;
/// Shares for the simulator; the one that was answered longest ago goes.
const MOST_SIMULATED_SHARES: usize = 1_000;
/// Between two looks at all shares for what is old.
const SWEEP: Duration = Duration::from_secs(1);
/// Most pushes are answered well within it.
const SOON: Duration = Duration::from_secs(1);

/// Bounds of what is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    of_one: usize,
    of_all: usize,
    shares: usize,
}

/// All shares of one kind.
pub(crate) struct Shares {
    bounds: Bounds,
    by_owner: HashMap<KeyedHash, Share>,
    total: usize,
    swept: Instant,
}

#[derive(Default)]
struct Share {
    underway: usize,
    /// In the order in which they may be forgotten.
    answered: VecDeque<(Instant, Key)>,
}

/// Bound that is reached, and the time until there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// The share has as many entries as it may have.
    One(usize, Duration),
    /// All shares together have.
    All(Duration),
}

impl Bounds {
    /// For Apple's environments: what one client may send while a push is remembered.
    pub(crate) fn of_apple(limits: &Limits, deadlines: &Deadlines) -> Self {
        let time = REMEMBERED + deadlines.body + deadlines.send;
        let allowed = limits
            .send_rate
            .map_or(MOST_OF_ONE, |rate| rate.most_within(time));
        Self {
            of_one: allowed.min(MOST_OF_ONE),
            of_all: MOST_OF_ALL,
            shares: MOST_OF_ALL,
        }
    }

    /// For the simulator.
    pub(crate) fn of_simulator() -> Self {
        Self {
            of_one: MOST_SIMULATED_OF_ONE,
            of_all: MOST_SIMULATED_OF_ALL,
            shares: MOST_SIMULATED_SHARES,
        }
    }
}

impl Shares {
    /// No entries yet.
    pub(crate) fn new(bounds: Bounds, now: Instant) -> Self {
        Self {
            bounds,
            by_owner: HashMap::new(),
            total: 0,
            swept: now,
        }
    }

    /// Whether a share has room for one more.
    pub(crate) fn check(&self, owner: &KeyedHash, now: Instant) -> Result<(), Full> {
        let wait = |share: &Share| {
            share
                .answered
                .front()
                .map(|(until, _)| until.saturating_duration_since(now))
        };
        match self.by_owner.get(owner) {
            Some(share) if share.len() >= self.bounds.of_one => {
                return Err(Full::One(self.bounds.of_one, wait(share).unwrap_or(SOON)));
            }
            _ => {}
        }
        if self.total < self.bounds.of_all {
            return Ok(());
        }
        Err(Full::All(
            self.by_owner
                .values()
                .filter_map(wait)
                .min()
                .unwrap_or(SOON),
        ))
    }

    /// Takes the oldest entries out for which one more of this owner leaves no room, and says which.
    pub(crate) fn make_room(&mut self, owner: &KeyedHash) -> Vec<Key> {
        let mut gone = Vec::new();
        if self
            .by_owner
            .get(owner)
            .is_some_and(|share| share.len() >= self.bounds.of_one)
        {
            gone.extend(self.take_oldest(*owner));
        } else if self.total >= self.bounds.of_all {
            let largest = self
                .by_owner
                .iter()
                .max_by_key(|(_, share)| share.answered.len())
                .map(|(owner, _)| *owner);
            gone.extend(largest.and_then(|largest| self.take_oldest(largest)));
        } else if self.by_owner.len() >= self.bounds.shares && !self.by_owner.contains_key(owner) {
            let resting = self
                .by_owner
                .iter()
                .filter(|(_, share)| share.underway == 0);
            let oldest = resting
                .min_by_key(|(_, share)| share.answered.back().map(|(until, _)| *until))
                .map(|(owner, _)| *owner);
            while let Some(key) = oldest.and_then(|oldest| self.take_oldest(oldest)) {
                gone.push(key);
            }
        }
        gone
    }

    /// A push of this owner is underway.
    pub(crate) fn enter(&mut self, owner: KeyedHash) {
        self.by_owner.entry(owner).or_default().underway += 1;
        self.total += 1;
    }

    /// A push that was underway is remembered until then.
    pub(crate) fn answered(&mut self, owner: KeyedHash, key: Key, until: Instant) {
        let share = self.by_owner.entry(owner).or_default();
        share.underway = share.underway.saturating_sub(1);
        share.answered.push_back((until, key));
    }

    /// A push that was underway is forgotten.
    pub(crate) fn leave(&mut self, owner: KeyedHash) {
        if let Some(share) = self.by_owner.get_mut(&owner) {
            share.underway = share.underway.saturating_sub(1);
            self.total = self.total.saturating_sub(1);
            if share.len() == 0 {
                self.by_owner.remove(&owner);
            }
        }
    }

    /// Takes out of all shares what is old, not more often than once a second unless it must be, and says what it was.
    pub(crate) fn sweep(&mut self, now: Instant, must: bool) -> Vec<Key> {
        let mut gone = Vec::new();
        if !must && now.saturating_duration_since(self.swept) < SWEEP {
            return gone;
        }
        self.swept = now;
        self.by_owner.retain(|_, share| {
            while let Some((_, key)) = share.answered.front().filter(|(until, _)| *until <= now) {
                gone.push(*key);
                share.answered.pop_front();
            }
            share.len() > 0
        });
        self.total = self.total.saturating_sub(gone.len());
        gone
    }

    fn take_oldest(&mut self, owner: KeyedHash) -> Option<Key> {
        let share = self.by_owner.get_mut(&owner)?;
        let (_, key) = share.answered.pop_front()?;
        self.total = self.total.saturating_sub(1);
        if share.len() == 0 {
            self.by_owner.remove(&owner);
        }
        Some(key)
    }
}

impl Share {
    fn len(&self) -> usize {
        self.underway + self.answered.len()
    }
}

#[cfg(test)]
impl Bounds {
    /// Small ones.
    pub(crate) fn of(of_one: usize, of_all: usize, shares: usize) -> Self {
        Self {
            of_one,
            of_all,
            shares,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::guard::token_bucket::Rate;

    fn of_one(send_rate: Option<Rate>) -> usize {
        Bounds::of_apple(
            &Limits {
                send_rate,
                ..Limits::default()
            },
            &Deadlines::default(),
        )
        .of_one
    }

    #[test]
    fn a_share_holds_what_the_rate_allows_while_a_push_is_remembered() {
        // 620 s: ten minutes, and the longest a push takes from its admission to its answer.
        assert_eq!(of_one(Some(Rate::per_minute(60, 20))), 641);
        assert_eq!(of_one(Some(Rate::per_second(20, 200))), 12_601);
        assert_eq!(of_one(Some(Rate::per_minute(1, 1))), 12);
        assert_eq!(of_one(Some(Rate::per_second(1_000_000, 1))), MOST_OF_ONE);
        assert_eq!(of_one(None), MOST_OF_ONE);
    }
}
