//! A task: something that takes a while, and what comes of it. All run as one kind of future: each further kind would
//! weigh most of a kilobyte.

use std::future::Future;
use std::pin::Pin;

use yew::platform::spawn_local;

use super::message::{Link, Message};

/// Begins a task; what it ends with happens to the page.
pub fn begin(link: &Link, task: impl Future<Output = Option<Message>> + 'static) {
    run(link.clone(), Box::pin(task));
}

#[inline(never)]
fn run(link: Link, task: Pin<Box<dyn Future<Output = Option<Message>>>>) {
    spawn_local(async move {
        if let Some(message) = task.await {
            link.send_message(message);
        }
    });
}
