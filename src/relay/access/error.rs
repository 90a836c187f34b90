//! Errors of access settings: an unsafe or contradictory choice, and the fix.

use std::fmt;
use std::net::SocketAddr;

use super::{Network, NoRandomness, PublicUrl};

/// Reason for which a relay does not start with these access settings.
#[derive(Debug)]
pub enum AccessError {
    /// Other machines can reach the relay, and no public URL is set.
    NoPublicUrl(SocketAddr),
    /// A public URL uses plain HTTP, so a network could read and change the page.
    PlainHttp(PublicUrl),
    /// The page is served over TLS, so a public URL with plain HTTP cannot be reached.
    PlainUrlOverTls(PublicUrl),
    /// `--insecure-http` without a public URL with plain HTTP.
    NothingPlain,
    /// Two public URLs have the same `Host`.
    OneHostTwice(PublicUrl),
    /// Two authentication methods that exclude each other.
    TwoWays(&'static str, &'static str),
    /// A user header without a trusted proxy.
    NoProxy,
    /// The flag needs the public URL of the proxy.
    ProxyWithoutUrl(&'static str),
    /// The network contains all addresses, so any client could name any user.
    TrustsEverybody(Network),
    /// The system provides no random bytes.
    NoRandomness,
}

impl From<NoRandomness> for AccessError {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

impl fmt::Display for AccessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPublicUrl(listen) => {
                write!(f, "{listen} can be reached from other machines; say as what with --public-url https://HOST, or listen on 127.0.0.1")
            }
            Self::PlainHttp(url) => {
                write!(f, "the network on the way to {url} could read and change the page; serve https, or add --insecure-http")
            }
            Self::PlainUrlOverTls(url) => write!(f, "{url} is plain HTTP, but --tls-cert serves TLS; write --public-url https://…"),
            Self::NothingPlain => f.write_str("--insecure-http changes nothing without --public-url http://…; leave it out"),
            Self::OneHostTwice(url) => write!(f, "two public URLs have the same host and port as {url}; keep one --public-url"),
            Self::TwoWays(one, other) => write!(f, "{one} and {other} exclude each other; choose one way to get in"),
            Self::NoProxy => f.write_str("--user-header believes nobody yet; name the proxy that sets it with --trusted-proxy ADDR"),
            Self::ProxyWithoutUrl(flag) => {
                write!(f, "{flag} needs the address at which people reach the proxy; add --public-url https://HOST")
            }
            Self::TrustsEverybody(network) => {
                write!(f, "--trusted-proxy {network} makes a proxy of everybody; give the address of the proxy alone")
            }
            Self::NoRandomness => f.write_str("the system gives no random bytes for secrets; see that /dev/urandom can be read"),
        }
    }
}

impl std::error::Error for AccessError {}
