//! Visibility of a push or an event: the callers it concerns. On a shared page nobody else sees it.

use crate::caller::Caller;

/// Callers who sent a push, brought its key and brought its phone; the owner sees all anyway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visibility([Caller; 3]);

impl Visibility {
    /// Visible to one caller.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self([caller.clone(), Caller::Owner, Caller::Owner])
    }

    /// The callers who sent a push, brought its key and brought its phone, as far as there are any.
    pub(crate) fn of_push(
        sender: Option<&Caller>,
        key: Option<&Caller>,
        phone: Option<&Caller>,
    ) -> Self {
        Self([sender, key, phone].map(|party| party.cloned().unwrap_or_default()))
    }

    /// True if this caller is among them.
    pub(crate) fn admits(&self, caller: &Caller) -> bool {
        self.0.iter().any(|holder| caller.may_touch(holder))
    }
}

#[cfg(test)]
mod tests {
    use super::{Caller, Visibility};

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
