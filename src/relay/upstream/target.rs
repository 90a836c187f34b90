//! The target: the server that stands behind an environment. Fixed at start; no request can name one.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;

use crate::apns::Environment;
use crate::relay::config::Override;
use crate::simulator::Simulator;

/// Apple's port; 2197 is the same service for networks that close 443.
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
}

impl Target {
    /// The simulator of this program: it proves Apple's names with an authority of its own, and which of them it is asked for
    /// says which face.
    pub(crate) fn simulator(environment: Environment, simulator: &Simulator) -> Self {
        let trust = Trust::Only(Arc::from([simulator.certificate_authority().clone()]));
        Self { host: environment.host().to_owned(), port: HTTPS, address: Some(simulator.address()), trust }
    }

    /// Apple's own host.
    pub(crate) fn apple(environment: Environment) -> Self {
        Self { host: environment.host().to_owned(), port: HTTPS, address: None, trust: Trust::System }
    }

    /// A host the operator named.
    pub(crate) fn named(upstream: &Override, trust: Trust) -> Self {
        Self { host: upstream.host.clone(), port: upstream.port, address: None, trust }
    }

    /// Host and port as a URI has them; the usual port goes without saying.
    pub(crate) fn authority(&self) -> String {
        let host = match self.host.parse() {
            Ok(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.host.clone(),
        };
        if self.port == HTTPS { host } else { format!("{host}:{}", self.port) }
    }
}
