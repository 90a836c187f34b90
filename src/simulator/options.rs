//! The options: how a simulator is to be started.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::SystemTime;

/// How a simulator is to be started.
#[derive(Debug)]
pub struct Options {
    /// Where it listens; port 0 picks one. TLS names the face: `api.push.apple.com` is production.
    pub listen: SocketAddr,
    /// A second address that is always the production face, for clients that can only say localhost.
    pub production: Option<SocketAddr>,
    /// More names for its certificate.
    pub names: Vec<String>,
    /// Where every decision is written, a line of JSON each.
    pub journal: Option<File>,
    /// Whether provider tokens of keys that are not enrolled are taken unchecked.
    pub accept_any_key: bool,
    /// Whether new provider tokens are counted by team and face over all connections.
    pub strict_tokens: bool,
    /// Whether a connection that met an old provider token refuses every later one.
    pub wedge_expired: bool,
    /// The time it judges by.
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
