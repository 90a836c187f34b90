//! GOAWAY debug data: the reason a server gives for closing a connection. h2 discards it, so this
//! layer between TLS and h2 reads the incoming frames without changing them. It also reads
//! SETTINGS, for the head limit.
//! Source: RFC 9113 §6.8; Apple, "Handling notification responses from APNs".

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::head_limit::HeadLimit;
use crate::apns::Reason;
use crate::http2_frames::{GOAWAY, HEAD, Head, SETTINGS};
use crate::sync::Lock;

/// Bytes of a GOAWAY payload before the debug data: last stream id and error code.
const BEFORE_DEBUG_DATA: usize = 8;
/// Longest debug data that is kept, in bytes. Apple's has about thirty.
const LONGEST_DEBUG_DATA: usize = 1_024;
/// Longest payload of one frame that is kept, in bytes. SETTINGS have a few dozen.
const MOST_KEPT: usize = BEFORE_DEBUG_DATA + LONGEST_DEBUG_DATA;
/// Longest run of base64-like characters that is shown. A longer one may be a secret that the
/// server echoes.
const LONGEST_RUN: usize = 19;
/// Longest text that is shown, in characters, if it is not one of Apple's reasons.
const LONGEST_SHOWN: usize = 200;

/// Debug data of one connection, shared with the requests on it.
#[derive(Clone, Default)]
pub(crate) struct GoawayDebug(Arc<Lock<Option<String>>>);

impl GoawayDebug {
    /// Returns the debug data, if there was any.
    pub(crate) fn get(&self) -> Option<String> {
        self.0.lock().clone()
    }

    fn set(&self, debug: &[u8]) {
        if !debug.is_empty() {
            *self.0.lock() = Some(shown(debug));
        }
    }
}

/// Returns Apple's reason alone. Any other text is shortened, possible secrets are replaced, and
/// control characters are escaped.
fn shown(debug: &[u8]) -> String {
    let document: Option<Value> = serde_json::from_slice(debug).ok();
    let reason = document
        .as_ref()
        .and_then(|document| document["reason"].as_str());
    match reason.filter(|reason| Reason::parse(reason).is_some()) {
        Some(reason) => reason.to_owned(),
        None => without_secrets(&String::from_utf8_lossy(debug))
            .chars()
            .flat_map(char::escape_debug)
            .take(LONGEST_SHOWN)
            .collect(),
    }
}

/// Replaces runs that are long enough to be a token or a key by "…".
fn without_secrets(debug: &str) -> String {
    let mut shown = String::with_capacity(debug.len());
    let mut rest = debug;
    while !rest.is_empty() {
        let run = rest
            .find(|character: char| !is_of_secrets(character))
            .unwrap_or(rest.len());
        let other = rest[run..].chars().next().map_or(0, char::len_utf8);
        let is_cut = run == rest.len() && debug.len() >= LONGEST_DEBUG_DATA;
        shown.push_str(if run > LONGEST_RUN || is_cut {
            "…"
        } else {
            &rest[..run]
        });
        shown.push_str(&rest[run..run + other]);
        rest = &rest[run + other..];
    }
    shown
}

/// `true` for the characters of base64, hex and percent-encoding.
fn is_of_secrets(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.+/=%~".contains(character)
}

/// The stream layer between TLS and HTTP/2.
pub(crate) struct Tap<S> {
    stream: S,
    reader: FrameReader,
}

/// Position within the frames that arrive.
struct FrameReader {
    debug: GoawayDebug,
    head_limit: HeadLimit,
    head: Vec<u8>,
    /// Payload bytes still to come.
    rest: usize,
    /// Type and payload of a GOAWAY or SETTINGS frame that is being read; at most [`MOST_KEPT`]
    /// bytes.
    kept: Option<(u8, Vec<u8>)>,
}

impl<S> Tap<S> {
    /// Reads the frames that arrive on `stream`.
    pub(crate) fn to(stream: S, debug: GoawayDebug, head_limit: HeadLimit) -> Self {
        Self {
            stream,
            reader: FrameReader {
                debug,
                head_limit,
                head: Vec::with_capacity(HEAD),
                rest: 0,
                kept: None,
            },
        }
    }
}

impl FrameReader {
    fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let is_payload = self.rest > 0;
            let wanted = if is_payload {
                self.rest
            } else {
                HEAD - self.head.len()
            };
            let (piece, others) = bytes.split_at(wanted.min(bytes.len()));
            bytes = others;
            if is_payload {
                self.rest -= piece.len();
                if let Some((_, kept)) = &mut self.kept {
                    let room = MOST_KEPT.saturating_sub(kept.len());
                    kept.extend_from_slice(&piece[..piece.len().min(room)]);
                }
            } else {
                self.head.extend_from_slice(piece);
                let Some(head) = Head::read(&self.head) else {
                    continue;
                };
                self.head.clear();
                self.rest = head.length;
                self.kept = [GOAWAY, SETTINGS]
                    .contains(&head.kind)
                    .then(|| (head.kind, Vec::new()));
            }
            // Evaluates a long frame early: h2 may drop the connection before it ends.
            let is_enough = |(_, kept): &(u8, Vec<u8>)| kept.len() == MOST_KEPT;
            if (self.rest == 0 || self.kept.as_ref().is_some_and(is_enough))
                && let Some((kind, kept)) = self.kept.take()
            {
                match kind {
                    GOAWAY => self
                        .debug
                        .set(kept.get(BEFORE_DEBUG_DATA..).unwrap_or_default()),
                    _ => self.head_limit.read(&kept),
                }
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.reader.push(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{FrameReader, GoawayDebug, HeadLimit, Tap};
    use crate::http2_frames::{DATA, frame, goaway};

    fn heard(pieces: &[&[u8]]) -> Option<String> {
        let debug = GoawayDebug::default();
        let Tap { mut reader, .. } = Tap::to((), debug.clone(), HeadLimit::default());
        pieces
            .iter()
            .for_each(|piece| FrameReader::push(&mut reader, piece));
        debug.get()
    }

    #[test]
    fn the_goaway_reason_is_read_however_the_bytes_are_split() {
        let bytes = [
            frame(DATA, 0, 1, b"{\"reason\":\"No\"}"),
            goaway(7, 0, br#"{"reason":"Shutdown"}"#),
            frame(DATA, 0, 3, b"x"),
        ]
        .concat();
        assert_eq!(heard(&[&bytes]).as_deref(), Some("Shutdown"));
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(heard(&single).as_deref(), Some("Shutdown"));
        assert_eq!(heard(&[&goaway(7, 0, b"")]), None);
    }

    #[test]
    fn possible_secrets_in_debug_data_are_left_out() {
        let said =
            |debug: &str| heard(&[&goaway(0, 0, debug.as_bytes())]).expect("there is debug data");
        assert_eq!(
            said(
                "bearer eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJUIn0.c2ln for 00fc13adff785122b4ad28809a34"
            ),
            "bearer … for …"
        );
        assert_eq!(
            said("%41%42%43%44%45%46%47 max_age; too_many_pings"),
            "… max_age; too_many_pings"
        );
        assert_eq!(
            said("-----BEGIN PRIVATE KEY-----\nMIGTAgEAMBMGByqGSM49AgEG\n"),
            "-----BEGIN PRIVATE KEY-----\\n…\\n"
        );
    }

    #[test]
    fn foreign_debug_data_is_cut_and_escaped() {
        let junk = heard(&[&goaway(0, 11, &[b'x'; 16 * 1024])]).expect("there is debug data");
        assert_eq!(junk, "…", "in one piece");
        let junk = heard(&[&goaway(0, 11, &b"junk ".repeat(3_000))]).expect("there is debug data");
        assert_eq!(junk.len(), 200);
        let control =
            heard(&[&goaway(0, 11, b"\x1b[31mred\r\n\xff")]).expect("there is debug data");
        assert!(
            control.chars().all(|character| !character.is_control()),
            "{control}"
        );
        assert_eq!(
            heard(&[&goaway(0, 0, br#"{"reason":"NoSuchReason"}"#)]).as_deref(),
            Some(r#"{\"reason\":\"NoSuchReason\"}"#)
        );
    }
}
