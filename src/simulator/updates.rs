//! The updates of a provider token: Apple allows a new one every 20 minutes.

use crate::apns::provider_token::{LONGEST_LIFE, SHORTEST_USE};

/// The tokens that were taken in the last hour, by their keyed hashes.
#[derive(Default)]
pub(crate) struct Updates(Vec<Update>);

struct Update {
    token_hash: u64,
    at: u64,
}

impl Updates {
    /// Whether this would be a new token although the last new one is too young.
    pub(crate) fn is_too_soon(&self, token_hash: u64, now: u64) -> bool {
        let is_known = self.0.iter().any(|update| update.token_hash == token_hash);
        !is_known && self.0.last().is_some_and(|last| now.saturating_sub(last.at) < SHORTEST_USE)
    }

    /// Remembers a token that was taken.
    pub(crate) fn take(&mut self, token_hash: u64, now: u64) {
        self.0.retain(|update| now.saturating_sub(update.at) <= LONGEST_LIFE);
        if self.0.iter().all(|update| update.token_hash != token_hash) {
            self.0.push(Update { token_hash, at: now });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Updates;

    #[test]
    fn a_new_token_every_20_minutes_is_fine_and_the_old_ones_go_on_working() {
        let mut updates = Updates::default();
        assert!(!updates.is_too_soon(1, 0));
        updates.take(1, 0);
        assert!(!updates.is_too_soon(1, 60) && updates.is_too_soon(2, 1_199));
        assert!(!updates.is_too_soon(2, 1_200));
        updates.take(2, 1_200);
        assert!(!updates.is_too_soon(1, 1_201) && !updates.is_too_soon(2, 1_201) && updates.is_too_soon(3, 1_201));
    }
}
