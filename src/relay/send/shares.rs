//! Shares of the idempotency cache: bounds on the number of stored pushes per client, so that one
//! client cannot use up the room of others.
//!
//! A push to Apple is never forgotten early: a full share refuses new ones. For the simulator, the
//! oldest entry is evicted.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::memory::{Key, REMEMBERED};
use crate::relay::deadlines::Deadlines;
use crate::relay::limits::Limits;
use crate::store::KeyedHash;

/// Most entries of one share for Apple's environments, whatever the send rate: 81 per second for
/// ten minutes.
pub(crate) const MOST_OF_ONE: usize = 50_000;
/// Most entries of all shares for Apple's environments. An entry takes less than half a kilobyte,
/// and at most one and a half.
const MOST_OF_ALL: usize = 200_000;
/// Most entries of one share for the simulator.
const MOST_SIMULATED_OF_ONE: usize = 10_000;
/// Most entries of all shares for the simulator.
const MOST_SIMULATED_OF_ALL: usize = 50_000;
/// Most shares for the simulator. Beyond that, the one whose last answer is oldest is evicted.
const MOST_SIMULATED_SHARES: usize = 1_000;
/// Minimum time between two sweeps for expired entries.
const SWEEP: Duration = Duration::from_secs(1);
/// Wait time while only pushes in flight use the room. Most are answered within less.
const SOON: Duration = Duration::from_secs(1);

/// Bounds on the number of entries and shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    of_one: usize,
    of_all: usize,
    shares: usize,
}

/// All shares for Apple's environments, or for the simulator.
pub(crate) struct Shares {
    bounds: Bounds,
    by_owner: HashMap<KeyedHash, Share>,
    total: usize,
    swept: Instant,
}

#[derive(Default)]
struct Share {
    underway: usize,
    /// Answered pushes by expiry time, earliest first.
    answered: VecDeque<(Instant, Key)>,
}

/// Bound that is reached, and the time until there is room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// The bound of the client's share, and its size.
    One(usize, Duration),
    /// The bound of all shares together.
    All(Duration),
}

impl Bounds {
    /// Bounds for Apple's environments: a share holds what one client may send while a push is
    /// remembered.
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

    /// Bounds for the simulator.
    pub(crate) fn of_simulator() -> Self {
        Self {
            of_one: MOST_SIMULATED_OF_ONE,
            of_all: MOST_SIMULATED_OF_ALL,
            shares: MOST_SIMULATED_SHARES,
        }
    }
}

impl Shares {
    /// Creates shares without entries.
    pub(crate) fn new(bounds: Bounds, now: Instant) -> Self {
        Self {
            bounds,
            by_owner: HashMap::new(),
            total: 0,
            swept: now,
        }
    }

    /// Checks that a share has room for one more entry.
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

    /// Evicts the oldest entries as far as needed to make room for one more of this owner, and
    /// returns their keys.
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

    /// Adds a push in flight to a share.
    pub(crate) fn enter(&mut self, owner: KeyedHash) {
        self.by_owner.entry(owner).or_default().underway += 1;
        self.total += 1;
    }

    /// Turns a push in flight into a stored answer that expires at `until`.
    pub(crate) fn answered(&mut self, owner: KeyedHash, key: Key, until: Instant) {
        let share = self.by_owner.entry(owner).or_default();
        share.underway = share.underway.saturating_sub(1);
        share.answered.push_back((until, key));
    }

    /// Removes a push in flight.
    pub(crate) fn leave(&mut self, owner: KeyedHash) {
        if let Some(share) = self.by_owner.get_mut(&owner) {
            share.underway = share.underway.saturating_sub(1);
            self.total = self.total.saturating_sub(1);
            if share.len() == 0 {
                self.by_owner.remove(&owner);
            }
        }
    }

    /// Removes expired entries of all shares and returns their keys. Does so at most once a second,
    /// unless `must` is `true`.
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
    /// Creates small bounds.
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
        // 620 s: ten minutes, and the longest time of a push from its admission to its answer.
        assert_eq!(of_one(Some(Rate::per_minute(60, 20))), 641);
        assert_eq!(of_one(Some(Rate::per_second(20, 200))), 12_601);
        assert_eq!(of_one(Some(Rate::per_minute(1, 1))), 12);
        assert_eq!(of_one(Some(Rate::per_second(1_000_000, 1))), MOST_OF_ONE);
        assert_eq!(of_one(None), MOST_OF_ONE);
    }
}
