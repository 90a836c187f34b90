//! Reply: an HTTP answer of the relay, with the headers that all answers have.

use std::convert::Infallible;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{Either, Full, StreamBody};
use hyper::body::Frame;
use serde::Serialize;

/// Frames of a streaming body.
pub(crate) type Frames = Pin<Box<dyn Stream<Item = Result<Frame<Bytes>, Infallible>> + Send>>;
/// Body of an answer: complete, or streaming.
pub(crate) type Body = Either<Full<Bytes>, StreamBody<Frames>>;
/// Answer to a client.
pub(crate) type Reply = Response<Body>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Number of headers that an answer to a push has.
const USUAL_HEADERS: usize = 10;

/// Headers of API answers and of the page's assets, which must never be rendered as a document.
const API_HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
];

/// Headers of the page's document.
const PAGE_HEADERS: [(HeaderName, HeaderValue); 8] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "camera=(), microphone=(), geolocation=(), usb=(), clipboard-read=(self)",
        ),
    ),
];

/// Creates an API answer with these bytes.
pub(crate) fn api(status: StatusCode, body: Bytes) -> Reply {
    with_headers(status, Either::Left(Full::new(body)), API_HEADERS)
}

/// Creates an API answer with this value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Reply {
    let json = serde_json::to_vec(value).unwrap_or_default();
    let mut reply = api(status, json.into());
    reply.headers_mut().insert(header::CONTENT_TYPE, JSON);
    reply
}

/// Creates a streaming API answer.
pub(crate) fn stream(content_type: &'static str, frames: Frames) -> Reply {
    let mut reply = with_headers(
        StatusCode::OK,
        Either::Right(StreamBody::new(frames)),
        API_HEADERS,
    );
    reply
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    reply
}

/// Creates an answer with a file that the page's document loads.
pub(crate) fn asset(kind: &'static str, cache: &'static str, body: Bytes) -> Reply {
    let mut reply = api(StatusCode::OK, body);
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    reply
}

/// Makes an answer the last one on its connection.
pub(crate) fn close(reply: &mut Reply) {
    let close = HeaderValue::from_static("close");
    reply.headers_mut().insert(header::CONNECTION, close);
}

/// Creates an answer with the page's document and its content security policy.
pub(crate) fn document(kind: &'static str, policy: HeaderValue, body: Bytes) -> Reply {
    let body = Either::Left(Full::new(body));
    let mut reply = with_headers(StatusCode::OK, body, PAGE_HEADERS);
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    reply
}

fn with_headers<const N: usize>(
    status: StatusCode,
    body: Body,
    headers: [(HeaderName, HeaderValue); N],
) -> Reply {
    let mut reply = Response::new(body);
    *reply.status_mut() = status;
    let mut all = HeaderMap::with_capacity(USUAL_HEADERS);
    all.extend(headers);
    *reply.headers_mut() = all;
    reply
}
