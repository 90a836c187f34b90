//! Listener: the accept loop, and HTTP/1 connections with limits on size, number and time.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio::time::{sleep, timeout};

use super::connection_limit::{Admission, ConnectionLimiter, Evictable, Idle, Limits};
use super::detached::Detached;
use super::fragment::HasFragment;
use super::socket::Socket;
use super::timeouts::{ConnectionPhase, TimeLimits, TimeoutStream, TrackedBody};
use crate::relay::client::network;
use crate::relay::guard::body;
use crate::relay::observe::metrics::Kind;
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::relay::routes::HEALTH;
use crate::relay::{Shared, phones, routes};

/// Connections that may wait to be accepted. The system may allow fewer.
const BACKLOG: u32 = 1_024;
/// Send buffer of a connection, in bytes. By default, the system holds up to 4 MiB for a client
/// that does not read.
const SEND_BUFFER: u32 = 128 * 1024;
/// Bytes that may wait unsent in the send buffer. A write beyond them stalls, so that a client that
/// reads nothing is noticed after few answers; bytes on their way to the client do not count.
#[cfg(target_os = "linux")]
const MOST_UNSENT: u32 = 16 * 1024;
/// Longest request line with headers, in bytes. Browsers send one or two KiB.
const LONGEST_HEAD: usize = 16 * 1024;
/// Most headers of a request. Browsers send about twenty.
const MOST_HEADERS: usize = 64;
/// Extra time for the last answers after the shutdown deadline.
const LAST_ANSWERS: Duration = Duration::from_secs(1);
/// Interval of checks for sends in flight whose client has disconnected.
const ORPHANS_PAUSE: Duration = Duration::from_millis(20);
/// Pause after a failed `accept`: without a free file descriptor it would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Minimum time between two log lines about a failed `accept`.
const COMPLAINT_PAUSE: Duration = Duration::from_secs(10);
/// Number of idle connections that are closed when file descriptors run out; connections to APNs
/// need some too.
const FILES_TO_FREE: usize = 8;
/// Time after which to retry at a full relay. Most requests take less.
const RETRY: Duration = Duration::from_secs(1);
/// Interval of checks for a slot while all connections are busy.
const FULL_PAUSE: Duration = Duration::from_millis(20);

/// Opens the listening socket. Fails if the address cannot be bound.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // Allows a restarted relay to bind its port again at once. On Windows the option would let two
    // programs share the port.
    socket.set_reuseaddr(cfg!(not(windows)))?;
    // Accepted connections inherit the sizes.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    // A system that lacks the option only notices later that a client reads nothing.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&socket).set_tcp_notsent_lowat(MOST_UNSENT);
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves connections until `shutdown` completes, then waits for the requests in flight, at most
/// for the shutdown deadline.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
    shutdown: impl Future<Output = ()>,
) {
    let mut connections = Connections::new(shared.clone(), Listener::Page);
    connections.accept(listener, shutdown).await;
    closing.send_replace(true);
    let _ = timeout(shared.config.deadlines.shutdown + LAST_ANSWERS, async {
        connections.end().await;
        // Sends whose client has disconnected.
        while shared.metrics.are_any_in_flight() {
            sleep(ORPHANS_PAUSE).await;
        }
    })
    .await;
}

/// Serves connections of phones until the relay closes.
pub(crate) async fn serve_phones(listener: TcpListener, shared: Arc<Shared>) {
    let mut closing = shared.closing.clone();
    let mut connections = Connections::new(shared.clone(), Listener::Phones);
    let shutdown = async {
        let _ = closing.wait_for(|closing| *closing).await;
    };
    connections.accept(listener, shutdown).await;
    let patience = shared.config.deadlines.shutdown + LAST_ANSWERS;
    let _ = timeout(patience, connections.end()).await;
}

/// Listener that a connection came through.
#[derive(Clone, Copy)]
enum Listener {
    /// Listener of the page.
    Page,
    /// Listener of phones.
    Phones,
}

impl Connections {
    /// Accepts connections until `shutdown` completes.
    async fn accept(&mut self, listener: TcpListener, shutdown: impl Future<Output = ()>) {
        // Accepted connection without a slot.
        let mut waiting: Option<(TcpStream, IpAddr)> = None;
        let mut shutdown = pin!(shutdown);
        let mut complained: Option<Instant> = None;
        loop {
            if let Some((stream, address)) = waiting.take() {
                waiting = self.take_in(stream, address);
            }
            tokio::select! {
                accepted = listener.accept(), if waiting.is_none() => match accepted {
                    Ok((stream, peer)) => waiting = Some((stream, peer.ip())),
                    Err(error) => {
                        if complained.is_none_or(|last| last.elapsed() >= COMPLAINT_PAUSE) {
                            complained = Some(Instant::now());
                            tracing::warn!(%error, "no further connection can be accepted for the moment");
                        }
                        relieve(&error, &mut self.limiter).await;
                    }
                },
                Some(ended) = self.tasks.join_next_with_id() => self.leave(ended.map_or_else(|error| error.id(), |(id, ())| id)),
                () = sleep(FULL_PAUSE), if waiting.is_some() => {}
                () = &mut shutdown => break,
            }
        }
    }

    /// Waits until all connections have ended.
    async fn end(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// The open connections, and the limiters that admit them.
struct Connections {
    shared: Arc<Shared>,
    listener: Listener,
    tasks: JoinSet<()>,
    limiter: ConnectionLimiter<Id, Connection>,
    /// Slots for connections above the limit, whose requests are only refused.
    reserve: ConnectionLimiter<Id, Connection>,
}

impl Connections {
    fn new(shared: Arc<Shared>, listener: Listener) -> Self {
        let most = &shared.config.limits;
        let limiter = ConnectionLimiter::new(match listener {
            Listener::Page => Limits {
                in_all: most.connections,
                per_address: most.connections_per_address,
            },
            Listener::Phones => Limits {
                in_all: most.phone_connections,
                per_address: Some((most.phone_connections / 4).max(1)),
            },
        });
        // No single address can take all reserve slots.
        let reserve = ConnectionLimiter::new(Limits {
            in_all: most.reserve,
            per_address: Some((most.reserve / 2).max(1)),
        });
        Self {
            shared,
            listener,
            tasks: JoinSet::new(),
            limiter,
            reserve,
        }
    }

    /// Serves a connection, or refuses its requests if only a reserve slot is free. Returns it if
    /// no slot is free at all.
    fn take_in(&mut self, stream: TcpStream, address: IpAddr) -> Option<(TcpStream, IpAddr)> {
        let (now, counted) = (Instant::now(), counted(&self.shared, address));
        let full = match self.limiter.admit(counted, now) {
            Admission::Free => {
                let (id, connection) = self.begin(stream, address, None);
                self.limiter.take(id, counted, now, connection);
                return None;
            }
            Admission::AddressFull => Full::Address,
            Admission::Full => Full::Relay,
        };
        match self.reserve.admit(counted, now) {
            Admission::Free => {
                let (id, connection) = self.begin(stream, address, Some(full));
                self.reserve.take(id, counted, now, connection);
                None
            }
            // The address has enough refused connections already; this one is closed.
            Admission::AddressFull => None,
            Admission::Full => Some((stream, address)),
        }
    }

    fn begin(
        &mut self,
        stream: TcpStream,
        address: IpAddr,
        full: Option<Full>,
    ) -> (Id, Connection) {
        let phase = ConnectionPhase::new();
        let task = self.tasks.spawn(serve_connection(
            stream,
            address,
            self.shared.clone(),
            phase.clone(),
            (self.listener, full),
        ));
        (task.id(), Connection { phase, task })
    }

    /// Frees the slot of a connection that has ended.
    fn leave(&mut self, id: Id) {
        self.limiter.leave(&id);
        self.reserve.leave(&id);
    }
}

/// Limit that a connection has exceeded.
#[derive(Clone, Copy)]
enum Full {
    /// The limit of its address.
    Address,
    /// The limit of the relay.
    Relay,
}

impl Full {
    /// Answers the health check as usual, and refuses every other request.
    fn answer(self, request: &Request<Incoming>) -> Reply {
        let mut reply = match request.uri().path() {
            HEALTH => routes::health(),
            path => routes::refuse(&self.problem(), routes::is_send(path)),
        };
        reply::close(&mut reply);
        reply
    }

    fn problem(self) -> Problem {
        let (cause, fix) = match self {
            Self::Address => (
                "This address has as many connections as one may have, each with a request under way.",
                "Try again after retry-after, or close pages and event streams; a push was not sent.",
            ),
            Self::Relay => (
                "All connections of the relay are taken, each with a request under way.",
                "Try again after retry-after; a push was not sent. The relay’s operator can raise --connections.",
            ),
        };
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_connections",
            cause,
            fix,
        )
        .with_retry_after(RETRY)
    }
}

/// Returns the address under which a connection is counted; `None` for a trusted proxy, which many
/// users share.
fn counted(shared: &Shared, address: IpAddr) -> Option<IpAddr> {
    (!shared.config.access.trusts(address)).then(|| network(address))
}

/// Closes idle connections if `accept` failed because no file descriptor was free, and pauses.
async fn relieve(error: &io::Error, limiter: &mut ConnectionLimiter<Id, Connection>) {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    let out_of_files = matches!(error.raw_os_error(), Some(ENFILE | EMFILE));
    if !out_of_files
        || (0..FILES_TO_FREE)
            .filter(|_| limiter.evict_one(Instant::now()))
            .count()
            == 0
    {
        sleep(ACCEPT_PAUSE).await;
    } else {
        // The runtime closes the aborted connections.
        sleep(FULL_PAUSE).await;
    }
}

/// A connection as the limiter sees it.
struct Connection {
    phase: ConnectionPhase,
    task: AbortHandle,
}

impl Evictable for Connection {
    fn end_if(&self, idle: Idle) -> bool {
        let ends = self.phase.end_if(idle);
        if ends {
            self.task.abort();
        }
        ends
    }
}

/// Serves one connection. Its errors are ignored: the client has disconnected or sent invalid HTTP.
async fn serve_connection(
    stream: TcpStream,
    address: IpAddr,
    shared: Arc<Shared>,
    phase: ConnectionPhase,
    (listener, full): (Listener, Option<Full>),
) {
    // With Nagle's algorithm the second small packet of an answer would be delayed by 40 ms.
    let _ = stream.set_nodelay(true);
    let _open = shared.metrics.open(Kind::Http);
    let deadlines = shared.config.deadlines;
    let tls = shared.config.access.tls.as_ref();
    let Some(stream) = Socket::open(stream, tls, deadlines.handshake).await else {
        return;
    };
    let mut closing = shared.closing.clone();
    let limits = TimeLimits {
        idle: deadlines.browser_idle,
        head: deadlines.head,
        reader: deadlines.reader,
    };
    let stream = TimeoutStream::new(stream, phase.clone(), limits);
    let late = Arc::new(AtomicBool::new(false));
    let is_late = late.clone();
    let service = service_fn(move |request| {
        let served = phase.serve().then(|| {
            answer(
                shared.clone(),
                address,
                request,
                phase.clone(),
                is_late.clone(),
                (listener, full),
            )
        });
        async { Ok::<_, Evicted>(served.ok_or(Evicted)?.await) }
    });
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .max_buf_size(LONGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        _ = connection.as_mut() => return,
        _ = closing.wait_for(|closing| *closing) => connection.as_mut().graceful_shutdown(),
    }
    if timeout(deadlines.shutdown, connection.as_mut())
        .await
        .is_err()
    {
        late.store(true, Ordering::Relaxed);
        let _ = timeout(LAST_ANSWERS, connection).await;
    }
}

/// Answers a request. A panic fails only this request, and a push is completed even if its client
/// disconnects.
async fn answer(
    shared: Arc<Shared>,
    address: IpAddr,
    mut request: Request<Incoming>,
    phase: ConnectionPhase,
    late: Arc<AtomicBool>,
    (listener, full): (Listener, Option<Full>),
) -> Response<TrackedBody> {
    if phase.has_fragment() {
        request.extensions_mut().insert(HasFragment);
    }
    let (is_send, metrics) = (
        routes::is_send(request.uri().path()),
        shared.metrics.clone(),
    );
    if let Some(full) = full {
        let reply = full.answer(&request);
        let (parts, body) = request.into_parts();
        body::discard(&parts, body).await;
        return reply.map(|body| TrackedBody::new(body, phase));
    }
    let mut work = match listener {
        Listener::Page => Detached::new(routes::answer(shared, address, request)),
        Listener::Phones => Detached::new(phones::listener::answer(shared, address, request)),
    };
    // The connection, and with it this future, is polled again when `late` is set.
    let answered = poll_fn(|context| match late.load(Ordering::Relaxed) {
        true => Poll::Ready(None),
        false => Pin::new(&mut work).poll(context).map(Some),
    });
    let problem = match answered.await {
        Some(Ok(reply)) => return reply.map(|body| TrackedBody::new(body, phase)),
        Some(Err(_)) => {
            metrics.panicked();
            Problem::internal()
        }
        None => {
            work.give_up();
            Problem::stopping()
        }
    };
    metrics.refused(problem.code());
    let reply = routes::refuse(&problem, is_send);
    reply.map(|body| TrackedBody::new(body, phase))
}

/// The connection was evicted just when its request was complete.
#[derive(Debug)]
struct Evicted;

impl fmt::Display for Evicted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection gave way to another")
    }
}

impl std::error::Error for Evicted {}
