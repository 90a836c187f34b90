//! Start of the page. The relay's settings are on their way when it begins (`boot.js` asks for them),
//! and the page waits a moment for them, so that it is drawn once and not twice.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use serde_json::Value;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::Properties;
use yew::platform::time::sleep;

use super::App;
use super::browser::http;

/// Time in which the settings must come. Without them the page is drawn as it is.
const PATIENCE: Duration = Duration::from_millis(100);

/// Properties of the page at its start.
#[derive(PartialEq, Properties)]
pub struct Start {
    /// The relay's settings, if they came in time.
    pub settings: Option<Value>,
}

/// Draws the page in place of what `root` contains.
pub fn start(root: Element) {
    spawn_local(async {
        let settings = in_time(http::get(super::update::RELAY)).await.flatten();
        yew::Renderer::<App>::with_root_and_props(root, Start { settings }).render();
    });
}

/// Returns what the work gives, or `None` if it takes too long.
async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    let (mut work, mut end) = (pin!(work), pin!(sleep(PATIENCE)));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(result) => Poll::Ready(Some(result)),
        Poll::Pending => end.as_mut().poll(context).map(|()| None),
    })
    .await
}
