//! Line of the audit file.

use std::net::IpAddr;
use std::time::Duration;

use serde::Serialize;

use super::json_line;

/// Line of the audit file; what is not known is left out.
#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) time: String,
    pub(super) event: &'static str,
    /// Phase of a push: `begun` or `ended`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phase: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<&'a str>,
    pub(super) address: IpAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) environment: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) topic: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) apns_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
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
}
