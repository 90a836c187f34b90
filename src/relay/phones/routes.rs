//! Routes of the push server, on the listener for phones and on that of the page.

use http::request::Parts;
use http::{Method, StatusCode};
use hyper::body::Incoming;
use tokio::time::Instant;

use super::{app_routes, device_routes, phones, receipt_routes, secret, send_report};
use crate::relay::Shared;
use crate::relay::client::Client;
use crate::relay::guard::body;
use crate::relay::problem::Problem;
use crate::relay::reply::Reply;

/// Route of an app, which shows its secret.
#[derive(Clone, Copy)]
pub(super) enum AppRoute<'a> {
    /// Register or withdraw the device with this token.
    Device(&'a str),
    /// Report an event.
    Receipts,
}

impl<'a> AppRoute<'a> {
    /// Finds the route of a path.
    pub(super) fn find(path: &'a str) -> Option<Self> {
        match *path.split('/').collect::<Vec<_>>().as_slice() {
            ["", "api", "devices", token] if !token.is_empty() => Some(Self::Device(token)),
            ["", "api", "receipts"] => Some(Self::Receipts),
            _ => None,
        }
    }

    /// Methods that the route takes.
    pub(super) fn methods(self) -> &'static str {
        match self {
            Self::Device(_) => "PUT, DELETE",
            Self::Receipts => "POST",
        }
    }
}

/// Answers the request of an app with a valid secret.
pub(super) async fn answer_app(
    shared: &Shared,
    route: AppRoute<'_>,
    parts: &Parts,
    body: Incoming,
) -> Result<Reply, Problem> {
    let phones = phones(shared)?;
    let app = secret::sent(&parts.headers).and_then(|hash| phones.apps.with_secret(&hash));
    let app = app.ok_or_else(wrong_secret)?;
    phones.floods.admit_app(&app.app.id, Instant::now())?;
    let body = body::read(body, shared.config.deadlines.body).await?;
    match route {
        AppRoute::Receipts => receipt_routes::save(shared, &app, &body).await,
        AppRoute::Device(token) if parts.method == Method::PUT => {
            device_routes::register(shared, &app, token, &body).await
        }
        AppRoute::Device(token) => device_routes::withdraw(shared, &app, token).await,
    }
}

/// Methods that a path of the page's listener takes; `None` if there is nothing at the path.
pub(crate) fn methods(path: &[&str]) -> Option<&'static str> {
    match path {
        ["apps"] => Some("GET, POST"),
        ["apps", _] => Some("DELETE"),
        ["apps", _, "secret"] => Some("POST, DELETE"),
        ["apps", _, "viewers"] => Some("PUT"),
        ["devices"] | ["sends"] => Some("GET"),
        ["devices", token] if !token.is_empty() => Some("PUT, GET, DELETE"),
        ["receipts"] => Some("POST"),
        _ => None,
    }
}

/// Answers a request on the page's listener. `path` is what follows `/api`, and one of [`methods`].
pub(crate) async fn answer(
    shared: &Shared,
    client: &Client,
    path: &[&str],
    parts: &Parts,
    body: Incoming,
) -> Result<Reply, Problem> {
    let is_app = parts.headers.contains_key(secret::APP);
    match (parts.method.as_str(), path) {
        ("PUT", ["devices", token]) => {
            answer_app(shared, AppRoute::Device(token), parts, body).await
        }
        ("DELETE", ["devices", token]) if is_app => {
            answer_app(shared, AppRoute::Device(token), parts, body).await
        }
        (_, ["receipts"]) => answer_app(shared, AppRoute::Receipts, parts, body).await,
        (method, path) => {
            let query = parts.uri.query().unwrap_or_default();
            let body = body::read(body, shared.config.deadlines.body).await?;
            answer_page(shared, client, (method, path), query, &body).await
        }
    }
}

async fn answer_page(
    shared: &Shared,
    client: &Client,
    request: (&str, &[&str]),
    query: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    match request {
        ("GET", ["apps"]) => app_routes::list(shared, client),
        ("POST", ["apps"]) => app_routes::create(shared, client, body).await,
        ("DELETE", ["apps", id]) => app_routes::delete(shared, client, id).await,
        ("POST", ["apps", id, "secret"]) => app_routes::renew_secret(shared, client, id).await,
        ("DELETE", ["apps", id, "secret"]) => app_routes::revoke_secret(shared, client, id).await,
        ("PUT", ["apps", id, "viewers"]) => app_routes::set_viewers(shared, client, id, body).await,
        ("GET", ["devices"]) => device_routes::list(shared, client, None).await,
        ("GET", ["devices", token]) => device_routes::list(shared, client, Some(token)).await,
        ("DELETE", ["devices", token]) => device_routes::delete(shared, client, token).await,
        ("GET", ["sends"]) => send_report::list(shared, client, query).await,
        _ => Err(Problem::not_found()),
    }
}

/// The answer does not tell a secret that was revoked from one that never was.
fn wrong_secret() -> Problem {
    let cause = "The header trill-app is missing, or its secret is wrong or revoked.";
    let fix = "Send the secret of a registered app; its owner makes a new one on the page.";
    Problem::new(StatusCode::UNAUTHORIZED, "app_secret", cause, fix).with_field("trill-app")
}
