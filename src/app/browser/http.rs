//! Requests to the relay this page came from; there is no other address in the page.

use gloo::net::http::{Headers, RequestBuilder};
use gloo::timers::callback::Timeout;
use serde_json::Value;
use web_sys::AbortController;

use crate::apns::headers::APNS_UNIQUE_ID;
use crate::apns::outcome::TRILL_OUTCOME;
use crate::apns::{ProviderToken, Push, headers};
use crate::app::report::{Reply, Silence};

/// The page stops waiting after this; the relay's own deadline is shorter.
const PATIENCE_MS: u32 = 20_000;

/// Gets JSON; `None` when the relay does not answer or answers something else.
pub async fn get(path: &str) -> Option<Value> {
    let reply = fetch(RequestBuilder::new(path), None).await.ok()?;
    serde_json::from_str(&reply.body).ok()
}

/// Puts JSON; whether it was taken.
pub async fn put(path: &str, body: &Value) -> Result<bool, Silence> {
    let request = RequestBuilder::new(path).method(gloo::net::http::Method::PUT).header("content-type", "application/json");
    fetch(request, Some(&body.to_string())).await.map(|reply| (200..300).contains(&reply.status))
}

/// Posts nothing, for what has no body.
pub async fn post(path: &str) -> Result<bool, Silence> {
    let request = RequestBuilder::new(path).method(gloo::net::http::Method::POST).header("content-type", "application/json");
    fetch(request, Some("")).await.map(|reply| (200..300).contains(&reply.status))
}

/// Hands a push to the relay: APNs's own request, under its environment.
pub async fn send(push: &Push, token: &ProviderToken) -> Result<Reply, Silence> {
    let mut request = RequestBuilder::new(&push.relay_path())
        .method(gloo::net::http::Method::POST)
        .header("content-type", "application/json")
        .header(headers::AUTHORIZATION, &token.authorization());
    for (name, value) in push.headers.pairs() {
        request = request.header(name, &value);
    }
    fetch(request, Some(push.payload.text())).await
}

async fn fetch(request: RequestBuilder, body: Option<&str>) -> Result<Reply, Silence> {
    let controller = AbortController::new().map_err(|_| Silence::Broken)?;
    let signal = controller.signal();
    let request = request.abort_signal(Some(&signal));
    let request = match body {
        Some(body) => request.body(body),
        None => request.build(),
    };
    let timer = Timeout::new(PATIENCE_MS, move || controller.abort());
    let failed = |_| if signal.aborted() { Silence::TimedOut } else { Silence::Broken };
    let response = request.map_err(|_| Silence::Broken)?.send().await.map_err(failed)?;
    let (status, answered) = (response.status(), response.headers());
    let body = response.text().await.map_err(failed)?;
    drop(timer);
    Ok(reply(status, &answered, body))
}

fn reply(status: u16, answered: &Headers, body: String) -> Reply {
    Reply { status, outcome: answered.get(TRILL_OUTCOME), unique_id: answered.get(APNS_UNIQUE_ID), body }
}
