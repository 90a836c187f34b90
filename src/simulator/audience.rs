//! The audience: whom a push or an event concerns. On a shared page nobody else sees it.

use super::caller::Caller;

/// Who brought the key, and who the phone; the owner sees all anyway.
#[derive(Clone, Debug, Default)]
pub(crate) struct Audience([Caller; 2]);

impl Audience {
    /// One caller.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self([caller.clone(), caller.clone()])
    }

    /// Whoever brought the key and whoever brought the phone, as far as there are any.
    pub(crate) fn of_push(key: Option<&Caller>, phone: Option<&Caller>) -> Self {
        Self([key, phone].map(|holder| holder.cloned().unwrap_or_default()))
    }

    /// Whether this caller is among them.
    pub(crate) fn admits(&self, caller: &Caller) -> bool {
        self.0.iter().any(|holder| caller.may_touch(holder))
    }
}

#[cfg(test)]
mod tests {
    use super::{Audience, Caller};

    #[test]
    fn a_push_concerns_whoever_brought_its_key_or_its_phone() {
        let [alice, bob, carol] = ["alice", "bob", "carol"].map(Caller::guest);
        let both = Audience::of_push(Some(&alice), Some(&bob));
        assert!(both.admits(&alice) && both.admits(&bob) && both.admits(&Caller::Owner) && !both.admits(&carol));
        let unknown = Audience::of_push(None, None);
        assert!(unknown.admits(&Caller::Owner) && !unknown.admits(&alice));
        assert!(Audience::of(&alice).admits(&alice) && !Audience::of(&alice).admits(&bob));
    }
}
