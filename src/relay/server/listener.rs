//! The listener: the accept loop, and hyper's HTTP/1 with a limit on everything.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use http::header::{CONNECTION, EXPECT, HeaderValue};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, Id, JoinSet};
use tokio::time::{sleep, timeout};

use super::connection_limit::{Holder, Idleness, Limits, Places, Room};
use super::detached::Resolute;
use super::fragment::HasFragment;
use super::socket::Socket;
use super::timeouts::{LastWord, Pace, Paced};
use crate::relay::client::network;
use crate::relay::guard::body;
use crate::relay::observe::metrics::Kind;
use crate::relay::problem::Problem;
use crate::relay::reply::Reply;
use crate::relay::routes::HEALTH;
use crate::relay::{Shared, routes};

/// How many may wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 1_024;
/// What the system takes in for a reader that does not read; left alone it takes 4 MiB for each.
const SEND_BUFFER: u32 = 128 * 1024;
/// For a request's line and headers; browsers send one or two.
const LONGEST_HEAD: usize = 16 * 1024;
/// Browsers send about twenty.
const MOST_HEADERS: usize = 64;
/// For the answers to what is still in flight when a stopping relay has waited long enough.
const LAST_ANSWERS: Duration = Duration::from_secs(1);
/// How often to look for sends that nobody waits for any more.
const ORPHANS_PAUSE: Duration = Duration::from_millis(20);
/// Without a free file descriptor `accept` fails at once, and again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// That it fails would be logged many times a second.
const COMPLAINT_PAUSE: Duration = Duration::from_secs(10);
/// How many give way then: the way to APNs needs file descriptors too.
const FILES_TO_FREE: usize = 8;
/// When a full relay is worth another try: most answers take less.
const RETRY: Duration = Duration::from_secs(1);
/// When every connection is busy, how often to look for one that no longer is.
const FULL_PAUSE: Duration = Duration::from_millis(20);

/// Begins to listen.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    // A relay that is started again finds its port free. Windows means something else by it.
    socket.set_reuseaddr(cfg!(not(windows)))?;
    // Connections inherit it.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `shutdown` is done, then answers what is in flight.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    closing: watch::Sender<bool>,
    shutdown: impl Future<Output = ()>,
) {
    let mut house = House::new(shared.clone());
    // One that was accepted and has no place yet.
    let mut waiting: Option<(TcpStream, IpAddr)> = None;
    let mut shutdown = pin!(shutdown);
    let mut complained: Option<Instant> = None;
    loop {
        if let Some((stream, address)) = waiting.take() {
            waiting = house.take_in(stream, address);
        }
        tokio::select! {
            accepted = listener.accept(), if waiting.is_none() => match accepted {
                Ok((stream, peer)) => waiting = Some((stream, peer.ip())),
                Err(error) => {
                    if complained.is_none_or(|last| last.elapsed() >= COMPLAINT_PAUSE) {
                        complained = Some(Instant::now());
                        tracing::warn!(%error, "no further connection can be accepted for the moment");
                    }
                    relieve(&error, &mut house.places).await;
                }
            },
            Some(ended) = house.connections.join_next_with_id() => house.leave(ended.map_or_else(|error| error.id(), |(id, ())| id)),
            () = sleep(FULL_PAUSE), if waiting.is_some() => {}
            () = &mut shutdown => break,
        }
    }
    drop(listener);
    closing.send_replace(true);
    let _ = timeout(shared.config.deadlines.shutdown + LAST_ANSWERS, async {
        while house.connections.join_next().await.is_some() {}
        // Those whose sender has hung up.
        while shared.metrics.are_any_in_flight() {
            sleep(ORPHANS_PAUSE).await;
        }
    })
    .await;
}

/// The connections and their places.
struct House {
    shared: Arc<Shared>,
    connections: JoinSet<()>,
    places: Places<Id, Connection>,
    /// For those who find all others taken, and are told so.
    reserve: Places<Id, Connection>,
}

impl House {
    fn new(shared: Arc<Shared>) -> Self {
        let most = &shared.config.limits;
        let places = Places::new(Limits {
            in_all: most.connections,
            per_address: most.connections_per_address,
        });
        // Nobody's crowd takes all of it.
        let reserve = Places::new(Limits {
            in_all: most.reserve,
            per_address: Some((most.reserve / 2).max(1)),
        });
        Self {
            shared,
            connections: JoinSet::new(),
            places,
            reserve,
        }
    }

    /// Serves a connection, or has it told that there is no place for it; gives it back when not even that is possible yet.
    fn take_in(&mut self, stream: TcpStream, address: IpAddr) -> Option<(TcpStream, IpAddr)> {
        let (now, counted) = (Instant::now(), counted(&self.shared, address));
        let full = match self.places.room_for(counted, now) {
            Room::Free => {
                let (id, connection) = self.begin(stream, address, None);
                self.places.take(id, counted, now, connection);
                return None;
            }
            Room::AddressFull => Full::Address,
            Room::Full => Full::Relay,
        };
        match self.reserve.room_for(counted, now) {
            Room::Free => {
                let (id, connection) = self.begin(stream, address, Some(full));
                self.reserve.take(id, counted, now, connection);
                None
            }
            // It has been told so often enough.
            Room::AddressFull => None,
            Room::Full => Some((stream, address)),
        }
    }

    fn begin(
        &mut self,
        stream: TcpStream,
        address: IpAddr,
        full: Option<Full>,
    ) -> (Id, Connection) {
        let pace = Pace::new();
        let task = self.connections.spawn(converse(
            stream,
            address,
            self.shared.clone(),
            pace.clone(),
            full,
        ));
        (task.id(), Connection { pace, task })
    }

    /// A connection is over.
    fn leave(&mut self, id: Id) {
        self.places.leave(&id);
        self.reserve.leave(&id);
    }
}

/// What has no place for one connection more.
#[derive(Clone, Copy)]
enum Full {
    /// The address it comes from, with as many as one may have.
    Address,
    /// The relay.
    Relay,
}

impl Full {
    /// What every request is told but that of a watcher, who is told that the relay lives.
    fn answer(self, request: &Request<Incoming>) -> Reply {
        let mut reply = match request.uri().path() {
            HEALTH => routes::health(),
            path => routes::refuse(&self.problem(), path),
        };
        reply
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
        reply
    }

    fn problem(self) -> Problem {
        let (cause, remedy) = match self {
            Self::Address => (
                "This address has as many connections as one may have, each with a request under way.",
                "Try again after retry-after, or close pages and event streams; a push was not sent.",
            ),
            Self::Relay => (
                "All connections of the relay are taken, each with a request under way.",
                "Try again after retry-after; a push was not sent. Whoever runs the relay can raise --connections.",
            ),
        };
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too_many_connections",
            cause,
            remedy,
        )
        .with_retry_after(RETRY)
    }
}

/// The address under which a connection is counted. One that speaks for many people, as a named proxy does, is `None`.
fn counted(shared: &Shared, address: IpAddr) -> Option<IpAddr> {
    (!shared.config.access.trusts(address)).then(|| network(address))
}

/// What to do when a connection cannot be accepted.
async fn relieve(error: &io::Error, places: &mut Places<Id, Connection>) {
    const ENFILE: i32 = 23;
    const EMFILE: i32 = 24;
    let out_of_files = matches!(error.raw_os_error(), Some(ENFILE | EMFILE));
    if !out_of_files
        || (0..FILES_TO_FREE)
            .filter(|_| places.free_one(Instant::now()))
            .count()
            == 0
    {
        sleep(ACCEPT_PAUSE).await;
    } else {
        // The runtime closes what was ended.
        sleep(FULL_PAUSE).await;
    }
}

/// What holds a place.
struct Connection {
    pace: Pace,
    task: AbortHandle,
}

impl Holder for Connection {
    fn end_if(&self, idleness: Idleness) -> bool {
        let ends = self.pace.end_if(idleness);
        if ends {
            self.task.abort();
        }
        ends
    }
}

/// Serves one connection. Its errors are the other side's business: it has gone away or spoken nonsense.
async fn converse(
    stream: TcpStream,
    address: IpAddr,
    shared: Arc<Shared>,
    pace: Pace,
    full: Option<Full>,
) {
    // Without it Nagle's algorithm holds the second small packet of an answer back for 40 ms.
    let _ = stream.set_nodelay(true);
    let _open = shared.metrics.open(Kind::Http);
    let deadlines = shared.config.deadlines;
    let tls = shared.config.access.tls.as_ref();
    let Some(stream) = Socket::open(stream, tls, deadlines.handshake).await else {
        return;
    };
    let mut closing = shared.closing.clone();
    let stream = Paced::new(stream, pace.clone(), deadlines.head, deadlines.reader);
    let late = Arc::new(AtomicBool::new(false));
    let is_late = late.clone();
    let service = service_fn(move |request| {
        let served = pace.serve().then(|| {
            answer(
                shared.clone(),
                address,
                request,
                pace.clone(),
                is_late.clone(),
                full,
            )
        });
        async { Ok::<_, GaveWay>(served.ok_or(GaveWay)?.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(deadlines.browser_idle)
        .max_buf_size(LONGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    tokio::select! {
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

/// Answers: a panic costs one answer, and a push whose sender has hung up still comes to its end.
async fn answer(
    shared: Arc<Shared>,
    address: IpAddr,
    mut request: Request<Incoming>,
    pace: Pace,
    late: Arc<AtomicBool>,
    full: Option<Full>,
) -> Response<LastWord> {
    if pace.has_fragment() {
        request.extensions_mut().insert(HasFragment);
    }
    let (uri, metrics) = (request.uri().clone(), shared.metrics.clone());
    if let Some(full) = full {
        let reply = full.answer(&request);
        // Whoever asks first has sent nothing yet, and is told by the answer not to.
        if !request.headers().contains_key(EXPECT) {
            body::discard(request.into_body()).await;
        }
        return reply.map(|body| LastWord::new(body, pace));
    }
    let mut work = Resolute::new(routes::answer(shared, address, request));
    // The connection is polled again when it is late, and this with it.
    let answered = poll_fn(|context| match late.load(Ordering::Relaxed) {
        true => Poll::Ready(None),
        false => Pin::new(&mut work).poll(context).map(Some),
    });
    let problem = match answered.await {
        Some(Ok(reply)) => return reply.map(|body| LastWord::new(body, pace)),
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
    let reply = routes::refuse(&problem, uri.path());
    reply.map(|body| LastWord::new(body, pace))
}

/// The connection gave its place up in the moment its request was complete.
#[derive(Debug)]
struct GaveWay;

impl fmt::Display for GaveWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection gave way to another")
    }
}

impl std::error::Error for GaveWay {}
