//! The client: on whose behalf a request comes, and from where.

use std::fmt;
use std::net::IpAddr;
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

#[cfg(test)]
mod tests {
    use super::{Caller, Client, Who};

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
}
