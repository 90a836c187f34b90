//! The target: the server that stands behind an environment. Fixed at start; no request can name one.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

use super::proxy::Proxy;
use crate::apns::Environment;
use crate::relay::config::Override;
use crate::simulator::Simulator;

/// The port that goes without saying in a URI.
const HTTPS: u16 = 443;

/// Whose certificates are believed.
#[derive(Clone)]
pub(crate) enum Trust {
    /// Whoever this machine trusts.
    System,
    /// These authorities and nobody else.
    Only(Arc<[CertificateDer<'static>]>),
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
    pub(crate) fn simulator(environment: Environment, simulator: &Simulator) -> Self {
        let trust = Trust::Only(Arc::from([simulator.certificate_authority().clone()]));
        Self {
            host: environment.host().to_owned(),
            port: HTTPS,
            address: Some(simulator.address()),
            trust,
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
