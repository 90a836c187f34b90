//! Pushes accepted in the last minute, for each device with a limit. The count is exact; a token
//! bucket would accept a push again before the minute is over.

use std::collections::{BTreeMap, VecDeque};

use crate::sync::Lock;

const MINUTE_MS: u64 = 60_000;

/// Times of accepted pushes, by device token.
#[derive(Default)]
pub(crate) struct PushRates(Lock<BTreeMap<String, VecDeque<u64>>>);

impl PushRates {
    /// `true` if APNs has accepted `limit` pushes or more for a device in the last minute.
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

    /// Counts an accepted push.
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
