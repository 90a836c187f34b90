//! Request bodies: read whole, small, announced, and in time.

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use super::origin_guard::LONGEST_BODY;
use crate::relay::problem::Problem;

/// Bytes that are still read of a body nobody wants, so that its sender gets to read the answer:
/// a socket that closes over unread bytes resets the connection.
const LONGEST_REFUSED: usize = 64 * 1024;
/// Time that may take.
const REFUSED_PATIENCE: Duration = Duration::from_secs(1);

/// Reads a whole body.
pub(crate) async fn read(body: Incoming, patience: Duration) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let body = timeout(
        patience,
        Limited::new(body, LONGEST_BODY as usize).collect(),
    )
    .await
    .map_err(|_| {
        let cause = format!(
            "The body did not arrive within {} s.",
            patience.as_secs_f32()
        );
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "body_timeout",
            cause,
            "Send it at once; Content-Length must be its true length.",
        )
    })?;
    body.map(|body| body.to_bytes()).map_err(|_| {
        let cause = "The body ended before its announced length.";
        Problem::new(
            StatusCode::BAD_REQUEST,
            "body_cut",
            cause,
            "Send as many bytes as Content-Length says.",
        )
    })
}

/// Reads what is left of the body of a refused request; tells whether that was all of it.
pub(crate) async fn discard(body: Incoming) -> bool {
    body.is_end_stream()
        || matches!(
            timeout(
                REFUSED_PATIENCE,
                Limited::new(body, LONGEST_REFUSED).collect()
            )
            .await,
            Ok(Ok(_))
        )
}
