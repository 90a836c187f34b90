//! Requests to the relay that served this page; the page contacts no other host.

use std::future::Future;
use std::pin::Pin;

use gloo::timers::callback::Timeout;
use gloo::utils::window;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

use super::sign_in;
use crate::apns::Push;
use crate::apns::headers::APNS_UNIQUE_ID;
use crate::apns::outcome::TRILL_OUTCOME;
use crate::app::report::{Reply, Silence};

/// Milliseconds until a request is aborted. The relay's own deadline is shorter.
const PATIENCE_MS: u32 = 20_000;
/// Status by which the relay asks for a sign-in. Apple's refusals use 403.
const UNAUTHORIZED: u16 = 401;

/// Future of a response. All requests share one boxed type: nested future types would add kilobytes
/// to the WebAssembly.
pub type Answer = Pin<Box<dyn Future<Output = Result<Reply, Silence>>>>;

/// Sends a GET request.
pub fn look(path: &str) -> Answer {
    fetch("GET", path, &[], None)
}

/// Ends the session.
pub fn sign_out() -> Answer {
    fetch("DELETE", "/api/session", &[], None)
}

/// Sends a POST request with a JSON body.
pub fn post(path: &str, body: &str) -> Answer {
    fetch("POST", path, &[], Some(body))
}

/// Gets JSON; `None` if the relay does not answer or answers with something else.
pub fn get(path: &str) -> Pin<Box<dyn Future<Output = Option<Value>>>> {
    let answer = look(path);
    Box::pin(async { serde_json::from_str(&answer.await.ok()?.body).ok() })
}

/// Sends a request that changes the simulator; `path` is relative to `/api/simulator/`. The reply's
/// status says whether the change was made.
pub fn ask(method: &str, path: &str, body: &str) -> Answer {
    change(method, &["/api/simulator/", path].concat(), body)
}

/// Sends a request that changes something on the relay.
pub fn change(method: &str, path: &str, body: &str) -> Answer {
    fetch(method, path, &[], Some(body))
}

/// Sends a push to the relay: the request as APNs expects it, under the path of its environment,
/// with more headers: one carries the provider token or names the certificate, one names the call.
pub fn send(push: &Push, more: Vec<(&'static str, String)>) -> Answer {
    let mut headers = push.headers.pairs();
    headers.extend(more);
    fetch(
        "POST",
        &push.relay_path(),
        &headers,
        Some(push.payload.text()),
    )
}

fn fetch(method: &str, path: &str, headers: &[(&str, String)], body: Option<&str>) -> Answer {
    let begun = begin(method, path, headers, body);
    Box::pin(async move {
        let (controller, answer) = begun.map_err(|_| Silence::Broken)?;
        let signal = controller.signal();
        // Cancels the timeout when this future is dropped.
        let _timer = Timeout::new(PATIENCE_MS, move || controller.abort());
        read(answer).await.map_err(|_| {
            if signal.aborted() {
                Silence::TimedOut
            } else {
                Silence::Broken
            }
        })
    })
}

/// Starts a request in the browser.
fn begin(
    method: &str,
    path: &str,
    headers: &[(&str, String)],
    body: Option<&str>,
) -> Result<(AbortController, JsFuture<JsValue>), JsValue> {
    let controller = AbortController::new()?;
    let request = RequestInit::new();
    request.set_method(method);
    request.set_signal(Some(&controller.signal()));
    if let Some(body) = body {
        request.set_body(&JsValue::from_str(body));
    }
    request.set_headers(&head(headers, body.is_some())?.into());
    Ok((
        controller,
        JsFuture::from(window().fetch_with_str_and_init(path, &request)),
    ))
}

fn head(headers: &[(&str, String)], has_body: bool) -> Result<Headers, JsValue> {
    let head = Headers::new()?;
    if has_body {
        head.set("content-type", "application/json")?;
    }
    for (name, value) in headers {
        head.set(name, value)?;
    }
    Ok(head)
}

async fn read(answer: JsFuture<JsValue>) -> Result<Reply, JsValue> {
    let response: Response = answer.await?.unchecked_into();
    let body = JsFuture::from(response.text()?)
        .await?
        .as_string()
        .unwrap_or_default();
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let status = response.status();
    if status == UNAUTHORIZED {
        sign_in::ask();
    }
    let retry_after = header("retry-after").and_then(|seconds| seconds.parse().ok());
    Ok(Reply {
        status,
        outcome: header(TRILL_OUTCOME),
        unique_id: header(APNS_UNIQUE_ID),
        retry_after,
        body,
    })
}
