//! Access: who may ask. Alone on this machine anybody may; where others can reach the page, somebody who has the
//! access token or whom a proxy has signed in. What would leave the page open to a whole network does not start
//! unless its operator says so in as many words.

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
pub use secret::{AccessToken, NoRandomness};
pub(crate) use sessions::SessionEnd;
pub use tls::{Tls, TlsError};
pub(crate) use token_login::ACCESS;

/// What the operator chose.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// Where others reach the page: with one of them it is shared, wherever it listens.
    pub public_urls: Vec<PublicUrl>,
    /// Whether one of those may be plain HTTP.
    pub insecure_http: bool,
    /// Whether anybody may ask who reaches the page.
    pub insecure_no_auth: bool,
    /// The access token; without one, a relay that needs it makes it.
    pub token: Option<AccessToken>,
    /// Whether the token is needed on this machine too.
    pub require_token: bool,
    /// The header in which a proxy names the user.
    pub user_header: Option<HeaderName>,
    /// The proxies before the page: they speak for many people, and the user they name is believed.
    pub trusted_proxies: Vec<Network>,
    /// The certificate and key to speak TLS with.
    pub tls: Option<Tls>,
}

/// How somebody gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Only this machine can ask, and it may.
    Open,
    /// With the access token.
    Token,
    /// Signed in by a proxy.
    Proxy,
    /// Anybody, as the operator wished.
    NoAuth,
}

impl Access {
    /// Whether others may meet the page over plain HTTP, where their network can read and change it.
    pub fn is_plain_http(&self) -> bool {
        self.public_urls.iter().any(|url| !url.is_secure())
    }

    /// Whether this is one of the proxies that speak for many people.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|proxy| proxy.contains(address))
    }

    /// Whether people besides the owner of this machine are expected.
    pub fn is_shared(&self, listen: SocketAddr) -> bool {
        !listen.ip().is_loopback() || !self.public_urls.is_empty()
    }

    /// Who can reach the page, and whether their network can read along.
    pub(crate) fn exposure(&self, listen: SocketAddr) -> Exposure {
        match (self.is_shared(listen), self.is_plain_http()) {
            (_, true) => Exposure::InClear,
            (true, false) => Exposure::Shared,
            (false, false) => Exposure::Alone,
        }
    }

    /// How somebody gets in.
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

    /// What the page must say aloud.
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

    /// Refuses what is unsafe, or contradicts itself.
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
    fn the_token_is_needed_wherever_others_come_and_nothing_else_is_said() {
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
        // Nothing checks before the mode is asked; it must not be open then either.
        assert_eq!(mode(&Access::default(), "0.0.0.0:1"), Mode::Token);
    }
}
