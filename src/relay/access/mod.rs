//! Access: authentication of clients. On a relay for this machine alone, every client has access.
//! If others can reach the page, they need the access token or a trusted proxy that names them. A
//! relay that would be open to a whole network does not start, unless its operator allows that
//! explicitly.

mod authenticator;
mod error;
mod login_throttle;
mod network;
mod public_url;
mod secret;
mod sessions;
mod tls;
mod token_login;

use std::net::{IpAddr, SocketAddr};

use http::HeaderName;

use super::guard::policy::Exposure;

pub(crate) use authenticator::Authenticator;
pub use error::AccessError;
pub use network::Network;
pub use public_url::PublicUrl;
pub(crate) use secret::make as random_text;
pub use secret::{AccessToken, NoRandomness};
pub(crate) use sessions::SessionEnd;
pub use tls::{Tls, TlsError};
pub(crate) use token_login::ACCESS;

/// Access settings of the operator.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// URLs under which others reach the page. With any of them the relay is shared, wherever it
    /// listens.
    pub public_urls: Vec<PublicUrl>,
    /// `true` if a public URL may use plain HTTP.
    pub insecure_http: bool,
    /// `true` if clients need no authentication.
    pub insecure_no_auth: bool,
    /// Access token; `None` generates one where it is needed.
    pub token: Option<AccessToken>,
    /// `true` if the token is required on loopback too.
    pub require_token: bool,
    /// Header in which a trusted proxy passes the user's name.
    pub user_header: Option<HeaderName>,
    /// Trusted proxies: many users share their addresses, and the user name they pass is trusted.
    pub trusted_proxies: Vec<Network>,
    /// TLS certificate and key of the page.
    pub tls: Option<Tls>,
}

/// Authentication method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// None: only this machine can reach the relay.
    Open,
    /// The access token.
    Token,
    /// A user name from a trusted proxy.
    Proxy,
    /// None, by choice of the operator.
    NoAuth,
}

impl Access {
    /// `true` if the page is reached over plain HTTP, where a network can read and change it.
    pub fn is_plain_http(&self) -> bool {
        self.public_urls.iter().any(|url| !url.is_secure())
    }

    /// `true` if the address is that of a trusted proxy.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|proxy| proxy.contains(address))
    }

    /// `true` if others than the users of this machine are expected.
    pub fn is_shared(&self, listen: SocketAddr) -> bool {
        !listen.ip().is_loopback() || !self.public_urls.is_empty()
    }

    /// Returns who can reach the page, and if a network can read the traffic.
    pub(crate) fn exposure(&self, listen: SocketAddr) -> Exposure {
        match (self.is_shared(listen), self.is_plain_http()) {
            (_, true) => Exposure::InClear,
            (true, false) => Exposure::Shared,
            (false, false) => Exposure::Alone,
        }
    }

    /// Returns the authentication method.
    pub(crate) fn mode(&self, listen: SocketAddr) -> Mode {
        match self {
            Self {
                user_header: Some(_),
                ..
            } => Mode::Proxy,
            Self {
                insecure_no_auth: true,
                ..
            } => Mode::NoAuth,
            Self {
                token: None,
                require_token: false,
                ..
            } if !self.is_shared(listen) => Mode::Open,
            _ => Mode::Token,
        }
    }

    /// Returns the insecure settings that the page must show.
    pub(crate) fn insecurities(&self) -> Vec<&'static str> {
        [
            (self.is_plain_http(), "http"),
            (self.insecure_no_auth, "no-auth"),
        ]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, word)| word)
        .collect()
    }

    /// Rejects unsafe and contradictory settings.
    pub(crate) fn check(&self, listen: SocketAddr) -> Result<(), AccessError> {
        if self.public_urls.is_empty() && !listen.ip().is_loopback() {
            return Err(AccessError::NoPublicUrl(listen));
        }
        self.check_urls()?;
        let wants_token = self.token.is_some() || self.require_token;
        match &self.user_header {
            Some(_) if self.insecure_no_auth => {
                Err(AccessError::TwoWays("--insecure-no-auth", "--user-header"))
            }
            None if self.insecure_no_auth && wants_token => Err(AccessError::TwoWays(
                "--insecure-no-auth",
                "the access token",
            )),
            Some(_) if wants_token => {
                Err(AccessError::TwoWays("--user-header", "the access token"))
            }
            Some(_) if self.trusted_proxies.is_empty() => Err(AccessError::NoProxy),
            Some(_) if self.public_urls.is_empty() => {
                Err(AccessError::ProxyWithoutUrl("--user-header"))
            }
            None if !self.trusted_proxies.is_empty() && self.public_urls.is_empty() => {
                Err(AccessError::ProxyWithoutUrl("--trusted-proxy"))
            }
            _ => match self
                .trusted_proxies
                .iter()
                .find(|network| network.is_everybody())
            {
                Some(network) => Err(AccessError::TrustsEverybody(*network)),
                None => Ok(()),
            },
        }
    }

    fn check_urls(&self) -> Result<(), AccessError> {
        let plain = self.public_urls.iter().find(|url| !url.is_secure());
        match plain {
            Some(url) if self.tls.is_some() => {
                return Err(AccessError::PlainUrlOverTls(url.clone()));
            }
            Some(url) if !self.insecure_http => return Err(AccessError::PlainHttp(url.clone())),
            None if self.insecure_http => return Err(AccessError::NothingPlain),
            _ => {}
        }
        let twice = self.public_urls.iter().enumerate().find(|(index, url)| {
            self.public_urls[..*index]
                .iter()
                .any(|known| known.shares_host(url))
        });
        twice.map_or(Ok(()), |(_, url)| {
            Err(AccessError::OneHostTwice(url.clone()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, AccessToken, Mode, PublicUrl};

    fn mode(access: &Access, listen: &str) -> Mode {
        access.mode(listen.parse().expect("an address"))
    }

    #[test]
    fn the_token_is_required_on_shared_relays_unless_set_otherwise() {
        let urls = vec![PublicUrl::parse("https://trill.corp.example").expect("a URL")];
        let shared = Access {
            public_urls: urls,
            ..Access::default()
        };
        assert_eq!(
            (mode(&shared, "0.0.0.0:1"), mode(&shared, "127.0.0.1:1")),
            (Mode::Token, Mode::Token)
        );
        assert_eq!(mode(&Access::default(), "[::1]:1"), Mode::Open);
        assert_eq!(
            mode(
                &Access {
                    require_token: true,
                    ..Access::default()
                },
                "127.0.0.1:1"
            ),
            Mode::Token
        );
        let token = AccessToken::parse(&"0123456789abcdef".repeat(2)).ok();
        assert_eq!(
            mode(
                &Access {
                    token,
                    ..Access::default()
                },
                "127.0.0.1:1"
            ),
            Mode::Token
        );
        assert_eq!(
            mode(
                &Access {
                    insecure_no_auth: true,
                    ..shared
                },
                "0.0.0.0:1"
            ),
            Mode::NoAuth
        );
        // The mode may be read before the settings are checked; it must not be open then either.
        assert_eq!(mode(&Access::default(), "0.0.0.0:1"), Mode::Token);
    }
}
