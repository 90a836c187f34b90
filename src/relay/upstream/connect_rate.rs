//! Rate limit on new connections to APNs, per account and in total. Apple treats connections that
//! are opened and closed rapidly as an attack, and each new credential needs a connection of its
//! own.

use std::time::Duration;

use tokio::time::Instant;

use crate::relay::client::LimitKey;
use crate::relay::guard::token_bucket::{Bucket, Buckets, Rate};
use crate::relay::limits::Limits;
use crate::sync::Lock;

/// Token buckets for new connections: one in total and one per account. A missing one means no
/// limit.
pub(crate) struct ConnectRate {
    state: Lock<State>,
}

struct State {
    all: Option<(Rate, Bucket)>,
    clients: Option<Buckets<LimitKey>>,
}

impl ConnectRate {
    /// Creates full buckets.
    pub(crate) fn new(limits: &Limits, now: Instant) -> Self {
        let all = limits.new_connections.map(|rate| (rate, Bucket::full(now)));
        Self {
            state: Lock::new(State {
                all,
                clients: limits.new_connections_per_client.map(Buckets::new),
            }),
        }
    }

    /// Takes one token from both buckets. If one of them is empty, takes nothing and returns the
    /// time until a connection may be opened.
    pub(crate) fn enter(&self, account: &LimitKey, now: Instant) -> Result<(), Duration> {
        let mut state = self.state.lock();
        let wait = state.wait(account, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        if let Some((rate, bucket)) = &mut state.all {
            bucket.take(*rate, now);
        }
        if let Some(clients) = &mut state.clients {
            clients.take(account, now);
        }
        Ok(())
    }

    /// Gives the tokens back after a connection attempt that reached no server.
    pub(crate) fn forget(&self, account: &LimitKey) {
        let mut state = self.state.lock();
        if let Some((rate, bucket)) = &mut state.all {
            bucket.give_back(*rate);
        }
        if let Some(clients) = &mut state.clients {
            clients.give_back(account);
        }
    }
}

impl State {
    fn wait(&self, account: &LimitKey, now: Instant) -> Duration {
        let all = self
            .all
            .map_or(Duration::ZERO, |(rate, bucket)| bucket.wait(rate, now));
        self.clients
            .as_ref()
            .map_or(all, |clients| all.max(clients.wait(account, now)))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{ConnectRate, Duration, Instant, LimitKey, Limits, Rate};

    fn account(last: u8) -> LimitKey {
        LimitKey::of_address(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)))
    }

    #[test]
    fn a_client_opens_six_connections_a_minute_and_all_clients_thirty() {
        let start = Instant::now();
        let connect_rate = ConnectRate::new(&Limits::default(), start);
        let opened = |client, now| {
            (0..10)
                .take_while(|_| connect_rate.enter(&account(client), now).is_ok())
                .count()
        };
        assert_eq!(
            [1, 2, 3, 4, 5, 6].map(|client| opened(client, start)),
            [6, 6, 6, 6, 6, 0]
        );
        assert_eq!(
            connect_rate.enter(&account(6), start),
            Err(Duration::from_secs(2)),
            "all have used up their thirty"
        );
        assert_eq!(
            connect_rate.enter(&account(1), start),
            Err(Duration::from_secs(10)),
            "and the first its own six"
        );
        assert_eq!(opened(6, start + Duration::from_secs(2)), 1);
        assert_eq!(
            [
                opened(6, start + Duration::from_secs(60)),
                opened(1, start + Duration::from_secs(60))
            ],
            [6, 6]
        );
    }

    #[test]
    fn attempts_that_reach_no_server_are_not_counted_and_a_rate_may_be_off() {
        let start = Instant::now();
        let connect_rate = ConnectRate::new(
            &Limits {
                new_connections: Some(Rate::per_minute(1, 1)),
                ..Limits::default()
            },
            start,
        );
        for _ in 0..100 {
            assert_eq!(connect_rate.enter(&account(1), start), Ok(()));
            assert!(connect_rate.enter(&account(2), start).is_err());
            connect_rate.forget(&account(1));
        }
        let limits = Limits {
            new_connections: None,
            new_connections_per_client: None,
            ..Limits::default()
        };
        let connect_rate = ConnectRate::new(&limits, start);
        assert!((0..1_000).all(|_| connect_rate.enter(&account(1), start).is_ok()));
    }
}
