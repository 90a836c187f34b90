//! GOAWAY debug data: the reason a server gives for going away. The HTTP/2 library does not hand it
//! on, so this layer reads the frames between TLS and it, and changes nothing. It reads SETTINGS for the
//! head limit too.
//! Source: RFC 9113 §6.8; Apple, "Handling notification responses from APNs".

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::head_limit::HeadLimit;
use crate::apns::Reason;
use crate::http2_frames::{GOAWAY, HEAD, Head, SETTINGS};

/// The last stream and the error code come before the debug data.
const BEFORE_DEBUG_DATA: usize = 8;
/// Apple's have thirty bytes.
const LONGEST_DEBUG_DATA: usize = 1_024;
/// Of one frame; SETTINGS have a few dozen bytes.
const MOST_KEPT: usize = BEFORE_DEBUG_DATA + LONGEST_DEBUG_DATA;
/// Of characters that only names and secrets have in a row; a server may say back what it was sent.
const LONGEST_RUN: usize = 19;
/// Characters of debug data that is not Apple's.
const LONGEST_SHOWN: usize = 200;

/// Debug data of a connection, shared with the requests on it.
#[derive(Clone, Default)]
pub(crate) struct GoawayDebug(Arc<Mutex<Option<String>>>);

impl GoawayDebug {
    /// The debug data, if there was any.
    pub(crate) fn get(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, debug: &[u8]) {
        if !debug.is_empty() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown(debug));
        }
    }
}

/// Apple's reason by itself; anything else is cut and without what may be a secret, and nothing in it reaches a terminal as it is.
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

/// The debug data, with three dots in the place of tokens, keys and whatever else is that long in one piece.
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

/// What base64, hex, percent-encoding and passwords are made of.
fn is_of_secrets(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.+/=%~".contains(character)
}

/// The layer between TLS and HTTP/2.
pub(crate) struct Tap<S> {
    stream: S,
    reader: FrameReader,
}

/// Where it is between two heads.
struct FrameReader {
    debug: GoawayDebug,
    head_limit: HeadLimit,
    head: Vec<u8>,
    /// Bytes of the payload still to come.
    rest: usize,
    /// The type and the payload of a frame that is read, as far as it is of interest.
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
            // Not only at its end: the library may drop the connection before a long one is over.
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
    fn the_reason_is_heard_however_the_bytes_come() {
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
    fn what_may_be_a_secret_is_left_out() {
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
    fn strange_words_are_cut_and_harmless() {
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
