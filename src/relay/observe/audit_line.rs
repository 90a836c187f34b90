//! Line of the audit file.

use std::net::IpAddr;
use std::time::Duration;

use super::json_line::{JsonLine, moment};

/// Subject of a line: who did what with which device. What is not known is left out.
#[derive(Default)]
pub(super) struct Subject<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) user: Option<&'a str>,
    pub(super) environment: Option<&'static str>,
    pub(super) topic: Option<&'a str>,
    pub(super) device: Option<&'a str>,
    pub(super) device_hash: Option<&'a str>,
}

/// Line of the audit file but for its subject; what is not known is left out.
#[derive(Default)]
pub(super) struct Line<'a> {
    pub(super) event: &'static str,
    /// Phase of a push: `begun` or `ended`.
    pub(super) phase: Option<&'static str>,
    pub(super) apns_id: Option<&'a str>,
    pub(super) outcome: Option<&'static str>,
    pub(super) status: Option<u16>,
    pub(super) reason: Option<&'static str>,
    /// Time that a push took, in tenths of a millisecond.
    pub(super) ms_tenths: Option<u64>,
    pub(super) bytes: Option<usize>,
}

impl Subject<'_> {
    /// JSON of the subject with the address of the client.
    pub(super) fn to_json(&self, address: IpAddr) -> JsonLine {
        let mut json = JsonLine::new();
        json.text("id", self.id);
        json.text("user", self.user);
        json.text("address", Some(&address.to_string()));
        json.text("environment", self.environment);
        json.text("topic", self.topic);
        json.text("device", self.device);
        json.text("device_hash", self.device_hash);
        json
    }
}

impl Line<'_> {
    /// JSON of the line about this subject, with its line end.
    pub(super) fn to_json(&self, subject: &JsonLine, now: Duration) -> String {
        let mut json = JsonLine::new();
        json.text("time", Some(&moment(now)));
        json.text("event", Some(self.event));
        json.text("phase", self.phase);
        json.members(subject);
        json.text("apns_id", self.apns_id);
        json.text("outcome", self.outcome);
        json.number("status", self.status);
        json.text("reason", self.reason);
        json.tenths("ms", self.ms_tenths);
        json.number("bytes", self.bytes);
        json.end()
    }
}
