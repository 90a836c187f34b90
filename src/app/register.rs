//! Registering keys and phones with the simulator, and doing it again when it has started anew.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::Value;

use super::browser::http;
use super::registrations::Registrations;
use super::relay_info::RelayInfo;
use super::report::{Reply, Silence};

/// The registrations of this tab, which whoever waits for an answer can add to.
pub type Book = Rc<RefCell<Registrations>>;

/// Asks the simulator for a change, and remembers it if it registers something.
pub async fn ask(book: &Book, method: &str, path: &str, body: &str) -> Result<Reply, Silence> {
    let reply = http::ask(method, path, body).await?;
    if reply.is_success() {
        let answer: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        book.borrow_mut().note(method, path, body, &answer);
    }
    Ok(reply)
}

/// Registers everything again if the simulator has started anew since.
pub async fn again(book: &Book, instance: &str) {
    let requests = book.borrow().to_repeat(instance);
    for (path, body) in requests {
        // Nobody answers any more: the next try repeats all of them.
        if http::ask("PUT", &path, &body).await.is_err() {
            return;
        }
    }
    book.borrow_mut().settle(instance);
}

/// Asks the relay whether it has started anew, and registers everything again if it has.
pub async fn check(book: &Book) {
    if let Some(answer) = http::get("/api/relay").await {
        again(book, RelayInfo::new(answer).instance()).await;
    }
}
