//! Options of a simulator.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::SystemTime;

/// Options of a simulator.
#[derive(Debug)]
pub struct Options {
    /// Address to listen on; port 0 picks a free port. The server name in TLS selects the
    /// environment: `api.push.apple.com` is production.
    pub listen: SocketAddr,
    /// Second address, always with the production environment, for clients that can only use
    /// `localhost` as server name.
    pub production: Option<SocketAddr>,
    /// Further names for the server certificate.
    pub names: Vec<String>,
    /// File to which every decision is written as a line of JSON.
    pub journal: Option<File>,
    /// `true` if provider tokens of keys that are not enrolled are accepted unchecked.
    pub accept_any_key: bool,
    /// `true` if new provider tokens are counted by team and environment over all connections.
    pub strict_tokens: bool,
    /// `true` if a connection that received an expired provider token refuses every later one.
    pub wedge_expired: bool,
    /// Clock of the simulator.
    pub clock: fn() -> SystemTime,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            production: None,
            names: Vec::new(),
            journal: None,
            accept_any_key: false,
            strict_tokens: false,
            wedge_expired: false,
            clock: SystemTime::now,
        }
    }
}
