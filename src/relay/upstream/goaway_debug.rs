//! The last words of a server: why it goes away, as its GOAWAY frame has it. The HTTP/2 library keeps
//! them to itself, so this layer reads along between TLS and it, and changes nothing. It reads SETTINGS
//! for the head limit too.
//! Source: RFC 9113 §6.8; Apple, "Handling notification responses from APNs".

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::head_limit::HeadLimit;
use crate::apns::Reason;
use crate::simulator::frames::{GOAWAY, HEAD, Head, SETTINGS};

/// The last stream and the error code come before the words.
const BEFORE_THE_WORDS: usize = 8;
/// Apple's have thirty bytes.
const LONGEST_WORDS: usize = 1_024;
/// Of one frame; SETTINGS have a few dozen bytes.
const MOST_KEPT: usize = BEFORE_THE_WORDS + LONGEST_WORDS;
/// Of characters that only names and secrets have in a row; a server may say back what it was sent.
const LONGEST_RUN: usize = 19;
/// Of words that are not Apple's.
const LONGEST_SHOWN: usize = 200;

/// What a server has said, shared with those who wait for it.
#[derive(Clone, Default)]
pub(crate) struct LastWords(Arc<Mutex<Option<String>>>);

impl LastWords {
    /// The words, if there were any.
    pub(crate) fn get(&self) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, words: &[u8]) {
        if !words.is_empty() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown(words));
        }
    }
}

/// Apple's reason by itself; anything else is cut and without what may be a secret, and nothing in it reaches a terminal as it is.
fn shown(words: &[u8]) -> String {
    let document: Option<Value> = serde_json::from_slice(words).ok();
    let reason = document
        .as_ref()
        .and_then(|document| document["reason"].as_str());
    match reason.filter(|reason| Reason::parse(reason).is_some()) {
        Some(reason) => reason.to_owned(),
        None => without_secrets(&String::from_utf8_lossy(words))
            .chars()
            .flat_map(char::escape_debug)
            .take(LONGEST_SHOWN)
            .collect(),
    }
}

/// The words, with three dots in the place of tokens, keys and whatever else is that long in one piece.
fn without_secrets(words: &str) -> String {
    let mut shown = String::with_capacity(words.len());
    let mut rest = words;
    while !rest.is_empty() {
        let run = rest
            .find(|character: char| !is_of_secrets(character))
            .unwrap_or(rest.len());
        let other = rest[run..].chars().next().map_or(0, char::len_utf8);
        let is_cut = run == rest.len() && words.len() >= LONGEST_WORDS;
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

/// The layer.
pub(crate) struct Listening<S> {
    line: S,
    reader: Reader,
}

/// Where it is between two heads.
struct Reader {
    words: LastWords,
    head_limit: HeadLimit,
    head: Vec<u8>,
    /// Bytes of the payload still to come.
    rest: usize,
    /// The type and the payload of a frame that is read, as far as it is of interest.
    kept: Option<(u8, Vec<u8>)>,
}

impl<S> Listening<S> {
    /// Reads along on `line`.
    pub(crate) fn to(line: S, words: LastWords, head_limit: HeadLimit) -> Self {
        Self {
            line,
            reader: Reader {
                words,
                head_limit,
                head: Vec::with_capacity(HEAD),
                rest: 0,
                kept: None,
            },
        }
    }
}

impl Reader {
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
                        .words
                        .set(kept.get(BEFORE_THE_WORDS..).unwrap_or_default()),
                    _ => self.head_limit.read(&kept),
                }
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Listening<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.line).poll_read(cx, buffer))?;
        self.reader.push(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Listening<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.line).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.line.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.line).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::{HeadLimit, LastWords, Listening, Reader};
    use crate::simulator::frames::{DATA, frame, goaway};

    fn heard(pieces: &[&[u8]]) -> Option<String> {
        let words = LastWords::default();
        let Listening { mut reader, .. } = Listening::to((), words.clone(), HeadLimit::default());
        pieces
            .iter()
            .for_each(|piece| Reader::push(&mut reader, piece));
        words.get()
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
            |words: &str| heard(&[&goaway(0, 0, words.as_bytes())]).expect("there are words");
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
        let junk = heard(&[&goaway(0, 11, &[b'x'; 16 * 1024])]).expect("there are words");
        assert_eq!(junk, "…", "in one piece");
        let junk = heard(&[&goaway(0, 11, &b"junk ".repeat(3_000))]).expect("there are words");
        assert_eq!(junk.len(), 200);
        let control = heard(&[&goaway(0, 11, b"\x1b[31mred\r\n\xff")]).expect("there are words");
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
