//! Schedules of keys at servers, as many as a bound allows.

use std::collections::HashMap;
use std::sync::Arc;

use crate::apns::token_schedule::Schedule;
use crate::apns::{Environment, PublicKey};
use crate::caller::Caller;

/// Most keys of Apple's environments, and of the simulator. Beyond that, a key without an accepted
/// token is dropped, or else the one accepted longest ago.
pub(super) const MOST_KEYS: usize = 1_000;
/// Most keys of one guest in the simulator.
const MOST_KEYS_OF_GUEST: usize = 50;

/// Team ID and key ID.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyName {
    pub(crate) team_id: String,
    pub(crate) key_id: String,
}

/// Server that enforces limits on the tokens of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Server {
    /// The host of one of Apple's environments.
    Host(Environment, Arc<str>),
    /// An environment of the simulator. Any guest may enrol any key there, so each guest has a
    /// separate schedule.
    Simulator(Environment, Caller),
}

/// Schedules by server and key.
#[derive(Default)]
pub(super) struct Schedules(HashMap<(Server, KeyName), Entry>);

/// Schedule of a key at a server.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) schedule: Schedule,
    /// Public keys, of which one made the last accepted token. Filled only if a guest might forge
    /// tokens.
    pub(super) signers: Vec<PublicKey>,
}

impl Schedules {
    /// Returns the schedule of a key at a server, if there is one.
    pub(super) fn get(&self, name: &(Server, KeyName)) -> Option<&Entry> {
        self.0.get(name)
    }

    /// Returns the schedule of a key at a server, which is created if there is none. With it comes
    /// `true` if one with an accepted token was evicted to make room.
    pub(super) fn get_or_create(&mut self, name: &(Server, KeyName)) -> (&mut Entry, bool) {
        let is_lost = !self.0.contains_key(name) && self.make_room(&name.0);
        (self.0.entry(name.clone()).or_default(), is_lost)
    }

    /// Sets a schedule that an earlier process saved.
    pub(super) fn restore(&mut self, name: (Server, KeyName), schedule: Schedule) {
        let signers = Vec::new();
        self.0.insert(name, Entry { schedule, signers });
    }

    /// Evicts a schedule if there is no room for one more at `server`. Returns `true` if it had an
    /// accepted token.
    fn make_room(&mut self, server: &Server) -> bool {
        let own = self.0.keys().filter(|(other, _)| other == server).count();
        let is_guest = matches!(server, Server::Simulator(_, Caller::Guest(_)));
        let is_own_full = is_guest && own >= MOST_KEYS_OF_GUEST;
        if !is_own_full && self.0.len() < MOST_KEYS {
            return false;
        }
        let candidates = self
            .0
            .iter()
            .filter(|((other, _), _)| !is_own_full || other == server);
        let oldest = candidates
            .min_by_key(|(_, entry)| entry.schedule.first_accepted())
            .map(|(name, _)| name.clone());
        oldest
            .and_then(|name| self.0.remove(&name))
            .is_some_and(|entry| entry.schedule.first_accepted() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(server: &Server, key_id: &str) -> (Server, KeyName) {
        let key = KeyName {
            team_id: "TEAM000001".to_owned(),
            key_id: key_id.to_owned(),
        };
        (server.clone(), key)
    }

    /// Adds a schedule with an accepted token.
    fn accept(schedules: &mut Schedules, name: &(Server, KeyName)) {
        let (entry, is_lost) = schedules.get_or_create(name);
        entry.schedule.accept(1, 2);
        assert!(!is_lost);
    }

    #[test]
    fn schedules_are_bounded_and_unused_ones_are_evicted_first() {
        let (mut schedules, host) = (
            Schedules::default(),
            Server::Host(Environment::Production, "host".into()),
        );
        let accepted = name(&host, "accepted");
        accept(&mut schedules, &accepted);
        for index in 0..2 * MOST_KEYS {
            schedules.get_or_create(&name(&host, &index.to_string()));
        }
        assert_eq!(schedules.0.len(), MOST_KEYS);
        assert!(schedules.get(&accepted).is_some());
    }

    #[test]
    fn a_guest_with_many_keys_evicts_only_its_own_schedules() {
        let mut schedules = Schedules::default();
        let [alice, bob] = ["alice", "bob"]
            .map(|guest| Server::Simulator(Environment::Simulator, Caller::guest(guest)));
        schedules.get_or_create(&name(&alice, "unused"));
        for index in 0..2 * MOST_KEYS {
            schedules.get_or_create(&name(&bob, &index.to_string()));
        }
        assert_eq!(schedules.0.len(), 1 + MOST_KEYS_OF_GUEST);
        assert!(schedules.get(&name(&alice, "unused")).is_some());
    }
}
