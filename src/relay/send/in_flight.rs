//! Limit on the pushes in flight, from the checked request to its answer. Above it the relay
//! refuses at once, instead of making all clients wait until their deadlines.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;

use crate::relay::client::LimitKey;
use crate::relay::limits::Limits;
use crate::relay::problem::Problem;
use crate::sync::Lock;

/// Wait time for a refused client. Most pushes are answered within less.
const RETRY: Duration = Duration::from_secs(1);

/// Numbers of pushes in flight, in total and per client.
pub(crate) struct InFlight {
    all: AtomicUsize,
    most: usize,
    /// Locked only for short lookups. A client without an entry has no push in flight, so there are
    /// few, and to compare their keys is quicker than to hash them.
    clients: Lock<BTreeMap<LimitKey, usize>>,
    most_of_one: usize,
}

/// Permit for one push; dropping it gives it back.
pub(crate) struct Permit<'a> {
    in_flight: &'a InFlight,
    account: LimitKey,
}

impl InFlight {
    /// Creates a limit with no push in flight.
    pub(crate) fn new(limits: &Limits) -> Self {
        let (most, most_of_one) = (limits.sends_in_flight, limits.sends_per_client);
        Self {
            all: AtomicUsize::new(0),
            most,
            clients: Lock::default(),
            most_of_one,
        }
    }

    /// Takes a permit. Fails if the relay or the client has reached its limit.
    pub(crate) fn enter(&self, account: LimitKey) -> Result<Permit<'_>, Problem> {
        if self.all.fetch_add(1, Ordering::Relaxed) >= self.most {
            self.all.fetch_sub(1, Ordering::Relaxed);
            return Err(overloaded(format!(
                "The relay has {} pushes on their way, as many as it takes on.",
                self.most
            )));
        }
        let mut clients = self.clients.lock();
        let of_one = clients.get_mut(&account);
        match of_one {
            Some(number) if *number >= self.most_of_one => {
                drop(clients);
                self.all.fetch_sub(1, Ordering::Relaxed);
                return Err(overloaded(format!(
                    "This client has {} pushes on their way, as many as one may have.",
                    self.most_of_one
                )));
            }
            Some(number) => *number += 1,
            None => drop(clients.insert(account.clone(), 1)),
        }
        drop(clients);
        Ok(Permit {
            in_flight: self,
            account,
        })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut clients = self.in_flight.clients.lock();
        match clients.get_mut(&self.account) {
            Some(number) if *number > 1 => *number -= 1,
            _ => drop(clients.remove(&self.account)),
        }
        drop(clients);
        self.in_flight.all.fetch_sub(1, Ordering::Relaxed);
    }
}

fn overloaded(cause: String) -> Problem {
    let fix = "Send again after retry-after, with fewer at once; the push was not sent.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "overloaded", cause, fix).with_retry_after(RETRY)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::{InFlight, LimitKey, Limits, Ordering};

    fn account(last: u8) -> LimitKey {
        LimitKey::of_address(IpAddr::V4(Ipv4Addr::new(10, 0, 0, last)))
    }

    #[test]
    fn permits_are_limited_per_client_and_in_total() {
        let in_flight = InFlight::new(&Limits {
            sends_in_flight: 5,
            sends_per_client: 2,
            ..Limits::default()
        });
        let mut permits: Vec<_> = (0..2)
            .map(|_| in_flight.enter(account(1)).expect("a permit"))
            .collect();
        assert_eq!(
            in_flight
                .enter(account(1))
                .err()
                .map(|problem| problem.reply().status().as_u16()),
            Some(503)
        );
        permits.extend([2, 2, 3].map(|client| {
            in_flight
                .enter(account(client))
                .expect("a refusal takes no permit")
        }));
        let refused = in_flight
            .enter(account(4))
            .err()
            .expect("all are taken")
            .reply();
        assert_eq!(
            (refused.status().as_u16(), &refused.headers()["retry-after"]),
            (503, &"1".parse().expect("a value"))
        );
        permits.remove(0);
        permits.push(in_flight.enter(account(1)).expect("one was free again"));
        drop(permits);
        assert_eq!(in_flight.all.load(Ordering::Relaxed), 0);
        assert!(
            in_flight.clients.lock().is_empty(),
            "who sends nothing is not remembered"
        );
    }
}
