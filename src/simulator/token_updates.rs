//! Provider token updates. Apple allows a new token every 20 minutes.

use std::collections::HashMap;

use super::apple_environment::AppleEnvironment;
use crate::apns::provider_token::{LONGEST_LIFE, SHORTEST_USE};
use crate::sync::Lock;

/// Maximum number of tokens remembered, more than fit into an hour unless tokens are called expired
/// early.
const MOST_UPDATES: usize = 16;

/// Maximum number of teams remembered. Without enrolled keys any team ID is accepted, so there may
/// be more; the updates of further teams are not counted.
const MOST_TEAMS: usize = 1_000;

/// Tokens accepted in the last hour, by their keyed hashes.
#[derive(Default)]
pub(crate) struct TokenUpdates(Vec<Update>);

struct Update {
    token_hash: u64,
    at: u64,
    /// `true` if the sender was told that the token has expired, so the next token replaces it.
    is_void: bool,
}

impl TokenUpdates {
    /// `true` if the token is new although the last new one is less than 20 minutes old.
    pub(crate) fn is_too_soon(&self, token_hash: u64, now: u64) -> bool {
        let is_known = self.0.iter().any(|update| update.token_hash == token_hash);
        let last = self.0.iter().rfind(|update| !update.is_void);
        !is_known && last.is_some_and(|last| now.saturating_sub(last.at) < SHORTEST_USE)
    }

    /// Remembers an accepted token.
    pub(crate) fn take(&mut self, token_hash: u64, now: u64) {
        self.0
            .retain(|update| now.saturating_sub(update.at) <= LONGEST_LIFE);
        if self.0.iter().all(|update| update.token_hash != token_hash) {
            if self.0.len() == MOST_UPDATES {
                self.0.remove(0);
            }
            self.0.push(Update {
                token_hash,
                at: now,
                is_void: false,
            });
        }
    }

    /// `true` if a token was accepted in the last 20 minutes.
    fn is_recent(&self, now: u64) -> bool {
        let last = self.0.last();
        last.is_some_and(|last| now.saturating_sub(last.at) < SHORTEST_USE)
    }

    /// Stops counting a token, because its sender was told that it has expired.
    pub(crate) fn void(&mut self, token_hash: u64) {
        self.0
            .iter_mut()
            .filter(|update| update.token_hash == token_hash)
            .for_each(|update| update.is_void = true);
    }
}

/// Token updates of each team in each environment, over all connections.
#[derive(Default)]
pub(crate) struct TeamUpdates(Lock<Teams>);

type Teams = HashMap<(String, AppleEnvironment), TokenUpdates>;

impl TeamUpdates {
    /// `true` if the token is new although the team's last new one is less than 20 minutes old.
    pub(crate) fn is_too_soon(
        &self,
        team_id: &str,
        environment: AppleEnvironment,
        token_hash: u64,
        now: u64,
    ) -> bool {
        self.0
            .lock()
            .get(&(team_id.to_owned(), environment))
            .is_some_and(|updates| updates.is_too_soon(token_hash, now))
    }

    /// Remembers an accepted token of a team.
    pub(crate) fn take(
        &self,
        team_id: &str,
        environment: AppleEnvironment,
        token_hash: u64,
        now: u64,
    ) {
        let (mut teams, team) = (self.0.lock(), (team_id.to_owned(), environment));
        if teams.len() >= MOST_TEAMS && !teams.contains_key(&team) {
            teams.retain(|_, updates| updates.is_recent(now));
        }
        if teams.len() < MOST_TEAMS || teams.contains_key(&team) {
            teams.entry(team).or_default().take(token_hash, now);
        }
    }

    /// Stops counting a token of a team, because its sender was told that it has expired.
    pub(crate) fn void(&self, team_id: &str, environment: AppleEnvironment, token_hash: u64) {
        if let Some(updates) = self.0.lock().get_mut(&(team_id.to_owned(), environment)) {
            updates.void(token_hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AppleEnvironment, MOST_TEAMS, TeamUpdates, TokenUpdates};

    #[test]
    fn a_new_token_every_20_minutes_is_fine_and_the_old_ones_go_on_working() {
        let mut updates = TokenUpdates::default();
        assert!(!updates.is_too_soon(1, 0));
        updates.take(1, 0);
        assert!(!updates.is_too_soon(1, 60) && updates.is_too_soon(2, 1_199));
        assert!(!updates.is_too_soon(2, 1_200));
        updates.take(2, 1_200);
        assert!(
            !updates.is_too_soon(1, 1_201)
                && !updates.is_too_soon(2, 1_201)
                && updates.is_too_soon(3, 1_201)
        );
    }

    #[test]
    fn a_token_that_was_called_expired_may_be_replaced_at_once() {
        let mut updates = TokenUpdates::default();
        updates.take(1, 0);
        updates.void(1);
        assert!(!updates.is_too_soon(2, 1) && !updates.is_too_soon(1, 1));
        updates.take(2, 1);
        assert!(updates.is_too_soon(3, 2) && !updates.is_too_soon(1, 2));
        for token in 10..100 {
            updates.void(token - 1);
            updates.take(token, 3);
        }
        assert_eq!(updates.0.len(), super::MOST_UPDATES);
    }

    #[test]
    fn the_number_of_teams_is_bounded_and_old_ones_make_room() {
        let (updates, environment) = (TeamUpdates::default(), AppleEnvironment::Sandbox);
        for team in 0..MOST_TEAMS + 10 {
            updates.take(&team.to_string(), environment, 1, 0);
        }
        assert_eq!(updates.0.lock().len(), MOST_TEAMS);
        assert!(updates.is_too_soon("0", environment, 2, 1));
        updates.take("new", environment, 1, 1_200);
        assert!(updates.is_too_soon("new", environment, 2, 1_201));
        assert_eq!(updates.0.lock().len(), 1);
    }
}
