//! Limit on the streams of a connection that may be judged once a GOAWAY was sent.
//!
//! A GOAWAY states that no stream above the last stream it names was processed, and the client
//! sends the requests on such streams again. Therefore a GOAWAY never names a stream below one that
//! was judged, and no stream above the named one is judged afterwards.
//! Source: RFC 9113 §6.8.

use crate::http2_frames::LAST_STREAM;
use crate::sync::Lock;

/// Limit on the streams that may be judged. The limit falls and never rises.
pub(crate) struct StreamLimit(Lock<Streams>);

struct Streams {
    /// Highest stream that was judged.
    judged: u32,
    /// Last stream that the GOAWAY frames so far name.
    last: u32,
}

impl Default for StreamLimit {
    fn default() -> Self {
        Self(Lock::new(Streams {
            judged: 0,
            last: LAST_STREAM,
        }))
    }
}

impl StreamLimit {
    /// `true` if a stream may be judged. If so, the stream counts as judged from now on.
    pub(crate) fn admit(&self, stream: u32) -> bool {
        let mut streams = self.0.lock();
        let is_admitted = stream <= streams.last;
        if is_admitted {
            streams.judged = streams.judged.max(stream);
        }
        is_admitted
    }

    /// `true` if a GOAWAY has stated that this stream is not processed.
    pub(crate) fn is_below(&self, stream: u32) -> bool {
        stream > self.0.lock().last
    }

    /// Lowers the limit to `wanted`, but not below a judged stream. Returns the last stream that a
    /// GOAWAY has to name.
    pub(crate) fn lower(&self, wanted: u32) -> u32 {
        let mut streams = self.0.lock();
        streams.last = streams.last.min(wanted.max(streams.judged));
        streams.last
    }
}

#[cfg(test)]
mod tests {
    use super::{LAST_STREAM, StreamLimit};

    #[test]
    fn nothing_above_the_named_stream_is_judged() {
        let limit = StreamLimit::default();
        assert!(limit.admit(5) && !limit.is_below(7));
        assert_eq!(limit.lower(9), 9);
        assert!(limit.admit(9) && !limit.admit(11) && limit.is_below(11));
        assert_eq!(limit.lower(LAST_STREAM), 9, "it never rises");
    }

    #[test]
    fn a_judged_stream_is_never_above_the_named_one() {
        let limit = StreamLimit::default();
        assert!(limit.admit(7));
        assert_eq!((limit.lower(1), limit.lower(3)), (7, 7));
        assert!(limit.admit(3) && !limit.admit(9));
    }
}
