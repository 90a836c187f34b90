//! The client: on whose behalf a request comes, and from where.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use super::access::Stay;
use crate::simulator::Caller;

/// Who asks.
#[derive(Clone)]
pub(crate) struct Client {
    /// Whose keys, phones and sends it may see.
    pub(crate) caller: Caller,
    /// The other end of the connection; one of IPv4 is one of IPv4, whatever the socket.
    pub(crate) address: IpAddr,
    /// By what it was recognized.
    pub(crate) who: Who,
    /// How long it may go on listening.
    pub(crate) stay: Stay,
}

/// By what somebody was recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// By nothing: whoever comes may ask, or asks for what is anybody's.
    Anybody,
    /// By the name a proxy gave.
    User(Arc<str>),
    /// By a session, which has a short name for logs that opens nothing.
    Session(Arc<str>),
    /// By the access token itself.
    Script,
}

/// On whose account something goes: that of a guest, or of an address where nobody has a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Account {
    /// A guest of a shared page, wherever they sit.
    Guest(Arc<str>),
    /// Whoever is at an address.
    Address(IpAddr),
}

impl Client {
    /// Somebody who may ask. On a shared page each sees only what is their own; alone, all is theirs.
    pub(crate) fn new(who: Who, address: IpAddr, is_shared: bool, stay: Stay) -> Self {
        let caller = match &who {
            _ if !is_shared => Caller::Owner,
            // Nobody signs in, so the address is all that tells them apart.
            Who::Anybody => Caller::guest(&format!("at {address}")),
            who => Caller::guest(&who.to_string()),
        };
        Self { caller, address, who, stay }
    }

    /// Whose account its sends go on. Where somebody has no name of their own, only the address tells them apart.
    pub(crate) fn account(&self) -> Account {
        match (&self.caller, &self.who) {
            (Caller::Guest(name), Who::User(_) | Who::Session(_)) => Account::Guest(Arc::clone(name)),
            _ => Account::of(self.address),
        }
    }

    /// Somebody who asks for what needs no access.
    pub(crate) fn stranger(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { caller: Caller::guest("stranger"), address, who: Who::Anybody, stay: Stay::default() }
    }
}

impl Who {
    /// The name a proxy gave.
    pub(crate) fn user(&self) -> Option<&str> {
        if let Self::User(name) = self { Some(name) } else { None }
    }
}

/// What a log calls them; no two are called the same.
impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anybody => f.write_str("anybody"),
            Self::User(name) => write!(f, "user {name}"),
            Self::Session(name) => write!(f, "session {name}"),
            Self::Script => f.write_str("script"),
        }
    }
}

impl Account {
    /// That of an address. Whoever has one of IPv6 has the other 2⁶⁴ of its network too.
    pub(crate) fn of(address: IpAddr) -> Self {
        const HOST: u128 = u64::MAX as u128;
        Self::Address(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !HOST)),
            address => address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Caller, Client, Who};

    #[test]
    fn on_a_shared_page_nobody_is_somebody_else() {
        let callers = |is_shared: bool| -> Vec<Caller> {
            let whos = [Who::Anybody, Who::User("a".into()), Who::User("script".into()), Who::Session("a".into()), Who::Script];
            let address = "10.0.0.1".parse().expect("an address");
            whos.into_iter().map(|who| Client::new(who, address, is_shared, Default::default()).caller).collect()
        };
        let shared = callers(true);
        for (index, caller) in shared.iter().enumerate() {
            assert!(*caller != Caller::Owner && !shared[..index].contains(caller), "{caller:?}");
        }
        assert!(callers(false).iter().all(|caller| *caller == Caller::Owner));
    }

    #[test]
    fn a_guest_has_one_account_everywhere_and_an_address_one_with_its_neighbours() {
        let address = |address: &str| Account::of(address.parse().expect("an address"));
        assert_eq!(address("2001:db8::1"), address("2001:db8::ffff:0:0:2"));
        assert_eq!(address("::ffff:10.0.0.1"), address("10.0.0.1"));
        assert_ne!(address("2001:db8::1"), address("2001:db8:0:1::1"));
        assert_ne!(address("10.0.0.1"), address("10.0.0.2"));
        let account = |who, from: &str| Client::new(who, from.parse().expect("an address"), true, Default::default()).account();
        let user = |name: &str| Who::User(name.into());
        assert_eq!(account(user("alice"), "10.0.0.1"), account(user("alice"), "10.0.0.2"));
        assert_ne!(account(user("alice"), "10.0.0.1"), account(user("bob"), "10.0.0.1"));
        for nameless in [Who::Anybody, Who::Script] {
            assert_eq!(account(nameless, "2001:db8::1"), address("2001:db8::2"));
        }
    }
}
