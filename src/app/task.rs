//! A task: asynchronous work whose result is a message to the page.

use std::future::Future;
use std::pin::Pin;

use wasm_bindgen_futures::spawn_local;

use super::message::{Link, Message};

/// Starts a task and sends the message it returns, if any.
pub fn begin(link: &Link, task: impl Future<Output = Option<Message>> + 'static) {
    run(link.clone(), Box::pin(task));
}

/// Apart from [`begin`], so that it is compiled once, not once per task.
fn run(link: Link, task: Pin<Box<dyn Future<Output = Option<Message>>>>) {
    spawn_local(async move {
        if let Some(message) = task.await {
            link.send_message(message);
        }
    });
}
