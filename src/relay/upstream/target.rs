//! Target: the server that stands behind an environment. Fixed at start; no request can name one.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

use super::proxy::Proxy;
use crate::apns::Environment;

/// The port that goes without saying in a URI.
const HTTPS: u16 = 443;
/// That of HTTPS.
pub const DEFAULT_APNS_PORT: u16 = 443;
/// The same service, for networks that let 443 through to web sites alone.
pub const OTHER_APNS_PORT: u16 = 2_197;

/// Whose certificates are believed.
#[derive(Clone)]
pub(crate) enum Trust {
    /// Whoever this machine trusts.
    System,
    /// These authorities and nobody else.
    Only(Arc<[CertificateDer<'static>]>),
}

/// A host the operator put in the place of one of Apple's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Whose place.
    pub environment: Environment,
    /// The host, also the name its certificate must prove. An IPv6 address stands without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Address of the simulator of this program, and the authority behind its certificate.
pub(crate) struct SimulatorServer {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Who vouches for it.
    pub(crate) authority: CertificateDer<'static>,
}

/// The servers that pushes to Apple go to: Apple's own hosts, or those that stand in for them.
pub struct Servers {
    /// Hosts that stand in for Apple's; at most one for each environment counts, the last.
    pub(crate) overrides: Vec<Override>,
    /// The authorities trusted for those hosts, instead of the system's.
    pub(crate) authorities: Option<Arc<[CertificateDer<'static>]>>,
    /// The port of Apple's hosts.
    pub(crate) apns_port: u16,
    /// The way there, when it is not straight.
    pub(crate) proxy: Option<Proxy>,
}

impl Servers {
    /// The server behind one of Apple's environments.
    pub(crate) fn target(&self, environment: Environment) -> Target {
        match self.stand_in(environment) {
            Some(upstream) => Target::named(upstream, self.trust(), self.proxy.clone()),
            None => Target::apple(environment, self.apns_port, self.proxy.clone()),
        }
    }

    /// The host that stands in for Apple's, if there is one.
    pub(crate) fn stand_in(&self, environment: Environment) -> Option<&Override> {
        let mut latest_first = self.overrides.iter().rev();
        latest_first.find(|upstream| upstream.environment == environment)
    }

    /// Who vouches for the hosts that stand in for Apple's.
    fn trust(&self) -> Trust {
        match &self.authorities {
            Some(authorities) => Trust::Only(Arc::clone(authorities)),
            None => Trust::System,
        }
    }
}

/// A server, by the name it must prove.
pub(crate) struct Target {
    /// The name its certificate must bear.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// Where it listens, when the name does not tell.
    pub(crate) address: Option<SocketAddr>,
    /// Who vouches for it.
    pub(crate) trust: Trust,
    /// The way there, when it is not straight.
    pub(crate) proxy: Option<Proxy>,
    /// The number of the first stream: after 2³¹ a connection has none left, and no test waits for that many.
    #[cfg(test)]
    pub(crate) first_stream: u32,
}

impl Target {
    /// The simulator of this program: it proves Apple's names with an authority of its own, and which of them it is asked for
    /// says which face.
    pub(crate) fn simulator(environment: Environment, server: &SimulatorServer) -> Self {
        Self {
            host: environment.host().to_owned(),
            port: HTTPS,
            address: Some(server.address),
            trust: Trust::Only(Arc::from([server.authority.clone()])),
            proxy: None,
            #[cfg(test)]
            first_stream: 1,
        }
    }

    /// Apple's own host.
    pub(crate) fn apple(environment: Environment, port: u16, proxy: Option<Proxy>) -> Self {
        Self {
            host: environment.host().to_owned(),
            port,
            address: None,
            trust: Trust::System,
            proxy,
            #[cfg(test)]
            first_stream: 1,
        }
    }

    /// A host the operator named.
    pub(crate) fn named(upstream: &Override, trust: Trust, proxy: Option<Proxy>) -> Self {
        Self {
            host: upstream.host.clone(),
            port: upstream.port,
            address: None,
            trust,
            proxy,
            #[cfg(test)]
            first_stream: 1,
        }
    }

    /// Host and port as a URI has them; the usual port goes without saying.
    pub(crate) fn authority(&self) -> String {
        if self.port == HTTPS {
            self.bracketed_host()
        } else {
            self.host_and_port()
        }
    }

    /// Both, as CONNECT has them.
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
