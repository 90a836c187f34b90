//! The attempts: how often an address has come with a wrong token lately. One that guesses is soon not listened to,
//! while everybody else is.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Nobody mistypes more often than that.
const MOST_WRONG: usize = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// So many addresses are watched; the one that was wrong longest ago makes room.
const MOST_ADDRESSES: usize = 10_000;

/// Wrong tokens, by where they came from.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<IpAddr, VecDeque<Instant>>>);

/// What came of a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It is right.
    Right,
    /// It is wrong.
    Wrong,
    /// Nobody has looked at it; somebody will after this time.
    TooMany(Duration),
}

impl Attempts {
    /// Judges a token from an address, unless that had too many wrong ones in the last minute.
    pub(crate) fn judge(&self, address: IpAddr, is_right: impl FnOnce() -> bool) -> Judged {
        let now = Instant::now();
        let address = neighbourhood(address);
        // Judged inside the lock, so that guesses made at once are counted one by one.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = all.get(&address);
        let recent = wrong.map_or(0, |wrong| wrong.iter().filter(|at| now.duration_since(**at) < WINDOW).count());
        if let Some(oldest) = wrong.and_then(VecDeque::front).filter(|_| recent >= MOST_WRONG) {
            return Judged::TooMany(WINDOW.saturating_sub(now.duration_since(*oldest)));
        }
        if is_right() {
            return Judged::Right;
        }
        make_room(&mut all, address, now);
        let wrong = all.entry(address).or_default();
        if wrong.len() >= MOST_WRONG {
            wrong.pop_front();
        }
        wrong.push_back(now);
        Judged::Wrong
    }
}

fn make_room(all: &mut HashMap<IpAddr, VecDeque<Instant>>, newcomer: IpAddr, now: Instant) {
    if all.len() < MOST_ADDRESSES || all.contains_key(&newcomer) {
        return;
    }
    all.retain(|_, wrong| wrong.back().is_some_and(|last| now.duration_since(*last) < WINDOW));
    if all.len() >= MOST_ADDRESSES {
        let oldest = all.iter().min_by_key(|(_, wrong)| wrong.back().copied()).map(|(address, _)| *address);
        oldest.map(|address| all.remove(&address));
    }
}

/// Whoever has an address of IPv6 has the 2⁶⁴ beside it too.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from(u128::from(address) & (u128::MAX << 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::time::advance;

    use super::{Attempts, Duration, Judged, MOST_ADDRESSES, MOST_WRONG, WINDOW};

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[tokio::test(start_paused = true)]
    async fn after_ten_wrong_ones_in_a_minute_nothing_is_judged() {
        let attempts = Attempts::default();
        let (guesser, other) = (address("127.0.0.1"), address("127.0.0.2"));
        for _ in 0..MOST_WRONG {
            assert_eq!(attempts.judge(guesser, || false), Judged::Wrong);
            advance(Duration::from_secs(1)).await;
        }
        assert_eq!(attempts.judge(guesser, || panic!("it is not looked at")), Judged::TooMany(WINDOW - Duration::from_secs(10)));
        assert_eq!(attempts.judge(other, || true), Judged::Right);
        advance(WINDOW - Duration::from_secs(10)).await;
        assert_eq!(attempts.judge(guesser, || false), Judged::Wrong, "the first is a minute ago");
        assert_eq!(attempts.judge(guesser, || true), Judged::TooMany(Duration::from_secs(1)), "no eleven in any minute");
        advance(Duration::from_secs(1)).await;
        assert_eq!(attempts.judge(guesser, || true), Judged::Right);
    }

    #[tokio::test(start_paused = true)]
    async fn neighbours_guess_together() {
        let attempts = Attempts::default();
        for last in 0..MOST_WRONG {
            assert_eq!(attempts.judge(address(&format!("2001:db8:1:2::{last:x}")), || false), Judged::Wrong);
        }
        assert_eq!(attempts.judge(address("2001:db8:1:2:ffff::"), || true), Judged::TooMany(WINDOW));
        assert_eq!(attempts.judge(address("2001:db8:1:3::1"), || true), Judged::Right);
        for _ in 0..MOST_WRONG {
            attempts.judge(address("::ffff:10.0.0.1"), || false);
        }
        assert_eq!(
            (attempts.judge(address("10.0.0.1"), || true), attempts.judge(address("10.0.0.2"), || true)),
            (Judged::TooMany(WINDOW), Judged::Right)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_addresses_are_bounded() {
        let attempts = Attempts::default();
        for number in 0..=u32::try_from(MOST_ADDRESSES).expect("it fits") {
            attempts.judge(IpAddr::V4(number.into()), || false);
            advance(Duration::from_millis(1)).await;
        }
        let all = attempts.0.lock().expect("not poisoned");
        assert_eq!(
            (all.len(), all.contains_key(&address("0.0.0.0")), all.contains_key(&address("0.0.0.1"))),
            (MOST_ADDRESSES, false, true)
        );
    }
}
