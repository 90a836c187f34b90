//! `trill serve`: the page, the relay and the simulator.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::identities::{self, OpenError};
use super::proxy::{self, ProxyError};
use super::settings::Settings;
use super::shutdown::shutdown;
use crate::relay::{Config, Relay, StartError};
use crate::simulator::Simulator;

/// Why `trill serve` cannot start.
#[derive(Debug)]
pub(crate) enum ServeError {
    /// The file of `--upstream-ca` cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The file of `--upstream-ca` holds no certificate.
    NoCertificate(PathBuf),
    /// The credentials for the proxy will not do.
    Proxy(ProxyError),
    /// A file of `--identity` will not do.
    Identity(OpenError),
    /// The system gives no threads or signals.
    System(io::Error),
    /// The simulator cannot start.
    Simulator(io::Error),
    /// The relay cannot start.
    Relay(StartError),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}; check the path given to --upstream-ca", path.display()),
            Self::NoCertificate(path) => {
                write!(f, "{} holds no usable PEM certificate; --upstream-ca wants one with -----BEGIN CERTIFICATE-----", path.display())
            }
            Self::Proxy(error) => error.fmt(f),
            Self::Identity(error) => error.fmt(f),
            Self::System(error) => write!(f, "the system refuses what Trill needs to run: {error}"),
            Self::Simulator(error) => {
                write!(f, "the simulator cannot listen on 127.0.0.1: {error}; check the limits of open files and ports")
            }
            Self::Relay(error) => error.fmt(f),
        }
    }
}

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn run(settings: Settings) -> Result<(), ServeError> {
    let config = config(settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::System)?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> Result<(), ServeError> {
    let shutdown = shutdown().map_err(ServeError::System)?;
    let simulator = Simulator::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), config.clock).await.map_err(ServeError::Simulator)?;
    let names: Vec<_> = config.identities.iter().map(|identity| identity.name().to_owned()).collect();
    let relay = Relay::bind(config, simulator).await.map_err(ServeError::Relay)?;
    greet(relay.address(), &names);
    relay.run(shutdown).await;
    Ok(())
}

/// The first line is for scripts and does not change. That nobody reads it is no reason to stop.
fn greet(address: SocketAddr, identities: &[String]) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "Trill is ready at http://{address}");
    let _ = writeln!(out, "Open it in a browser and ring the demo phone. Ctrl-C stops it.");
    if !identities.is_empty() {
        let _ = writeln!(out, "Certificates, each for the header trill-identity: {}", identities.join(", "));
    }
    let _ = out.flush();
}

/// What the settings mean: files are read, and everything has its default.
pub(crate) fn config(settings: Settings) -> Result<Config, ServeError> {
    let defaults = Config::default();
    let now = (defaults.clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let proxy = proxy::open(&settings).map_err(ServeError::Proxy)?;
    Ok(Config {
        listen: settings.listen.unwrap_or(defaults.listen),
        upstreams: settings.upstreams,
        upstream_authorities: settings.upstream_ca.as_deref().map(certificates).transpose()?,
        apns_port: settings.apns_port.unwrap_or(defaults.apns_port),
        proxy,
        identities: identities::open(&settings.identities, &settings.identity_passwords, now).map_err(ServeError::Identity)?,
        ..defaults
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ServeError> {
    let pem = fs::read(path).map_err(|error| ServeError::Unreadable(path.to_owned(), error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let mut roots = rustls::RootCertStore::empty();
    match certificates {
        Ok(certificates) if roots.add_parsable_certificates(certificates.iter().cloned()).0 > 0 => Ok(certificates),
        _ => Err(ServeError::NoCertificate(path.to_owned())),
    }
}
