//! Refresh of the inspector: sends an order, if there is one, and then fetches the contents of the
//! simulator.

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

/// Milliseconds in which several changes are combined into one refresh.
const PAUSE_MS: u32 = 100;
/// Paths of the lists: phones, faults, keys and journal. The limits keep them readable.
const LISTS: [&str; 4] = [
    "/api/simulator/devices?limit=100",
    "/api/simulator/faults",
    "/api/simulator/keys?limit=100",
    "/api/simulator/journal?limit=50",
];
const NO_ANSWER: &str = "The simulator did not answer. Try it again.";

/// Numbers the refreshes of a page, and schedules the next one.
#[derive(Default)]
pub struct Refresh {
    begun: u32,
    newest: u32,
    timer: Option<Timeout>,
}

impl Refresh {
    /// Schedules a refresh after a short pause; `message` begins it.
    pub fn soon(&mut self, link: &Link, message: fn() -> Message) {
        if self.timer.is_none() {
            let link = link.clone();
            self.timer = Some(Timeout::new(PAUSE_MS, move || link.send_message(message())));
        }
    }

    /// Starts a refresh now.
    pub fn begin(&mut self, link: &Link, book: &Book, order: Option<Order>) {
        let number = self.begin_next();
        task::begin(link, refresh(number, Rc::clone(book), order));
    }

    /// Numbers a refresh that starts now.
    pub fn begin_next(&mut self) -> u32 {
        self.timer = None;
        self.begun += 1;
        self.begun
    }

    /// Records that a refresh has ended; returns `true` if it is newer than all that ended before.
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
            Some((_, cause, fix)) => [&cause, " ", &fix].concat(),
            None => NO_ANSWER.to_owned(),
        };
    }
    outcome
}

async fn read() -> Option<SimulatorView> {
    // All four requests start before the first response is awaited.
    let [phones, faults, keys, journal] = LISTS.map(http::get);
    SimulatorView::read([phones.await?, faults.await?, keys.await?, journal.await?])
}
