//! HTTP/2 connection to APNs, for one environment and one credential.
//!
//! APNs allows one stream until it has accepted a valid provider token, so the first request is
//! sent alone. Once it is answered, the limit is the one in the server's SETTINGS.
//! Source: Apple, "Sending notification requests to APNs".

use std::future::pending;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use h2::{Ping, PingPong, RecvStream};
use http::{Request, Response};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tokio_rustls::client::TlsStream;

use super::batched::Batched;
use super::dial;
use super::failure::{Cause, Stage};
use super::goaway_debug::{GoawayDebug, Tap};
use super::head_limit::HeadLimit;
use super::stream_slots::{NoSlot, StreamSlots};
use super::target::Target;
use super::tls::{Tls, speaks_http2};
use crate::relay::deadlines::Deadlines;
use crate::relay::identity::Identity;
use crate::sync::Lock;

/// Longest body that is kept, in bytes. APNs answers with about a hundred.
const LONGEST_ANSWER: usize = 4 * 1024;
/// Longest header list that is accepted, in bytes. APNs sends far less.
const LONGEST_HEADERS: u32 = 16 * 1024;

type Transport = h2::client::Connection<Tap<TlsStream<TcpStream>>, Bytes>;

/// A connection that has been opened; it may have been retired since.
pub(crate) struct Connection {
    /// `None` once the connection is retired: h2 then closes it when its last stream ends.
    sender: Lock<Option<SendRequest<Bytes>>>,
    slots: StreamSlots,
    /// Number of requests in flight.
    in_flight: Arc<AtomicUsize>,
    /// Time of the latest answer.
    last: Lock<Instant>,
    goaway: GoawayDebug,
    head_limit: HeadLimit,
}

/// Reason for which a request on this connection has no answer.
pub(crate) enum Unanswered {
    /// The connection was dead before the request left. The request may be sent on another one.
    Stale,
    /// The request failed for this cause.
    Failed(Cause),
}

impl Connection {
    /// Opens a connection and waits until the server's SETTINGS have arrived, at most for the
    /// `connect` deadline.
    pub(crate) async fn open(
        target: &Target,
        identity: Option<&Identity>,
        tls: &Tls,
        deadlines: Deadlines,
    ) -> Result<Arc<Self>, Cause> {
        let mut stage = Stage::Name;
        let (goaway, head_limit) = (GoawayDebug::default(), HeadLimit::default());
        let heard = (&goaway, &head_limit);
        let opened = timeout(
            deadlines.connect,
            establish(target, identity, tls, heard, &mut stage),
        )
        .await;
        let (sender, transport, pings) = opened.unwrap_or(Err(Cause::ConnectTimeout(stage)))?;
        let connection = Arc::new(Self {
            sender: Lock::new(Some(sender)),
            slots: StreamSlots::default(),
            in_flight: Arc::default(),
            last: Lock::new(Instant::now()),
            goaway,
            head_limit,
        });
        tokio::spawn(drive(
            Batched::new(transport, Arc::clone(&connection.in_flight)),
            pings,
            Arc::downgrade(&connection),
            deadlines,
        ));
        Ok(connection)
    }

    /// Sends one request and reads the answer, at most until `limit`.
    pub(crate) async fn send(
        &self,
        request: Request<()>,
        body: Bytes,
        deadlines: &Deadlines,
        limit: Instant,
    ) -> Result<Response<Bytes>, Unanswered> {
        let _in_flight = InFlight::count(self);
        let most = || {
            self.sender
                .lock()
                .as_ref()
                .map(SendRequest::current_max_send_streams)
        };
        let _slot = self
            .slots
            .take(limit, most)
            .await
            .map_err(|why| self.without_slot(why))?;
        let limit = limit.min(Instant::now() + deadlines.answer);

        if !self.head_limit.admits(&request) {
            if self.head_limit.has_fallen() {
                self.retire();
            }
            return Err(Unanswered::Failed(Cause::HeadersTooLong));
        }
        let mut sender = self.sender.lock().clone().ok_or(Unanswered::Stale)?;
        let (response, mut stream) = sender
            .send_request(request, body.is_empty())
            .map_err(|_| Unanswered::Stale)?;
        // A retired connection closes when its last stream ends only if no sender is left.
        drop(sender);
        if !body.is_empty() {
            // If the stream has ended meanwhile, its response carries the error.
            let _ = stream.send_data(body, true);
        }

        // From here on the server may have processed the push, unless it says otherwise.
        match timeout_at(limit, response).await {
            Ok(Ok(response)) => {
                self.slots.trust();
                Ok(read(response, limit).await)
            }
            Ok(Err(error)) => Err(Unanswered::Failed(Cause::of_stream(&error))),
            Err(_) => {
                stream.send_reset(h2::Reason::CANCEL);
                // A server that is silent for that long may be unreachable.
                self.retire();
                Err(Unanswered::Failed(Cause::NoAnswer))
            }
        }
    }

    /// Stops taking new requests. Those in flight are still answered.
    pub(crate) fn retire(&self) {
        self.sender.lock().take();
        self.slots.wake();
    }

    /// Debug data of the server's GOAWAY, if there was any.
    pub(crate) fn goaway_debug(&self) -> Option<String> {
        self.goaway.get()
    }

    /// `true` if the connection takes new requests.
    pub(crate) fn is_usable(&self) -> bool {
        self.sender.lock().is_some()
    }

    fn without_slot(&self, why: NoSlot) -> Unanswered {
        match why {
            NoSlot::Retired => return Unanswered::Stale,
            NoSlot::Busy => {}
            // A new connection may work.
            NoSlot::Closed => self.retire(),
        }
        Unanswered::Failed(Cause::Queued)
    }
}

/// Counts a request as in flight until it is dropped.
struct InFlight<'a>(&'a Connection);

impl<'a> InFlight<'a> {
    fn count(connection: &'a Connection) -> Self {
        connection.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(connection)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        *self.0.last.lock() = Instant::now();
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn establish(
    target: &Target,
    identity: Option<&Identity>,
    tls: &Tls,
    (goaway, head_limit): (&GoawayDebug, &HeadLimit),
    stage: &mut Stage,
) -> Result<(SendRequest<Bytes>, Transport, PingPong), Cause> {
    let stream = connect(target, stage).await?;
    // With Nagle's algorithm a second small frame would be delayed by 40 ms.
    stream
        .set_nodelay(true)
        .map_err(|error| Cause::of_connect(&error))?;

    *stage = Stage::Tls;
    let name = ServerName::try_from(target.host.clone()).map_err(|_| Cause::WrongName)?;
    let connector = tls.connector(&target.trust, identity).await?;
    let stream = connector
        .connect(name, stream)
        .await
        .map_err(|error| Cause::of_tls(&error))?;
    if !speaks_http2(stream.get_ref().1) {
        return Err(Cause::NoHttp2);
    }

    *stage = Stage::Http2;
    // In TLS 1.3 the client's handshake is complete before the server has verified the client
    // certificate, so a refusal shows only as a closed connection.
    let ended = if identity.is_some() {
        Cause::IdentityRefused
    } else {
        Cause::Handshake
    };
    let mut client = h2::client::Builder::new();
    client
        .initial_max_send_streams(1)
        .enable_push(false)
        .max_header_list_size(LONGEST_HEADERS);
    #[cfg(test)]
    client.initial_stream_id(target.first_stream);
    let (sender, mut transport) = client
        .handshake(Tap::to(stream, goaway.clone(), head_limit.clone()))
        .await
        .map_err(|_| ended)?;
    // h2 does not wait for the server's SETTINGS. The answer to a PING arrives after them, and
    // proves a full round trip before a push is sent.
    let mut pings = transport.ping_pong().ok_or(ended)?;
    tokio::select! {
        _ = &mut transport => Err(ended),
        pong = pings.ping(Ping::opaque()) => pong.map(drop).map_err(|_| ended),
    }?;
    Ok((sender, transport, pings))
}

/// Connects to the server, directly or through the proxy.
async fn connect(target: &Target, stage: &mut Stage) -> Result<TcpStream, Cause> {
    if let Some(proxy) = &target.proxy {
        return proxy.connect(target, stage).await;
    }
    let addresses = match target.address {
        Some(address) => vec![address],
        None => dial::resolve(&target.host, target.port).await,
    };
    if addresses.is_empty() {
        return Err(Cause::Unresolved);
    }
    *stage = Stage::Connect;
    dial::connect(addresses)
        .await
        .map_err(|error| Cause::of_connect(&error))
}

/// Reads the body until it ends, breaks off, reaches [`LONGEST_ANSWER`] or meets `limit`. A partial
/// body is kept: the status alone tells the outcome.
async fn read(response: Response<RecvStream>, limit: Instant) -> Response<Bytes> {
    let (parts, mut stream) = response.into_parts();
    let mut body = BytesMut::new();
    while !stream.is_end_stream()
        && let Ok(Some(Ok(chunk))) = timeout_at(limit, stream.data()).await
    {
        // Returns the window used by these bytes. An error means that the stream has ended.
        let _ = stream.flow_control().release_capacity(chunk.len());
        let room = LONGEST_ANSWER - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    Response::from_parts(parts, body.freeze())
}

/// Drives the connection until it ends, then retires it.
async fn drive(
    transport: Batched<Transport>,
    pings: PingPong,
    connection: Weak<Connection>,
    deadlines: Deadlines,
) {
    tokio::select! {
        _ = transport => {}
        // Dropping the transport fails every stream on it.
        _ = watch_over(pings, &connection, &deadlines) => {}
    }
    if let Some(connection) = connection.upgrade() {
        connection.retire();
    }
}

/// Returns when the connection has to be dropped: a PING was not answered in time, or the
/// connection was idle and did not close.
async fn watch_over(
    mut pings: PingPong,
    connection: &Weak<Connection>,
    deadlines: &Deadlines,
) -> io::Result<()> {
    let mut pinged = Instant::now();
    loop {
        let Some(strong) = connection.upgrade() else {
            return pending().await;
        };
        let is_unused = strong.in_flight.load(Ordering::Relaxed) == 0;
        let last = *strong.last.lock();
        if is_unused && last.elapsed() >= deadlines.upstream_idle {
            strong.retire();
            drop(strong);
            sleep(deadlines.pong).await;
            return Ok(());
        }
        drop(strong);
        let next_ping = last.max(pinged) + deadlines.ping_after;
        if next_ping <= Instant::now() {
            pinged = Instant::now();
            timeout(deadlines.pong, pings.ping(Ping::opaque()))
                .await?
                .map_err(io::Error::other)?;
            continue;
        }
        let idle_end = if is_unused {
            last + deadlines.upstream_idle
        } else {
            next_ping
        };
        sleep_until(next_ping.min(idle_end)).await;
    }
}
