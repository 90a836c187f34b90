//! Request bodies: read completely, with limits on size and time.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http::StatusCode;
use http::header::EXPECT;
use http::request::Parts;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use super::origin_guard::{LONGEST_BODY, ends_clearly};
use crate::relay::problem::Problem;

/// Most bytes of an unwanted body that are still read. Closing a socket with unread bytes resets
/// the connection, and the client might not get the answer.
const LONGEST_REFUSED: usize = 64 * 1024;
/// Time limit for reading an unwanted body.
const REFUSED_PATIENCE: Duration = Duration::from_secs(1);

/// Reads a whole body. Fails if it is not complete after `patience` or shorter than announced.
pub(crate) async fn read(body: Incoming, patience: Duration) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let mut collected = pin!(Limited::new(body, LONGEST_BODY as usize).collect());
    // Most bodies come with their heads, and need no timer.
    let body = match collected.as_mut().now_or_never() {
        Some(body) => Ok(body),
        None => timeout(patience, collected).await,
    };
    let body = body.map_err(|_| {
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

/// Reads and discards the body of a refused request. Returns `true` if another request may follow
/// on the connection.
pub(crate) async fn discard(parts: &Parts, body: Incoming) -> bool {
    // A client with `Expect: 100-continue` has not sent its body, and the answer tells it not to.
    !parts.headers.contains_key(EXPECT) && is_read(body).await && ends_clearly(parts)
}

/// Reads a body that nobody wants. Returns `true` if it was read completely.
async fn is_read(body: Incoming) -> bool {
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
