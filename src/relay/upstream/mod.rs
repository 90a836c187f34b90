//! Connections to the push servers: Apple's hosts, the hosts that replace them, and the simulator.
//! No other module opens outgoing connections.

mod backoff;
mod batched;
mod connect_rate;
mod connection;
mod credential;
mod dial;
mod failure;
mod goaway_debug;
mod head_limit;
mod pool;
pub mod probe;
mod proxy;
mod stream_slots;
mod target;
mod tls;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, Version, header};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use connect_rate::ConnectRate;
use connection::{Connection, Unanswered};
pub(crate) use credential::Credential;
pub(crate) use failure::Cause;
use pool::{Key, Lease, Opening, Pool, Unleased};
pub use proxy::Proxy;
pub(crate) use target::SimulatorServer;
use target::Target;
pub use target::{DEFAULT_APNS_PORT, OTHER_APNS_PORT, Override, Servers};
use tls::Tls;

use super::client::LimitKey;
use super::deadlines::Deadlines;
use super::header_list::HeaderList;
use super::limits::Limits;
use crate::apns::{Answer, Environment, Reason};

/// Number of dead pooled connections after which one push gives up.
const MOST_STALE: usize = 3;
/// Number of headers that a request to APNs has.
const USUAL_HEADERS: usize = 6;
/// Interval at which a push that waits for permission to open a connection checks whether another
/// push has opened one.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// The push servers of all environments, and the connections to them.
pub(crate) struct Upstream {
    targets: [Arc<Target>; Environment::ALL.len()],
    pool: Pool,
    connect_rate: Arc<ConnectRate>,
    tls: Arc<Tls>,
    deadlines: Deadlines,
}

/// A validated push, ready to be sent.
pub(crate) struct Outgoing {
    /// APNs environment to send to.
    pub(crate) environment: Environment,
    /// Device token in hex, for the path.
    pub(crate) device_token: String,
    /// The `apns-*` headers.
    pub(crate) headers: HeaderList,
    /// Credential of the sender.
    pub(crate) credential: Credential,
    /// The payload.
    pub(crate) body: Bytes,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The headers name the topic, and token, credential and payload are secret.
        write!(f, "Outgoing({}, [redacted])", self.environment.as_str())
    }
}

/// An answer of APNs, and the time it took.
pub(crate) struct Answered {
    /// Response of APNs, unchanged.
    pub(crate) response: Response<Bytes>,
    /// Status, reason and timestamp of the response.
    pub(crate) answer: Answer,
    /// Time from the start of the send until the connection was ready.
    pub(crate) connecting: Duration,
    /// Time from then until the end of the answer.
    pub(crate) answering: Duration,
}

/// Name of the simulator in error messages.
const SIMULATOR: &str = "Trill’s simulator";

/// A push that got no answer from APNs.
pub(crate) struct Failure {
    /// Reason for the failure.
    pub(crate) cause: Cause,
    /// Host that should have answered, or [`SIMULATOR`]: the simulator proves a name of Apple's
    /// without being Apple.
    pub(crate) host: String,
    /// `true` if the server is the simulator.
    pub(crate) is_simulator: bool,
    /// Debug data of the server's GOAWAY, if there was any.
    pub(crate) said: Option<String>,
}

impl Failure {
    /// Returns the next step for the user, in one sentence.
    pub(crate) fn fix(&self) -> &'static str {
        if self.is_simulator {
            self.cause.fix_at_simulator()
        } else {
            self.cause.fix()
        }
    }
}

impl Upstream {
    /// Creates the targets of all environments. No connection is opened yet.
    pub(crate) fn new(
        servers: &Servers,
        simulator: &SimulatorServer,
        limits: &Limits,
        deadlines: Deadlines,
    ) -> Self {
        let targets = Environment::ALL.map(|environment| {
            Arc::new(if environment.is_simulator() {
                Target::simulator(environment, simulator)
            } else {
                servers.target(environment)
            })
        });
        Self {
            targets,
            pool: Pool::new(limits.upstream_connections),
            connect_rate: Arc::new(ConnectRate::new(limits, Instant::now())),
            tls: Arc::default(),
            deadlines,
        }
    }

    /// Returns the host of `environment`, with its port unless that is 443.
    pub(crate) fn authority(&self, environment: Environment) -> String {
        self.target(environment).authority()
    }

    /// Returns the display name of the server: the bare host for Apple's own, whatever its port,
    /// and otherwise host and port.
    pub(crate) fn name(&self, environment: Environment) -> String {
        let target = self.target(environment);
        if target.host == environment.host() {
            target.host.clone()
        } else {
            target.authority()
        }
    }

    /// Number of open connections.
    pub(crate) fn connections(&self) -> usize {
        self.pool.open()
    }

    /// Sends one push and charges new connections to `account`. Repeats it only after failures that
    /// prove it was not processed. Gives up after the `send` deadline.
    pub(crate) async fn send(
        &self,
        push: &Outgoing,
        account: &LimitKey,
    ) -> Result<Answered, Failure> {
        let target = self.target(push.environment);
        let start = Instant::now();
        let limit = start + self.deadlines.send;
        let key = Key {
            environment: push.environment,
            credential: push.credential.clone(),
        };
        let is_simulator = key.environment.is_simulator();
        let host = if is_simulator {
            SIMULATOR
        } else {
            target.host.as_str()
        };
        let failure = |cause, said| Failure {
            cause,
            host: host.to_owned(),
            is_simulator,
            said,
        };
        let mut pauses = backoff::PAUSES.iter();
        loop {
            let (cause, said) = match self.try_send(account, &key, push, start, limit).await {
                Ok(answered) => return Ok(answered),
                Err(failed) => failed,
            };
            let Some(pause) = pauses.next().filter(|_| cause.is_repeated()) else {
                return Err(failure(cause, said));
            };
            let pause = if cause.is_repeated_at_once() {
                Duration::ZERO
            } else {
                backoff::jittered(*pause)
            };
            if Instant::now() + pause >= limit {
                return Err(failure(cause, said));
            }
            sleep(pause).await;
        }
    }

    /// Sends the push once. A pooled connection that proves dead before the push has left is
    /// replaced.
    async fn try_send(
        &self,
        account: &LimitKey,
        key: &Key,
        push: &Outgoing,
        start: Instant,
        limit: Instant,
    ) -> Result<Answered, (Cause, Option<String>)> {
        let bare = |cause| (cause, None);
        for _ in 0..MOST_STALE {
            let request = request(self.target(key.environment), push).map_err(bare)?;
            let mut lease = self.lease(account, key, limit).await.map_err(bare)?;
            let opened = timeout_at(limit, lease.connection())
                .await
                .unwrap_or(Err(Cause::Queued));
            let connection = opened.map_err(bare)?;
            let connecting = start.elapsed();
            match connection
                .send(request, push.body.clone(), &self.deadlines, limit)
                .await
            {
                Ok(response) => {
                    let answer = Answer::read(response.status().as_u16(), response.body());
                    if answer.known_reason() == Some(Reason::ExpiredProviderToken) {
                        // APNs has been seen to refuse later, valid tokens on such a connection.
                        connection.retire();
                    }
                    return Ok(Answered {
                        response,
                        answer,
                        connecting,
                        answering: start.elapsed() - connecting,
                    });
                }
                Err(Unanswered::Failed(cause)) => return Err((cause, connection.goaway_debug())),
                Err(Unanswered::Stale) => connection.retire(),
            }
            if !lease.pooled {
                break;
            }
        }
        Err(bare(Cause::Closed))
    }

    /// Returns a lease on the connection for `key`, and waits until it may be opened. Pushes whose
    /// connection is open do not wait behind it.
    async fn lease(&self, account: &LimitKey, key: &Key, limit: Instant) -> Result<Lease, Cause> {
        loop {
            let now = Instant::now();
            let may_open = || {
                if key.environment.is_simulator() {
                    Ok(())
                } else {
                    self.connect_rate.enter(account, now)
                }
            };
            let wait = match self.pool.lease(key, now, may_open, |opening| {
                self.open(account, key, opening)
            }) {
                Ok(lease) => return Ok(lease),
                Err(Unleased::Busy) => return Err(Cause::Busy),
                Err(Unleased::Wait(wait)) => wait,
            };
            if now >= limit {
                return Err(Cause::TooManyConnects(wait));
            }
            sleep_until(limit.min(now + wait.min(LOOK_AGAIN))).await;
        }
    }

    /// Opens a connection in a task of its own, because other pushes may wait for it after the
    /// first has been dropped.
    fn open(&self, account: &LimitKey, key: &Key, opening: watch::Sender<Opening>) {
        let (target, account, credential) = (
            self.target(key.environment).clone(),
            account.clone(),
            key.credential.clone(),
        );
        let (tls, deadlines, connect_rate) =
            (self.tls.clone(), self.deadlines, self.connect_rate.clone());
        tokio::spawn(async move {
            let opened = Connection::open(&target, credential.identity(), &tls, deadlines).await;
            if opened.as_ref().is_err_and(|cause| cause.met_nobody()) {
                connect_rate.forget(&account);
            }
            opening.send_replace(Some(opened));
        });
    }

    /// Sets the first stream id of new connections to an environment.
    #[cfg(test)]
    pub(crate) fn begin_with_stream(&mut self, environment: Environment, first_stream: u32) {
        if let Some(target) = Arc::get_mut(&mut self.targets[environment as usize]) {
            target.first_stream = first_stream;
        }
    }

    fn target(&self, environment: Environment) -> &Arc<Target> {
        &self.targets[environment as usize]
    }
}

/// Returns the request for a push, without its body.
fn request(target: &Target, push: &Outgoing) -> Result<Request<()>, Cause> {
    let uri = target
        .device_uri(&push.device_token)
        .ok_or(Cause::Unresolved)?;
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = HeaderMap::with_capacity(USUAL_HEADERS);
    push.headers.copy_to(request.headers_mut());
    if let Some(authorization) = push.credential.authorization() {
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, authorization.clone());
    }
    Ok(request)
}
