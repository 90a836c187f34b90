//! Relay: the server behind the page. It receives pushes from browsers and programs over HTTP/1.1,
//! sends them to APNs over HTTP/2, and returns APNs's answers unchanged.
//!
//! A request passes `server`, `guard`, `access` and `routes`. A push then passes `send` and
//! `upstream`, the only module that opens outgoing connections.

pub mod access;
mod causes;
mod client;
pub mod config;
mod deadlines;
mod description;
mod encoding;
mod event_stream;
mod event_stream_limit;
mod guard;
mod header_list;
pub mod identity;
mod issue_times;
mod json_body;
pub mod limits;
pub(crate) mod observe;
pub(crate) mod page;
mod phones;
mod problem;
mod profile;
mod receiver;
mod reply;
mod routes;
mod rules;
mod send;
mod server;
mod single_header;
mod upstream;

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use config::{Config, Scope};
pub use deadlines::Deadlines;
pub use guard::policy::{Exposure, Permission, Policy, Preset, TopicRule};
pub use guard::token_bucket::Rate;
pub use identity::{Identity, IdentityError};
pub use limits::Limits;
pub use observe::audit::{AuditFile, OnFailure};
pub use phones::{PhonesError, PhonesSettings};
pub use upstream::{Override, Proxy, Servers, probe};

use crate::option_file::shown;
use crate::simulator::Simulator;
use crate::store::{self, HashKey, Opened, StoreError};
use access::{AccessError, AccessToken, Authenticator, NoRandomness};
use event_stream_limit::EventStreamLimiter;
use guard::origin_guard::AllowedHosts;
use guard::rate_limit::RateLimiter;
use issue_times::IssueTimes;
use observe::audit::Audit;
use observe::metrics::Metrics;
use phones::Phones;
use send::idempotency::IdempotencyCache;
use send::in_flight::InFlight;
use server::listener;
use upstream::{SimulatorServer, Upstream};

/// A relay that listens, and answers once it runs.
pub struct Relay {
    listener: TcpListener,
    address: SocketAddr,
    /// Listener for phones.
    phones: Option<TcpListener>,
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
    made_token: Option<AccessToken>,
    notices: Vec<String>,
}

/// State shared by all requests.
struct Shared {
    config: Config,
    allowed_hosts: AllowedHosts,
    authenticator: Authenticator,
    upstream: Upstream,
    issue_times: IssueTimes,
    idempotency: IdempotencyCache,
    rate_limiter: RateLimiter,
    in_flight: InFlight,
    event_streams: Arc<EventStreamLimiter>,
    simulator: Simulator,
    phones: Option<Phones>,
    metrics: Arc<Metrics>,
    audit: Audit,
    closing: watch::Receiver<bool>,
}

impl Relay {
    /// Starts to listen. Fails if the settings are unsafe, or if the address, audit file or data
    /// folder cannot be used.
    pub async fn bind(mut config: Config, simulator: Simulator) -> Result<Self, StartError> {
        let listen = config.listen;
        let is_secure = config.access.tls.is_some();
        config.access.check(listen)?;
        if let Some(settings) = &config.phones {
            settings.check(is_secure, config.data.is_some())?;
        }
        let now = (config.clock)()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let kept = config
            .data
            .as_ref()
            .map(|folder| store::open(folder, millis(now), config.phones.is_some()))
            .transpose()?;
        let hash_key = match &kept {
            Some(kept) => kept.hash_key.clone(),
            None => HashKey::random()
                .ok_or(NoRandomness)
                .map_err(AccessError::from)?,
        };
        let (authenticator, made_token) =
            Authenticator::build(&config.access, listen, config.deadlines.session, &hash_key)
                .map_err(AccessError::from)?;
        // From here on, only the keyed hash of the token is used.
        config.access.token = None;
        let listener =
            listener::listen(listen).map_err(|error| StartError::of_bind(listen, error))?;
        let address = listener
            .local_addr()
            .map_err(|error| StartError::of_bind(listen, error))?;
        let audit = config.audit.as_ref();
        let audit = Audit::start(audit).map_err(|error| StartError::of_audit(audit, error))?;
        let (closing, receiver) = watch::channel(false);
        let upstream = Upstream::new(
            &config.servers(),
            &server_of(&simulator),
            &config.limits,
            config.deadlines,
        );
        let mut issue_times = IssueTimes::new(|environment| upstream.name(environment));
        let idempotency = IdempotencyCache::new(&config, hash_key.clone());
        let (mut phones, mut phones_listener) = (None, None);
        let mut notices = Vec::new();
        if let Some(Opened {
            store,
            phones: phone_store,
            pushes,
            issue_times: kept_times,
            notices: sentences,
            ..
        }) = kept
        {
            if let (Some(settings), Some(store)) = (&config.phones, phone_store) {
                let listen = settings.listen;
                let of_bind = |error| StartError::ListenForPhones(listen, error);
                let listener = listener::listen(listen).map_err(of_bind)?;
                let address = listener.local_addr().map_err(of_bind)?;
                let opened = Phones::open(settings, address, is_secure, store, hash_key).await?;
                (phones, phones_listener) = (Some(opened), Some(listener));
            }
            issue_times.keep_in(Arc::clone(&store), kept_times);
            idempotency.keep_in(store, &pushes, millis(now));
            notices = sentences;
        }
        let shared = Shared {
            allowed_hosts: AllowedHosts::of(address, &config.access),
            authenticator,
            upstream,
            issue_times,
            idempotency,
            rate_limiter: RateLimiter::new(&config.limits),
            in_flight: InFlight::new(&config.limits),
            event_streams: Arc::new(EventStreamLimiter::new(config.limits.streams())),
            simulator,
            phones,
            metrics: Arc::default(),
            audit,
            closing: receiver,
            config,
        };
        Ok(Self {
            listener,
            address,
            phones: phones_listener,
            shared: Arc::new(shared),
            closing,
            made_token,
            notices,
        })
    }

    /// Address that it listens on, with the actual port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// URL of the address that it listens on.
    pub fn url(&self) -> String {
        let scheme = if self.shared.config.access.tls.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    /// URL at which apps reach the listener for phones, if there is one.
    pub fn phones_url(&self) -> Option<&str> {
        self.shared.phones.as_ref().map(Phones::url)
    }

    /// Access token, if it was generated.
    pub(crate) fn made_token(&self) -> Option<&AccessToken> {
        self.made_token.as_ref()
    }

    /// Notices about the data folder for the operator, one sentence each.
    pub(crate) fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Serves requests until `shutdown` completes, then waits for those in flight.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        // The token was printed before.
        drop(self.made_token);
        let shared = Arc::clone(&self.shared);
        let phones = self.phones.map(|listener| {
            tokio::spawn(phones::remove_old(Arc::clone(&shared)));
            tokio::spawn(listener::serve_phones(listener, Arc::clone(&shared)))
        });
        listener::serve(self.listener, self.shared, self.closing, shutdown).await;
        if let Some(phones) = phones {
            let _ = phones.await;
        }
        shared.audit.finish().await;
    }
}

impl Shared {
    /// Time since 1970.
    fn now(&self) -> Duration {
        (self.config.clock)()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
    }
}

fn server_of(simulator: &Simulator) -> SimulatorServer {
    SimulatorServer {
        address: simulator.address(),
        authority: simulator.certificate_authority().clone(),
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Reason for which a relay cannot start.
#[derive(Debug)]
pub enum StartError {
    /// The access settings are unsafe or contradictory.
    Access(AccessError),
    /// Another program listens on this address.
    PortTaken(SocketAddr),
    /// The address cannot be bound.
    Listen(SocketAddr, io::Error),
    /// The audit file cannot be written.
    Audit(PathBuf, io::Error),
    /// The data folder cannot be used.
    Store(StoreError),
    /// The address for phones cannot be bound.
    ListenForPhones(SocketAddr, io::Error),
    /// There can be no listener for phones.
    Phones(PhonesError),
}

impl From<PhonesError> for StartError {
    fn from(error: PhonesError) -> Self {
        Self::Phones(error)
    }
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<AccessError> for StartError {
    fn from(error: AccessError) -> Self {
        Self::Access(error)
    }
}

impl StartError {
    fn of_audit(file: Option<&AuditFile>, error: io::Error) -> Self {
        Self::Audit(
            file.map(|file| file.path.clone()).unwrap_or_default(),
            error,
        )
    }

    fn of_bind(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::PortTaken(address),
            _ => Self::Listen(address, error),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Phones(error) => error.fmt(f),
            Self::ListenForPhones(address, error) => write!(
                f,
                "cannot listen on {address} for phones: {error}; choose another address with --phones ADDR"
            ),
            Self::PortTaken(address) => {
                write!(
                    f,
                    "port {} is taken, perhaps by another trill; choose another with --listen {}:0",
                    address.port(),
                    host(address)
                )
            }
            Self::Listen(address, error) => write!(
                f,
                "cannot listen on {address}: {error}; choose another address with --listen ADDR"
            ),
            Self::Audit(path, error) => {
                write!(
                    f,
                    "cannot write {}: {error}; check the path given to --audit",
                    shown(path)
                )
            }
        }
    }
}

impl std::error::Error for StartError {}

fn host(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::SystemTime;

    use bytes::Bytes;
    use http::StatusCode;

    use super::{Config, Upstream, server_of};
    use crate::apns::Environment;
    use crate::caller::Caller;
    use crate::relay::client::LimitKey;
    use crate::relay::header_list::HeaderList;
    use crate::relay::upstream::{Credential, Outgoing};
    use crate::simulator::{ControlRequest, Simulator};

    /// Highest stream id (RFC 9113 §5.1.1).
    const LAST_STREAM: u32 = 0x7fff_ffff;

    #[tokio::test]
    async fn a_connection_that_runs_out_of_streams_is_replaced() {
        let simulator =
            Simulator::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SystemTime::now)
                .await
                .expect("it starts");
        let config = Config::default();
        let mut upstream = Upstream::new(
            &config.servers(),
            &server_of(&simulator),
            &config.limits,
            config.deadlines,
        );
        upstream.begin_with_stream(Environment::Simulator, LAST_STREAM - 4);
        let account = LimitKey::of_address(Ipv4Addr::LOCALHOST.into());
        for _ in 0..7 {
            let (environment, device_token) = (Environment::Simulator, "aa".to_owned());
            let push = Outgoing {
                environment,
                device_token,
                headers: HeaderList::default(),
                credential: Credential::Missing,
                body: Bytes::from_static(b"{}"),
            };
            let answered = upstream
                .send(&push, &account)
                .await
                .map_err(|failure| failure.cause)
                .expect("it is answered");
            assert_eq!(
                answered.response.status(),
                StatusCode::FORBIDDEN,
                "nobody has vouched for it"
            );
        }
        let journal = simulator.control(
            &Caller::Owner,
            &ControlRequest::new(&http::Method::GET, &["journal"], b""),
        );
        let journal = journal.expect("it is there").body.unwrap_or_default();
        let connections: Vec<_> = journal["decisions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["connection"].clone())
            .collect();
        let first = connections[0].as_u64().expect("a number");
        assert_eq!(
            connections,
            [0, 0, 0, 1, 1, 1, 2].map(|later| serde_json::Value::from(first + later)),
            "three streams each"
        );
    }
}
