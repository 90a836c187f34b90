//! Shares of the accounts in the number of keys, or of phones, that the simulator holds. An account
//! that enrols a thousand takes no room from an account that enrols one.

use std::collections::HashMap;
use std::sync::Arc;

use http::StatusCode;

use super::ownership::Ownership;
use crate::caller::{Caller, Party};
use crate::simulator::control_error::ControlError;

/// Maximum number for all accounts together.
pub(crate) const MOST: usize = 1_000;
/// Maximum number for one account on a shared page; the owner of a simulator may use all of `MOST`.
pub(crate) const MOST_OF_ONE: usize = 200;

/// Result of the search for room for one more key or phone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Room<K> {
    /// There is room.
    Free,
    /// There is room if this entry is removed: the least recently used one of the account with the
    /// most entries.
    Instead(K),
    /// The account has used its whole share.
    ShareFull,
    /// The simulator is full, and no account has more entries than this account would have.
    Full,
}

/// Looks for room for one more entry of this party. `held` are all entries with their ownership.
pub(crate) fn room<'a, K>(
    held: impl Iterator<Item = (K, &'a Ownership)> + Clone,
    party: &Party,
) -> Room<K> {
    let mut counts: HashMap<&Arc<str>, usize> = HashMap::new();
    held.clone()
        .for_each(|(_, ownership)| *counts.entry(&ownership.account).or_default() += 1);
    let own = counts.get(&party.account).copied().unwrap_or_default();
    if party.caller != Caller::Owner && own >= MOST_OF_ONE {
        return Room::ShareFull;
    }
    if counts.values().sum::<usize>() < MOST {
        return Room::Free;
    }
    let Some((fullest, most)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
        return Room::Free;
    };
    if own + 1 >= most {
        return Room::Full;
    }
    let oldest = held
        .filter(|(_, ownership)| ownership.account == *fullest)
        .min_by_key(|(_, ownership)| ownership.used_ms());
    oldest.map_or(Room::Full, |(key, _)| Room::Instead(key))
}

/// Returns the error that refuses one more entry. `what` names the entries in the plural.
pub(crate) fn full<K>(room: &Room<K>, code: &'static str, what: &str) -> ControlError {
    let cause = match room {
        Room::ShareFull => format!(
            "This guest already has {MOST_OF_ONE} {what}, which is as many as one may have on a shared page."
        ),
        _ => format!("The simulator already has {MOST} {what}, which is as many as it takes."),
    };
    ControlError::new(
        StatusCode::CONFLICT,
        code,
        cause,
        format!("Remove {what} that are no longer used."),
    )
}

#[cfg(test)]
mod tests {
    use super::{Caller, MOST, MOST_OF_ONE, Ownership, Party, Room, room};

    /// Returns this number of ownerships for each guest, each used a millisecond after the one
    /// before it.
    fn held(counts: &[(&str, usize)]) -> Vec<Ownership> {
        let names = counts
            .iter()
            .flat_map(|(name, count)| std::iter::repeat_n(*name, *count));
        names
            .enumerate()
            .map(|(index, name)| Ownership::new(&Party::of(&Caller::guest(name)), index as u64))
            .collect()
    }

    fn room_for(name: &str, held: &[Ownership]) -> Room<usize> {
        room(held.iter().enumerate(), &Party::of(&Caller::guest(name)))
    }

    #[test]
    fn no_account_gets_more_than_a_share() {
        let held = held(&[("alice", MOST_OF_ONE), ("bob", MOST_OF_ONE - 1)]);
        assert_eq!(
            (room_for("alice", &held), room_for("bob", &held)),
            (Room::ShareFull, Room::Free)
        );
        assert_eq!(
            room(held.iter().enumerate(), &Party::default()),
            Room::Free,
            "the owner has no share"
        );
    }

    #[test]
    fn the_account_with_most_makes_room_when_all_is_taken() {
        let names = ["a", "b", "c", "d"].map(|name| (name, MOST_OF_ONE));
        let held = held(
            &[
                &[("few", 1)][..],
                &names,
                &[("e", MOST_OF_ONE - 2), ("f", 1)],
            ]
            .concat(),
        );
        assert_eq!(held.len(), MOST);
        assert!(
            matches!(room_for("newcomer", &held), Room::Instead(index) if index >= 1 && (index - 1) % MOST_OF_ONE == 0)
        );
        let many: Vec<_> = (0..MOST)
            .map(|guest| Ownership::new(&Party::of(&Caller::guest(&guest.to_string())), 0))
            .collect();
        assert_eq!(
            room_for("newcomer", &many),
            Room::Full,
            "where everybody has one, the next is refused"
        );
    }
}
