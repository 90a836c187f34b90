//! The settings of `trill serve`, resolved from all sources and checked in form.

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
    /// Where the page is served.
    pub(crate) listen: Option<SocketAddr>,
    /// Where others reach the page.
    pub(crate) public_urls: Vec<PublicUrl>,
    /// Whether that may be plain HTTP.
    pub(crate) insecure_http: bool,
    /// Whether anybody may send.
    pub(crate) insecure_no_auth: bool,
    /// The file with the access token.
    pub(crate) access_token_file: Option<PathBuf>,
    /// Whether the token is needed on this machine too.
    pub(crate) require_token: bool,
    /// The header in which a proxy names the user.
    pub(crate) user_header: Option<HeaderName>,
    /// The proxies that may.
    pub(crate) trusted_proxies: Vec<Network>,
    /// The chain of certificates to speak TLS with.
    pub(crate) tls_cert: Option<PathBuf>,
    /// Its key.
    pub(crate) tls_key: Option<PathBuf>,
    /// Servers instead of Apple's hosts.
    pub(crate) upstreams: Vec<Override>,
    /// Certificate authorities for those.
    pub(crate) upstream_ca: Option<PathBuf>,
    /// The port of Apple's hosts.
    pub(crate) apns_port: Option<u16>,
    /// The way out of this network.
    pub(crate) proxy: Option<Proxy>,
    /// The file with the user and the password for it.
    pub(crate) proxy_credentials: Option<PathBuf>,
    /// The client certificates.
    pub(crate) identities: Vec<Named>,
    /// The files with their passwords; without a name, for all the others.
    pub(crate) identity_passwords: Vec<Named>,
    /// How much the relay takes on, and how long anything may take.
    pub(crate) limits: LimitSettings,
    /// What may be sent, and what the page offers.
    pub(crate) tables: Tables,
    /// The folder for what outlives a restart; without one, nothing does.
    pub(crate) data: Option<Option<PathBuf>>,
    /// How much is logged.
    pub(crate) log: Option<LevelFilter>,
    /// How.
    pub(crate) log_format: Format,
    /// Where every send is written down.
    pub(crate) audit: Option<PathBuf>,
    /// What happens when it cannot be.
    pub(crate) audit_failure: Option<OnFailure>,
}

impl Settings {
    /// Adds a server instead of one of Apple's, one for each environment.
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

    /// Adds a client certificate under a name of its own.
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

    /// What only all settings together can tell.
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
