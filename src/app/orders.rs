//! Orders: what somebody changes in the simulator by way of the inspector.

use std::rc::Rc;

use yew::AttrValue;

use super::App;
use super::action::Action;
use super::form::Field;
use super::inspector::order::Order;
use super::inspector::refreshed::Refreshed;
use super::inspector::state::Change;
use super::message::Link;
use super::secret_guard::{KeptOut, Place};
use crate::apns::secret;

impl App {
    /// Carries out what somebody has ordered in the inspector.
    pub(super) fn take_order(&mut self, link: &Link, order: Order) {
        // A field may have been filled without a word to anybody.
        if secret::find(&order.body).is_some() {
            self.reduce(Action::KeepOut(Place::Simulator, KeptOut::Prepared, None));
        } else {
            self.refresh(link, Some(order));
        }
    }

    /// Sends to this phone from now on.
    pub(super) fn use_phone(&mut self, device_token: String, bundle_id: String) {
        self.reduce(Action::Fix(Field::DeviceToken, device_token));
        self.reduce(Action::Fix(Field::BundleId, bundle_id));
    }

    /// Carries out an order, if there is one, and reads the contents of the simulator anew.
    pub(super) fn refresh(&mut self, link: &Link, order: Option<Order>) {
        if order.is_some() {
            self.reduce(Action::Inspector(Change::Order));
        }
        self.refresh.begin(link, &self.book, order);
    }

    /// A refresh has ended.
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
            self.refresh.soon(link);
        } else if let Some(view) = view {
            self.reduce(Action::Inspector(Change::View(Rc::new(view))));
        }
    }
}
