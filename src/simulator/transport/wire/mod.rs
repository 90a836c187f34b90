//! Wire: a layer between TLS and HTTP/2 that knows where frames begin and end.
//!
//! The HTTP/2 library keeps to the protocol; faults do not. On command of its [`WireControl`], this
//! layer changes the settings of the first SETTINGS frame, inserts frames between those of the
//! library, drops the acknowledgements of the inserted frames, slows the bytes down, cuts them off,
//! or goes silent. Without a command, the layer passes on every byte unchanged.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::server::TlsStream;

use crate::http2_frames::{HEAD, Head};
use crate::simulator::transport::inbound_frames::InboundFrames;
use crate::simulator::transport::wire_control::{CloseMode, State, WireControl};

/// Number of waiting bytes above which the library cannot write.
const MOST_WAITING: usize = 64 * 1024;
/// Maximum number of bytes read at once.
const SCRATCH: usize = 8 * 1024;
/// Time for the client to read the last bytes before the connection is dropped.
const CLOSING_TIME: Duration = Duration::from_secs(1);

/// Byte stream that can be dropped with a reset, which the client notices.
pub(crate) trait ResettableStream: AsyncRead + AsyncWrite + Unpin {
    /// Makes the drop of this byte stream a TCP reset.
    fn end_with_reset(&self);
}

impl ResettableStream for TlsStream<TcpStream> {
    fn end_with_reset(&self) {
        // If this fails, the drop ends the connection without a reset, which is as bad for the
        // client.
        let _ = self.get_ref().0.set_zero_linger();
    }
}

/// The layer between TLS and HTTP/2.
pub(crate) struct Wire<S> {
    stream: S,
    wire_control: WireControl,
    written: BytesMut,
    inbound: InboundFrames,
    /// Buffer for a read. Kept, because clearing a new buffer takes longer than most reads.
    scratch: Box<[u8; SCRATCH]>,
    pause: Option<Pin<Box<Sleep>>>,
    closing: Option<Closing>,
}

struct Closing {
    until: Pin<Box<Sleep>>,
    has_shut: bool,
}

impl<S: ResettableStream> Wire<S> {
    /// Creates a wire on top of `stream`.
    pub(crate) fn new(stream: S, wire_control: WireControl) -> Self {
        Self {
            stream,
            wire_control,
            written: BytesMut::new(),
            inbound: InboundFrames::default(),
            scratch: Box::new([0; SCRATCH]),
            pause: None,
            closing: None,
        }
    }

    /// Writes the waiting bytes. Ready when none are left.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            let mut state = self.wire_control.0.lock();
            if state.is_frozen || state.over.is_some() {
                state.out.clear();
                state.waiting = 0;
                return Poll::Ready(Ok(()));
            }
            let most = state.allowance();
            let bytes = match state.next() {
                Ok(Some(bytes)) => bytes,
                Ok(None) => return Pin::new(&mut self.stream).poll_flush(cx),
                Err(close_mode) => {
                    ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
                    state.over = Some(close_mode);
                    // Wakes the task, because `poll_read` ends the connection.
                    cx.waker().wake_by_ref();
                    continue;
                }
            };
            let most = bytes.len().min(most);
            let sent = ready!(Pin::new(&mut self.stream).poll_write(cx, &bytes[..most]))?;
            bytes.advance(sent);
            state.waiting -= sent;
            if let Some((left, _)) = &mut state.left {
                *left -= sent;
            }
            if let Some(pace) = state.pace {
                self.pause = Some(Box::pin(sleep(pace.pause)));
                drop(state);
                ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
            }
        }
    }

    /// Reads and discards bytes. Ready when the client has ended its side.
    fn poll_discard(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut scratch = [0; 4096];
        loop {
            let mut read = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }

    /// Ends the connection. Bytes that the client still sends are discarded, because they would
    /// otherwise turn the end into a reset, and the last frames would be lost.
    fn poll_end(&mut self, close_mode: CloseMode, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if close_mode == CloseMode::Reset {
            self.stream.end_with_reset();
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let closing = self.closing.get_or_insert_with(|| Closing {
            until: Box::pin(sleep(CLOSING_TIME)),
            has_shut: false,
        });
        if closing.until.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        if !closing.has_shut {
            let _ = ready!(Pin::new(&mut self.stream).poll_shutdown(cx));
            closing.has_shut = true;
        }
        self.poll_discard(cx)
    }
}

impl<S: ResettableStream> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let mut state = this.wire_control.0.lock();
        if state.is_held {
            return Poll::Pending;
        }
        // The waker is set before the state is read, so that no command in between is missed.
        state.wake_with(cx.waker());
        drop(state);
        // Commands are carried out here, because the library always reads.
        if let Poll::Ready(Err(error)) = this.poll_drain(cx) {
            return Poll::Ready(Err(error));
        }
        let (over, is_frozen) = {
            let state = this.wire_control.0.lock();
            (state.over, state.is_frozen)
        };
        if let Some(close_mode) = over {
            return this.poll_end(close_mode, cx);
        }
        if is_frozen {
            return this.poll_discard(cx);
        }
        while this.inbound.ready.is_empty() {
            let mut read = ReadBuf::new(&mut this.scratch[..]);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.inbound
                .push(read.filled(), &mut this.wire_control.0.lock());
        }
        let length = this.inbound.ready.len().min(buffer.remaining());
        buffer.put_slice(&this.inbound.ready.split_to(length));
        Poll::Ready(Ok(()))
    }
}

impl<S: ResettableStream> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let mut state = this.wire_control.0.lock();
        if state.is_held {
            return Poll::Pending;
        }
        if state.waiting > MOST_WAITING {
            drop(state);
            ready!(this.poll_drain(cx))?;
            state = this.wire_control.0.lock();
        }
        if this.written.is_empty() {
            let passed = pass_whole_frames(bytes, &mut state);
            this.written.extend_from_slice(&bytes[passed..]);
        } else {
            this.written.extend_from_slice(bytes);
            let passed = pass_whole_frames(&this.written, &mut state);
            this.written.advance(passed);
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.wire_control.0.lock().is_held {
            return Poll::Ready(Ok(()));
        }
        self.poll_drain(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (over, is_frozen) = {
            let state = self.wire_control.0.lock();
            (state.over, state.is_frozen)
        };
        if over.is_some() || is_frozen {
            return Poll::Ready(Ok(()));
        }
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Passes on the complete frames. Returns their total number of bytes.
fn pass_whole_frames(bytes: &[u8], state: &mut State) -> usize {
    let mut passed = 0;
    while let Some(head) = Head::read(&bytes[passed..]) {
        let Some(frame) = bytes[passed..].get(..HEAD + head.length) else {
            break;
        };
        state.pass(frame);
        passed += frame.len();
    }
    passed
}

#[cfg(test)]
mod tests;
