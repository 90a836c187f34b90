//! `trill serve`: serves the page, the relay and the simulator.

use std::fmt;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::data_folder;
use super::identity_files::{self, OpenError};
use super::logging::{self, Log};
use super::open_files;
use super::private_file::PrivateFile;
use super::proxy::{self, ProxyError};
use super::settings::Settings;
use super::shutdown::{shutdown, survive_full_files};
use crate::option_file::{self, shown};
use crate::relay::access::{Access, AccessToken, Tls, TlsError};
use crate::relay::{
    AuditFile, Config, Exposure, Limits, OnFailure, PhonesSettings, Policy, Relay, StartError,
};
use crate::simulator::Simulator;

/// Reason why `trill serve` cannot start.
#[derive(Debug)]
pub(crate) enum ServeError {
    /// The file given to this flag cannot be read.
    Unreadable(&'static str, PathBuf, io::Error),
    /// The file of `--upstream-ca` holds no certificate.
    NoCertificate(PathBuf),
    /// The proxy's credentials cannot be used.
    Proxy(ProxyError),
    /// The file of `--access-token-file` holds no valid token.
    NoToken(PathBuf, &'static str),
    /// Either `--tls-cert` or `--tls-key` is given without the other, which is named here.
    HalfTls(&'static str),
    /// The files cannot be used for TLS.
    Tls(TlsError),
    /// A file of `--identity` cannot be used.
    Identity(OpenError),
    /// The rules of the policy contradict each other.
    Policy(String),
    /// The environment names no folder for data.
    NoDataFolder,
    /// The operating system refuses threads or signal handlers.
    System(io::Error),
    /// The simulator cannot start.
    Simulator(io::Error),
    /// The relay cannot start.
    Relay(StartError),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(flag, path, error) => write!(f, "cannot read {}: {error}; check the path given to {flag}", shown(path)),
            Self::NoToken(path, what) => write!(f, "the access token in {} {what}; make one with openssl rand -hex 32", shown(path)),
            Self::HalfTls(missing) => write!(f, "TLS needs a certificate and its key; add {missing} FILE"),
            Self::Tls(error) => error.fmt(f),
            Self::NoCertificate(path) => {
                write!(f, "{} holds no usable PEM certificate; --upstream-ca requires one with -----BEGIN CERTIFICATE-----", shown(path))
            }
            Self::Proxy(error) => error.fmt(f),
            Self::Identity(error) => error.fmt(f),
            Self::Policy(sentence) => f.write_str(sentence),
            Self::NoDataFolder => f.write_str(
                "there is no folder for data: the environment names no home; add --data DIR, or --data off to keep nothing over a restart",
            ),
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
    let log = logging::start(
        settings.log.unwrap_or_else(logging::usual),
        settings.log_format,
    )
    .map_err(ServeError::System)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ServeError::System)?;
    runtime
        .block_on(async { survive_full_files() })
        .map_err(ServeError::System)?;
    let mut config = config(settings)?;
    let wanted = config.limits.clone();
    let files = open_files::allow(wanted.files());
    config.limits = config.limits.within(files);
    if config.limits != wanted {
        log.insist(&few_files(files, &config.limits, &wanted));
    }
    runtime.block_on(serve(config, &log))
}

fn few_files(files: usize, limits: &Limits, wanted: &Limits) -> String {
    let (connections, wanted, needed) = (limits.connections, wanted.connections, wanted.files());
    format!(
        "the system lets Trill open {files} files: it takes {connections} connections instead of {wanted}, which need ulimit -n {needed}"
    )
}

async fn serve(config: Config, log: &Log) -> Result<(), ServeError> {
    let shutdown = shutdown().map_err(ServeError::System)?;
    let simulator = Simulator::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), config.clock)
        .await
        .map_err(ServeError::Simulator)?;
    let greeting = Greeting::of(&config);
    let relay = Relay::bind(config, simulator)
        .await
        .map_err(ServeError::Relay)?;
    greeting.say(&relay, log);
    tracing::info!(address = %relay.address(), version = env!("CARGO_PKG_VERSION"), "started");
    relay
        .run(async {
            shutdown.await;
            tracing::info!("stopping: what is in flight is still answered")
        })
        .await;
    tracing::info!("stopped");
    Ok(())
}

/// The output at the start.
struct Greeting {
    access: Access,
    has_token: bool,
    identities: Vec<String>,
}

impl Greeting {
    fn of(config: &Config) -> Self {
        let identities = config
            .identities
            .iter()
            .map(|identity| identity.name().to_owned())
            .collect();
        Self {
            has_token: config.access.token.is_some(),
            access: Access {
                token: None,
                ..config.access.clone()
            },
            identities,
        }
    }

    /// Prints the greeting. Scripts rely on its first line, which must not change. Write errors are
    /// ignored: a closed standard output is no reason to stop.
    fn say(&self, relay: &Relay, log: &Log) {
        self.warn(log);
        relay.notices().iter().for_each(|notice| log.insist(notice));
        let mut out = io::stdout().lock();
        let _ = writeln!(out, "Trill is ready at {}", relay.url());
        let mut urls: Vec<_> = self
            .access
            .public_urls
            .iter()
            .map(ToString::to_string)
            .collect();
        if urls.is_empty() {
            urls.push(relay.url());
        }
        for url in &urls {
            let _ = match relay.made_token() {
                Some(token) => writeln!(out, "Sign in at {url}/#access={}", token.reveal()),
                None if self.has_token => writeln!(
                    out,
                    "Sign in at {url}/#access=TOKEN with the token of --access-token-file."
                ),
                None => writeln!(out, "Open {url} in a browser and ring the demo phone."),
            };
        }
        if !self.identities.is_empty() {
            let _ = writeln!(
                out,
                "Certificates, each for the header trill-identity: {}",
                self.identities.join(", ")
            );
        }
        if let Some(url) = relay.phones_url() {
            let _ = writeln!(out, "Apps register their devices at {url}");
        }
        let _ = writeln!(out, "Ctrl-C stops it.");
        let _ = out.flush();
    }

    fn warn(&self, log: &Log) {
        if self.access.insecure_no_auth {
            log.insist(
                "--insecure-no-auth: everybody who reaches this page may send pushes with it",
            );
        }
        if self.access.is_plain_http() {
            log.insist("--insecure-http: this network can read and change the page, and so take the signing key");
        }
    }
}

/// Makes the configuration: reads the files and fills in the defaults.
pub(crate) fn config(settings: Settings) -> Result<Config, ServeError> {
    let defaults = Config::default();
    let now = (defaults.clock)()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let proxy = proxy::open(&settings).map_err(ServeError::Proxy)?;
    let (listen, access) = (
        settings.listen.unwrap_or(defaults.listen),
        access(&settings)?,
    );
    let exposure = access.exposure(listen);
    let policy = settings.tables.over(Policy::of(exposure));
    policy
        .contradiction()
        .map_or(Ok(()), |sentence| Err(ServeError::Policy(sentence)))?;
    // Without other users, a full disk is no reason to stop; with them, the record of who sent what
    // matters.
    let usual = if exposure == Exposure::Alone {
        OnFailure::Continue
    } else {
        OnFailure::Stop
    };
    Ok(Config {
        listen,
        access,
        upstreams: settings.upstreams,
        upstream_authorities: settings
            .upstream_ca
            .as_deref()
            .map(certificates)
            .transpose()?,
        apns_port: settings.apns_port.unwrap_or(defaults.apns_port),
        proxy,
        identities: identity_files::open(&settings.identities, &settings.identity_passwords, now)
            .map_err(ServeError::Identity)?,
        policy,
        limits: settings.limits.over(if settings.phones.is_some() {
            Limits::of(exposure).with_phones()
        } else {
            Limits::of(exposure)
        }),
        deadlines: settings.limits.deadlines(defaults.deadlines),
        data: data(settings.data, exposure, settings.phones.is_some())?,
        phones: settings.phones.map(|listen| PhonesSettings {
            listen,
            url: settings.phones_url,
        }),
        audit: settings.audit.map(|path| AuditFile {
            path,
            on_failure: settings.audit_failure.unwrap_or(usual),
        }),
        ..defaults
    })
}

/// Returns the folder for data. The default for a single user is none, so that a test leaves
/// nothing behind; devices need one.
fn data(
    said: Option<Option<PathBuf>>,
    exposure: Exposure,
    has_phones: bool,
) -> Result<Option<PathBuf>, ServeError> {
    match said {
        Some(folder) => Ok(folder),
        None if exposure == Exposure::Alone && !has_phones => Ok(None),
        None => data_folder::usual()
            .map(Some)
            .ok_or(ServeError::NoDataFolder),
    }
}

fn access(settings: &Settings) -> Result<Access, ServeError> {
    let tls = match (&settings.tls_cert, &settings.tls_key) {
        (None, None) => None,
        (Some(_), None) => return Err(ServeError::HalfTls("--tls-key")),
        (None, Some(_)) => return Err(ServeError::HalfTls("--tls-cert")),
        (Some(certificates), Some(key)) => Some(tls(certificates, key)?),
    };
    Ok(Access {
        public_urls: settings.public_urls.clone(),
        insecure_http: settings.insecure_http,
        insecure_no_auth: settings.insecure_no_auth,
        token: settings
            .access_token_file
            .as_deref()
            .map(access_token)
            .transpose()?,
        require_token: settings.require_token,
        user_header: settings.user_header.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        tls,
    })
}

/// Reads the access token from the first line of a file.
fn access_token(path: &Path) -> Result<AccessToken, ServeError> {
    let file = PrivateFile::read(path)
        .map_err(|error| ServeError::Unreadable("--access-token-file", path.to_owned(), error))?;
    file.holds_secret();
    let line = str::from_utf8(&file.bytes)
        .unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default();
    AccessToken::parse(line.trim()).map_err(|what| ServeError::NoToken(path.to_owned(), what))
}

fn tls(certificates: &Path, key: &Path) -> Result<Tls, ServeError> {
    let chain = option_file::read(certificates)
        .map_err(|error| ServeError::Unreadable("--tls-cert", certificates.to_owned(), error))?;
    let read = PrivateFile::read(key)
        .map_err(|error| ServeError::Unreadable("--tls-key", key.to_owned(), error))?;
    let tls = Tls::from_pem(&chain, &read.bytes).map_err(ServeError::Tls)?;
    read.holds_secret();
    Ok(tls)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ServeError> {
    let pem = option_file::read(path)
        .map_err(|error| ServeError::Unreadable("--upstream-ca", path.to_owned(), error))?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let mut roots = rustls::RootCertStore::empty();
    match certificates {
        Ok(certificates)
            if roots
                .add_parsable_certificates(certificates.iter().cloned())
                .0
                > 0 =>
        {
            Ok(certificates)
        }
        _ => Err(ServeError::NoCertificate(path.to_owned())),
    }
}
