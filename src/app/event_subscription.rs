//! The subscription to the relay's event stream: of one virtual iPhone, or of all devices while the
//! inspector is open or if the relay has a push server.

use std::rc::Rc;

use serde_json::Value;
use yew::AttrValue;

use super::action::Action;
use super::browser::events::Events;
use super::browser::http;
use super::message::{Link, Message};
use super::phone_view::PhoneView;
use super::phones::order::device_path;
use super::phones::view::Change;
use super::{App, register, task};
use crate::apns::DeviceToken;

impl App {
    /// Subscribes to the virtual iPhone of the form, or to all devices while the inspector is open
    /// or if the relay has a push server; another phone is followed from its first event.
    pub(super) fn follow(&mut self, link: &Link) {
        if !self.state.relay_info.is_granted() {
            return;
        }
        let form = &self.state.form;
        let is_simulator = form.environment.is_simulator();
        let device = is_simulator
            .then(|| DeviceToken::parse(&form.device_token).ok())
            .flatten();
        let is_inspecting = is_simulator && self.state.inspector.is_open;
        let is_wide = is_inspecting || self.state.relay_info.phones_url().is_some();
        let is_another = device != self.followed;
        if is_another {
            self.followed = device;
            self.seen = 0;
            self.reduce(Action::WatchAnother);
        }
        if is_another || is_wide != self.is_wide || is_inspecting != self.is_inspecting {
            (self.is_wide, self.is_inspecting) = (is_wide, is_inspecting);
            self.listen(link);
        }
    }

    /// Opens the stream if the page is visible and there is something to follow, and closes it
    /// otherwise.
    pub(super) fn listen(&mut self, link: &Link) {
        self.stream = None;
        if self.is_visible && (self.is_wide || self.followed.is_some()) {
            self.stream = Events::open(
                self.followed.as_ref().filter(|_| !self.is_wide),
                self.seen,
                link,
            );
        }
    }

    /// Handles an event of the simulator; returns `true` if the page must be drawn again.
    pub(super) fn take_event(&mut self, link: &Link, kind: &str, number: u64, event: &str) -> bool {
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        let is_followed = self
            .followed
            .as_ref()
            .is_some_and(|device| event["device_token"] == device.as_str());
        match kind {
            "phone" if is_followed => match PhoneView::read(&event) {
                Some(view) => {
                    // The button that was pressed has been removed.
                    if std::mem::take(&mut self.has_pressed_phone) {
                        self.refocus = Some(AttrValue::Static("iphone"));
                    }
                    self.reduce(Action::Phone(PhoneView { number, ..view }));
                }
                None => return false,
            },
            "fault" => self.reduce(Action::Fault(event)),
            // Without a push server, only the receipts for the last push can be fetched.
            "receipt" | "registration"
                if self.state.relay_info.phones_url().is_some() || self.is_of_last(&event) =>
            {
                let token = event["device_token"].as_str().unwrap_or_default();
                // One that was removed on this page is wanted nowhere.
                let is_removed = self.phones_order == device_path(token);
                if event["change"] == "withdrawn" && !is_removed {
                    let device = event["device"].clone();
                    self.reduce(Action::Phones(Change::Withdrawn(device)));
                }
                self.phones_refresh.soon(link, || Message::RefreshPhones);
                return false;
            }
            _ => return false,
        }
        true
    }

    /// Returns `true` if an event is about the last push.
    fn is_of_last(&self, event: &Value) -> bool {
        let report = self.state.report.as_ref();
        report.is_some_and(|report| event["apns_id"] == report.apns_id)
    }

    /// Catches up when the relay answers again: if its simulator has restarted, the state is reset
    /// and registrations are repeated; otherwise the phone's current state is fetched.
    pub(super) fn catch_up(&mut self, link: &Link) {
        let instance = self.state.relay_info.instance().to_owned();
        // A relay that wants a sign-in does not tell its instance.
        if instance.is_empty() {
            return;
        }
        let before = std::mem::replace(&mut self.instance, instance.clone());
        let is_new = !before.is_empty() && before != instance;
        if is_new {
            self.seen = 0;
            self.reduce(Action::Restart);
            self.listen(link);
        }
        let is_registered = self.book.borrow().to_repeat(&instance).is_empty();
        if is_registered {
            self.book.borrow_mut().settle(&instance);
        }
        if !is_new && is_registered && !self.state.is_phone_lost {
            return;
        }
        let (book, device, number) = (
            Rc::clone(&self.book),
            self.followed.clone(),
            self.state.phone.number,
        );
        task::begin(link, async move {
            register::again(&book, &instance).await;
            let device = match device {
                Some(device) => {
                    http::get(&["/api/simulator/devices/", device.as_str()].concat()).await?
                }
                None => Value::Null,
            };
            Some(Message::Do(Action::Sync(number, device)))
        });
    }
}
