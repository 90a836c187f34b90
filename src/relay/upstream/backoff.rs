//! Backoff: pauses between two attempts to send one push. They are short, because a client waits.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// Pauses before each repetition; their number is the most a push is repeated.
pub(crate) const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(800)];

/// Varies a pause by up to a quarter, so that pushes that failed together are not repeated
/// together.
pub(crate) fn jittered(pause: Duration) -> Duration {
    // Each `RandomState` has new random keys, so its hash is random enough here.
    let share = u32::try_from(RandomState::new().hash_one(()) % 1_000).unwrap_or_default();
    pause * (750 + share / 2) / 1_000
}

#[cfg(test)]
mod tests {
    use super::{PAUSES, jittered};

    #[test]
    fn pauses_differ_by_a_quarter_at_most_and_never_exceed_a_second() {
        for pause in PAUSES {
            let tries: Vec<_> = (0..100).map(|_| jittered(pause)).collect();
            assert!(tries.iter().all(|time| *time >= pause * 3 / 4
                && *time <= pause * 5 / 4
                && time.as_secs_f64() <= 1.0));
            assert!(tries.iter().any(|time| *time != tries[0]));
        }
    }
}
