//! A task: asynchronous work whose result is a message to the page.

use std::future::Future;

use wasm_bindgen_futures::spawn_local;

use super::message::{Link, Message};

/// Starts a task and sends the message it returns, if any.
pub fn begin(link: &Link, task: impl Future<Output = Option<Message>> + 'static) {
    let link = link.clone();
    spawn_local(async move {
        if let Some(message) = task.await {
            link.send_message(message);
        }
    });
}
