//! Token buckets: rate limits with a burst, with the current time as an argument.
//!
//! A bucket is stored as the time at which it will be full again. A full bucket need not be stored,
//! so memory holds only keys with recent use.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

/// Units of a rate, with their names in settings.
const UNITS: [(&str, Duration); 3] = [
    ("s", Duration::from_secs(1)),
    ("min", Duration::from_secs(60)),
    ("h", Duration::from_secs(3_600)),
];
/// Largest count and burst of a rate.
const MOST_COUNTED: u32 = 1_000_000;
/// Most buckets that are stored. Beyond that, the one that will be full first is dropped.
const MOST_BUCKETS: usize = 10_000;
/// Number of buckets below which full ones are not removed.
const FEW_BUCKETS: usize = 64;

/// A rate: a number of events per period, and a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    unit: (&'static str, Duration),
    burst: u32,
}

impl Rate {
    /// Creates a rate of `count` per second.
    pub const fn per_second(count: u32, burst: u32) -> Self {
        Self {
            count,
            unit: UNITS[0],
            burst,
        }
    }

    /// Creates a rate of `count` per minute.
    pub const fn per_minute(count: u32, burst: u32) -> Self {
        Self {
            count,
            unit: UNITS[1],
            burst,
        }
    }

    /// Reads `60/min:20`. Without the part after the colon, the burst equals the count.
    pub fn parse(text: &str) -> Option<Self> {
        let (count, rest) = text.split_once('/')?;
        let (unit, burst) = rest.split_once(':').unwrap_or((rest, count));
        let number = |text: &str| {
            text.parse()
                .ok()
                .filter(|number| (1..=MOST_COUNTED).contains(number))
        };
        let unit = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        Some(Self {
            count: number(count)?,
            unit,
            burst: number(burst)?,
        })
    }

    /// JSON for programs.
    pub(crate) fn to_json(self) -> Value {
        json!({ "count": self.count, "period_ms": u64::try_from(self.unit.1.as_millis()).unwrap_or(u64::MAX), "burst": self.burst })
    }

    /// Upper bound of the number of events within any interval of this length.
    pub(crate) fn most_within(self, time: Duration) -> usize {
        let intervals = time.as_nanos() / self.interval().as_nanos().max(1);
        usize::try_from(intervals)
            .unwrap_or(usize::MAX)
            .saturating_add(self.burst as usize)
            .saturating_add(1)
    }

    /// Time in which one token is refilled.
    fn interval(self) -> Duration {
        self.unit.1 / self.count
    }
}

impl fmt::Display for Rate {
    /// Formats the rate as in settings.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}:{}", self.count, self.unit.0, self.burst)
    }
}

/// State of one bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    /// Creates a bucket that is full at `now`.
    pub(crate) fn full(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Time until a token is available; zero if one is.
    pub(crate) fn wait(&self, rate: Rate, now: Instant) -> Duration {
        // A bucket is empty when it needs the whole burst to be full.
        let owed = self.full_at.saturating_duration_since(now) + rate.interval();
        owed.saturating_sub(rate.interval() * rate.burst)
    }

    /// Takes one token, even if none is available.
    pub(crate) fn take(&mut self, rate: Rate, now: Instant) {
        self.full_at = self.full_at.max(now) + rate.interval();
    }

    /// Gives one token back.
    pub(crate) fn give_back(&mut self, rate: Rate) {
        self.full_at = self
            .full_at
            .checked_sub(rate.interval())
            .unwrap_or(self.full_at);
    }

    fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

/// Token buckets by key, all with the same rate.
pub(crate) struct Buckets<K> {
    rate: Rate,
    used: HashMap<K, Bucket>,
    /// Number of stored buckets at which full ones are removed.
    sweep_at: usize,
}

impl<K: Clone + Eq + Hash> Buckets<K> {
    /// Creates full buckets for all keys.
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            used: HashMap::new(),
            sweep_at: FEW_BUCKETS,
        }
    }

    /// Time until a token for `key` is available; zero if one is.
    pub(crate) fn wait(&self, key: &K, now: Instant) -> Duration {
        self.used
            .get(key)
            .map_or(Duration::ZERO, |bucket| bucket.wait(self.rate, now))
    }

    /// Takes one token for `key`, even if none is available.
    pub(crate) fn take(&mut self, key: &K, now: Instant) {
        if let Some(bucket) = self.used.get_mut(key) {
            return bucket.take(self.rate, now);
        }
        self.make_room(now);
        let mut bucket = Bucket::full(now);
        bucket.take(self.rate, now);
        self.used.insert(key.clone(), bucket);
    }

    /// Takes one token for `key`, or returns the time until one is available.
    pub(crate) fn try_take(&mut self, key: &K, now: Instant) -> Result<(), Duration> {
        let Some(bucket) = self.used.get_mut(key) else {
            // A full bucket has a token.
            self.take(key, now);
            return Ok(());
        };
        match bucket.wait(self.rate, now) {
            Duration::ZERO => {
                bucket.take(self.rate, now);
                Ok(())
            }
            wait => Err(wait),
        }
    }

    /// Gives one token back to the bucket of `key`.
    pub(crate) fn give_back(&mut self, key: &K) {
        if let Some(bucket) = self.used.get_mut(key) {
            bucket.give_back(self.rate);
        }
    }

    fn make_room(&mut self, now: Instant) {
        if self.used.len() < self.sweep_at {
            return;
        }
        self.used.retain(|_, bucket| !bucket.is_full(now));
        if self.used.len() >= MOST_BUCKETS {
            let next = self
                .used
                .iter()
                .min_by_key(|(_, bucket)| bucket.full_at)
                .map(|(key, _)| key.clone());
            next.map(|key| self.used.remove(&key));
        }
        self.sweep_at = (self.used.len() * 2).clamp(FEW_BUCKETS, MOST_BUCKETS);
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, Duration, FEW_BUCKETS, Instant, MOST_BUCKETS, Rate};

    fn at(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        for (text, rate) in [
            ("60/min:20", Some(Rate::per_minute(60, 20))),
            ("20/s:200", Some(Rate::per_second(20, 200))),
            ("1/s", Some(Rate::per_second(1, 1))),
            ("60/min", Some(Rate::per_minute(60, 60))),
            ("", None),
            ("60", None),
            ("0/s", None),
            ("1/s:0", None),
            ("1/s:", None),
            ("-1/s", None),
            ("1/day", None),
            ("1.5/s", None),
            ("1000001/s", None),
            ("4294967296/s", None),
        ] {
            assert_eq!(Rate::parse(text), rate, "{text}");
            assert!(
                rate.is_none_or(|rate| Rate::parse(&rate.to_string()) == Some(rate)),
                "{text}"
            );
        }
    }

    #[test]
    fn a_burst_goes_at_once_and_then_one_in_each_interval() {
        let start = Instant::now();
        let mut buckets = Buckets::new(Rate::per_minute(60, 20));
        for number in 0..20 {
            assert_eq!(buckets.try_take(&"a", start), Ok(()), "{number}");
        }
        assert_eq!(buckets.try_take(&"a", start), Err(Duration::from_secs(1)));
        assert_eq!(
            buckets.try_take(&"a", at(start, 400)),
            Err(Duration::from_millis(600)),
            "a refusal costs nothing"
        );
        assert_eq!(buckets.try_take(&"a", at(start, 1_000)), Ok(()));
        assert_eq!(
            buckets.try_take(&"a", at(start, 1_000)),
            Err(Duration::from_secs(1))
        );
        assert_eq!(
            buckets.try_take(&"b", start),
            Ok(()),
            "everybody has a bucket of their own"
        );
        let rested = at(start, 3_600_000);
        assert_eq!(
            (0..30)
                .filter(|_| buckets.try_take(&"a", rested).is_ok())
                .count(),
            20,
            "it never holds more than the burst"
        );
    }

    #[test]
    fn over_an_hour_the_rate_is_exact() {
        let start = Instant::now();
        let mut buckets = Buckets::new(Rate::per_minute(7, 3));
        let taken = (0..3_600_000)
            .step_by(100)
            .filter(|now| buckets.try_take(&(), at(start, *now)).is_ok())
            .count();
        assert!((419..=423).contains(&taken), "{taken}");
    }

    #[test]
    fn a_returned_token_may_be_taken_again() {
        let start = Instant::now();
        let mut buckets = Buckets::new(Rate::per_second(1, 1));
        buckets.give_back(&1);
        assert_eq!(buckets.try_take(&1, start), Ok(()));
        assert!(
            buckets.try_take(&1, start).is_err(),
            "nobody gets more than there was"
        );
        buckets.give_back(&1);
        assert_eq!(buckets.try_take(&1, start), Ok(()));
        assert!(buckets.try_take(&1, start).is_err());
    }

    #[test]
    fn full_buckets_are_dropped_and_others_are_bounded() {
        let start = Instant::now();
        let mut buckets = Buckets::new(Rate::per_second(1, 1));
        for (second, key) in (0..100_000_u64).enumerate() {
            buckets.take(&key, at(start, 1_000 * second as u64));
        }
        assert!(buckets.used.len() <= FEW_BUCKETS, "{}", buckets.used.len());

        let mut buckets = Buckets::new(Rate::per_minute(1, 1));
        for key in 0..MOST_BUCKETS as u64 + 5 {
            buckets.take(&key, at(start, key));
        }
        assert_eq!(buckets.used.len(), MOST_BUCKETS);
        assert!(
            !buckets.used.contains_key(&4) && buckets.used.contains_key(&5),
            "those that are full first make room"
        );
    }
}
