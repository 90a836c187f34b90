//! The limits: how much the relay takes on, from one and from all.
//!
//! One person on a machine of their own is in nobody's way and gets much; on a page that several people share,
//! nobody may take what the others need, and nobody's phone is rung all day long.
//! Source: `reference/reliability.md` §4.3, where it is not said otherwise.

use serde_json::{Map, Value, json};

use super::event_stream_limit;
use super::guard::policy::Exposure;
use super::guard::token_bucket::Rate;

/// A send in flight holds its body, its answer and a stream; this many fit into a few MiB, and into one connection of APNs.
const SENDS_IN_FLIGHT: usize = 512;
/// An eighth of those, so that seven clients who flood leave room for an eighth.
const SENDS_PER_CLIENT: usize = 64;
/// As fast as somebody with a hurried script means to; beyond it, a loop has gone wrong, and APNs answers 429 sooner or later.
const SEND_RATE_ALONE: Rate = Rate::per_second(20, 200);
/// One a second for somebody who tests calls by hand, and twenty at once for a list of devices.
const SEND_RATE_SHARED: Rate = Rate::per_minute(60, 20);
/// A phone rings for longer than this, whoever sends; faster is a prank or a mistake.
const DEVICE_RATE_SHARED: Rate = Rate::per_second(1, 1);
/// A browser opens six: this is for a house full of them, and as many as most systems let a program open.
const CONNECTIONS: usize = 1_024;
/// Five browsers behind one address, each with its six; an attacker there has a thirty-second of all.
const CONNECTIONS_PER_ADDRESS: usize = 32;
/// The windows of somebody with many, or the tests of one program; each follows the simulator on a connection of its own.
const EVENT_STREAMS_PER_CLIENT: usize = 32;
/// Connections that say in the place of a full relay that it is full, and to whoever watches over it that it lives.
const RESERVE: usize = 16;
/// Enough for a team with several keys; Apple takes many connections for an attack.
const UPSTREAM_CONNECTIONS: usize = 32;
/// Files that are open whatever happens: standard streams, the runtime's, listeners, log, audit and store; and some that
/// are opened for a moment, to look up a name.
const FILES_OF_ITS_OWN: usize = 24;
/// With fewer no page could be shown.
const FEWEST_CONNECTIONS: usize = 6;
/// One every ten seconds. Apple takes connections that come and go for an attack; who needs more has more credentials than keys.
const NEW_CONNECTIONS_PER_CLIENT: Rate = Rate::per_minute(6, 6);
/// The address the relay has in Apple's eyes is one, however many clients are behind it.
const NEW_CONNECTIONS: Rate = Rate::per_minute(30, 30);

/// How much the relay takes on. A rate or limit that is `None` is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pushes on their way at once, of all clients.
    pub sends_in_flight: usize,
    /// Pushes on their way at once, of one client.
    pub sends_per_client: usize,
    /// Pushes of one client to Apple's environments.
    pub send_rate: Option<Rate>,
    /// Pushes to one device in Apple's environments, from whomever.
    pub device_rate: Option<Rate>,
    /// Connections of browsers and scripts; at a limit one that asks nothing is closed for a new one.
    pub connections: usize,
    /// Those from one address, or of IPv6 from one /64.
    pub connections_per_address: Option<usize>,
    /// Connections besides those, for nothing but to say that all are taken.
    pub reserve: usize,
    /// Event streams of one client; for a newer one its oldest is closed.
    pub event_streams_per_client: usize,
    /// Connections to APNs.
    pub upstream_connections: usize,
    /// Connections to Apple's hosts, or what stands in for them, that are opened for all clients.
    pub new_connections: Option<Rate>,
    /// Those that are opened for one client.
    pub new_connections_per_client: Option<Rate>,
}

impl Limits {
    /// What holds where the operator says nothing.
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
            reserve: RESERVE,
            event_streams_per_client: EVENT_STREAMS_PER_CLIENT,
            upstream_connections: UPSTREAM_CONNECTIONS,
            new_connections: Some(NEW_CONNECTIONS),
            new_connections_per_client: Some(NEW_CONNECTIONS_PER_CLIENT),
        }
    }

    /// How many event streams there may be: half of all connections, and three quarters of those of one address, so that
    /// there is always room for a request.
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

    /// How many files a program needs that takes on so much. A connection to the simulator has both its ends in it.
    pub fn files(&self) -> usize {
        self.connections + self.reserve + 2 * self.upstream_connections + FILES_OF_ITS_OWN
    }

    /// The same within as many files as the system lets a program open.
    pub fn within(self, files: usize) -> Self {
        if self.files() <= files {
            return self;
        }
        let free = files.saturating_sub(FILES_OF_ITS_OWN);
        let upstream_connections = self.upstream_connections.min((free / 8).max(2));
        let reserve = self.reserve.min((free / 8).max(2));
        let connections = free
            .saturating_sub(reserve + 2 * upstream_connections)
            .max(FEWEST_CONNECTIONS);
        Self {
            connections: self.connections.min(connections),
            reserve,
            upstream_connections,
            ..self
        }
    }

    /// For the page and for scripts that want to keep to them.
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
    fn where_few_files_may_be_open_there_are_fewer_connections_and_always_a_reserve() {
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
