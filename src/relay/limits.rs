//! Limits on the work that the relay accepts, per client and in total.
//!
//! A relay for one machine has generous limits. On a shared page, no client may use up what others
//! need, and no device may be called without end.

use serde_json::{Map, Value, json};

use super::event_stream_limit;
use super::guard::policy::Exposure;
use super::guard::token_bucket::Rate;

/// A send in flight holds its body, its answer and a stream. This many take a few MiB, and fit on
/// one connection to APNs.
const SENDS_IN_FLIGHT: usize = 512;
/// An eighth of those in total, so that seven clients at their limit leave room for an eighth.
const SENDS_PER_CLIENT: usize = 64;
/// Rate at which an intended script sends. A faster one is a faulty loop, which APNs would answer
/// with 429.
const SEND_RATE_ALONE: Rate = Rate::per_second(20, 200);
/// Rate of calls tested by hand, one per second, with a burst of twenty for a list of devices.
const SEND_RATE_SHARED: Rate = Rate::per_minute(60, 20);
/// A call rings for longer than a second; a higher rate is abuse or a mistake.
const DEVICE_RATE_SHARED: Rate = Rate::per_second(1, 1);
/// A browser opens six: enough for an office full of them, and about as many files as most systems
/// let a program open.
const CONNECTIONS: usize = 1_024;
/// Five browsers with six connections each behind one address. An attacker there gets a
/// thirty-second of all.
const CONNECTIONS_PER_ADDRESS: usize = 32;
/// Connections of phones, which are short.
const PHONE_CONNECTIONS: usize = 256;
/// Enough for many windows, or for the tests of one program that each follow the simulator.
const EVENT_STREAMS_PER_CLIENT: usize = 32;
/// Connections on which a full relay refuses requests and answers health checks.
const RESERVE: usize = 16;
/// Enough for a team with several keys. Apple treats many connections as an attack.
const UPSTREAM_CONNECTIONS: usize = 32;
/// Files that are open in any case: standard streams, those of the runtime, listeners, log, audit
/// file and store, and a few that are opened briefly to resolve a name.
const FILES_OF_ITS_OWN: usize = 24;
/// Fewest connections with which a browser can load the page.
const FEWEST_CONNECTIONS: usize = 6;
/// Rate of one in ten seconds. Apple treats connections that are opened and closed rapidly as an
/// attack; a client that needs more uses more credentials than keys.
const NEW_CONNECTIONS_PER_CLIENT: Rate = Rate::per_minute(6, 6);
/// Limit for all clients, because Apple sees them under one address.
const NEW_CONNECTIONS: Rate = Rate::per_minute(30, 30);

/// Limits on the work that the relay accepts. A rate or limit that is `None` is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pushes in flight, of all clients.
    pub sends_in_flight: usize,
    /// Pushes in flight, of one client.
    pub sends_per_client: usize,
    /// Rate of pushes by one client to Apple's environments.
    pub send_rate: Option<Rate>,
    /// Rate of pushes to one device in Apple's environments, by all clients.
    pub device_rate: Option<Rate>,
    /// Connections of clients. At the limit, an idle one is evicted for a new one.
    pub connections: usize,
    /// Connections from one address, or one /64 of IPv6.
    pub connections_per_address: Option<usize>,
    /// Connections of phones; 0 without a listener for them.
    pub phone_connections: usize,
    /// Additional connections of each listener, on which requests are only refused.
    pub reserve: usize,
    /// Event streams of one client. At the limit, its oldest is closed for a new one.
    pub event_streams_per_client: usize,
    /// Connections to APNs.
    pub upstream_connections: usize,
    /// Rate of new connections to Apple's hosts or their overrides, for all clients.
    pub new_connections: Option<Rate>,
    /// Rate of new connections for one client.
    pub new_connections_per_client: Option<Rate>,
}

impl Limits {
    /// Default limits for this exposure.
    pub fn of(exposure: Exposure) -> Self {
        let shared = exposure != Exposure::Alone;
        Self {
            sends_in_flight: SENDS_IN_FLIGHT,
            sends_per_client: SENDS_PER_CLIENT,
            send_rate: Some(if shared {
                SEND_RATE_SHARED
            } else {
                SEND_RATE_ALONE
            }),
            device_rate: shared.then_some(DEVICE_RATE_SHARED),
            connections: CONNECTIONS,
            connections_per_address: shared.then_some(CONNECTIONS_PER_ADDRESS),
            phone_connections: 0,
            reserve: RESERVE,
            event_streams_per_client: EVENT_STREAMS_PER_CLIENT,
            upstream_connections: UPSTREAM_CONNECTIONS,
            new_connections: Some(NEW_CONNECTIONS),
            new_connections_per_client: Some(NEW_CONNECTIONS_PER_CLIENT),
        }
    }

    /// The limits of a relay that also has a listener for phones.
    pub fn with_phones(self) -> Self {
        Self {
            phone_connections: PHONE_CONNECTIONS,
            ..self
        }
    }

    /// Limits on event streams: half of all connections, and three quarters of those of one
    /// address, so that requests always find room.
    pub(crate) fn streams(&self) -> event_stream_limit::Limits {
        let in_all = (self.connections / 2).max(1);
        let of_one_address = self
            .connections_per_address
            .map_or(usize::MAX, |most| (most * 3 / 4).max(1));
        event_stream_limit::Limits {
            in_all,
            per_client: self
                .event_streams_per_client
                .min(in_all)
                .min(of_one_address),
        }
    }

    /// Number of files that a relay with these limits opens. For a connection to the simulator,
    /// both ends count.
    pub fn files(&self) -> usize {
        self.connections
            + self.phone_connections
            + self.listeners() * self.reserve
            + 2 * self.upstream_connections
            + FILES_OF_ITS_OWN
    }

    fn listeners(&self) -> usize {
        1 + usize::from(self.phone_connections > 0)
    }

    /// Lowers the limits so that the relay opens at most `files` files.
    pub fn within(self, files: usize) -> Self {
        if self.files() <= files {
            return self;
        }
        let free = files.saturating_sub(FILES_OF_ITS_OWN);
        let upstream_connections = self.upstream_connections.min((free / 8).max(2));
        let reserve = self.reserve.min((free / 8).max(2));
        let phone_connections = self.phone_connections.min((free / 8).max(2));
        let others = self.listeners() * reserve + phone_connections + 2 * upstream_connections;
        let connections = free.saturating_sub(others).max(FEWEST_CONNECTIONS);
        Self {
            connections: self.connections.min(connections),
            phone_connections,
            reserve,
            upstream_connections,
            ..self
        }
    }

    /// JSON for the page and for programs.
    pub(crate) fn to_json(&self) -> Map<String, Value> {
        let rate = |rate: Option<Rate>| json!(rate.map(Rate::to_json));
        let fields = [
            ("sends_in_flight", json!(self.sends_in_flight)),
            ("sends_per_client", json!(self.sends_per_client)),
            ("send_rate", rate(self.send_rate)),
            ("device_rate", rate(self.device_rate)),
            ("connections", json!(self.connections)),
            (
                "connections_per_address",
                json!(self.connections_per_address),
            ),
            ("event_streams", json!(self.streams().in_all)),
            ("event_streams_per_client", json!(self.streams().per_client)),
            ("new_connections", rate(self.new_connections)),
            (
                "new_connections_per_client",
                rate(self.new_connections_per_client),
            ),
        ];
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(Exposure::Alone)
    }
}

#[cfg(test)]
mod tests {
    use super::{Exposure, FEWEST_CONNECTIONS, Limits};

    #[test]
    fn few_file_descriptors_lower_the_connections_but_keep_a_reserve() {
        let limits = Limits::default();
        assert_eq!(limits.clone().within(limits.files()), limits);
        for files in [64, 100, 256, 512, 1_024] {
            let fewer = limits.clone().within(files);
            assert!(
                fewer.files() <= files && fewer.connections < limits.connections,
                "{files}: {fewer:?}"
            );
            assert!(
                fewer.reserve >= 4
                    && fewer.upstream_connections >= 4
                    && fewer.connections >= files / 4,
                "{files}: {fewer:?}"
            );
            assert!(
                fewer.streams().in_all <= fewer.connections / 2,
                "{files}: {fewer:?}"
            );
        }
        let phones = limits.clone().with_phones();
        assert_eq!(phones.files() - limits.files(), 256 + limits.reserve);
        for files in [64, 100, 256, 512, 1_024, 1_300] {
            let fewer = phones.clone().within(files);
            assert!(fewer.files() <= files, "{files}: {fewer:?}");
            assert!(fewer.phone_connections >= 5, "{files}: {fewer:?}");
            assert!(fewer.connections >= 15, "{files}: {fewer:?}");
        }
        let fewest = limits.clone().within(0);
        assert_eq!(
            (fewest.connections, fewest.reserve),
            (FEWEST_CONNECTIONS, 2)
        );
        assert_eq!(
            Limits {
                connections: 10,
                ..limits
            }
            .within(64)
            .connections,
            10,
            "nothing is raised"
        );
    }

    #[test]
    fn streams_leave_room_for_requests_from_the_same_address() {
        let streams = Limits::of(Exposure::Shared).streams();
        assert_eq!((streams.in_all, streams.per_client), (512, 24));
        assert_eq!(Limits::default().streams().per_client, 32);
    }
}
