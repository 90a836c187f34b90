//! The steps from a press of Send or of the demo's button to a push that is underway.

use std::rc::Rc;

use yew::AttrValue;

use super::action::Action;
use super::browser::{clock, http, random};
use super::demo_ground::{DemoGround, FaultsAside};
use super::form::{Form, Stops};
use super::held_key::HeldKey;
use super::inspector::order::Order;
use super::message::{Link, Message};
use super::report::{Report, Silence};
use super::splice::Place;
use super::{App, demo, register, send, task};
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, DeviceToken, Push};
use crate::call::placeholder::Values;

impl App {
    /// Returns the signing key, or `Some(None)` if the form's certificate is used; `None` if there
    /// is neither.
    pub(super) fn signer(&self) -> Option<Option<Rc<HeldKey>>> {
        if self.state.form.is_signed() {
            self.state.key.clone().map(Some)
        } else {
            Some(None)
        }
    }

    /// Sends the push, or shows why it cannot be sent.
    pub(super) fn press_send(&mut self, link: &Link) {
        if self.state.sending || self.state.waiting() > 0 {
            return;
        }
        let form = self.form_to_send();
        match (
            self.new_push(&form, self.state.key.is_some()),
            self.signer(),
        ) {
            (Err(stops), _) => {
                let place = stops.first().map(|name| Place { name, caret: None });
                self.changed = place.map(|place| (place, true));
                self.reduce(Action::Stop(stops));
            }
            (Ok(_), _) if self.state.must_ask() => {
                self.refocus = Some(AttrValue::Static("!production-no"));
                self.reduce(Action::AskProduction);
            }
            (Ok(push), Some(key)) => {
                // The phone has the app it was enrolled with, and the form has another by now.
                let is_outdated = form.environment.is_simulator()
                    && self.is_outdated(&push.device_token, &form.app_profile());
                self.shows_verdict = true;
                self.hand_over(
                    link,
                    push,
                    key,
                    form,
                    Enrol {
                        phone_is_known: is_outdated.then_some(false),
                        faults: None,
                    },
                );
            }
            (Ok(_), None) => {}
        }
    }

    /// Starts the demo: fetches the simulator's state, makes a key and a phone, registers them, and
    /// sends.
    pub(super) fn press_demo(&mut self, link: &Link) {
        if self.state.sending || self.is_surveying {
            return;
        }
        self.is_surveying = true;
        let device_token = DeviceToken::parse(&self.state.form.device_token)
            .ok()
            .filter(|_| self.state.is_demo());
        task::begin(link, async move {
            Some(Message::Ground(Box::new(demo::survey(device_token).await)))
        });
    }

    /// Continues the demo once the simulator's state is known.
    pub(super) fn begin_demo(&mut self, link: &Link, ground: &DemoGround) {
        self.is_surveying = false;
        if self.state.sending {
            return;
        }
        // Draws the time first: the payload is checked as it would be sent now.
        self.form_to_send();
        let Some((form, key)) = demo::prepare(&self.state, ground) else {
            return;
        };
        let is_known = form.device_token == self.state.form.device_token;
        let aside = ground.faults_aside();
        let stay = aside.as_ref().map(|aside| aside.stay.clone());
        self.reduce(Action::StartDemo(Box::new(form), Rc::clone(&key)));
        if let Some(FaultsAside { aside, .. }) = aside {
            self.reduce(Action::PutFaultsAside(Some(aside)));
        }
        let form = self.form_to_send();
        match self.new_push(&form, true) {
            Ok(push) => self.hand_over(
                link,
                push,
                Some(key),
                form,
                Enrol {
                    phone_is_known: Some(is_known),
                    faults: stay,
                },
            ),
            Err(stops) => self.reduce(Action::Stop(stops)),
        }
    }

    /// Enables the faults that the demo disabled, in addition to those enabled now.
    pub(super) fn restore_faults(&mut self, link: &Link) {
        let Some(aside) = self.state.faults_aside.clone() else {
            return;
        };
        self.reduce(Action::PutFaultsAside(None));
        task::begin(link, async move {
            let script = demo::survey(None).await.with_faults(&aside);
            Some(Message::Order(Order::put_faults(script)))
        });
    }

    /// Registers key and phone, then sends. A known phone (`is_known`) keeps its settings.
    pub(super) fn enrol_and_send(&mut self, link: &Link, key: Option<Rc<HeldKey>>, is_known: bool) {
        let form = self.form_to_send();
        match self.new_push(&form, true) {
            Ok(push) => self.hand_over(
                link,
                push,
                key,
                form,
                Enrol {
                    phone_is_known: Some(is_known),
                    faults: None,
                },
            ),
            Err(stops) => self.reduce(Action::Stop(stops)),
        }
    }

    /// Sends a push, after registering with the simulator what it needs.
    fn hand_over(
        &mut self,
        link: &Link,
        push: Push,
        key: Option<Rc<HeldKey>>,
        form: Form,
        enrol: Enrol,
    ) {
        if enrol.phone_is_known.is_some() {
            self.enrolled = Some((push.device_token.clone(), form.app_profile()));
        }
        self.begin(&push.headers.apns_id);
        let book = Rc::clone(&self.book);
        task::begin(link, async move {
            if push.environment.is_simulator() {
                register::check(&book).await;
            }
            if let Some(stay) = enrol.faults {
                // If the relay does not answer, the send reports it.
                let _ = http::ask("PUT", "faults", &stay).await;
            }
            if let Some(is_known) = enrol.phone_is_known
                && demo::enrol(
                    &book,
                    &form,
                    key.as_ref().map(|key| key.key.public_key()),
                    is_known,
                )
                .await
                .is_err()
            {
                return end(Report::of_silence(&push, Silence::NoRelay, 0));
            }
            end(send::send(push, key, &form).await)
        });
    }

    /// Returns `true` if the phone was enrolled from this page with another app than `app`.
    fn is_outdated(&self, phone: &DeviceToken, app: &str) -> bool {
        self.enrolled
            .as_ref()
            .is_some_and(|(enrolled, told)| enrolled == phone && told != app)
    }

    /// Starts a send, and draws new values for the next one.
    fn begin(&mut self, apns_id: &ApnsId) {
        self.sends += 1;
        self.reduce(Action::Begin(apns_id.to_string()));
        self.reduce(Action::Draw(draw(self.sends + 1)));
    }

    /// Returns the form with the values of this send and the current time.
    fn form_to_send(&mut self) -> Form {
        if let Some(values) = &mut self.state.values {
            values.now_ms = clock::unix_milliseconds();
        }
        self.state.filled()
    }

    /// Makes the push of the form, with a new `apns-id`: each press of Send is a separate push.
    fn new_push(&self, form: &Form, has_key: bool) -> Result<Push, Stops> {
        let apns_id = ApnsId::from_random_bytes(random::bytes().unwrap_or_default());
        form.push(has_key, apns_id, self.state.clock())
    }

    pub(super) fn press_phone(&mut self, link: &Link, button: &'static str) {
        if let Ok(device) = DeviceToken::parse(&self.state.form.device_token) {
            self.has_pressed_phone = true;
            // The phone's reaction arrives as an event, here and in every other tab.
            task::begin(link, async move {
                let _ = http::ask(
                    "POST",
                    &["devices/", device.as_str(), "/", button].concat(),
                    "",
                )
                .await;
                None
            });
        }
    }
}

/// Requests to the simulator before a push is sent.
struct Enrol {
    /// `Some` to register key and phone; `true` if the simulator knows the phone.
    phone_is_known: Option<bool>,
    /// Script of the faults to keep, if others are to be disabled.
    faults: Option<String>,
}

fn end(report: Report) -> Option<Message> {
    Some(Message::Do(Action::End(Box::new(report))))
}

/// Draws new placeholder values; the time is set again when they are sent.
pub(super) fn draw(counter: u64) -> Values {
    let uuid = Uuid::from_random_bytes(random::bytes().unwrap_or_default());
    Values {
        uuid,
        now_ms: clock::unix_milliseconds(),
        counter,
        device: None,
    }
}
