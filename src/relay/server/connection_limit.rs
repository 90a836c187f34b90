//! The places for connections: there are only so many, and who asks nothing gives way.
//!
//! At a limit the oldest connection without a finished request head is closed, so that a crowd of
//! silent or slow ones never keeps anybody out; where there is none but newcomers, the oldest that
//! rests between two requests. A connection with a request under way keeps its place; a newcomer then gets one of a few
//! that are kept in reserve, where nothing is done but to say so.

use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How long a newcomer may take before it counts as slow. An honest head follows at once.
const GRACE: Duration = Duration::from_secs(1);

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Of everybody.
    pub(crate) in_all: usize,
    /// Of one address, or of IPv6 one /64, where addresses tell people apart.
    pub(crate) per_address: Option<usize>,
}

/// Why a connection can give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Idleness {
    /// The head of its request is not complete.
    Unfinished,
    /// Its requests are answered, and the next has not begun.
    Resting,
}

/// Something that holds a place.
pub(crate) trait Holder {
    /// Ends it if it is idle in this way just now, and tells whether it did.
    fn end_if(&self, idleness: Idleness) -> bool;
}

/// Whether there is room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// There is.
    Free,
    /// Its address has all it may have, and each is busy.
    AddressFull,
    /// All places are taken, and each is busy.
    Full,
}

/// The places, in the order they were taken.
pub(crate) struct Places<K, H> {
    limits: Limits,
    taken: Vec<Place<K, H>>,
}

struct Place<K, H> {
    key: K,
    address: Option<IpAddr>,
    since: Instant,
    holder: H,
}

impl<K: PartialEq, H: Holder> Places<K, H> {
    /// As many as `limits` allow, all free.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            taken: Vec::new(),
        }
    }

    /// Makes room for a connection if it must. An address that speaks for many people is `None`: it has no limit of its own.
    pub(crate) fn room_for(&mut self, address: Option<IpAddr>, now: Instant) -> Room {
        if let (Some(most), Some(_)) = (self.limits.per_address, address) {
            let taken = self
                .taken
                .iter()
                .filter(|place| place.address == address)
                .count();
            if taken >= most && !self.free_one_of(|place| place.address == address, now) {
                return Room::AddressFull;
            }
        }
        if self.taken.len() >= self.limits.in_all && !self.free_one(now) {
            Room::Full
        } else {
            Room::Free
        }
    }

    /// Gives a place to a connection for which there is room.
    pub(crate) fn take(&mut self, key: K, address: Option<IpAddr>, since: Instant, holder: H) {
        self.taken.push(Place {
            key,
            address,
            since,
            holder,
        });
    }

    /// The connection is over.
    pub(crate) fn leave(&mut self, key: &K) {
        self.taken.retain(|place| place.key != *key);
    }

    /// Ends one connection that can give way; tells whether there was one.
    pub(crate) fn free_one(&mut self, now: Instant) -> bool {
        self.free_one_of(|_| true, now)
    }

    fn free_one_of(&mut self, concerns: impl Fn(&Place<K, H>) -> bool, now: Instant) -> bool {
        let ends = |place: &Place<K, H>, idleness| concerns(place) && place.holder.end_if(idleness);
        let slow = |place: &Place<K, H>| {
            now.duration_since(place.since) >= GRACE && ends(place, Idleness::Unfinished)
        };
        let ended = self.taken.iter().position(slow);
        let ended = ended.or_else(|| {
            self.taken
                .iter()
                .position(|place| ends(place, Idleness::Resting))
        });
        let ended = ended.or_else(|| {
            self.taken
                .iter()
                .position(|place| ends(place, Idleness::Unfinished))
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

    /// What a connection is doing; `None` when it is busy or over.
    type Doing = Rc<Cell<Option<Idleness>>>;

    impl Holder for Doing {
        fn end_if(&self, idleness: Idleness) -> bool {
            let ends = self.get() == Some(idleness);
            if ends {
                self.set(None);
            }
            ends
        }
    }

    struct House {
        places: Places<u32, Doing>,
        doings: Vec<Doing>,
        now: Instant,
    }

    impl House {
        fn new(in_all: usize, per_address: Option<usize>) -> Self {
            Self {
                places: Places::new(Limits {
                    in_all,
                    per_address,
                }),
                doings: Vec::new(),
                now: Instant::now(),
            }
        }

        /// Lets a connection in from the address with this last number; 0 speaks for many.
        fn enter(&mut self, last: u8, doing: Option<Idleness>) -> Room {
            let address = (last > 0).then(|| IpAddr::from(Ipv4Addr::new(192, 0, 2, last)));
            let room = self.places.room_for(address, self.now);
            if room == Room::Free {
                let (key, doing) = (self.doings.len() as u32, Rc::new(Cell::new(doing)));
                self.places.take(key, address, self.now, doing.clone());
                self.doings.push(doing);
            }
            room
        }

        /// Which connections still have a place.
        fn inside(&self) -> Vec<u32> {
            self.places.taken.iter().map(|place| place.key).collect()
        }
    }

    const UNFINISHED: Option<Idleness> = Some(Idleness::Unfinished);
    const RESTING: Option<Idleness> = Some(Idleness::Resting);
    const BUSY: Option<Idleness> = None;

    #[test]
    fn the_oldest_unfinished_head_gives_way_first_and_then_who_rests() {
        let mut house = House::new(4, None);
        for doing in [BUSY, RESTING, UNFINISHED, UNFINISHED] {
            assert_eq!(house.enter(1, doing), Room::Free);
        }
        house.now += GRACE;
        for inside in [[0, 1, 3, 4], [0, 1, 4, 5], [0, 4, 5, 6]] {
            assert_eq!(house.enter(1, BUSY), Room::Free);
            assert_eq!(house.inside(), inside);
        }
        assert_eq!(
            house.enter(1, UNFINISHED),
            Room::Full,
            "nobody is cut off in the middle of a request"
        );
        assert_eq!(house.inside(), [0, 4, 5, 6]);
    }

    #[test]
    fn a_newcomer_may_say_what_it_wants_before_it_gives_way() {
        let mut house = House::new(3, None);
        for doing in [UNFINISHED, RESTING, UNFINISHED] {
            assert_eq!(house.enter(1, doing), Room::Free);
        }
        for inside in [[0, 2, 3], [2, 3, 4]] {
            assert_eq!(house.enter(1, UNFINISHED), Room::Free);
            assert_eq!(house.inside(), inside);
        }
    }

    #[test]
    fn who_leaves_makes_room() {
        let mut house = House::new(2, None);
        assert_eq!(
            [
                house.enter(1, BUSY),
                house.enter(1, BUSY),
                house.enter(1, BUSY)
            ],
            [Room::Free, Room::Free, Room::Full]
        );
        house.places.leave(&0);
        house.places.leave(&0);
        assert_eq!(house.enter(1, BUSY), Room::Free);
        assert_eq!(house.inside(), [1, 2]);
    }

    #[test]
    fn an_address_has_its_own_limit_and_its_own_to_give_way() {
        let mut house = House::new(100, Some(2));
        for (last, doing) in [(2, UNFINISHED), (1, BUSY), (1, UNFINISHED)] {
            assert_eq!(house.enter(last, doing), Room::Free);
        }
        assert_eq!(house.enter(1, BUSY), Room::Free);
        assert_eq!(
            house.inside(),
            [0, 1, 3],
            "the older one of another address stays"
        );
        assert_eq!(house.enter(1, UNFINISHED), Room::AddressFull);
        assert_eq!(
            house.enter(2, UNFINISHED),
            Room::Free,
            "others are not concerned"
        );
    }

    #[test]
    fn an_address_that_speaks_for_many_has_no_limit_but_the_common_one() {
        let mut house = House::new(5, Some(1));
        for _ in 0..5 {
            assert_eq!(house.enter(0, BUSY), Room::Free);
        }
        assert_eq!(house.enter(0, BUSY), Room::Full);
    }

    #[test]
    fn a_crowd_of_silent_connections_never_keeps_anybody_out() {
        let mut house = House::new(1_024, None);
        for _ in 0..5_000 {
            assert_eq!(house.enter(1, UNFINISHED), Room::Free);
        }
        assert_eq!(house.inside().len(), 1_024);
        assert_eq!(house.enter(2, BUSY), Room::Free);
        assert!(house.places.free_one(house.now));
        assert_eq!(house.inside().last(), Some(&5_000));
    }
}
