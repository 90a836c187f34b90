//! Head limit: the size of the header list that the server accepts, from its SETTINGS. h2 does not
//! enforce it, so requests are measured before they are sent.
//! Source: RFC 9113 §6.5.2.

use std::sync::Arc;

use http::Request;

use crate::http2_frames::{MAX_HEADER_LIST_SIZE, read_settings};
use crate::sync::Lock;

/// Bytes that each header counts in addition to its name and value.
const OVERHEAD: usize = 32;
/// Pseudo-headers of a request.
const PSEUDO_NAMES: [&str; 4] = [":method", ":scheme", ":authority", ":path"];

/// Limit of one connection, shared with the reader of its SETTINGS.
#[derive(Clone, Default)]
pub(crate) struct HeadLimit(Arc<Lock<Named>>);

/// First and latest limit that the server has sent, in bytes; `None` means no limit.
#[derive(Clone, Copy, Default)]
struct Named {
    first: Option<u32>,
    now: Option<u32>,
}

impl HeadLimit {
    /// Reads the payload of a SETTINGS frame. One without a limit changes nothing.
    pub(crate) fn read(&self, settings: &[u8]) {
        let named = read_settings(settings)
            .into_iter()
            .rfind(|(identifier, _)| *identifier == MAX_HEADER_LIST_SIZE);
        if let Some((_, size)) = named {
            let mut limit = self.0.lock();
            limit.first.get_or_insert(size);
            limit.now = Some(size);
        }
    }

    /// `true` if the server accepts a header list of this size.
    pub(crate) fn admits(&self, request: &Request<()>) -> bool {
        self.0
            .lock()
            .now
            .is_none_or(|most| size(request) <= most as usize)
    }

    /// `true` if the limit is lower than the first one, so that a new connection may accept more.
    pub(crate) fn has_fallen(&self) -> bool {
        let limit = self.0.lock();
        limit.now < limit.first
    }
}

/// Size of the header list in bytes, uncompressed.
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
    fn the_size_of_a_header_list_is_computed_as_in_rfc_9113() {
        let request = Request::post("https://localhost/3/device/00")
            .header("apns-topic", "abc")
            .body(())
            .expect("a legal request");
        // 39 POST, 39 https, 42 localhost, 37 /3/device/00, 42 abc: each is name, 32 and value.
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
