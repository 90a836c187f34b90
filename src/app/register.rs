//! Registration of keys and phones with the simulator, repeated when the simulator has restarted.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::browser::http;
use super::registrations::Registrations;
use super::relay_info::RelayInfo;
use super::report::{Reply, Silence};

/// The registrations of this tab, shared with the tasks that add to them.
pub type Book = Rc<RefCell<Registrations>>;

/// Sends a change to the simulator, and records it if it registers something.
pub async fn ask(book: &Book, method: &str, path: &str, body: &str) -> Result<Reply, Silence> {
    let reply = http::ask(method, path, body).await?;
    if reply.is_success() {
        let answer: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        book.borrow_mut().note(method, path, body, &answer);
    }
    Ok(reply)
}

/// Repeats all registrations if the simulator has restarted since.
pub async fn again(book: &Book, instance: &str) {
    let requests = book.borrow().to_repeat(instance);
    for (path, body) in requests {
        // The relay does not answer; the next attempt repeats all of them.
        if http::ask("PUT", &path, &body).await.is_err() {
            return;
        }
    }
    book.borrow_mut().settle(instance);
}

/// Asks the relay for the simulator's instance if anything is registered, and repeats all
/// registrations if it has changed.
pub async fn check(book: &Book) {
    if book.borrow().is_empty() {
        return;
    }
    if let Some(answer) = http::get("/api/relay").await {
        again(book, RelayInfo::new(answer).instance()).await;
    }
}
