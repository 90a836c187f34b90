//! The exchange: one request and its answer on one stream, in the frames APNs uses: a success is
//! headers alone, a refusal has a body with its reason.
//! Source: Apple, "Handling notification responses from APNs".

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use serde::Serialize;
use tokio::time::timeout;

use super::decision::Decision;
use super::request::{Body, Request};
use super::shared::{Connection, Shared};
use crate::apns::headers::{APNS_ID, APNS_UNIQUE_ID};

/// What lies beyond is not even counted.
const LARGEST_BODY: usize = 64 * 1024;
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// Serves one request. A body that breaks off or does not come in time decides nothing: its stream
/// is reset.
pub(crate) async fn serve(
    shared: Arc<Shared>,
    connection: Arc<Connection>,
    request: http::Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
) {
    let (parts, mut stream) = request.into_parts();
    let Ok(Ok(body)) = timeout(BODY_DEADLINE, read(&mut stream)).await else {
        respond.send_reset(Reason::CANCEL);
        return;
    };
    let decision = shared.decide(&connection, respond.stream_id().as_u32(), &Request::new(parts, body));
    // An error here is a client that no longer listens.
    let _ = answer(&decision, &mut respond);
}

/// Reads a body as far as it is of interest.
async fn read(stream: &mut RecvStream) -> Result<Body, h2::Error> {
    let mut body = Body::default();
    while let Some(piece) = stream.data().await {
        let piece = piece?;
        stream.flow_control().release_capacity(piece.len())?;
        body.push(&piece);
        if body.length > LARGEST_BODY {
            break;
        }
    }
    Ok(body)
}

#[derive(Serialize)]
struct Refusal {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
}

fn answer(decision: &Decision, respond: &mut SendResponse<Bytes>) -> Result<(), h2::Error> {
    let mut response = Response::builder().status(decision.status).header(APNS_ID, &decision.apns_id);
    if let Some(id) = &decision.apns_unique_id {
        response = response.header(APNS_UNIQUE_ID, id);
    }
    let Some(reason) = decision.reason else {
        return respond.send_response(head(response), true).map(drop);
    };
    let body = serde_json::to_vec(&Refusal { reason, timestamp: decision.timestamp }).unwrap_or_default();
    let mut stream = respond.send_response(head(response.header(CONTENT_TYPE, "application/json")), false)?;
    stream.send_data(body.into(), true)
}

/// Statuses and identifiers made here are legal, so building cannot fail.
fn head(response: http::response::Builder) -> Response<()> {
    response.body(()).unwrap_or_else(|_| {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
