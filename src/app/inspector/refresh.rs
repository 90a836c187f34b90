//! A refresh: an order, if there is one, and the contents of the simulator after it.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use serde_json::Value;

use super::model::SimulatorView;
use super::order::Order;
use super::refreshed::OrderOutcome;
use crate::app::browser::http;
use crate::app::message::{Link, Message};
use crate::app::register::{self, Book};
use crate::app::report::problem;
use crate::app::task;

/// Whatever happens in this time is one refresh.
const PAUSE_MS: u32 = 100;
/// The lists, no longer than anybody reads: phones, faults, keys and journal.
const LISTS: [&str; 4] = [
    "/api/simulator/devices?limit=100",
    "/api/simulator/faults",
    "/api/simulator/keys?limit=100",
    "/api/simulator/journal?limit=50",
];
const NO_ANSWER: &str = "The simulator did not answer. Try it again.";

/// Sequence of the refreshes of a page.
#[derive(Default)]
pub struct Refresh {
    begun: u32,
    newest: u32,
    timer: Option<Timeout>,
}

impl Refresh {
    /// Something changed: refreshes in a moment.
    pub fn soon(&mut self, link: &Link) {
        if self.timer.is_none() {
            let link = link.clone();
            self.timer = Some(Timeout::new(PAUSE_MS, move || {
                link.send_message(Message::Refresh)
            }));
        }
    }

    /// Refreshes now.
    pub fn begin(&mut self, link: &Link, book: &Book, order: Option<Order>) {
        self.timer = None;
        self.begun += 1;
        task::begin(link, refresh(self.begun, Rc::clone(book), order));
    }

    /// Whether a refresh is newer than all that have ended; it has ended now.
    pub fn is_newest(&mut self, number: u32) -> bool {
        let is_newest = number > self.newest;
        self.newest = self.newest.max(number);
        is_newest
    }
}

async fn refresh(number: u32, book: Book, order: Option<Order>) -> Option<Message> {
    let outcome = match order {
        Some(order) => Some(carry_out(&book, order).await),
        None => None,
    };
    Some(Message::Refreshed((number, outcome, read().await)))
}

async fn carry_out(book: &Book, order: Order) -> OrderOutcome {
    let reply = register::ask(book, order.method, &order.path, &order.body)
        .await
        .unwrap_or_default();
    let mut outcome = OrderOutcome {
        refusal: String::new(),
        phone: None,
        focus: order.focus,
    };
    if reply.is_success() {
        let body: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        outcome.phone = body["device_token"].as_str().map(str::to_owned);
    } else {
        outcome.refusal = match problem(&reply.body) {
            Some((_, cause, remedy)) => [&cause, " ", &remedy].concat(),
            None => NO_ANSWER.to_owned(),
        };
    }
    outcome
}

async fn read() -> Option<SimulatorView> {
    // All four are asked for before the first answer.
    let [phones, faults, keys, journal] = LISTS.map(http::get);
    SimulatorView::read([phones.await?, faults.await?, keys.await?, journal.await?])
}
