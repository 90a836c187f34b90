//! Timeouts of a browser's connection: a request's head must arrive soon after its first byte, and an
//! answer must be read.
//!
//! hyper has one timer for the idle time between two requests and for the head that follows; a connection
//! may be idle long and a head must not take long, so the head has a timer of its own here, beneath hyper.
//! For a reader that does not read, hyper has no timer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::connection_limit::Idle;
use super::fragment::FragmentWatcher;
use super::socket::Socket;
use crate::relay::reply::Body;

const RESTING: u8 = 0;
const HEAD: u8 = 1;
const SERVING: u8 = 2;
/// Nothing is served any more.
const OVER: u8 = 3;

/// Phase of a connection, known to the stream beneath hyper and the service above it.
#[derive(Clone)]
pub(crate) struct ConnectionPhase(Arc<State>);

struct State {
    value: AtomicU8,
    has_fragment: AtomicBool,
}

impl ConnectionPhase {
    /// A new connection owes a head at once.
    pub(crate) fn new() -> Self {
        Self(Arc::new(State {
            value: AtomicU8::new(HEAD),
            has_fragment: AtomicBool::new(false),
        }))
    }

    /// The head is complete: until the end of its answer nothing is owed. Tells whether there is to be an answer.
    pub(crate) fn serve(&self) -> bool {
        self.0
            .value
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |phase| {
                (phase != OVER).then_some(SERVING)
            })
            .is_ok()
    }

    /// Ends the connection if it is idle in this way, so that no request is served from then on; tells whether it did.
    pub(crate) fn end_if(&self, idle: Idle) -> bool {
        let phase = match idle {
            Idle::Unfinished => HEAD,
            Idle::Resting => RESTING,
        };
        self.move_on(phase, OVER)
    }

    /// Whether a target that came over the connection had a fragment, which hyper cuts off.
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

/// Stream of a browser's connection that enforces the timeouts.
pub(crate) struct TimeoutStream {
    stream: Socket,
    phase: ConnectionPhase,
    watcher: FragmentWatcher,
    head: Duration,
    timer: Pin<Box<Sleep>>,
    reader: Duration,
    /// Runs while the other side takes in nothing.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl TimeoutStream {
    /// Watches `stream`; a head may take as long as `head`, and an answer may stand still as long as `reader`.
    pub(crate) fn new(
        stream: Socket,
        phase: ConnectionPhase,
        head: Duration,
        reader: Duration,
    ) -> Self {
        Self {
            stream,
            phase,
            watcher: FragmentWatcher::default(),
            head,
            timer: Box::pin(sleep(head)),
            reader,
            stalled: None,
        }
    }

    /// Passes on what became of a write, and gives up on a reader that has taken in nothing for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        polled: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let reader = self.reader;
        ready!(
            self.stalled
                .get_or_insert_with(|| Box::pin(sleep(reader)))
                .as_mut()
                .poll(context)
        );
        // Otherwise the system would keep what is not read for minutes after the end.
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
            let deadline = Instant::now() + self.head;
            self.timer.as_mut().reset(deadline);
        }
        if phase == HEAD && polled.is_pending() {
            ready!(self.timer.as_mut().poll(context));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        polled
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
        Pin::new(&mut self.stream).poll_flush(context)
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
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, polled)
    }
}

/// Body at whose end the connection is idle.
pub(crate) struct TrackedBody {
    body: Body,
    phase: ConnectionPhase,
}

impl TrackedBody {
    /// The body of an answer on the connection of `phase`.
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
