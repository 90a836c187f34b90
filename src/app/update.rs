//! The update: the effects of each message on the page.

use gloo::timers::callback::Timeout;
use yew::AttrValue;

use super::action::Action;
use super::browser::{clock, http, sign_in, storage};
use super::file_intake::{read_file, read_key};
use super::form::Field;
use super::history::Way;
use super::inspector;
use super::inspector::order::Order;
use super::message::{Link, Message};
use super::panels::receiver_files::save_receiver;
use super::phones::order::APPS;
use super::phones::view::Change;
use super::relay_info::RelayInfo;
use super::relay_link::RelayLink;
use super::secret_guard::Place;
use super::{App, splice, task};
use crate::apns::{self, Fix};
use crate::call::profile;

/// Interval of the countdown in milliseconds.
const SECOND_MS: u32 = 1_000;
/// Delay in milliseconds after which a change is saved. Leaving the page saves at once.
const SAVE_MS: u32 = 300;
/// Delay in milliseconds after which a failed save is tried again.
const RETRY_MS: u32 = 3_000;
/// Path of the relay's settings.
pub(super) const RELAY: &str = "/api/relay";

/// Pause in milliseconds that ends an undo step of typing.
const PAUSE_MS: u32 = 1_000;

impl App {
    /// Handles a message; returns `true` if the page must be drawn again.
    pub(super) fn take(&mut self, link: &Link, message: Message) -> bool {
        match message {
            Message::Do(action) => {
                self.refocus = refocus(&action);
                let is_typed = matches!(action, Action::Edit(..) | Action::Compose(..));
                if action.entry().is_some() {
                    self.drafts.borrow_mut().arrived();
                }
                if matches!(action, Action::End(_)) {
                    self.phones_refresh.soon(link, || Message::RefreshPhones);
                }
                self.pause = is_typed.then(|| pause(link));
                match shows_change(&action) {
                    Some(takes_focus) => self.reduce_in_sight(action, takes_focus),
                    None => self.reduce(action),
                }
            }
            Message::History(Way::Back) => self.reduce_in_sight(Action::Undo, true),
            Message::History(Way::Forth) => self.reduce_in_sight(Action::Redo, true),
            Message::Leave(field) if self.pointer.is_down() => self.leaving.push(field),
            Message::Leave(field) => self.reduce(Action::Leave(field)),
            Message::Release => {
                for field in std::mem::take(&mut self.leaving) {
                    self.reduce(Action::Leave(field));
                }
            }
            Message::Send => self.press_send(link),
            Message::Demo => self.press_demo(link),
            Message::Ground(ground) => self.begin_demo(link, &ground),
            Message::FaultsOff => {
                // The button is outside the inspector.
                let order = Order {
                    focus: "",
                    ..Order::switch_all_off()
                };
                self.refresh(link, Some(order));
            }
            Message::FaultsOn => self.restore_faults(link),
            // The form may name an environment of Apple's by now, which may need confirmation.
            Message::Enrol if !self.state.form.environment.is_simulator() => self.press_send(link),
            Message::Enrol => {
                if let Some(key) = self.signer() {
                    self.enrol_and_send(link, key, false);
                }
            }
            Message::AnswerProduction(yes) => {
                self.refocus = Some(AttrValue::Static("!send"));
                self.reduce(Action::AnswerProduction(yes));
                if yes {
                    self.press_send(link);
                }
            }
            Message::Escape if self.state.asks_production => {
                link.send_message(Message::AnswerProduction(false))
            }
            Message::Escape => return false,
            Message::Phone(button) => self.press_phone(link, button),
            Message::File(place, file) => read_file(link, place, file),
            Message::KeyFile(file) => read_key(link, file),
            Message::PayloadFile(file) => read_file(link, Place::Field(Field::Payload), file),
            Message::AppFile(file) => read_file(link, Place::Field(Field::App), file),
            Message::Save => self.save(),
            Message::PageBack => {
                self.drafts.borrow_mut().come_back();
                self.save();
            }
            Message::Visible(visible) => {
                self.is_visible = visible;
                if !visible {
                    self.save();
                }
                self.listen(link);
                if visible {
                    task::begin(link, look_for_relay());
                }
            }
            Message::Minute => {
                if self.is_visible && self.stream.is_none() {
                    self.listen(link);
                    task::begin(link, look_for_relay());
                }
            }
            Message::Session if self.state.relay_info.is_refused() => sign_in::ask(),
            Message::Session => {
                self.stream = None;
                task::begin(link, async {
                    let _ = http::sign_out().await;
                    look_for_relay().await
                });
            }
            Message::RelayInfo(Some(answer)) => self.take_relay_info(link, RelayInfo::new(answer)),
            Message::RelayInfo(None) => self.reduce(Action::Relay(RelayLink::Down)),
            Message::Tick => {
                self.tick = None;
                let left = self.ready_at.saturating_sub(clock::milliseconds());
                self.reduce(Action::Wait(left.div_ceil(u64::from(SECOND_MS))));
            }
            Message::Stream(RelayLink::Unknown) => {
                self.stream = None;
                task::begin(link, look_for_relay());
            }
            Message::Stream(relay) => {
                self.reduce(Action::Relay(relay));
                if self.state.is_phone_lost && relay == RelayLink::Up {
                    task::begin(link, look_for_relay());
                }
                if self.is_inspecting && relay == RelayLink::Up {
                    self.reduce(Action::Inspector(inspector::state::Change::Answer(
                        String::new(),
                    )));
                    self.refresh(link, None);
                }
            }
            Message::Event(kind, id, event) => {
                self.seen = id;
                if self.is_inspecting {
                    self.refresh.soon(link, || Message::Refresh);
                }
                return self.take_event(link, kind, id, &event);
            }
            Message::Profile(reply) if reply.is_success() => profile::supply(&reply.body),
            Message::Prose(reply) if reply.is_success() => self.state.take_prose(&reply.body),
            Message::Profile(_) | Message::Prose(_) => return false,
            Message::OtherCauses => self.prose.wants_causes = true,
            Message::Notes => self.prose.wants_notes = true,
            Message::AskReceiver => self.ask_receiver(link),
            Message::Receiver(number, reply) => self.take_receiver(number, &reply),
            Message::SaveReceiver => save_receiver(&self.state.receiver.answer["files"]),
            Message::Refresh => self.refresh(link, None),
            Message::Order(order) => self.take_order(link, order),
            Message::UsePhone(device_token, bundle_id) => self.use_phone(device_token, bundle_id),
            Message::Refreshed(refreshed) => self.take_refreshed(link, refreshed),
            Message::RefreshPhones => {
                self.refresh_phones(link, None);
                return false;
            }
            Message::Phones(refreshed) => self.take_phones(link, *refreshed),
        }
        self.follow(link);
        self.follow_receiver(link);
        self.count_down(link);
        self.save_soon(link);
        true
    }

    /// Applies an action, and stores the memory of device tokens if it changed.
    pub(super) fn reduce(&mut self, action: Action) {
        let memory = self.state.memory.clone();
        self.state.update(action);
        if self.state.memory != memory {
            storage::keep_devices(&self.state.memory);
        }
    }

    /// Schedules a save if the form has changed, unless one is scheduled already.
    fn save_soon(&mut self, link: &Link) {
        if self.drafts.borrow_mut().take(&self.state) && self.unsaved.is_none() {
            let link = link.clone();
            let delay = if self.state.is_unsaved {
                RETRY_MS
            } else {
                SAVE_MS
            };
            self.unsaved = Some(Timeout::new(delay, move || {
                link.send_message(Message::Save)
            }));
        }
    }

    pub(super) fn save(&mut self) {
        self.unsaved = None;
        let mut drafts = self.drafts.borrow_mut();
        drafts.take(&self.state);
        let is_unsaved = !drafts.save(false);
        self.state.is_unsaved = is_unsaved;
    }

    /// Applies an action and moves the caret to the change.
    fn reduce_in_sight(&mut self, action: Action, takes_focus: bool) {
        let before = self.state.form.clone();
        self.reduce(action);
        self.changed =
            splice::Place::between(&before, &self.state.form).map(|place| (place, takes_focus));
    }

    /// Takes over the relay's settings. Opens the sign-in dialog once if access is refused.
    fn take_relay_info(&mut self, link: &Link, info: RelayInfo) {
        sign_in::set_mode(info.mode());
        if info.is_refused() && !self.state.relay_info.is_refused() {
            sign_in::ask();
        }
        self.reduce(Action::RelayInfo(info));
        if !self.state.receiver.problem.is_empty() {
            self.receiver_request.forget();
        }
        if self.state.relay_info.phones_url().is_some() {
            self.refresh_phones(link, None);
        }
        self.prose.forget();
        self.catch_up(link);
    }

    /// Starts the countdown until sending is allowed again.
    fn count_down(&mut self, link: &Link) {
        if self.state.wait > 0 && self.tick.is_none() {
            self.ready_at = clock::milliseconds() + self.state.wait * u64::from(SECOND_MS);
            let link = link.clone();
            self.tick = Some(Timeout::new(SECOND_MS, move || {
                link.send_message(Message::Tick)
            }));
        }
    }
}

/// Returns `Some` for an action that changes a field by program, where the caret then shows the
/// change: `true` if the field is also focused, `false` if the focus stays on the button.
fn shows_change(action: &Action) -> Option<bool> {
    match action {
        Action::Fix(..)
        | Action::Apply(_)
        | Action::FixAll
        | Action::NewUuid
        | Action::NameCall => Some(true),
        Action::Undo | Action::Redo | Action::Minify | Action::WriteOutPaths => Some(false),
        _ => None,
    }
}

fn pause(link: &Link) -> Timeout {
    let link = link.clone();
    Timeout::new(PAUSE_MS, move || {
        link.send_message(Message::Do(Action::EndStep))
    })
}

/// Returns the element to focus if the action removes the focused button.
fn refocus(action: &Action) -> Option<AttrValue> {
    let field = match action {
        Action::Fix(field, _) => *field,
        Action::Phones(Change::Ask(app_id)) => {
            let id = if app_id.is_empty() {
                APPS
            } else {
                "!delete-no"
            };
            return Some(AttrValue::Static(id));
        }
        Action::Choose(_)
        | Action::Apply(Fix {
            change: apns::Change::Environment(_),
            ..
        }) => return Some(AttrValue::Static("send")),
        Action::Apply(_)
        | Action::FixAll
        | Action::NewUuid
        | Action::NameCall
        | Action::Undo
        | Action::Oversized(None) => Field::Payload,
        _ => return None,
    };
    Some(AttrValue::Static(field.name()))
}

/// Fetches the relay's settings.
pub(super) async fn look_for_relay() -> Option<Message> {
    Some(Message::RelayInfo(http::get(RELAY).await))
}
