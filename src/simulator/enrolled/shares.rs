//! Shares of the accounts in the keys, or the phones, that the simulator holds. An account that
//! brings a thousand takes nothing from one that brings one.

use std::collections::HashMap;
use std::sync::Arc;

use http::StatusCode;

use super::ownership::Ownership;
use crate::caller::{Caller, Party};
use crate::simulator::control_error::ControlError;

/// Most of all accounts together.
pub(crate) const MOST: usize = 1_000;
/// Most of one account on a shared page; the owner of a simulator may have all.
pub(crate) const MOST_OF_ONE: usize = 200;

/// Room for one more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Room<K> {
    /// There is.
    Free,
    /// There is when this one goes: it was of use longest ago to the account that has most.
    Instead(K),
    /// The account has its share.
    ShareFull,
    /// The simulator is full, and nobody has more than this account would have.
    Full,
}

/// Looks for room for one more of this party's among all that is held.
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

/// The refusal of one more; `what` they are in the plural.
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

    /// As many of each guest's, each used a millisecond after the one before it.
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
