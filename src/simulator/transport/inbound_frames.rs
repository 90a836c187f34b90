//! Bytes that come in on a wire, cut into frames.

use bytes::BytesMut;

use super::wire_control::State;
use crate::http2_frames::{self, HEAD, Head, PREFACE};

/// Bytes that came in, without the acknowledgements that are not for the library.
pub(super) struct InboundFrames {
    /// Bytes for the library.
    pub(super) ready: BytesMut,
    head: BytesMut,
    /// Bytes to come before the next head, and whether they are passed on.
    rest: (usize, bool),
}

impl Default for InboundFrames {
    fn default() -> Self {
        Self {
            ready: BytesMut::new(),
            head: BytesMut::new(),
            rest: (PREFACE, true),
        }
    }
}

impl InboundFrames {
    /// Takes bytes in as they come.
    pub(super) fn push(&mut self, mut bytes: &[u8], state: &mut State) {
        while !bytes.is_empty() {
            let (rest, passes) = &mut self.rest;
            let is_payload = *rest > 0;
            let wanted = if is_payload {
                *rest
            } else {
                HEAD - self.head.len()
            };
            let (piece, others) = bytes.split_at(wanted.min(bytes.len()));
            bytes = others;
            if is_payload {
                *rest -= piece.len();
                if *passes {
                    self.ready.extend_from_slice(piece);
                }
                continue;
            }
            self.head.extend_from_slice(piece);
            if let Some(head) = Head::read(&self.head) {
                let is_answer = head.is(http2_frames::SETTINGS, http2_frames::ACK);
                let passes = !is_answer || state.acknowledge();
                let whole = self.head.split();
                if passes {
                    self.ready.extend_from_slice(&whole);
                }
                self.rest = (head.length, passes);
            }
        }
    }
}
