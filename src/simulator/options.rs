//! Options of a simulator.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::SystemTime;

/// Options of a simulator.
#[derive(Debug)]
pub struct Options {
    /// Address it listens on; port 0 picks one. TLS names the environment: `api.push.apple.com` is
    /// production.
    pub listen: SocketAddr,
    /// Second address that is always the production environment, for clients that can only say
    /// localhost.
    pub production: Option<SocketAddr>,
    /// Further names for its certificate.
    pub names: Vec<String>,
    /// File to which every decision is written, a line of JSON each.
    pub journal: Option<File>,
    /// True if provider tokens of keys that are not enrolled are taken unchecked.
    pub accept_any_key: bool,
    /// True if new provider tokens are counted by team and environment over all connections.
    pub strict_tokens: bool,
    /// True if a connection that met an old provider token refuses every later one.
    pub wedge_expired: bool,
    /// Clock it judges by.
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
