//! Cap on the streams that a connection may have open, before and after its first valid provider
//! token.
//!
//! APNs allows one stream until then. Apple does not document what happens to a client that opens
//! more. The simulator serves the streams of a client that cannot know the cap yet, and refuses
//! later ones.
//! Source: Apple, "Sending notification requests to APNs".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::http2_frames::{MAX_CONCURRENT_STREAMS, Setting};

/// Number of streams that APNs is observed to grant.
pub(crate) const MOST_STREAMS: u32 = 1_000;

/// Cap of one connection, and the number of its open streams.
pub(crate) struct ConcurrentStreams {
    before: u32,
    after: u32,
    /// `true` if the cap also applies to a client that cannot know it yet.
    is_strict: bool,
    is_lifted: AtomicBool,
    open: Arc<AtomicUsize>,
}

/// Open stream. Dropping this value closes the stream.
pub(crate) struct OpenStream(Arc<AtomicUsize>);

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ConcurrentStreams {
    /// Creates the cap of a connection with provider tokens.
    pub(crate) fn until_first_token() -> Self {
        Self {
            is_strict: false,
            ..Self::set_by_fault(1, MOST_STREAMS)
        }
    }

    /// Creates the cap that a fault sets.
    pub(crate) fn set_by_fault(before: u32, after: u32) -> Self {
        Self {
            before,
            after,
            is_strict: true,
            is_lifted: AtomicBool::new(false),
            open: Arc::default(),
        }
    }

    /// Creates a cap that is lifted from the start, because the client needs no provider token or a
    /// fault sets another limit.
    pub(crate) fn unlimited() -> Self {
        Self {
            is_lifted: AtomicBool::new(true),
            ..Self::until_first_token()
        }
    }

    /// Returns the setting for the first SETTINGS frame; `None` if there is no cap.
    pub(crate) fn first_setting(&self) -> Option<Setting> {
        (!self.is_lifted()).then_some((MAX_CONCURRENT_STREAMS, self.before))
    }

    /// Lifts the cap. Returns the setting that tells the client; `None` if the cap was already
    /// lifted.
    pub(crate) fn lift(&self) -> Option<Setting> {
        (!self.is_lifted.swap(true, Ordering::Relaxed))
            .then_some((MAX_CONCURRENT_STREAMS, self.after))
    }

    /// Opens a stream; `None` if too many are open. `has_heard` is `true` if the client knows the
    /// cap.
    pub(crate) fn open(&self, has_heard: bool) -> Option<OpenStream> {
        let stream = OpenStream(Arc::clone(&self.open));
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        let is_limited = !self.is_lifted() && (self.is_strict || has_heard);
        (!is_limited || open <= self.before as usize).then_some(stream)
    }

    /// `true` if the cap was lifted.
    pub(crate) fn is_lifted(&self) -> bool {
        self.is_lifted.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::ConcurrentStreams;

    #[test]
    fn one_stream_is_open_until_the_cap_is_lifted() {
        let streams = ConcurrentStreams::until_first_token();
        let first = streams.open(true);
        assert!(first.is_some() && streams.open(true).is_none());
        drop(first);
        assert!(streams.open(true).is_some());
        let _held = streams.open(true);
        assert_eq!(
            (streams.first_setting(), streams.lift(), streams.lift()),
            (Some((3, 1)), Some((3, 1_000)), None)
        );
        assert!(streams.open(true).is_some() && streams.first_setting().is_none());
    }

    #[test]
    fn only_a_fault_refuses_a_client_that_has_not_heard_of_the_cap() {
        let usual = ConcurrentStreams::until_first_token();
        let strict = ConcurrentStreams::set_by_fault(1, 2);
        let _held = (usual.open(false), strict.open(false));
        assert!(usual.open(false).is_some() && strict.open(false).is_none());
    }
}
