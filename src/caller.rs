//! Caller: on whose behalf somebody asks the simulator, directly or through the relay. Alone on a machine there is
//! only its owner; on a shared page each guest has keys and phones of their own, and sees nobody else's.

use std::sync::Arc;

/// Header in which the relay names the party on whose behalf it sends a push to the simulator.
pub(crate) const SENDER: &str = "trill-sender";

/// On whose behalf somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Alone on this machine: sees all and may disturb all.
    #[default]
    Owner,
    /// One of several on a shared page, by a name that no other guest ever reads.
    Guest(Arc<str>),
}

impl Caller {
    /// The guest of this name.
    pub fn guest(name: &str) -> Self {
        Self::Guest(name.into())
    }

    /// Whether what `holder` brought is this caller's to see, to change and to take away.
    pub(crate) fn may_touch(&self, holder: &Self) -> bool {
        *self == Self::Owner || self == holder
    }
}

/// Somebody who asks, and the account on which what they bring takes room: that of several callers where one person
/// could be as many as they like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Who may see and change it.
    pub caller: Caller,
    /// A name of the account; that of the owner is empty.
    pub account: Arc<str>,
}

impl Party {
    /// A caller with an account of their own.
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
