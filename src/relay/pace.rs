//! The pace of a browser's connection: a request's head must arrive quickly once it has begun.
//!
//! hyper has one timer for the rest between two requests and for the head that follows; a rest may
//! last long and a head must not, so the head has a timer of its own here, beneath hyper.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

use super::reply::Body;
use super::socket::Socket;

const RESTING: u8 = 0;
const HEAD: u8 = 1;
const SERVING: u8 = 2;

/// What the connection is doing, known to both its ends in the program.
#[derive(Clone)]
pub(crate) struct Pace(Arc<AtomicU8>);

impl Pace {
    /// A new connection owes a head at once.
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU8::new(HEAD)))
    }

    /// The head is complete: until the end of its answer nothing is owed.
    pub(crate) fn serve(&self) {
        self.0.store(SERVING, Ordering::Relaxed);
    }
}

/// A browser's connection that insists on the pace.
pub(crate) struct Paced {
    stream: Socket,
    pace: Pace,
    head: Duration,
    timer: Pin<Box<Sleep>>,
}

impl Paced {
    /// Watches `stream`; a head may take as long as `head`.
    pub(crate) fn new(stream: Socket, pace: Pace, head: Duration) -> Self {
        Self { stream, pace, head, timer: Box::pin(sleep(head)) }
    }
}

impl AsyncRead for Paced {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let phase = self.pace.0.load(Ordering::Relaxed);
        if phase == RESTING && buffer.filled().len() > before {
            self.pace.0.store(HEAD, Ordering::Relaxed);
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

impl AsyncWrite for Paced {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
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

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}

/// A body at whose end the connection rests.
pub(crate) struct LastWord {
    body: Body,
    pace: Pace,
}

impl LastWord {
    /// The body of an answer on the connection of `pace`.
    pub(crate) fn new(body: Body, pace: Pace) -> Self {
        Self { body, pace }
    }
}

impl Drop for LastWord {
    fn drop(&mut self) {
        self.pace.0.store(RESTING, Ordering::Relaxed);
    }
}

impl hyper::body::Body for LastWord {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
