//! Timeouts of a client's connection: it may be idle for some time between two requests, a request
//! head must be complete soon after its first byte, and the client must read its answers.
//!
//! hyper has one time limit for both the idle time and the head that follows, and none for clients
//! that do not read. It also allocates, starts and stops a timer for each request. Here a connection
//! has one timer, which is set again only when it fires or would fire too late.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::connection_limit::Idle;
use super::fragment::FragmentWatcher;
use super::socket::Socket;
use crate::relay::reply::Body;

const RESTING: u8 = 0;
const HEAD: u8 = 1;
const SERVING: u8 = 2;
/// The connection is closed for further requests.
const OVER: u8 = 3;

/// Phase of a connection, shared by the stream beneath hyper and the service above it.
#[derive(Clone)]
pub(crate) struct ConnectionPhase(Arc<State>);

struct State {
    value: AtomicU8,
    has_fragment: AtomicBool,
}

impl ConnectionPhase {
    /// Phase of a new connection, which has to send a request head at once.
    pub(crate) fn new() -> Self {
        Self(Arc::new(State {
            value: AtomicU8::new(HEAD),
            has_fragment: AtomicBool::new(false),
        }))
    }

    /// Marks the head as complete, which stops its timer. Returns `false` if the connection was
    /// evicted, so that the request must not be served.
    pub(crate) fn serve(&self) -> bool {
        self.0
            .value
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |phase| {
                (phase != OVER).then_some(SERVING)
            })
            .is_ok()
    }

    /// Ends the connection if it is in this idle state, so that it serves no further request.
    /// Returns `true` if it did.
    pub(crate) fn end_if(&self, idle: Idle) -> bool {
        let phase = match idle {
            Idle::Unfinished => HEAD,
            Idle::Resting => RESTING,
        };
        self.move_on(phase, OVER)
    }

    /// `true` if a request target on this connection had a fragment, which hyper removes.
    pub(crate) fn has_fragment(&self) -> bool {
        self.0.has_fragment.load(Ordering::Relaxed)
    }

    fn move_on(&self, from: u8, to: u8) -> bool {
        self.0
            .value
            .compare_exchange(from, to, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }
}

/// Time limits of a client's connection.
#[derive(Clone, Copy)]
pub(crate) struct TimeLimits {
    /// Longest time between two requests.
    pub(crate) idle: Duration,
    /// Longest time for a request head.
    pub(crate) head: Duration,
    /// Longest time without progress while an answer is written.
    pub(crate) reader: Duration,
}

/// Stream of a client's connection that enforces the timeouts.
pub(crate) struct TimeoutStream {
    stream: Socket,
    phase: ConnectionPhase,
    watcher: FragmentWatcher,
    limits: TimeLimits,
    /// End of the idle time or of the time for a head, with the phase that it ends. `None` until the
    /// client is waited for.
    deadline: Option<(u8, Instant)>,
    /// Timer for the deadline. It may fire earlier.
    timer: Pin<Box<Sleep>>,
    /// Timer that runs while the client reads nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl TimeoutStream {
    /// Wraps the stream of a new connection.
    pub(crate) fn new(stream: Socket, phase: ConnectionPhase, limits: TimeLimits) -> Self {
        let deadline = Instant::now() + limits.head;
        Self {
            stream,
            phase,
            watcher: FragmentWatcher::default(),
            limits,
            deadline: Some((HEAD, deadline)),
            timer: Box::pin(sleep_until(deadline)),
            stalled: None,
        }
    }

    /// Ready when this phase has lasted for its time limit. The limit starts with the first call.
    fn poll_limit(&mut self, phase: u8, limit: Duration, context: &mut Context<'_>) -> Poll<()> {
        let deadline = match self.deadline {
            Some((of, deadline)) if of == phase => deadline,
            _ => Instant::now() + limit,
        };
        self.deadline = Some((phase, deadline));
        if deadline < self.timer.deadline() {
            self.timer.as_mut().reset(deadline);
        }
        loop {
            ready!(self.timer.as_mut().poll(context));
            if self.timer.deadline() >= deadline {
                return Poll::Ready(());
            }
            self.timer.as_mut().reset(deadline);
        }
    }

    /// Returns the result of a write, or `TimedOut` once the client has read nothing for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            // A connection on which an answer is written is not idle: the next request may have come
            // together with the last one.
            if matches!(self.deadline, Some((RESTING, _))) {
                self.deadline = None;
            }
            return polled;
        }
        let reader = self.limits.reader;
        ready!(
            self.stalled
                .get_or_insert_with(|| Box::pin(sleep(reader)))
                .as_mut()
                .poll(context)
        );
        // Otherwise the system would keep unread data for minutes after the close.
        let _ = self.stream.set_zero_linger();
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for TimeoutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let phase = self.phase.0.value.load(Ordering::Relaxed);
        let arrived = buffer.filled().get(before..).unwrap_or_default();
        self.watcher.watch(arrived);
        if self.watcher.is_found() {
            self.phase.0.has_fragment.store(true, Ordering::Relaxed);
        }
        if phase == RESTING && !arrived.is_empty() && self.phase.move_on(RESTING, HEAD) {
            self.deadline = None;
        }
        let limit = match phase {
            RESTING => self.limits.idle,
            HEAD => self.limits.head,
            _ => return polled,
        };
        if polled.is_ready() {
            return polled;
        }
        ready!(self.poll_limit(phase, limit, context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncWrite for TimeoutStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        // After an answer hyper need not read before bytes arrive, so the idle time starts here.
        let idle = self.limits.idle;
        if self.phase.0.value.load(Ordering::Relaxed) == RESTING
            && self.poll_limit(RESTING, idle, context).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // The usual answer has no body, and `send` costs less than `writev`.
        let mut full = slices.iter().filter(|slice| !slice.is_empty());
        let (first, second) = (full.next(), full.next());
        let stream = Pin::new(&mut self.stream);
        let polled = match (first, second) {
            (Some(only), None) => stream.poll_write(context, only),
            _ => stream.poll_write_vectored(context, slices),
        };
        self.written(context, polled)
    }
}

/// Response body that marks the connection as idle when it is dropped.
pub(crate) struct TrackedBody {
    body: Body,
    phase: ConnectionPhase,
}

impl TrackedBody {
    /// Creates the body of an answer on the connection of `phase`.
    pub(crate) fn new(body: Body, phase: ConnectionPhase) -> Self {
        Self { body, phase }
    }
}

impl Drop for TrackedBody {
    fn drop(&mut self) {
        self.phase.move_on(SERVING, RESTING);
    }
}

impl hyper::body::Body for TrackedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
