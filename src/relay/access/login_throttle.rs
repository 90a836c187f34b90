//! Login throttle: counts recent wrong tokens per subnet. After too many, a further wrong token is
//! answered with a wait time. The right token is always accepted, also from such an address: it
//! cannot be guessed, and colleagues share addresses.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::relay::client::network;
use crate::sync::Lock;

/// Most wrong tokens of one subnet within the window.
const MOST_WRONG: usize = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Most subnets that are counted. Beyond that, the one whose last wrong token is oldest is
/// forgotten.
const MOST_SUBNETS: usize = 10_000;

/// Times of wrong tokens, by subnet.
#[derive(Default)]
pub(crate) struct LoginThrottle(Lock<HashMap<IpAddr, VecDeque<Instant>>>);

/// Result of checking a token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// The token is right.
    Right,
    /// The token is wrong.
    Wrong,
    /// The token is wrong, and the subnet has used up its attempts; the time until the next one.
    TooMany(Duration),
}

impl LoginThrottle {
    /// Records an attempt from an address and returns its result.
    pub(crate) fn judge(&self, address: IpAddr, is_right: bool) -> Attempt {
        if is_right {
            return Attempt::Right;
        }
        let (now, subnet) = (Instant::now(), network(address));
        let mut all = self.0.lock();
        make_room(&mut all, subnet, now);
        let wrong = all.entry(subnet).or_default();
        wrong.retain(|at| now.duration_since(*at) < WINDOW);
        match wrong.front() {
            Some(oldest) if wrong.len() >= MOST_WRONG => {
                Attempt::TooMany(WINDOW.saturating_sub(now.duration_since(*oldest)))
            }
            _ => {
                wrong.push_back(now);
                Attempt::Wrong
            }
        }
    }
}

fn make_room(all: &mut HashMap<IpAddr, VecDeque<Instant>>, newcomer: IpAddr, now: Instant) {
    if all.len() < MOST_SUBNETS || all.contains_key(&newcomer) {
        return;
    }
    all.retain(|_, wrong| {
        wrong
            .back()
            .is_some_and(|last| now.duration_since(*last) < WINDOW)
    });
    if all.len() >= MOST_SUBNETS {
        let oldest = all
            .iter()
            .min_by_key(|(_, wrong)| wrong.back().copied())
            .map(|(subnet, _)| *subnet);
        oldest.map(|subnet| all.remove(&subnet));
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use tokio::time::advance;

    use super::{Attempt, Duration, LoginThrottle, MOST_SUBNETS, MOST_WRONG, WINDOW, network};

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[tokio::test(start_paused = true)]
    async fn after_ten_wrong_tokens_in_a_minute_only_the_right_one_is_accepted() {
        let throttle = LoginThrottle::default();
        let (guesser, other) = (address("127.0.0.1"), address("127.0.0.2"));
        for _ in 0..MOST_WRONG {
            assert_eq!(throttle.judge(guesser, false), Attempt::Wrong);
            advance(Duration::from_secs(1)).await;
        }
        assert_eq!(
            throttle.judge(guesser, false),
            Attempt::TooMany(WINDOW - Duration::from_secs(10))
        );
        assert_eq!(
            throttle.judge(guesser, true),
            Attempt::Right,
            "a colleague's mistakes lock nobody out"
        );
        assert_eq!(throttle.judge(other, false), Attempt::Wrong);
        advance(WINDOW - Duration::from_secs(10)).await;
        assert_eq!(
            throttle.judge(guesser, false),
            Attempt::Wrong,
            "the first is a minute ago"
        );
        assert_eq!(
            throttle.judge(guesser, false),
            Attempt::TooMany(Duration::from_secs(1)),
            "no eleven in any minute"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_of_one_subnet_are_counted_together() {
        let throttle = LoginThrottle::default();
        for last in 0..MOST_WRONG {
            assert_eq!(
                throttle.judge(address(&format!("2001:db8:1:2::{last:x}")), false),
                Attempt::Wrong
            );
        }
        assert_eq!(
            throttle.judge(address("2001:db8:1:2:ffff::"), false),
            Attempt::TooMany(WINDOW)
        );
        assert_eq!(
            throttle.judge(address("2001:db8:1:3::1"), false),
            Attempt::Wrong
        );
        for _ in 0..MOST_WRONG {
            throttle.judge(address("::ffff:10.0.0.1"), false);
        }
        assert_eq!(
            (
                throttle.judge(address("10.0.0.1"), false),
                throttle.judge(address("10.0.0.2"), false)
            ),
            (Attempt::TooMany(WINDOW), Attempt::Wrong)
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_counted_subnets_is_bounded() {
        let throttle = LoginThrottle::default();
        for number in 0..=u32::try_from(MOST_SUBNETS).expect("it fits") {
            throttle.judge(IpAddr::V4(number.into()), false);
            advance(Duration::from_millis(1)).await;
        }
        let all = throttle.0.lock();
        let is_watched = |text: &str| all.contains_key(&network(address(text)));
        assert_eq!(
            (all.len(), is_watched("0.0.0.0"), is_watched("0.0.0.1")),
            (MOST_SUBNETS, false, true)
        );
    }
}
