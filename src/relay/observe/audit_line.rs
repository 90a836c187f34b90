//! Line of the audit file.

use std::net::IpAddr;
use std::time::Duration;

use super::json_line::{self, JsonLine};

/// Line of the audit file; what is not known is left out.
pub(super) struct Line<'a> {
    pub(super) time: String,
    pub(super) event: &'static str,
    /// Phase of a push: `begun` or `ended`.
    pub(super) phase: Option<&'static str>,
    pub(super) id: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) address: IpAddr,
    pub(super) environment: Option<&'static str>,
    pub(super) topic: Option<&'a str>,
    pub(super) device: Option<&'a str>,
    pub(super) device_hash: Option<&'a str>,
    pub(super) apns_id: Option<&'a str>,
    pub(super) outcome: Option<&'static str>,
    pub(super) status: Option<u16>,
    pub(super) reason: Option<&'static str>,
    pub(super) ms: Option<f64>,
    pub(super) bytes: Option<usize>,
}

impl<'a> Line<'a> {
    /// Line with the parts that every line has.
    pub(super) fn bare(
        event: &'static str,
        user: Option<&'a str>,
        address: IpAddr,
        outcome: Option<&'static str>,
        now: Duration,
    ) -> Self {
        Self {
            time: json_line::moment(now),
            event,
            phase: None,
            id: None,
            user,
            address,
            environment: None,
            topic: None,
            device: None,
            device_hash: None,
            apns_id: None,
            outcome,
            status: None,
            reason: None,
            ms: None,
            bytes: None,
        }
    }

    /// JSON of the line, with its line end.
    pub(super) fn to_json(&self) -> String {
        let mut json = JsonLine::new();
        json.text("time", Some(&self.time));
        json.text("event", Some(self.event));
        json.text("phase", self.phase);
        json.text("id", self.id);
        json.text("user", self.user);
        json.text("address", Some(&self.address.to_string()));
        json.text("environment", self.environment);
        json.text("topic", self.topic);
        json.text("device", self.device);
        json.text("device_hash", self.device_hash);
        json.text("apns_id", self.apns_id);
        json.text("outcome", self.outcome);
        json.number("status", self.status);
        json.text("reason", self.reason);
        json.number("ms", self.ms);
        json.number("bytes", self.bytes);
        json.end()
    }
}
