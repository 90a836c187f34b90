//! The settings of `trill serve`, resolved from all sources, with the form of each value checked.

use std::net::SocketAddr;
use std::path::PathBuf;

use http::HeaderName;
use tracing::level_filters::LevelFilter;

use super::limits::LimitSettings;
use super::policy::Tables;
use super::raw_value::RawValue;
use super::value;
use crate::cli::identity_files::Named;
use crate::cli::logging::Format;
use crate::relay::access::{Network, PublicUrl};
use crate::relay::{OnFailure, Override, Proxy};

/// Settings of `trill serve`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    /// Address and port to listen on.
    pub(crate) listen: Option<SocketAddr>,
    /// URLs at which others reach the page.
    pub(crate) public_urls: Vec<PublicUrl>,
    /// `true` to permit plain HTTP there.
    pub(crate) insecure_http: bool,
    /// `true` to permit everyone to send.
    pub(crate) insecure_no_auth: bool,
    /// File with the access token.
    pub(crate) access_token_file: Option<PathBuf>,
    /// `true` to require the token on loopback too.
    pub(crate) require_token: bool,
    /// Header in which a proxy passes the user's name.
    pub(crate) user_header: Option<HeaderName>,
    /// Proxies whose user header is trusted.
    pub(crate) trusted_proxies: Vec<Network>,
    /// File with the certificate chain for TLS.
    pub(crate) tls_cert: Option<PathBuf>,
    /// File with the private key of that chain.
    pub(crate) tls_key: Option<PathBuf>,
    /// Servers that replace Apple's hosts.
    pub(crate) upstreams: Vec<Override>,
    /// File with the certificate authorities of those servers.
    pub(crate) upstream_ca: Option<PathBuf>,
    /// Port of Apple's hosts.
    pub(crate) apns_port: Option<u16>,
    /// HTTP proxy for connections to Apple.
    pub(crate) proxy: Option<Proxy>,
    /// File with the proxy's user and password.
    pub(crate) proxy_credentials: Option<PathBuf>,
    /// Files with client certificates.
    pub(crate) identities: Vec<Named>,
    /// Files with the passwords of the certificates; one without a name is for all others.
    pub(crate) identity_passwords: Vec<Named>,
    /// Limits and deadlines of the relay.
    pub(crate) limits: LimitSettings,
    /// Policy and presets.
    pub(crate) tables: Tables,
    /// Folder for data that survives a restart; an outer `None` means the default, an inner `None`
    /// means no folder.
    pub(crate) data: Option<Option<PathBuf>>,
    /// Address and port to listen on for phones.
    pub(crate) phones: Option<SocketAddr>,
    /// URL at which apps reach it.
    pub(crate) phones_url: Option<PublicUrl>,
    /// Level of the log.
    pub(crate) log: Option<LevelFilter>,
    /// Format of the log.
    pub(crate) log_format: Format,
    /// File for the audit log, which records every send.
    pub(crate) audit: Option<PathBuf>,
    /// Reaction to a failure of the audit log.
    pub(crate) audit_failure: Option<OnFailure>,
}

impl Settings {
    /// Adds a server that replaces one of Apple's; at most one per environment.
    pub(super) fn add_upstream(&mut self, raw: &RawValue<'_>) -> Result<(), String> {
        let upstream = raw.read(value::upstream)?;
        if self
            .upstreams
            .iter()
            .any(|known| known.environment == upstream.environment)
        {
            return Err(format!(
                "{}: {} is given twice; keep one",
                raw.name,
                upstream.environment.as_str()
            ));
        }
        self.upstreams.push(upstream);
        Ok(())
    }

    /// Adds a client certificate, whose name must be unique.
    pub(super) fn add_identity(&mut self, raw: &RawValue<'_>) -> Result<(), String> {
        let identity = Named::read(raw.value);
        let Some(name) = identity.identity_name() else {
            return Err(format!(
                "the file of {} has no name a header can hold; give it one: --identity NAME=FILE",
                raw.name
            ));
        };
        if self
            .identities
            .iter()
            .any(|known| known.identity_name().as_ref() == Some(&name))
        {
            return Err(format!(
                "{}: two identities have the same name; give one another name: --identity NAME=FILE",
                raw.name
            ));
        }
        self.identities.push(identity);
        Ok(())
    }

    /// Checks conditions between several settings.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.upstream_ca.is_some() && self.upstreams.is_empty() {
            return Err("--upstream-ca changes nothing without --upstream ENV=URL".to_owned());
        }
        if self.proxy_credentials.is_some() && self.proxy.is_none() {
            return Err(
                "--proxy-credentials-file changes nothing without --proxy http://HOST:PORT"
                    .to_owned(),
            );
        }
        if self.audit_failure.is_some() && self.audit.is_none() {
            return Err("--audit-failure changes nothing without --audit FILE".to_owned());
        }
        if self.phones_url.is_some() && self.phones.is_none() {
            return Err("--phones-url changes nothing without --phones ADDR".to_owned());
        }
        self.check_passwords()
    }

    fn check_passwords(&self) -> Result<(), String> {
        let has_identity = |password: &Named| match &password.name {
            Some(name) => self
                .identities
                .iter()
                .any(|identity| identity.identity_name().as_ref() == Some(name)),
            None => !self.identities.is_empty(),
        };
        match self
            .identity_passwords
            .iter()
            .find(|password| !has_identity(password))
        {
            None => Ok(()),
            Some(Named { name: Some(_), .. }) => Err(
                "--identity-password-file: there is no identity of this name; add --identity NAME=FILE"
                    .to_owned(),
            ),
            Some(_) => {
                Err("--identity-password-file changes nothing without --identity FILE".to_owned())
            }
        }
    }
}
