//! Connection limiter: limits the number of connections, in total and per address.
//!
//! At a limit, the oldest connection without a complete request head is evicted, so that silent or
//! slow clients cannot block others. If all such connections are younger than a second, the oldest
//! connection that is idle between two requests is evicted, or else the oldest of the young ones. A
//! connection with a request in progress keeps its slot; a new connection then gets one of a few
//! reserve slots, on which its requests are only refused.

use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Age at which a connection without a complete request head counts as slow. An ordinary client
/// sends the head at once.
const GRACE: Duration = Duration::from_secs(1);

/// Maximum numbers of connections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Maximum in total.
    pub(crate) in_all: usize,
    /// Maximum per address, or per /64 of IPv6; `None` means no such limit.
    pub(crate) per_address: Option<usize>,
}

/// Idle state in which a connection may be evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idle {
    /// The head of its request is not complete.
    Unfinished,
    /// Its requests are answered, and the next has not begun.
    Resting,
}

/// A connection that may be evicted.
pub(crate) trait Evictable {
    /// Ends the connection if it is in this idle state now. Returns `true` if it did.
    fn end_if(&self, idle: Idle) -> bool;
}

/// Result of asking for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// A slot is free.
    Free,
    /// All connections of this address are busy, and their number is at its limit.
    AddressFull,
    /// All slots are taken by busy connections.
    Full,
}

/// The slots that are taken, oldest first.
pub(crate) struct ConnectionLimiter<K, H> {
    limits: Limits,
    taken: Vec<Slot<K, H>>,
}

struct Slot<K, H> {
    key: K,
    address: Option<IpAddr>,
    since: Instant,
    connection: H,
}

impl<K: PartialEq, H: Evictable> ConnectionLimiter<K, H> {
    /// Creates a limiter with all slots free.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            taken: Vec::new(),
        }
    }

    /// Checks whether a connection may have a slot, and evicts an idle one if necessary. `None`
    /// stands for an address that many users share: it has no limit of its own.
    pub(crate) fn admit(&mut self, address: Option<IpAddr>, now: Instant) -> Admission {
        if let (Some(most), Some(_)) = (self.limits.per_address, address) {
            let taken = self
                .taken
                .iter()
                .filter(|slot| slot.address == address)
                .count();
            if taken >= most && !self.evict_one_of(|slot| slot.address == address, now) {
                return Admission::AddressFull;
            }
        }
        if self.taken.len() >= self.limits.in_all && !self.evict_one(now) {
            Admission::Full
        } else {
            Admission::Free
        }
    }

    /// Gives a slot to a connection that was admitted.
    pub(crate) fn take(&mut self, key: K, address: Option<IpAddr>, since: Instant, connection: H) {
        self.taken.push(Slot {
            key,
            address,
            since,
            connection,
        });
    }

    /// Frees the slot of a connection that has ended.
    pub(crate) fn leave(&mut self, key: &K) {
        self.taken.retain(|slot| slot.key != *key);
    }

    /// Evicts one idle connection. Returns `false` if there is none.
    pub(crate) fn evict_one(&mut self, now: Instant) -> bool {
        self.evict_one_of(|_| true, now)
    }

    fn evict_one_of(&mut self, concerns: impl Fn(&Slot<K, H>) -> bool, now: Instant) -> bool {
        let ends = |slot: &Slot<K, H>, idle| concerns(slot) && slot.connection.end_if(idle);
        let slow = |slot: &Slot<K, H>| {
            now.duration_since(slot.since) >= GRACE && ends(slot, Idle::Unfinished)
        };
        let ended = self.taken.iter().position(slow);
        let ended = ended.or_else(|| self.taken.iter().position(|slot| ends(slot, Idle::Resting)));
        let ended = ended.or_else(|| {
            self.taken
                .iter()
                .position(|slot| ends(slot, Idle::Unfinished))
        });
        if let Some(index) = ended {
            self.taken.remove(index);
        }
        ended.is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::net::Ipv4Addr;
    use std::rc::Rc;

    use super::*;

    /// Activity of a connection; `None` when it is busy or closed.
    type Activity = Rc<Cell<Option<Idle>>>;

    impl Evictable for Activity {
        fn end_if(&self, idle: Idle) -> bool {
            let ends = self.get() == Some(idle);
            if ends {
                self.set(None);
            }
            ends
        }
    }

    struct Crowd {
        limiter: ConnectionLimiter<u32, Activity>,
        activities: Vec<Activity>,
        now: Instant,
    }

    impl Crowd {
        fn new(in_all: usize, per_address: Option<usize>) -> Self {
            Self {
                limiter: ConnectionLimiter::new(Limits {
                    in_all,
                    per_address,
                }),
                activities: Vec::new(),
                now: Instant::now(),
            }
        }

        /// Admits a connection from the address with this last number; 0 is an address that many
        /// users share.
        fn enter(&mut self, last: u8, activity: Option<Idle>) -> Admission {
            let address = (last > 0).then(|| IpAddr::from(Ipv4Addr::new(192, 0, 2, last)));
            let admission = self.limiter.admit(address, self.now);
            if admission == Admission::Free {
                let (key, activity) = (self.activities.len() as u32, Rc::new(Cell::new(activity)));
                self.limiter.take(key, address, self.now, activity.clone());
                self.activities.push(activity);
            }
            admission
        }

        /// Keys of the connections that still have a slot.
        fn connected(&self) -> Vec<u32> {
            self.limiter.taken.iter().map(|slot| slot.key).collect()
        }
    }

    const UNFINISHED: Option<Idle> = Some(Idle::Unfinished);
    const RESTING: Option<Idle> = Some(Idle::Resting);
    const BUSY: Option<Idle> = None;

    #[test]
    fn the_oldest_unfinished_head_is_evicted_first_and_then_an_idle_connection() {
        let mut crowd = Crowd::new(4, None);
        for activity in [BUSY, RESTING, UNFINISHED, UNFINISHED] {
            assert_eq!(crowd.enter(1, activity), Admission::Free);
        }
        crowd.now += GRACE;
        for connected in [[0, 1, 3, 4], [0, 1, 4, 5], [0, 4, 5, 6]] {
            assert_eq!(crowd.enter(1, BUSY), Admission::Free);
            assert_eq!(crowd.connected(), connected);
        }
        assert_eq!(
            crowd.enter(1, UNFINISHED),
            Admission::Full,
            "nobody is cut off in the middle of a request"
        );
        assert_eq!(crowd.connected(), [0, 4, 5, 6]);
    }

    #[test]
    fn a_new_connection_has_time_for_its_head_before_it_is_evicted() {
        let mut crowd = Crowd::new(3, None);
        for activity in [UNFINISHED, RESTING, UNFINISHED] {
            assert_eq!(crowd.enter(1, activity), Admission::Free);
        }
        for connected in [[0, 2, 3], [2, 3, 4]] {
            assert_eq!(crowd.enter(1, UNFINISHED), Admission::Free);
            assert_eq!(crowd.connected(), connected);
        }
    }

    #[test]
    fn a_closed_connection_frees_its_slot() {
        let mut crowd = Crowd::new(2, None);
        assert_eq!(
            [
                crowd.enter(1, BUSY),
                crowd.enter(1, BUSY),
                crowd.enter(1, BUSY)
            ],
            [Admission::Free, Admission::Free, Admission::Full]
        );
        crowd.limiter.leave(&0);
        crowd.limiter.leave(&0);
        assert_eq!(crowd.enter(1, BUSY), Admission::Free);
        assert_eq!(crowd.connected(), [1, 2]);
    }

    #[test]
    fn an_address_at_its_limit_evicts_only_its_own_connections() {
        let mut crowd = Crowd::new(100, Some(2));
        for (last, activity) in [(2, UNFINISHED), (1, BUSY), (1, UNFINISHED)] {
            assert_eq!(crowd.enter(last, activity), Admission::Free);
        }
        assert_eq!(crowd.enter(1, BUSY), Admission::Free);
        assert_eq!(
            crowd.connected(),
            [0, 1, 3],
            "the older one of another address stays"
        );
        assert_eq!(crowd.enter(1, UNFINISHED), Admission::AddressFull);
        assert_eq!(
            crowd.enter(2, UNFINISHED),
            Admission::Free,
            "others are not concerned"
        );
    }

    #[test]
    fn a_shared_address_has_no_limit_except_the_total() {
        let mut crowd = Crowd::new(5, Some(1));
        for _ in 0..5 {
            assert_eq!(crowd.enter(0, BUSY), Admission::Free);
        }
        assert_eq!(crowd.enter(0, BUSY), Admission::Full);
    }

    #[test]
    fn silent_connections_never_keep_a_new_one_out() {
        let mut crowd = Crowd::new(1_024, None);
        for _ in 0..5_000 {
            assert_eq!(crowd.enter(1, UNFINISHED), Admission::Free);
        }
        assert_eq!(crowd.connected().len(), 1_024);
        assert_eq!(crowd.enter(2, BUSY), Admission::Free);
        assert!(crowd.limiter.evict_one(crowd.now));
        assert_eq!(crowd.connected().last(), Some(&5_000));
    }
}
