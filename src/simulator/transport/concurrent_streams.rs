//! Trust: how many streams a connection may have open, before and after its first valid provider token.
//!
//! APNs takes one until then. What it does with a client that opens more is not documented; here
//! the streams of a client that cannot have heard of the limit yet are served, and later ones refused.
//! Source: Apple, "Sending notification requests to APNs".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::http2_frames::{MAX_CONCURRENT_STREAMS, Setting};

/// As many as APNs is seen to grant.
pub(crate) const MOST_STREAMS: u32 = 1_000;

/// What one connection is trusted with.
pub(crate) struct ConcurrentStreams {
    before: u32,
    after: u32,
    /// Whether also those are refused who cannot have heard of the limit.
    is_strict: bool,
    is_gained: AtomicBool,
    open: Arc<AtomicUsize>,
}

/// One of the streams a connection may have open.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ConcurrentStreams {
    /// That of a connection with provider tokens.
    pub(crate) fn usual() -> Self {
        Self {
            is_strict: false,
            ..Self::slow(1, MOST_STREAMS)
        }
    }

    /// That of a fault: so many streams, then so many.
    pub(crate) fn slow(before: u32, after: u32) -> Self {
        Self {
            before,
            after,
            is_strict: true,
            is_gained: AtomicBool::new(false),
            open: Arc::default(),
        }
    }

    /// That of a connection that needs no provider token, or whose limit is somebody else's concern.
    pub(crate) fn whole() -> Self {
        Self {
            is_gained: AtomicBool::new(true),
            ..Self::usual()
        }
    }

    /// What the client is told at first, if there is something to tell.
    pub(crate) fn greeting(&self) -> Option<Setting> {
        (!self.is_gained()).then_some((MAX_CONCURRENT_STREAMS, self.before))
    }

    /// The credential was valid: what the client is told now, if it was told otherwise before.
    pub(crate) fn gain(&self) -> Option<Setting> {
        (!self.is_gained.swap(true, Ordering::Relaxed))
            .then_some((MAX_CONCURRENT_STREAMS, self.after))
    }

    /// Takes one of the open streams; `None` when there are too many.
    pub(crate) fn take_place(&self, has_heard: bool) -> Option<Place> {
        let place = Place(Arc::clone(&self.open));
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        let is_limited = !self.is_gained() && (self.is_strict || has_heard);
        (!is_limited || open <= self.before as usize).then_some(place)
    }

    /// Whether it is there.
    pub(crate) fn is_gained(&self) -> bool {
        self.is_gained.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::ConcurrentStreams;

    #[test]
    fn one_stream_until_trust_is_gained() {
        let trust = ConcurrentStreams::usual();
        let first = trust.take_place(true);
        assert!(first.is_some() && trust.take_place(true).is_none());
        drop(first);
        assert!(trust.take_place(true).is_some());
        let _held = trust.take_place(true);
        assert_eq!(
            (trust.greeting(), trust.gain(), trust.gain()),
            (Some((3, 1)), Some((3, 1_000)), None)
        );
        assert!(trust.take_place(true).is_some() && trust.greeting().is_none());
    }

    #[test]
    fn who_has_not_heard_of_the_limit_is_refused_by_the_fault_only() {
        let (usual, slow) = (ConcurrentStreams::usual(), ConcurrentStreams::slow(1, 2));
        let _held = (usual.take_place(false), slow.take_place(false));
        assert!(usual.take_place(false).is_some() && slow.take_place(false).is_none());
    }
}
