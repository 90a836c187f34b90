//! A task: something that takes a while, and what comes of it.

use std::future::Future;

use super::message::{Link, Message};

/// Begins a task; what it ends with happens to the page.
pub fn begin(link: &Link, task: impl Future<Output = Option<Message>> + 'static) {
    link.send_future_batch(task);
}
