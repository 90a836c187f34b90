//! Request of a client, before anything is judged.

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Uri};

use crate::apns::DeviceToken;
use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_ID, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC,
    AUTHORIZATION,
};
use crate::caller::SENDER;

const PATH: &str = "/3/device/";
const SCHEME: &str = "bearer ";
/// Names of the headers that are read of every request.
const READ: [&str; 8] = [
    AUTHORIZATION,
    APNS_TOPIC,
    APNS_PUSH_TYPE,
    APNS_PRIORITY,
    APNS_EXPIRATION,
    APNS_COLLAPSE_ID,
    APNS_ID,
    SENDER,
];

/// One request. It holds a provider token, so it cannot be printed.
pub(crate) struct Request {
    /// The method.
    pub(crate) method: Method,
    uri: Uri,
    /// Every header.
    pub(crate) headers: HeaderMap,
    /// First values of the headers in [`READ`], found once: the rules ask for them about twenty
    /// times.
    read: [Option<HeaderValue>; READ.len()],
    /// The body.
    pub(crate) body: Body,
    device_token: Option<DeviceToken>,
}

/// A body, counted further than it is kept.
#[derive(Default)]
pub(crate) struct Body {
    /// Its beginning.
    pub(crate) kept: Bytes,
    /// The bytes that came before reading stopped.
    pub(crate) length: usize,
}

impl Body {
    /// More than APNs takes: what is cut off was too large anyway.
    const LONGEST_KEPT: usize = 6 * 1024;

    /// Takes in the next piece.
    pub(crate) fn push(&mut self, mut piece: Bytes) {
        self.length += piece.len();
        piece.truncate(Self::LONGEST_KEPT - self.kept.len());
        // Nearly every body comes in one piece.
        self.kept = if self.kept.is_empty() {
            piece
        } else {
            [&self.kept[..], &piece].concat().into()
        };
    }
}

impl Request {
    /// Puts a request together.
    pub(crate) fn new(parts: Parts, body: Body) -> Self {
        let device_token = segment_of(&parts.uri).and_then(DeviceToken::from_hex);
        let mut read = [const { None }; READ.len()];
        for (name, value) in &parts.headers {
            if let Some(index) = READ.iter().position(|known| *known == name.as_str()) {
                read[index].get_or_insert_with(|| value.clone());
            }
        }
        Self {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            read,
            body,
            device_token,
        }
    }

    /// The bytes of a header, the first if there are several.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        let value = match READ.iter().position(|known| *known == name) {
            Some(index) => self.read[index].as_ref(),
            None => self.headers.get(name),
        };
        value.map(HeaderValue::as_bytes)
    }

    /// A header as text.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.header(name).map(text_of)
    }

    /// The path's segment for a device token, possibly empty; `None` when the path
    /// has another shape.
    pub(crate) fn device_segment(&self) -> Option<&str> {
        segment_of(&self.uri)
    }

    /// The device token, when it is one.
    pub(crate) fn device_token(&self) -> Option<&DeviceToken> {
        self.device_token.as_ref()
    }

    /// The provider token, which stands behind `bearer` in any case.
    pub(crate) fn provider_token(&self) -> Option<Cow<'_, str>> {
        let value = self.header(AUTHORIZATION)?;
        let (scheme, token) = value.split_at_checked(SCHEME.len())?;
        let token = token.trim_ascii();
        (scheme.eq_ignore_ascii_case(SCHEME.as_bytes()) && !token.is_empty())
            .then(|| text_of(token))
    }
}

/// Bytes as text. The same as `from_utf8_lossy`, which takes its time also where nothing is lost.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A query belongs to it: no path of APNs has one.
fn segment_of(uri: &Uri) -> Option<&str> {
    uri.path_and_query()?
        .as_str()
        .strip_prefix(PATH)
        .filter(|segment| !segment.contains('/'))
}
