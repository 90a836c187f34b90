//! The watch: which phone the page follows over the relay's event stream, or whether it follows all
//! of the simulator.

use serde_json::Value;

use super::App;
use super::action::Action;
use super::browser::events::Events;
use super::message::Link;
use super::phone_view::PhoneView;
use crate::apns::DeviceToken;

impl App {
    /// Follows the virtual iPhone of the form, and all of the simulator while the drawer is open;
    /// another phone is followed from its beginning.
    pub(super) fn follow(&mut self, link: &Link) {
        if !self.state.offers.is_granted() {
            return;
        }
        let form = &self.state.form;
        let is_simulator = form.environment.is_simulator();
        let device = is_simulator.then(|| DeviceToken::parse(&form.device_token).ok()).flatten();
        let is_wide = is_simulator && self.state.drawer.is_open;
        let is_another = device != self.followed;
        if is_another {
            self.followed = device;
            self.seen = 0;
            self.reduce(Action::WatchAnother);
        }
        if is_another || is_wide != self.is_wide {
            self.is_wide = is_wide;
            self.listen(link);
        }
    }

    /// Listens while the page is in front and there is something to listen to.
    pub(super) fn listen(&mut self, link: &Link) {
        self.stream = None;
        if self.is_visible && (self.is_wide || self.followed.is_some()) {
            self.stream = Events::open(self.followed.as_ref().filter(|_| !self.is_wide), self.seen, link);
        }
    }

    /// A phone did something; whether it is the one on the page.
    pub(super) fn take_event(&mut self, event: Option<String>) -> bool {
        let event: Value = event.and_then(|event| serde_json::from_str(&event).ok()).unwrap_or_default();
        let is_followed = self.followed.as_ref().is_some_and(|device| event["device_token"] == device.as_str());
        let view = PhoneView::read(&event).filter(|_| is_followed);
        view.map(|view| self.reduce(Action::Phone(view))).is_some()
    }
}
