//! Settings of the listener for phones.

use std::fmt;
use std::net::SocketAddr;

use crate::relay::access::{Access, PublicUrl};
use crate::relay::guard::origin_guard::AllowedHosts;

/// Settings of the listener for phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonesSettings {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// URL at which apps reach it; `None` means the address.
    pub url: Option<PublicUrl>,
}

/// Reason for which there can be no listener for phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhonesError {
    /// Devices cannot be stored, because there is no data folder.
    NoData,
    /// Without TLS, the address has to be that of one network.
    PlainEverywhere(SocketAddr),
    /// The address is that of no machine in particular, and no URL is given.
    NoUrl(SocketAddr),
    /// The URL and the listener do not agree on TLS.
    OtherScheme(PublicUrl),
    /// The apps cannot be read from the store.
    Store,
}

impl PhonesSettings {
    /// Rejects settings that are unsafe or incomplete.
    pub(crate) fn check(&self, is_secure: bool, has_data: bool) -> Result<(), PhonesError> {
        let is_everywhere = self.listen.ip().is_unspecified();
        match &self.url {
            _ if !has_data => Err(PhonesError::NoData),
            _ if is_everywhere && !is_secure => Err(PhonesError::PlainEverywhere(self.listen)),
            None if is_everywhere => Err(PhonesError::NoUrl(self.listen)),
            // A proxy may add TLS, and none takes it away.
            Some(url) if is_secure && !url.is_secure() => {
                Err(PhonesError::OtherScheme(url.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Returns the URL for apps.
    pub(super) fn url_at(
        &self,
        address: SocketAddr,
        is_secure: bool,
    ) -> Result<PublicUrl, PhonesError> {
        match &self.url {
            Some(url) => Ok(url.clone()),
            None => own_url(address, is_secure).ok_or(PhonesError::NoUrl(address)),
        }
    }

    /// Returns the values of `Host` that are accepted: that of the URL and that of the address.
    pub(super) fn hosts(
        &self,
        address: SocketAddr,
        is_secure: bool,
        url: &PublicUrl,
    ) -> AllowedHosts {
        let own = own_url(address, is_secure).filter(|own| !own.shares_host(url));
        let access = Access {
            public_urls: [url.clone()].into_iter().chain(own).collect(),
            ..Access::default()
        };
        AllowedHosts::of(address, &access)
    }
}

fn own_url(address: SocketAddr, is_secure: bool) -> Option<PublicUrl> {
    let scheme = if is_secure { "https" } else { "http" };
    PublicUrl::parse(&format!("{scheme}://{address}")).ok()
}

impl fmt::Display for PhonesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoData => f.write_str(
                "--phones stores devices, and --data off stores nothing; name a folder with --data DIR",
            ),
            Self::PlainEverywhere(address) => write!(
                f,
                "--phones {address} would take plain HTTP from every network; name the address of one, or add --tls-cert FILE and --tls-key FILE"
            ),
            Self::NoUrl(address) => write!(
                f,
                "--phones {address} names no machine; add --phones-url URL with the name that phones use"
            ),
            Self::OtherScheme(url) => write!(
                f,
                "--phones-url {url} is plain HTTP, and --tls-cert serves HTTPS; write it with https://"
            ),
            Self::Store => f.write_str(
                "the registered apps in the data folder cannot be read; see the log, or choose another folder with --data DIR",
            ),
        }
    }
}

impl std::error::Error for PhonesError {}
