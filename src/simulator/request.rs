//! Request of a client, before anything is judged.

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Uri};

use super::push_header::PushHeader;
use crate::apns::DeviceToken;
use crate::apns::headers::AUTHORIZATION;

const PATH: &str = "/3/device/";
const SCHEME: &str = "bearer ";

/// One request. It holds a provider token, so it cannot be printed.
pub(crate) struct Request {
    /// The method.
    pub(crate) method: Method,
    uri: Uri,
    /// Every header.
    pub(crate) headers: HeaderMap,
    /// First value of each [`PushHeader`], found once: the rules ask for them about twenty times.
    push_headers: [Option<HeaderValue>; PushHeader::COUNT],
    /// The body.
    pub(crate) body: Body,
    /// True if the path is [`PATH`] and one segment.
    is_of_device: bool,
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

    /// The bytes of a header, the first if there are several.
    pub(crate) fn header(&self, header: PushHeader) -> Option<&[u8]> {
        self.push_headers[header as usize]
            .as_ref()
            .map(HeaderValue::as_bytes)
    }

    /// A header as text.
    pub(crate) fn text(&self, header: PushHeader) -> Option<Cow<'_, str>> {
        self.header(header).map(text_of)
    }

    /// Every value of `authorization`, usually one.
    pub(crate) fn authorizations(&self) -> impl Iterator<Item = &[u8]> {
        let repeated = self.repeats_headers().then(|| {
            let values = self.headers.get_all(AUTHORIZATION).iter();
            values.skip(1).map(HeaderValue::as_bytes)
        });
        let first = self.header(PushHeader::Authorization).into_iter();
        first.chain(repeated.into_iter().flatten())
    }

    /// True if a name stands there twice, which takes no looking.
    pub(crate) fn repeats_headers(&self) -> bool {
        self.headers.len() > self.headers.keys_len()
    }

    /// The path's segment for a device token, possibly empty; `None` when the path
    /// has another shape.
    pub(crate) fn device_segment(&self) -> Option<&str> {
        segment_of(&self.uri).filter(|_| self.is_of_device)
    }

    /// The device token, when it is one.
    pub(crate) fn device_token(&self) -> Option<&DeviceToken> {
        self.device_token.as_ref()
    }

    /// The provider token, which stands behind `bearer` in any case.
    pub(crate) fn provider_token(&self) -> Option<Cow<'_, str>> {
        let value = self.header(PushHeader::Authorization)?;
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

/// The path behind [`PATH`]. A query belongs to it: no path of APNs has one.
fn segment_of(uri: &Uri) -> Option<&str> {
    uri.path_and_query()?.as_str().strip_prefix(PATH)
}
