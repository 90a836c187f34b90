//! The pauses between two tries of one push. Somebody waits, so they are short.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// As many as a push is repeated at most.
pub(crate) const PAUSES: [Duration; 2] = [Duration::from_millis(250), Duration::from_millis(800)];

/// A pause that is up to a quarter longer or shorter, so that those who failed together do not come back together.
pub(crate) fn jittered(pause: Duration) -> Duration {
    // Each state of the hasher is another one, which is random enough here.
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
