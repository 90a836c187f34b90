//! Orders of the inspector: changes the user makes to the simulator.

use std::rc::Rc;

use yew::AttrValue;

use super::App;
use super::action::Action;
use super::form::Field;
use super::inspector::order::Order;
use super::inspector::refreshed::Refreshed;
use super::inspector::state::Change;
use super::message::{Link, Message};
use super::secret_guard::{KeptOut, Place};
use crate::apns::secret;

impl App {
    /// Carries out an order of the inspector.
    pub(super) fn take_order(&mut self, link: &Link, order: Order) {
        // Autofill may have put a secret into a field without an event that the guard sees.
        if secret::find(&order.body).is_some() {
            self.reduce(Action::KeepOut(Place::Simulator, KeptOut::Prepared, None));
        } else if order.path.starts_with('/') {
            self.refresh_phones(link, Some(order));
        } else {
            self.refresh(link, Some(order));
        }
    }

    /// Puts this phone into the form.
    pub(super) fn use_phone(&mut self, device_token: String, bundle_id: String) {
        self.reduce(Action::Fix(Field::DeviceToken, device_token));
        self.reduce(Action::Fix(Field::BundleId, bundle_id));
    }

    /// Sends an order, if there is one, and fetches the contents of the simulator.
    pub(super) fn refresh(&mut self, link: &Link, order: Option<Order>) {
        if order.is_some() {
            self.reduce(Action::Inspector(Change::Order));
        }
        self.refresh.begin(link, &self.book, order);
    }

    /// Handles the result of a refresh.
    pub(super) fn take_refreshed(&mut self, link: &Link, (number, outcome, view): Refreshed) {
        if let Some(outcome) = outcome {
            let is_done = outcome.refusal.is_empty();
            self.refocus = is_done.then_some(AttrValue::Static(outcome.focus));
            self.reduce(Action::Inspector(Change::Answer(outcome.refusal)));
            if outcome.phone.is_some() {
                self.reduce(Action::Inspector(Change::OpenPhone(outcome.phone)));
            }
        }
        if !self.refresh.is_newest(number) {
            self.refresh.soon(link, || Message::Refresh);
        } else if let Some(view) = view {
            self.reduce(Action::Inspector(Change::View(Rc::new(view))));
        }
    }
}
