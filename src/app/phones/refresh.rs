//! Refresh of the push server's lists: carries out an order, if there is one, and then fetches them.
//! Without a push server, only the receipts of the virtual iPhone for the last push are fetched.

use gloo::timers::callback::Timeout;
use serde_json::Value;
use yew::AttrValue;

use super::refreshed::Refreshed;
use super::refusal::Refusal;
use super::view::{Change, Lists};
use crate::apns::Outcome;
use crate::app::action::Action;
use crate::app::browser::http;
use crate::app::inspector::order::Order;
use crate::app::message::{Link, Message};
use crate::app::report::Report;
use crate::app::{App, task};
use crate::call::ring_state::PATIENCE_MS;

/// Paths of the lists: apps, devices and sends.
const LISTS: [&str; 3] = ["/api/apps", "/api/devices", "/api/sends?limit=20"];

impl App {
    /// Carries out an order, if there is one, and fetches the lists.
    pub(in crate::app) fn refresh_phones(&mut self, link: &Link, order: Option<Order>) {
        let has_server = self.state.relay_info.phones_url().is_some();
        let is_on_virtual_iphone = |report: &&Report| {
            report.environment.is_simulator() && report.outcome == Outcome::Accepted
        };
        let send = match self.state.report.as_ref().filter(is_on_virtual_iphone) {
            _ if has_server => None,
            Some(report) => Some(["/api/sends/", &report.apns_id].concat()),
            None => return,
        };
        if let Some(order) = &order {
            self.phones_order.clone_from(&order.path);
        }
        self.patience = None;
        let number = self.phones_refresh.begin_next();
        task::begin(link, refresh(number, order, send));
    }

    /// Handles the result of a refresh, unless a newer one has arrived before. While a receipt may
    /// come, the lists are fetched again once none is expected.
    pub(in crate::app) fn take_phones(&mut self, link: &Link, refreshed: Refreshed) {
        if let Some((reply, focus)) = refreshed.answer {
            let change = if reply.is_success() {
                self.refocus = Some(AttrValue::Static(focus));
                Change::Done(serde_json::from_str(&reply.body).unwrap_or_default())
            } else {
                Change::Refused(Refusal::read(&reply.body))
            };
            self.reduce(Action::Phones(change));
        }
        if !self.phones_refresh.is_newest(refreshed.number) {
            return;
        }
        self.reduce(Action::Phones(Change::Lists(refreshed.lists)));
        if self.state.phones.is_waiting() && self.patience.is_none() {
            let link = link.clone();
            self.patience = Some(Timeout::new(PATIENCE_MS as u32, move || {
                link.send_message(Message::RefreshPhones)
            }));
        }
    }
}

/// Fetches the lists, or only the send at a path.
async fn refresh(number: u32, order: Option<Order>, send: Option<String>) -> Option<Message> {
    let mut answer = None;
    if let Some(Order {
        method,
        path,
        body,
        focus,
    }) = order
    {
        let reply = http::change(method, &path, &body).await;
        answer = Some((reply.unwrap_or_default(), focus));
    }
    let lists = match send {
        Some(path) => {
            let send = Value::from_iter(http::get(&path).await);
            Lists {
                sends: Value::from_iter([("sends", send)]),
                ..Lists::default()
            }
        }
        None => {
            // All requests start before the first response is awaited.
            let [apps, devices, sends] = LISTS.map(http::get);
            Lists {
                apps: apps.await.unwrap_or_default(),
                devices: devices.await.unwrap_or_default(),
                sends: sends.await.unwrap_or_default(),
            }
        }
    };
    Some(Message::Phones(Box::new(Refreshed {
        number,
        answer,
        lists,
    })))
}
