//! Requests to the relay this page came from; there is no other address in the page.

use gloo::timers::callback::Timeout;
use gloo::utils::window;
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

use crate::apns::headers::{APNS_UNIQUE_ID, AUTHORIZATION};
use crate::apns::outcome::TRILL_OUTCOME;
use crate::apns::{ProviderToken, Push};
use crate::app::report::{Reply, Silence};

/// The page stops waiting after this; the relay's own deadline is shorter.
const PATIENCE_MS: u32 = 20_000;

/// Gets JSON; `None` when the relay does not answer or answers something else.
pub async fn get(path: &str) -> Option<Value> {
    let reply = fetch("GET", path, &[], None).await.ok()?;
    serde_json::from_str(&reply.body).ok()
}

/// Asks the simulator for a change, under a path of its interface; whether it was made, the reply says.
pub async fn ask(method: &str, path: &str, body: &str) -> Result<Reply, Silence> {
    fetch(method, &["/api/simulator/", path].concat(), &[], Some(body)).await
}

/// Hands a push to the relay: APNs's own request, under its environment.
pub async fn send(push: &Push, token: &ProviderToken) -> Result<Reply, Silence> {
    let mut headers = push.headers.pairs();
    headers.push((AUTHORIZATION, token.authorization()));
    fetch("POST", &push.relay_path(), &headers, Some(push.payload.text())).await
}

async fn fetch(method: &str, path: &str, headers: &[(&str, String)], body: Option<&str>) -> Result<Reply, Silence> {
    let controller = AbortController::new().map_err(|_| Silence::Broken)?;
    let signal = controller.signal();
    let request = RequestInit::new();
    request.set_method(method);
    request.set_signal(Some(&signal));
    if let Some(body) = body {
        request.set_body(&JsValue::from_str(body));
    }
    request.set_headers(&head(headers, body.is_some()).map_err(|_| Silence::Broken)?.into());

    // Dropped with this future, the timer aborts nothing any more.
    let _timer = Timeout::new(PATIENCE_MS, move || controller.abort());
    let answer = window().fetch_with_str_and_init(path, &request);
    read(JsFuture::from(answer)).await.map_err(|_| if signal.aborted() { Silence::TimedOut } else { Silence::Broken })
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
    let response: Response = answer.await?.dyn_into()?;
    let body = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
    let header = |name: &str| response.headers().get(name).ok().flatten();
    Ok(Reply { status: response.status(), outcome: header(TRILL_OUTCOME), unique_id: header(APNS_UNIQUE_ID), body })
}
