//! The limits and deadlines an operator can set.

use std::time::Duration;

use crate::relay::{Deadlines, Limits, Rate};

/// The limits as set; an outer `None` means the default, an inner `None` means no limit.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LimitSettings {
    pub(super) send_rate: Option<Option<Rate>>,
    pub(super) device_rate: Option<Option<Rate>>,
    pub(super) sends_in_flight: Option<usize>,
    pub(super) sends_per_client: Option<usize>,
    pub(super) connections: Option<usize>,
    pub(super) connections_per_address: Option<Option<usize>>,
    pub(super) event_streams_per_client: Option<usize>,
    pub(super) new_connections: Option<Option<Rate>>,
    pub(super) new_connections_per_client: Option<Option<Rate>>,
    pub(super) connect: Option<Duration>,
    pub(super) answer: Option<Duration>,
}

impl LimitSettings {
    /// Returns the limits, with `otherwise` for those that are not set.
    pub(crate) fn over(&self, otherwise: Limits) -> Limits {
        let sends_in_flight = self.sends_in_flight.unwrap_or(otherwise.sends_in_flight);
        Limits {
            sends_in_flight,
            sends_per_client: self
                .sends_per_client
                .unwrap_or(otherwise.sends_per_client)
                .min(sends_in_flight),
            send_rate: self.send_rate.unwrap_or(otherwise.send_rate),
            device_rate: self.device_rate.unwrap_or(otherwise.device_rate),
            connections: self.connections.unwrap_or(otherwise.connections),
            connections_per_address: self
                .connections_per_address
                .unwrap_or(otherwise.connections_per_address),
            event_streams_per_client: self
                .event_streams_per_client
                .unwrap_or(otherwise.event_streams_per_client),
            new_connections: self.new_connections.unwrap_or(otherwise.new_connections),
            new_connections_per_client: self
                .new_connections_per_client
                .unwrap_or(otherwise.new_connections_per_client),
            ..otherwise
        }
    }

    /// Returns the deadlines, with `otherwise` for those that are not set.
    pub(crate) fn deadlines(&self, otherwise: Deadlines) -> Deadlines {
        Deadlines {
            connect: self.connect.unwrap_or(otherwise.connect),
            answer: self.answer.unwrap_or(otherwise.answer),
            ..otherwise
        }
    }
}
