//! Target: the server that pushes of one environment go to. Targets are fixed at start; no request
//! can name one.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use rustls::pki_types::CertificateDer;

use super::proxy::Proxy;
use crate::apns::Environment;

/// Default port of `https` URIs.
const HTTPS: u16 = 443;
/// Default port of APNs.
pub const DEFAULT_APNS_PORT: u16 = 443;
/// Alternative port of APNs, for networks that allow 443 for web sites only.
pub const OTHER_APNS_PORT: u16 = 2_197;

/// Certificate authorities that are trusted.
#[derive(Clone)]
pub(crate) enum Trust {
    /// The authorities that this machine trusts.
    System,
    /// Only these authorities.
    Only(Arc<[CertificateDer<'static>]>),
}

/// A host that the operator uses instead of one of Apple's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Environment that the host is used for.
    pub environment: Environment,
    /// The host, which is also the name its certificate must prove. An IPv6 address has no
    /// brackets.
    pub host: String,
    /// Port of the host.
    pub port: u16,
}

/// Address of this program's simulator, and the authority of its certificate.
pub(crate) struct SimulatorServer {
    /// Address it listens on.
    pub(crate) address: SocketAddr,
    /// Authority that signed its certificate.
    pub(crate) authority: CertificateDer<'static>,
}

/// The servers for pushes to Apple: Apple's own hosts, or the overrides.
pub struct Servers {
    /// Hosts that replace Apple's. Of several for one environment, the last counts.
    pub(crate) overrides: Vec<Override>,
    /// Authorities trusted for the overrides, instead of the system's.
    pub(crate) authorities: Option<Arc<[CertificateDer<'static>]>>,
    /// Port of Apple's hosts.
    pub(crate) apns_port: u16,
    /// Proxy for all connections; `None` connects directly.
    pub(crate) proxy: Option<Proxy>,
}

impl Servers {
    /// Returns the server for one of Apple's environments.
    pub(crate) fn target(&self, environment: Environment) -> Target {
        match self.stand_in(environment) {
            Some(upstream) => Target::named(upstream, self.trust(), self.proxy.clone()),
            None => Target::apple(environment, self.apns_port, self.proxy.clone()),
        }
    }

    /// Returns the host that replaces Apple's, if there is one.
    pub(crate) fn stand_in(&self, environment: Environment) -> Option<&Override> {
        let mut latest_first = self.overrides.iter().rev();
        latest_first.find(|upstream| upstream.environment == environment)
    }

    /// Returns the authorities trusted for the overrides.
    fn trust(&self) -> Trust {
        match &self.authorities {
            Some(authorities) => Trust::Only(Arc::clone(authorities)),
            None => Trust::System,
        }
    }
}

/// A server, identified by the name it must prove.
pub(crate) struct Target {
    /// Name that its certificate must contain.
    pub(crate) host: String,
    /// Port of the server.
    pub(crate) port: u16,
    /// Host and port for URIs; `None` if a URI cannot name the host.
    uri_authority: Option<Authority>,
    /// Address to connect to; `None` resolves `host`.
    pub(crate) address: Option<SocketAddr>,
    /// Authorities trusted for this server.
    pub(crate) trust: Trust,
    /// Proxy for the connection; `None` connects directly.
    pub(crate) proxy: Option<Proxy>,
    /// First stream id. Tests set it high, because a connection runs out of ids only after 2³¹.
    #[cfg(test)]
    pub(crate) first_stream: u32,
}

impl Target {
    /// The simulator of this program. It proves Apple's names with an authority of its own, and the
    /// name it is asked for selects the environment.
    pub(crate) fn simulator(environment: Environment, server: &SimulatorServer) -> Self {
        let trust = Trust::Only(Arc::from([server.authority.clone()]));
        Self {
            address: Some(server.address),
            ..Self::at(environment.host(), HTTPS, trust, None)
        }
    }

    /// Target for Apple's own host.
    pub(crate) fn apple(environment: Environment, port: u16, proxy: Option<Proxy>) -> Self {
        Self::at(environment.host(), port, Trust::System, proxy)
    }

    /// A host that the operator named.
    pub(crate) fn named(upstream: &Override, trust: Trust, proxy: Option<Proxy>) -> Self {
        Self::at(&upstream.host, upstream.port, trust, proxy)
    }

    fn at(host: &str, port: u16, trust: Trust, proxy: Option<Proxy>) -> Self {
        let mut target = Self {
            host: host.to_owned(),
            port,
            uri_authority: None,
            address: None,
            trust,
            proxy,
            #[cfg(test)]
            first_stream: 1,
        };
        target.uri_authority = target.authority().parse().ok();
        target
    }

    /// Returns the URI of a device. Fails if the host or the device token cannot be in one.
    pub(crate) fn device_uri(&self, device_token: &str) -> Option<Uri> {
        let path = ["/3/device/", device_token].concat();
        let mut parts = Parts::default();
        parts.scheme = Some(Scheme::HTTPS);
        parts.authority = self.uri_authority.clone();
        parts.path_and_query = PathAndQuery::from_maybe_shared(Bytes::from(path)).ok();
        Uri::from_parts(parts).ok()
    }

    /// Returns host and port for a URI, without the port if it is 443.
    pub(crate) fn authority(&self) -> String {
        if self.port == HTTPS {
            self.bracketed_host()
        } else {
            self.host_and_port()
        }
    }

    /// Returns host and port for CONNECT, always with the port.
    pub(crate) fn host_and_port(&self) -> String {
        format!("{}:{}", self.bracketed_host(), self.port)
    }

    fn bracketed_host(&self) -> String {
        match self.host.parse() {
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.host.clone(),
        }
    }
}
