//! The client: on whose behalf a request comes, and from where.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::simulator::Caller;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// Whose keys, phones and sends it may see.
    pub(crate) caller: Caller,
    /// The other end of the connection.
    pub(crate) address: IpAddr,
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
    /// Somebody on this machine, where nobody else can ask.
    pub(crate) fn owner(address: IpAddr) -> Self {
        Self { caller: Caller::Owner, address }
    }

    /// Whose account its sends go on.
    pub(crate) fn account(&self) -> Account {
        match &self.caller {
            Caller::Guest(name) => Account::Guest(Arc::clone(name)),
            Caller::Owner => Account::of(self.address),
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
    use super::{Account, Caller, Client};

    #[test]
    fn a_guest_has_one_account_everywhere_and_an_address_one_with_its_neighbours() {
        let account = |address: &str| Account::of(address.parse().expect("an address"));
        assert_eq!(account("2001:db8::1"), account("2001:db8::ffff:0:0:2"));
        assert_eq!(account("::ffff:10.0.0.1"), account("10.0.0.1"));
        assert_ne!(account("2001:db8::1"), account("2001:db8:0:1::1"));
        assert_ne!(account("10.0.0.1"), account("10.0.0.2"));
        let guest = |name, address: &str| Client { caller: Caller::guest(name), address: address.parse().expect("an address") }.account();
        assert_eq!(guest("alice", "10.0.0.1"), guest("alice", "10.0.0.2"));
        assert_ne!(guest("alice", "10.0.0.1"), guest("bob", "10.0.0.1"));
    }
}
