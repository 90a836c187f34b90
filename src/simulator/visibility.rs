//! Visibility of a push or an event: the callers it concerns. On a shared page, no other guest sees
//! it.

use std::sync::Arc;

use crate::caller::Caller;

/// Callers or accounts that an event concerns. The owner sees every event.
#[derive(Clone, Debug)]
pub(crate) enum Visibility {
    /// Callers who sent a push, enrolled its key and enrolled its phone.
    Callers([Caller; 3]),
    /// Accounts by their names, each with all its callers.
    Accounts(Arc<[Arc<str>]>),
}

impl Default for Visibility {
    fn default() -> Self {
        Self::Callers(Default::default())
    }
}

impl Visibility {
    /// Creates the visibility to one caller.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self::Callers([caller.clone(), Caller::Owner, Caller::Owner])
    }

    /// Creates the visibility to these accounts.
    pub(crate) fn of_accounts(accounts: &Arc<[Arc<str>]>) -> Self {
        Self::Accounts(Arc::clone(accounts))
    }

    /// Creates the visibility to the callers who sent a push, enrolled its key and enrolled its
    /// phone, if known.
    pub(crate) fn of_push(
        sender: Option<&Caller>,
        key: Option<&Caller>,
        phone: Option<&Caller>,
    ) -> Self {
        Self::Callers([sender, key, phone].map(|party| party.cloned().unwrap_or_default()))
    }

    /// `true` if the event is visible to this caller.
    pub(crate) fn admits(&self, caller: &Caller) -> bool {
        match self {
            Self::Callers(callers) => callers.iter().any(|holder| caller.may_touch(holder)),
            Self::Accounts(_) => *caller == Caller::Owner,
        }
    }

    /// `true` if the event is visible to this caller or to the account with this name.
    pub(crate) fn admits_account(&self, caller: &Caller, account: &str) -> bool {
        match self {
            Self::Accounts(accounts) => {
                self.admits(caller) || accounts.iter().any(|one| **one == *account)
            }
            Self::Callers(_) => self.admits(caller),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Visibility};

    #[test]
    fn an_event_of_accounts_is_seen_by_all_callers_of_these_accounts() {
        let seen = Visibility::of_accounts(&["a".into(), "b".into()].into());
        let guest = Caller::guest("session 1");
        assert!(seen.admits_account(&guest, "b") && !seen.admits_account(&guest, "c"));
        assert!(seen.admits_account(&Caller::Owner, "") && !seen.admits(&guest));
    }

    #[test]
    fn a_push_concerns_whoever_sent_it_or_brought_its_key_or_its_phone() {
        let [alice, bob, carol, dave] = ["alice", "bob", "carol", "dave"].map(Caller::guest);
        let all = Visibility::of_push(Some(&alice), Some(&bob), Some(&carol));
        assert!(
            [&alice, &bob, &carol, &Caller::Owner]
                .into_iter()
                .all(|caller| all.admits(caller))
                && !all.admits(&dave)
        );
        let unknown = Visibility::of_push(None, None, None);
        assert!(unknown.admits(&Caller::Owner) && !unknown.admits(&alice));
        assert!(Visibility::of(&alice).admits(&alice) && !Visibility::of(&alice).admits(&bob));
    }
}
