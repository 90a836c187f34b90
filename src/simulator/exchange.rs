//! Exchange of one request and its answer on one stream, in the frames APNs uses: a success has
//! headers only, a refusal also has a body with its reason.
//! Source: Apple, "Handling notification responses from APNs".

use std::future::poll_fn;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use serde::Serialize;

use tokio::time::timeout;

use super::apns::Apns;
use super::connection::Connection;
use super::record::decision::Decision;
use super::request::{Body, Request};
use super::transport::concurrent_streams::OpenStream;
use crate::apns::headers::{APNS_ID, APNS_UNIQUE_ID};
use crate::apns::uuid::Uuid;

/// Number of body bytes after which reading stops.
const LARGEST_BODY: usize = 64 * 1024;

/// Request that has arrived, and the stream for its answer.
pub(crate) struct Exchange {
    /// Simulated APNs.
    pub(crate) apns: Arc<Apns>,
    /// Connection of the request.
    pub(crate) connection: Arc<Connection>,
    /// Request, whose body may still be incomplete.
    pub(crate) request: Request,
    /// Sending half of the stream.
    pub(crate) respond: SendResponse<Bytes>,
    incoming: RecvStream,
    /// Place of the stream among the open streams of the connection.
    _open_stream: OpenStream,
}

impl Exchange {
    /// Creates an exchange whose body has not been read.
    pub(crate) fn new(
        apns: Arc<Apns>,
        connection: Arc<Connection>,
        open_stream: OpenStream,
        request: http::Request<RecvStream>,
        respond: SendResponse<Bytes>,
    ) -> Self {
        let (parts, incoming) = request.into_parts();
        Self {
            apns,
            connection,
            request: Request::new(parts, Body::default()),
            respond,
            incoming,
            _open_stream: open_stream,
        }
    }

    /// Reads the rest of the body. If the body breaks off or does not arrive in time, resets the
    /// stream and returns `false`: the request is not judged.
    pub(crate) async fn receive(&mut self) -> bool {
        let (incoming, body) = (&mut self.incoming, &mut self.request.body);
        // Most bodies have arrived completely and need no timer.
        let is_whole = match read(incoming, body).now_or_never() {
            Some(read) => read.is_ok(),
            None => {
                let read = timeout(self.connection.body_deadline(), read(incoming, body)).await;
                matches!(read, Ok(Ok(())))
            }
        };
        if !is_whole {
            self.respond.send_reset(Reason::CANCEL);
        }
        is_whole
    }

    /// Judges the request and answers it.
    pub(crate) async fn go_on(&mut self) {
        match self.decide() {
            Some(decision) => self.answer(&decision),
            None => self.ignore().await,
        }
    }

    /// Judges the request. Returns `None` if a GOAWAY has said that the stream is not processed.
    pub(crate) fn decide(&self) -> Option<Arc<Decision>> {
        if !self.connection.stream_limit.admit(self.stream()) {
            return None;
        }
        let decision = self
            .apns
            .decide(&self.connection, self.stream(), &self.request);
        self.connection.grant_streams();
        Some(decision)
    }

    /// Sends the answer to a decision.
    pub(crate) fn answer(&mut self, decision: &Decision) {
        // An error means that the client no longer listens.
        let _ = answer(decision, self.may_have_body(), &mut self.respond);
    }

    /// Leaves the stream unanswered until the client resets it or the connection ends.
    pub(crate) async fn ignore(&mut self) {
        let _ = poll_fn(|cx| self.respond.poll_reset(cx)).await;
    }

    /// `true` if the answer may have a body (RFC 9110 §9.3.2).
    pub(crate) fn may_have_body(&self) -> bool {
        self.request.method != Method::HEAD
    }

    /// Returns the number of the stream.
    pub(crate) fn stream(&self) -> u32 {
        self.respond.stream_id().as_u32()
    }
}

/// Reads a body until it ends or has more than `LARGEST_BODY` bytes.
async fn read(stream: &mut RecvStream, body: &mut Body) -> Result<(), h2::Error> {
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        stream.flow_control().release_capacity(piece.len())?;
        body.push(piece);
        if body.length > LARGEST_BODY {
            break;
        }
    }
    Ok(())
}

const ID: HeaderName = HeaderName::from_static(APNS_ID);
const UNIQUE_ID: HeaderName = HeaderName::from_static(APNS_UNIQUE_ID);
const JSON: HeaderValue = HeaderValue::from_static("application/json");

#[derive(Serialize)]
struct Refusal {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
}

fn answer(
    decision: &Decision,
    may_have_body: bool,
    respond: &mut SendResponse<Bytes>,
) -> Result<(), h2::Error> {
    let mut response = Response::new(());
    *response.status_mut() =
        StatusCode::from_u16(decision.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    let ids = [
        (ID, Some(&*decision.apns_id)),
        (
            UNIQUE_ID,
            decision.apns_unique_id.as_ref().map(Uuid::as_str),
        ),
    ];
    headers.extend(
        ids.into_iter()
            .filter_map(|(name, id)| Some((name, never_again(id?)?))),
    );
    let Some(reason) = decision.reason else {
        return respond.send_response(response, true).map(drop);
    };
    headers.insert(CONTENT_TYPE, JSON);
    if !may_have_body {
        return respond.send_response(response, true).map(drop);
    }
    let body = serde_json::to_vec(&Refusal {
        reason,
        timestamp: decision.timestamp,
    })
    .unwrap_or_default();
    let mut stream = respond.send_response(response, false)?;
    stream.send_data(body.into(), true)
}

/// Creates a header value that occurs in one answer only. It is marked as sensitive, which keeps it
/// out of the HPACK table of values that are sent again by number.
fn never_again(id: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(id).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Builds the head of a response. Building cannot fail, because the status and the headers were
/// checked before.
pub(crate) fn head(response: http::response::Builder) -> Response<()> {
    response.body(()).unwrap_or_else(|_| {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
