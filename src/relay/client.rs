//! Client: the sender of a request, with its account and address.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use super::access::SessionEnd;
use crate::caller::{Caller, Party};
use crate::store::{HashKey, KeyedHash};

/// An authenticated client.
#[derive(Clone)]
pub(crate) struct Client {
    /// Caller for the simulator, which determines the keys and phones it can see.
    pub(crate) caller: Caller,
    /// Account that its sends are stored under.
    pub(crate) account: Account,
    /// Remote address of the connection. A mapped IPv4 address is stored as IPv4.
    pub(crate) address: IpAddr,
    /// Identity that authentication has found.
    pub(crate) who: Who,
    /// End of its session, at which its event streams end.
    pub(crate) session_end: SessionEnd,
}

/// Identity that authentication has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// No identity: the relay needs no authentication, or the route does not.
    Anybody,
    /// User name from a trusted proxy.
    User(Arc<str>),
    /// A session. Its short name for logs does not give access.
    Session(Arc<str>),
    /// A program with the access token.
    Script,
}

/// Account that sends are stored under. It stays the same after a restart and a new sign-in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Account {
    /// The owner of a relay that is not shared.
    Owner,
    /// User name from a trusted proxy.
    User(Arc<str>),
    /// All holders of the access token, identified by its hash.
    Token(KeyedHash),
    /// Address of a client without authentication; for IPv6, its /64.
    Address(IpAddr),
}

/// Key of the limits on a client: its account, and also its address if several people may share the
/// account, so that one of them cannot use up the limits of the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LimitKey {
    account: Account,
    address: Option<IpAddr>,
}

impl Client {
    /// Creates an authenticated client. On a shared page, each guest sees only what it added;
    /// otherwise the owner sees everything. `token` is the hash of the access token, if there is
    /// one.
    pub(crate) fn new(
        who: Who,
        address: IpAddr,
        is_shared: bool,
        token: Option<KeyedHash>,
        session_end: SessionEnd,
    ) -> Self {
        let account = match (&who, token) {
            _ if !is_shared => Account::Owner,
            (Who::User(name), _) => Account::User(Arc::clone(name)),
            (Who::Session(_) | Who::Script, Some(token)) => Account::Token(token),
            _ => Account::Address(network(address)),
        };
        let caller = match &who {
            _ if !is_shared => Caller::Owner,
            // Without authentication, only the address distinguishes guests.
            Who::Anybody => Caller::guest(&format!("at {address}")),
            who => Caller::guest(&who.to_string()),
        };
        Self {
            caller,
            account,
            address,
            who,
            session_end,
        }
    }

    /// Returns the key that its limits are counted by.
    pub(crate) fn limit_key(&self) -> LimitKey {
        let address = match self.account {
            Account::User(_) => None,
            Account::Owner | Account::Token(_) | Account::Address(_) => Some(network(self.address)),
        };
        LimitKey {
            account: self.account.clone(),
            address,
        }
    }

    /// Returns caller and account for the simulator.
    pub(crate) fn party(&self) -> Party {
        let account = if self.account == Account::Owner {
            Arc::default()
        } else {
            self.limit_key().to_string().into()
        };
        Party {
            caller: self.caller.clone(),
            account,
        }
    }

    /// Creates a client for a route that needs no authentication.
    pub(crate) fn stranger(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let account = Account::Address(network(address));
        Self {
            caller: Caller::guest("stranger"),
            account,
            address,
            who: Who::Anybody,
            session_end: SessionEnd::default(),
        }
    }
}

impl Who {
    /// User name from a trusted proxy, if there is one.
    pub(crate) fn user(&self) -> Option<&str> {
        if let Self::User(name) = self {
            Some(name)
        } else {
            None
        }
    }
}

/// Formats the identity for logs. Different identities have different texts.
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
    /// Hash of the account, for storage.
    pub(crate) fn hash(&self, key: &HashKey) -> KeyedHash {
        match self {
            Self::Owner => key.hash(&[b"owner"]),
            Self::User(name) => key.hash(&[b"user", name.as_bytes()]),
            Self::Token(token) => key.hash(&[b"token", token.to_string().as_bytes()]),
            Self::Address(address) => key.hash(&[b"address", address.to_string().as_bytes()]),
        }
    }
}

impl LimitKey {
    /// Hash of the key, for storage, computed from the hash of its account.
    pub(crate) fn hash(&self, account: KeyedHash, key: &HashKey) -> KeyedHash {
        match self.address {
            None => account,
            Some(address) => key.hash(&[
                b"address of",
                account.to_string().as_bytes(),
                address.to_string().as_bytes(),
            ]),
        }
    }

    /// Key of an address without authentication.
    #[cfg(test)]
    pub(crate) fn of_address(address: IpAddr) -> Self {
        let address = network(address);
        Self {
            account: Account::Address(address),
            address: Some(address),
        }
    }
}

/// Formats the key. Different keys have different texts.
impl fmt::Display for LimitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.account {
            Account::Owner => f.write_str("owner")?,
            Account::User(name) => write!(f, "user {name}")?,
            Account::Token(token) => write!(f, "token {token}")?,
            Account::Address(_) => f.write_str("anybody")?,
        }
        self.address
            .map_or(Ok(()), |address| write!(f, " at {address}"))
    }
}

/// Returns the address, or for IPv6 its /64, which one user usually controls as a whole.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    const HOST: u128 = u64::MAX as u128;
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !HOST)),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Caller, Client, HashKey, LimitKey, Who, network};

    fn client(who: Who, address: &str, is_shared: bool) -> Client {
        let token = HashKey::from_bytes(&[1; 32]).hash(&[b"the token"]);
        Client::new(
            who,
            address.parse().expect("an address"),
            is_shared,
            Some(token),
            Default::default(),
        )
    }

    #[test]
    fn on_a_shared_page_each_client_is_a_separate_caller() {
        let callers = |is_shared: bool| -> Vec<Caller> {
            let whos = [
                Who::Anybody,
                Who::User("a".into()),
                Who::User("script".into()),
                Who::Session("a".into()),
                Who::Script,
            ];
            whos.into_iter()
                .map(|who| client(who, "10.0.0.1", is_shared).caller)
                .collect()
        };
        let shared = callers(true);
        for (index, caller) in shared.iter().enumerate() {
            assert!(
                *caller != Caller::Owner && !shared[..index].contains(caller),
                "{caller:?}"
            );
        }
        assert!(callers(false).iter().all(|caller| *caller == Caller::Owner));
    }

    #[test]
    fn an_ipv6_address_is_grouped_by_its_64_bit_prefix() {
        let network = |address: &str| network(address.parse().expect("an address"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:0:0:2"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }

    #[test]
    fn an_account_outlives_session_and_address_where_somebody_has_signed_in() {
        let account = |who: Who, address: &str| client(who, address, true).account;
        let (alice, bob) = (Who::User("alice".into()), Who::User("bob".into()));
        assert_eq!(
            account(alice.clone(), "10.0.0.1"),
            account(alice.clone(), "10.0.0.2")
        );
        assert_ne!(account(alice, "10.0.0.1"), account(bob, "10.0.0.1"));
        assert_eq!(
            account(Who::Session("a".into()), "10.0.0.1"),
            account(Who::Session("b".into()), "10.0.0.2")
        );
        assert_eq!(
            account(Who::Session("a".into()), "10.0.0.1"),
            account(Who::Script, "10.0.0.1")
        );
        assert_eq!(
            account(Who::Anybody, "2001:db8::1"),
            account(Who::Anybody, "2001:db8::2")
        );
        assert_ne!(
            account(Who::Anybody, "10.0.0.1"),
            account(Who::Anybody, "10.0.0.2")
        );
        assert!(
            [Who::Anybody, Who::Script]
                .into_iter()
                .all(|who| client(who, "10.0.0.1", false).account == Account::Owner)
        );
    }

    #[test]
    fn accounts_have_different_hashes_and_the_same_ones_with_the_same_key() {
        let key = HashKey::from_bytes(&[1; 32]);
        let token = key.hash(&[b"the token"]);
        let accounts = [
            Account::Owner,
            Account::User("owner".into()),
            Account::User("10.0.0.1".into()),
            Account::Token(token),
            Account::User(token.to_string().into()),
            Account::Address("10.0.0.1".parse().expect("an address")),
        ];
        let hashes: Vec<_> = accounts.iter().map(|account| account.hash(&key)).collect();
        for (index, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..index].contains(hash), "{:?}", accounts[index]);
            assert_eq!(*hash, accounts[index].hash(&HashKey::from_bytes(&[1; 32])));
            assert_ne!(*hash, accounts[index].hash(&HashKey::from_bytes(&[2; 32])));
        }
    }

    #[test]
    fn holders_of_one_token_have_limits_per_address_and_not_per_session() {
        let key = |who: Who, address: &str| -> LimitKey { client(who, address, true).limit_key() };
        let (one, other) = (Who::Session("a".into()), Who::Session("b".into()));
        assert_eq!(key(one.clone(), "10.0.0.1"), key(other.clone(), "10.0.0.1"));
        assert_ne!(key(one, "10.0.0.1"), key(other, "10.0.0.2"));
        let alice = || Who::User("alice".into());
        assert_eq!(key(alice(), "10.0.0.1"), key(alice(), "10.0.0.2"));
        assert_ne!(
            key(alice(), "10.0.0.1"),
            key(Who::User("bob".into()), "10.0.0.1")
        );
        assert_eq!(
            key(Who::Anybody, "2001:db8::1"),
            LimitKey::of_address("2001:db8::2".parse().expect("an address"))
        );
    }
}
