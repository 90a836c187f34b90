//! Caller: the user on whose behalf a request is made to the simulator, directly or through the
//! relay. A relay for one machine has only its owner as caller. On a shared page, each guest has
//! their own keys and phones, and does not see those of others.

use std::sync::Arc;

/// Header in which the relay names the sender of a push to the simulator.
pub(crate) const SENDER: &str = "trill-sender";

/// User on whose behalf a request is made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Owner of a simulator that is not shared, with access to everything.
    #[default]
    Owner,
    /// Guest of a shared page, with a name that other guests do not see.
    Guest(Arc<str>),
}

impl Caller {
    /// Creates the guest with this name.
    pub fn guest(name: &str) -> Self {
        Self::Guest(name.into())
    }

    /// `true` if this caller may see, change and remove what `holder` has enrolled.
    pub(crate) fn may_touch(&self, holder: &Self) -> bool {
        *self == Self::Owner || self == holder
    }
}

/// A caller and the account whose limits its entries count against. Several callers share an
/// account if one person could create any number of callers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Caller who may see and change the entries.
    pub caller: Caller,
    /// Name of the account; empty for the owner.
    pub account: Arc<str>,
}

impl Party {
    /// Creates a party whose account is the caller's own.
    pub fn of(caller: &Caller) -> Self {
        let account = if let Caller::Guest(name) = caller {
            Arc::clone(name)
        } else {
            Arc::default()
        };
        Self {
            caller: caller.clone(),
            account,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Caller;

    #[test]
    fn a_guest_touches_only_what_the_same_guest_brought() {
        let (alice, bob) = (Caller::guest("alice"), Caller::guest("bob"));
        assert!(Caller::Owner.may_touch(&alice) && Caller::Owner.may_touch(&Caller::Owner));
        assert!(alice.may_touch(&Caller::guest("alice")));
        assert!(!alice.may_touch(&bob) && !alice.may_touch(&Caller::Owner));
    }
}
