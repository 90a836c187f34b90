//! Listener for phones: it answers the requests of apps, and nothing else.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Request, StatusCode};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::routes::{self, AppRoute};
use crate::relay::Shared;
use crate::relay::client::network;
use crate::relay::guard::token_bucket::{Buckets, Rate};
use crate::relay::guard::{body, origin_guard};
use crate::relay::problem::Problem;
use crate::relay::reply::{self, Reply};
use crate::sync::Lock;

/// Most requests of one address, behind which may be an office full of phones.
const RATE_OF_ADDRESS: Rate = Rate::per_second(50, 2_000);
/// Most requests with one secret: every device of an app registers at once, twice.
const RATE_OF_APP: Rate = Rate::per_second(50, 2_000);

/// Limits on the requests of addresses and apps.
pub(super) struct FloodLimits {
    addresses: Lock<Buckets<IpAddr>>,
    apps: Lock<Buckets<String>>,
}

impl FloodLimits {
    /// Creates limits that nobody has used.
    pub(super) fn new() -> Self {
        Self {
            addresses: Lock::new(Buckets::new(RATE_OF_ADDRESS)),
            apps: Lock::new(Buckets::new(RATE_OF_APP)),
        }
    }

    /// Counts a request of an address. Fails if there are too many.
    pub(super) fn admit_address(&self, address: IpAddr, now: Instant) -> Result<(), Problem> {
        let counted = self.addresses.lock().try_take(&network(address), now);
        counted.map_err(|wait| {
            let cause = "This address sends more requests than the push server takes from one.";
            too_many("too_many_requests", cause, wait)
        })
    }

    /// Counts a request with the secret of an app. Fails if there are too many.
    pub(super) fn admit_app(&self, app_id: &str, now: Instant) -> Result<(), Problem> {
        let counted = self.apps.lock().try_take(&app_id.to_owned(), now);
        counted.map_err(|wait| {
            let cause = "This app sends more requests than the push server takes from one.";
            too_many("too_many_of_app", cause, wait)
        })
    }
}

fn too_many(code: &'static str, cause: &str, wait: Duration) -> Problem {
    let fix = "Wait as long as retry-after says; a device registers once at each start of its app.";
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code, cause, fix).with_retry_after(wait)
}

/// Answers a request.
pub(crate) async fn answer(
    shared: Arc<Shared>,
    address: IpAddr,
    request: Request<Incoming>,
) -> Reply {
    let (parts, body) = request.into_parts();
    let mut complete = true;
    let answered = match admit(&shared, address, &parts) {
        Ok(route) => routes::answer_app(&shared, route, &parts, body).await,
        Err(problem) => {
            complete = body::discard(&parts, body).await;
            Err(problem)
        }
    };
    let mut reply = answered.unwrap_or_else(|problem| {
        shared.metrics.refused(problem.code());
        tracing::debug!(code = problem.code(), status = problem.status().as_u16(), %address, "a request of an app was refused");
        problem.reply()
    });
    if !complete {
        reply::close(&mut reply);
    }
    reply
}

/// Runs the checks of a request in their order.
fn admit<'a>(shared: &Shared, address: IpAddr, parts: &'a Parts) -> Result<AppRoute<'a>, Problem> {
    let phones = super::phones(shared)?;
    phones.hosts.check(parts)?;
    origin_guard::target(parts)?;
    let route = AppRoute::find(parts.uri.path()).ok_or_else(nothing_here)?;
    let methods = route.methods();
    if !methods
        .split(", ")
        .any(|method| method == parts.method.as_str())
    {
        return Err(Problem::method_not_allowed(&parts.method, methods));
    }
    origin_guard::length(parts).map_err(about_length)?;
    phones.floods.admit_address(address, Instant::now())?;
    origin_guard::content_type(&parts.headers)?;
    Ok(route)
}

fn nothing_here() -> Problem {
    let cause = "There is nothing at this path.";
    let fix = "Apps use PUT and DELETE /api/devices/{device_token}, and POST /api/receipts.";
    Problem::new(StatusCode::NOT_FOUND, "not_found", cause, fix)
}

/// Words a refusal of a long body for apps, which send no payload.
fn about_length(problem: Problem) -> Problem {
    if problem.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return problem;
    }
    let cause = "The body is longer than 16 KiB, the most an app may send.";
    let fix = "Send only the documented fields: a registration or receipt takes less than 1 KiB.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", cause, fix)
}
