//! The client: on whose behalf a request comes, and from where.

use std::net::IpAddr;

use crate::simulator::Caller;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// Whose keys, phones and sends it may see.
    pub(crate) caller: Caller,
    /// The other end of the connection.
    pub(crate) address: IpAddr,
}

impl Client {
    /// Somebody on this machine, where nobody else can ask.
    pub(crate) fn owner(address: IpAddr) -> Self {
        Self { caller: Caller::Owner, address }
    }
}
