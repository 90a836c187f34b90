//! Refresh of the push server's lists. Without a push server, only the receipts of the virtual iPhone
//! for the last push are fetched.

use gloo::timers::callback::Timeout;
use serde_json::Value;

use super::view::{Change, Lists};
use crate::apns::Outcome;
use crate::app::action::Action;
use crate::app::browser::http;
use crate::app::message::{Link, Message};
use crate::app::{App, task};
use crate::call::ring_state::PATIENCE_MS;

const DEVICES: &str = "/api/devices";
const SENDS: &str = "/api/sends?limit=20";

impl App {
    /// Fetches the lists.
    pub(in crate::app) fn refresh_phones(&mut self, link: &Link) {
        self.patience = None;
        if self.state.relay_info.phones_url().is_some() {
            let number = self.phones_refresh.begin_next();
            task::begin(link, async move {
                let [devices, sends] = [DEVICES, SENDS].map(http::get);
                let (devices, sends) = (devices.await, sends.await);
                fetched(number, devices, sends)
            });
        } else if let Some(report) = &self.state.report
            && report.environment.is_simulator()
            && report.outcome == Outcome::Accepted
        {
            let path = ["/api/sends/", &report.apns_id].concat();
            let number = self.phones_refresh.begin_next();
            task::begin(link, async move {
                let send = Value::from_iter(http::get(&path).await);
                fetched(number, None, Some(Value::from_iter([("sends", send)])))
            });
        }
    }

    /// Takes over the lists, unless newer ones have arrived before. While a receipt may come, they
    /// are fetched again once none is expected.
    pub(in crate::app) fn take_phones(&mut self, link: &Link, number: u32, lists: Lists) {
        if !self.phones_refresh.is_newest(number) {
            return;
        }
        self.reduce(Action::Phones(Change::Lists(lists)));
        if self.state.phones.is_waiting() && self.patience.is_none() {
            let link = link.clone();
            self.patience = Some(Timeout::new(PATIENCE_MS as u32, move || {
                link.send_message(Message::RefreshPhones)
            }));
        }
    }
}

fn fetched(number: u32, devices: Option<Value>, sends: Option<Value>) -> Option<Message> {
    let lists = Lists {
        devices: devices.unwrap_or_default(),
        sends: sends.unwrap_or_default(),
    };
    Some(Message::Phones(number, lists))
}
