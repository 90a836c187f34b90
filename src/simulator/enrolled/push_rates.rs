//! Pushes of the last minute, per device that has a limit. Each device has a limit of its own,
//! which may be none at all, and the count is exact: a token bucket would let the first one through
//! again before the minute is over.

use std::collections::{BTreeMap, VecDeque};

use crate::sync::Lock;

const MINUTE_MS: u64 = 60_000;

/// Times of accepted pushes, by device token.
#[derive(Default)]
pub(crate) struct PushRates(Lock<BTreeMap<String, VecDeque<u64>>>);

impl PushRates {
    /// True if a device has had `limit` pushes in the last minute.
    pub(crate) fn is_over(&self, device_token: &str, limit: u64, now_ms: u64) -> bool {
        let rates = self.0.lock();
        let recent = |times: &VecDeque<u64>| {
            times
                .iter()
                .filter(|time| now_ms.saturating_sub(**time) < MINUTE_MS)
                .count()
        };
        rates.get(device_token).map_or(0, recent) as u64 >= limit
    }

    /// Counts a push that was accepted.
    pub(crate) fn count(&self, device_token: &str, now_ms: u64) {
        let mut rates = self.0.lock();
        rates
            .entry(device_token.to_owned())
            .or_default()
            .push_back(now_ms);
        for times in rates.values_mut() {
            while times
                .front()
                .is_some_and(|time| now_ms.saturating_sub(*time) >= MINUTE_MS)
            {
                times.pop_front();
            }
        }
        rates.retain(|_, times| !times.is_empty());
    }
}
