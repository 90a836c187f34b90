//! The head limit: how large a header list a server takes, as its SETTINGS have it. The HTTP/2 library does not look at it, so a
//! request is measured here before it leaves.
//! Source: RFC 9113 §6.5.2.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Request;

use crate::http2_frames::{MAX_HEADER_LIST_SIZE, read_settings};

/// What each header counts for besides its name and its value.
const OVERHEAD: usize = 32;
/// Those that HTTP/2 makes of the request line.
const PSEUDO_NAMES: [&str; 4] = [":method", ":scheme", ":authority", ":path"];

/// The limit of one connection, shared with whoever reads its SETTINGS.
#[derive(Clone, Default)]
pub(crate) struct HeadLimit(Arc<Mutex<Named>>);

/// What the server has named: nothing at first, which is no limit.
#[derive(Clone, Copy, Default)]
struct Named {
    first: Option<u32>,
    now: Option<u32>,
}

impl HeadLimit {
    /// Reads the payload of a SETTINGS frame.
    pub(crate) fn read(&self, settings: &[u8]) {
        let named = read_settings(settings)
            .into_iter()
            .rfind(|(identifier, _)| *identifier == MAX_HEADER_LIST_SIZE);
        if let Some((_, size)) = named {
            let mut limit = self.lock();
            limit.first.get_or_insert(size);
            limit.now = Some(size);
        }
    }

    /// Whether the server takes a request of this size.
    pub(crate) fn admits(&self, request: &Request<()>) -> bool {
        self.lock()
            .now
            .is_none_or(|most| size(request) <= most as usize)
    }

    /// Whether the server takes less than at first, so that a new connection may take more.
    pub(crate) fn has_fallen(&self) -> bool {
        let limit = self.lock();
        limit.now < limit.first
    }

    fn lock(&self) -> MutexGuard<'_, Named> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The size of the header list: names and values as they are before compression.
fn size(request: &Request<()>) -> usize {
    let names: usize = PSEUDO_NAMES.iter().map(|name| name.len() + OVERHEAD).sum();
    let uri = request.uri();
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    let values = request.method().as_str().len()
        + uri.scheme_str().map_or(0, str::len)
        + uri.authority().map_or(0, |host| host.as_str().len())
        + path;
    let headers: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + OVERHEAD)
        .sum();
    names + values + headers
}

#[cfg(test)]
mod tests {
    use super::{HeadLimit, Request};

    #[test]
    fn a_header_list_is_measured_as_the_standard_has_it() {
        let request = Request::post("https://localhost/3/device/00")
            .header("apns-topic", "abc")
            .body(())
            .expect("a legal request");
        // 39 POST, 39 https, 42 localhost, 37 /3/device/00, 42 abc, each a name and 32.
        let size = (39 + 4) + (39 + 5) + (42 + 9) + (37 + 12) + (42 + 3);
        let limit = HeadLimit::default();
        assert!(limit.admits(&request), "nobody has named a limit");
        for (named, is_admitted) in [(size, true), (size - 1, false)] {
            limit.read(&[&[0, 3, 0, 0, 0, 1, 0, 6][..], &u32::to_be_bytes(named)].concat());
            assert_eq!(limit.admits(&request), is_admitted, "{named}");
        }
        limit.read(&[0, 3, 0, 0, 0, 1]);
        assert!(
            !limit.admits(&request) && limit.has_fallen(),
            "SETTINGS that do not name it leave it as it is"
        );
    }
}
