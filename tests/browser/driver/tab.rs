//! A tab: where it is, what it shows, and waiting until it does.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::connection::{Connection, Event};
use crate::capture::Capture;

/// Between two looks at the page.
const INTERVAL: Duration = Duration::from_millis(25);

/// A tab of a [`Browser`](super::Browser), which must outlive it.
pub(crate) struct Tab {
    pub(super) connection: Arc<Connection>,
    pub(super) session: String,
}

/// The selector of an element with this `data-test`.
pub(crate) fn by_test(name: &str) -> String {
    format!("[data-test=\"{name}\"]")
}

impl Tab {
    pub(super) async fn start(connection: Arc<Connection>, session: String) -> Self {
        let tab = Self {
            connection,
            session,
        };
        // Bodies up to this size come with the event; longer ones are asked for afterwards.
        tab.call("Network.enable", json!({ "maxPostDataSize": 65_536 }))
            .await;
        for domain in ["Page", "Runtime", "Log", "Audits", "DOM"] {
            tab.call(&format!("{domain}.enable"), json!({})).await;
        }
        tab.call(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        )
        .await;
        tab
    }

    /// Calls a method of the protocol for this tab.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        self.connection.call(&self.session, method, params).await
    }

    /// The same, for calls that may fail.
    pub(crate) async fn try_call(&self, method: &str, params: Value) -> Result<Value, String> {
        self.connection
            .try_call(&self.session, method, params)
            .await
    }

    /// Every event so far.
    pub(crate) fn events(&self) -> Vec<Arc<Event>> {
        self.connection.events(&self.session)
    }

    /// Everything the tab has done since it was opened.
    pub(crate) async fn capture(&self) -> Capture {
        Capture::of(self).await
    }

    /// Goes to an address and waits until the page and what it names have loaded.
    pub(crate) async fn goto(&self, url: &str) {
        let seen = self.connection.event_count();
        let answer = self.call("Page.navigate", json!({ "url": url })).await;
        assert!(
            answer.get("errorText").is_none(),
            "{url}: {}",
            answer["errorText"]
        );
        self.connection
            .wait_for_event(&self.session, "Page.loadEventFired", seen)
            .await;
    }

    /// Closes the tab as its owner does, and waits until it is gone.
    pub(crate) async fn close(self) {
        let seen = self.connection.event_count();
        self.call("Page.close", json!({})).await;
        self.connection
            .wait_for_event("", "Target.detachedFromTarget", seen)
            .await;
    }

    /// Loads the page again.
    pub(crate) async fn reload(&self) {
        let seen = self.connection.event_count();
        self.call("Page.reload", json!({})).await;
        self.connection
            .wait_for_event(&self.session, "Page.loadEventFired", seen)
            .await;
    }

    /// The value of a JavaScript expression; a promise is awaited.
    pub(crate) async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression)
            .await
            .unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    async fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let mut answer = self.try_call("Runtime.evaluate", params).await?;
        match answer.get("exceptionDetails") {
            Some(details) => Err(details["exception"]["description"]
                .as_str()
                .unwrap_or("an exception")
                .to_owned()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until an element matches the selector.
    pub(crate) async fn wait_for(&self, selector: &str, patience: Duration) {
        self.wait_until(
            &format!("document.querySelector({}) !== null", quoted(selector)),
            patience,
        )
        .await;
    }

    /// Waits until a JavaScript expression is true. One that throws, as on a page that is just
    /// being replaced, is asked again.
    pub(crate) async fn wait_until(&self, expression: &str, patience: Duration) {
        let start = Instant::now();
        let mut last = Ok(Value::Null);
        while start.elapsed() < patience {
            last = self.try_eval(expression).await;
            if last == Ok(Value::Bool(true)) {
                return;
            }
            sleep(INTERVAL).await;
        }
        self.give_up(&format!(
            "waited {} s until {expression}; at last it was {last:?}",
            patience.as_secs_f32()
        ))
        .await;
    }

    /// Fails the test with what the page says, which most often tells why.
    pub(super) async fn give_up(&self, problem: &str) -> ! {
        let page = self.try_eval("document.body.innerText").await;
        let page = page
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default();
        let complaints = self.capture().await.complaints().join("\n");
        panic!("{problem}\n--- the page says\n{page:.1500}\n--- complaints\n{complaints}");
    }

    /// Returns `true` if an element matches the selector now.
    pub(crate) async fn has(&self, selector: &str) -> bool {
        self.eval(&format!(
            "document.querySelector({}) !== null",
            quoted(selector)
        ))
        .await
            == Value::Bool(true)
    }

    /// The text of an element as a reader sees it; of a field, what stands in it.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let look = format!(
            "(e => 'value' in e && e.tagName != 'BUTTON' ? e.value : e.innerText)({})",
            element(selector)
        );
        self.eval(&look)
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// An attribute of an element.
    pub(crate) async fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.eval(&format!(
            "{}.getAttribute({})",
            element(selector),
            quoted(name)
        ))
        .await
        .as_str()
        .map(str::to_owned)
    }

    /// Saves a picture of what a screen of this size shows.
    pub(crate) async fn screenshot(&self, path: &Path, width: u32, height: u32, dark: bool) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if dark { "dark" } else { "light" };
        self.call(
            "Emulation.setEmulatedMedia",
            json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] }),
        )
        .await;
        let answer = self
            .call("Page.captureScreenshot", json!({ "format": "png" }))
            .await;
        let picture = Base64::decode_vec(answer["data"].as_str().unwrap_or_default())
            .expect("a picture in base64");
        std::fs::write(path, picture).expect("the picture can be written");
    }
}

/// A text as JavaScript.
pub(super) fn quoted(text: impl Display) -> String {
    Value::String(text.to_string()).to_string()
}

/// The first element that matches, or an error that names the selector.
pub(super) fn element(selector: &str) -> String {
    let selector = quoted(selector);
    format!(
        "(document.querySelector({selector}) ?? (() => {{ throw Error('nothing matches ' + {selector}) }})())"
    )
}
