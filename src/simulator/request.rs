//! Request of a client, before it is judged.

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Uri};

use super::push_header::PushHeader;
use crate::apns::DeviceToken;
use crate::apns::headers::AUTHORIZATION;

const PATH: &str = "/3/device/";
const SCHEME: &str = "bearer ";

/// Request of a client. It holds a provider token, so it does not implement `Debug`.
pub(crate) struct Request {
    /// Method of the request.
    pub(crate) method: Method,
    uri: Uri,
    /// All headers.
    pub(crate) headers: HeaderMap,
    /// First value of each [`PushHeader`], found once because the rules read them about twenty
    /// times.
    push_headers: [Option<HeaderValue>; PushHeader::COUNT],
    /// Body of the request.
    pub(crate) body: Body,
    /// `true` if the path is [`PATH`] and one segment.
    is_of_device: bool,
    device_token: Option<DeviceToken>,
}

/// Body of a request. Only its beginning is kept, but further bytes are counted.
#[derive(Default)]
pub(crate) struct Body {
    /// Beginning of the body.
    pub(crate) kept: Bytes,
    /// Number of bytes that arrived before reading stopped.
    pub(crate) length: usize,
}

impl Body {
    /// Maximum number of bytes kept. APNs accepts less, so a body that is cut off is too large
    /// anyway.
    const LONGEST_KEPT: usize = 6 * 1024;

    /// Appends the next piece.
    pub(crate) fn push(&mut self, mut piece: Bytes) {
        self.length += piece.len();
        piece.truncate(Self::LONGEST_KEPT - self.kept.len());
        // Nearly every body arrives in one piece.
        self.kept = if self.kept.is_empty() {
            piece
        } else {
            [&self.kept[..], &piece].concat().into()
        };
    }
}

impl Request {
    /// Creates a request from its head and its body.
    pub(crate) fn new(parts: Parts, body: Body) -> Self {
        let segment = segment_of(&parts.uri).filter(|segment| !segment.contains('/'));
        let is_of_device = segment.is_some();
        let device_token = segment.and_then(DeviceToken::from_hex);
        let mut push_headers = [const { None }; PushHeader::COUNT];
        for (name, value) in &parts.headers {
            if let Some(header) = PushHeader::named(name.as_str()) {
                push_headers[header as usize].get_or_insert_with(|| value.clone());
            }
        }
        Self {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            push_headers,
            body,
            is_of_device,
            device_token,
        }
    }

    /// Returns the value of a header in bytes, the first if there are several.
    pub(crate) fn header(&self, header: PushHeader) -> Option<&[u8]> {
        self.push_headers[header as usize]
            .as_ref()
            .map(HeaderValue::as_bytes)
    }

    /// Returns the value of a header as text, the first if there are several.
    pub(crate) fn text(&self, header: PushHeader) -> Option<Cow<'_, str>> {
        self.header(header).map(text_of)
    }

    /// Returns all values of `authorization`, usually one.
    pub(crate) fn authorizations(&self) -> impl Iterator<Item = &[u8]> {
        let repeated = self.repeats_headers().then(|| {
            let values = self.headers.get_all(AUTHORIZATION).iter();
            values.skip(1).map(HeaderValue::as_bytes)
        });
        let first = self.header(PushHeader::Authorization).into_iter();
        first.chain(repeated.into_iter().flatten())
    }

    /// `true` if a header is repeated. Comparing two counts is enough, without a search.
    pub(crate) fn repeats_headers(&self) -> bool {
        self.headers.len() > self.headers.keys_len()
    }

    /// Returns the path segment of the device token, possibly empty; `None` if the path has another
    /// form.
    pub(crate) fn device_segment(&self) -> Option<&str> {
        segment_of(&self.uri).filter(|_| self.is_of_device)
    }

    /// Returns the device token; `None` if the path segment is not one.
    pub(crate) fn device_token(&self) -> Option<&DeviceToken> {
        self.device_token.as_ref()
    }

    /// Returns the provider token, which follows `bearer` in upper or lower case.
    pub(crate) fn provider_token(&self) -> Option<Cow<'_, str>> {
        let value = self.header(PushHeader::Authorization)?;
        let (scheme, token) = value.split_at_checked(SCHEME.len())?;
        let token = token.trim_ascii();
        (scheme.eq_ignore_ascii_case(SCHEME.as_bytes()) && !token.is_empty())
            .then(|| text_of(token))
    }
}

/// Converts bytes to text like `from_utf8_lossy`, which is slow even if all bytes are valid.
pub(crate) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Returns the path after [`PATH`]. A query counts as part of the path, because no path of APNs has
/// one.
fn segment_of(uri: &Uri) -> Option<&str> {
    uri.path_and_query()?.as_str().strip_prefix(PATH)
}
