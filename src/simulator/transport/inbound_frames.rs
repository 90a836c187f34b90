//! Inbound bytes of a wire, split into frames.

use bytes::BytesMut;

use super::wire_control::State;
use crate::http2_frames::{self, HEAD, Head, PREFACE};

/// Inbound bytes, without the acknowledgements that are not for the HTTP/2 library.
pub(super) struct InboundFrames {
    /// Bytes for the HTTP/2 library.
    pub(super) ready: BytesMut,
    /// Beginning of a frame head that has not arrived completely.
    head: Vec<u8>,
    /// Number of bytes before the next frame head, and `true` if they are passed on.
    rest: (usize, bool),
}

impl Default for InboundFrames {
    fn default() -> Self {
        Self {
            ready: BytesMut::new(),
            head: Vec::with_capacity(HEAD),
            rest: (PREFACE, true),
        }
    }
}

impl InboundFrames {
    /// Splits bytes into frames as they arrive.
    pub(super) fn push(&mut self, mut bytes: &[u8], state: &mut State) {
        while !bytes.is_empty() {
            let (rest, passes) = &mut self.rest;
            if *rest > 0 {
                let (piece, others) = bytes.split_at(bytes.len().min(*rest));
                *rest -= piece.len();
                if *passes {
                    self.ready.extend_from_slice(piece);
                }
                bytes = others;
            } else if self.head.is_empty()
                && let Some(head) = Head::read(bytes)
            {
                self.rest = (HEAD + head.length, passes_on(head, state));
            } else {
                let (piece, others) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
                self.head.extend_from_slice(piece);
                bytes = others;
                if let Some(head) = Head::read(&self.head) {
                    self.rest = (head.length, passes_on(head, state));
                    if self.rest.1 {
                        self.ready.extend_from_slice(&self.head);
                    }
                    self.head.clear();
                }
            }
        }
    }
}

/// `true` if a frame is for the HTTP/2 library.
fn passes_on(head: Head, state: &mut State) -> bool {
    !head.is(http2_frames::SETTINGS, http2_frames::ACK) || state.acknowledge()
}
