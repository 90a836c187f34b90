//! The page: a composer for VoIP pushes, and the virtual iPhone they ring.
//!
//! [`state`], [`form`] and [`report`] are pure and tested natively; each panel is a function from the
//! state to what is drawn; [`browser`] holds the browser's services; [`App`] ties them together.
//! There is one component: every further one would weigh two kilobytes of Yew's bookkeeping.

pub mod action;
pub mod browser;
pub mod demo;
pub mod diagnosis_panel;
pub mod drawer;
pub mod drawer_panel;
pub mod field;
pub mod findings_panel;
pub mod form;
pub mod headers_panel;
pub mod held;
pub mod icons;
pub mod look;
pub mod mapping_panel;
pub mod masthead;
pub mod message;
pub mod outcome_panel;
pub mod payload_panel;
pub mod phone_panel;
pub mod phone_view;
pub mod picker;
pub mod remark;
pub mod report;
pub mod send;
pub mod signer_panel;
pub mod sketch;
pub mod state;
pub mod tag;
pub mod target_panel;
pub mod watch;

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use yew::prelude::*;

use self::action::Action;
use self::browser::pointer::Pointer;
use self::browser::{clock, events, files, focus, http, keyboard, random, storage, visibility};
use self::drawer::Change;
use self::form::{Field, Form, Stops};
use self::held::Held;
use self::look::Look;
use self::message::{Link, Message};
use self::report::{Report, Silence};
use self::state::{HeldKey, RelayLink, State};
use self::tag::{Child, tag};
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, DeviceToken, Environment, Push, SigningKey};
use crate::call::Catalogue;
use crate::call::placeholder::Values;

/// The phone's clock shows minutes.
const HALF_MINUTE_MS: u32 = 30_000;

/// The whole page.
pub struct App {
    state: State,
    /// How many pushes this tab has sent, for `{{counter}}`.
    sends: u64,
    /// Whether anybody looks.
    is_visible: bool,
    /// The phone that is followed, and the last event seen of it.
    followed: Option<DeviceToken>,
    seen: u64,
    stream: Option<events::Events>,
    /// Whether the stream is about all of the simulator, for the drawer.
    is_wide: bool,
    look: Look,
    /// The phone that was enrolled from here, and where it was told to look for a call.
    enrolled: Option<(DeviceToken, [String; 4])>,
    pointer: Pointer,
    /// Fields that were left by a press that is not over yet.
    leaving: Vec<Field>,
    /// Where the focus goes when the button that had it is gone.
    refocus: Option<AttrValue>,
    _listeners: [EventListener; 2],
    _minutes: Interval,
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let send = keyboard::watch_send(move || link.send_message(Message::Send));
        let link = ctx.link().clone();
        let visible = visibility::watch(move |visible| link.send_message(Message::Visible(visible)));
        let link = ctx.link().clone();
        let pointer = Pointer::watch(move || link.send_message(Message::Release));
        let link = ctx.link().clone();
        let minutes = Interval::new(HALF_MINUTE_MS, move || link.send_message(Message::Minute));
        let mut app = Self {
            state: State::opening(storage::draft()),
            sends: 0,
            is_visible: visibility::is_visible(),
            followed: None,
            seen: 0,
            stream: None,
            is_wide: false,
            look: Look::default(),
            enrolled: None,
            pointer,
            leaving: Vec::new(),
            refocus: None,
            _listeners: [send, visible],
            _minutes: minutes,
        };
        app.state.memory = storage::devices();
        app.state.utc_offset = clock::utc_offset();
        app.reduce(Action::Draw(draw(1)));
        ctx.link().send_future(load_catalogue());
        app.follow(ctx.link());
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let link = ctx.link();
        match message {
            Message::Do(action) => {
                self.refocus = refocus(&action);
                self.reduce(action);
            }
            Message::Leave(field) if self.pointer.is_down() => self.leaving.push(field),
            Message::Leave(field) => self.reduce(Action::Leave(field)),
            Message::Release => {
                for field in std::mem::take(&mut self.leaving) {
                    self.reduce(Action::Leave(field));
                }
            }
            Message::Send => self.press_send(link),
            Message::Demo => self.press_demo(link),
            Message::Enrol => {
                if let Some(key) = self.state.key.clone() {
                    self.enrol_and_send(link, key, false);
                }
            }
            Message::AnswerProduction(yes) => {
                self.reduce(Action::AnswerProduction(yes));
                if yes {
                    self.press_send(link);
                }
            }
            Message::Phone(button) => self.press_phone(button),
            Message::KeyFile(file) => read_key(link, file),
            Message::PayloadFile(file) => read_payload(link, file),
            Message::Visible(visible) => {
                self.is_visible = visible;
                self.listen(link);
            }
            Message::Minute => {
                if self.state.catalogue.templates.is_empty() {
                    link.send_future(load_catalogue());
                }
            }
            Message::Stream(relay) => {
                self.reduce(Action::Relay(relay));
                if self.is_wide && relay == RelayLink::Up {
                    self.reduce(Action::Drawer(Change::Answer(String::new())));
                    self.look(link, None);
                }
            }
            Message::Event(id, event) => {
                self.seen = id;
                if self.is_wide {
                    self.look.soon(link);
                }
                return self.take_event(event);
            }
            Message::Look => self.look(link, None),
            Message::Order(order, value) => self.take_order(link, order, value),
            Message::Looked(sight) => self.see(link, sight),
        }
        self.follow(link);
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if let Some(id) = self.refocus.take() {
            focus::give(&id);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (state, link) = (&self.state, ctx.link());
        let who = tag("div", "who").with(signer_panel::view(state, link)).with(target_panel::view(state, link));
        let board = tag("main", "board")
            .with(phone_panel::view(state, link))
            .with(who)
            .with(payload_panel::view(state, link))
            .with(outcome_panel::view(state, link))
            .with(drawer_panel::view(state, link));
        tag("div", "page").set("data-environment", state.form.environment.as_str()).with(masthead::view(state, link)).with(board).node()
    }
}

impl App {
    /// Lets the state change, and keeps what is typed over a reload.
    fn reduce(&mut self, action: Action) {
        let (before, memory) = (self.state.form.clone(), self.state.memory.clone());
        self.state = std::mem::take(&mut self.state).reduce(action);
        if self.state.form != before {
            storage::keep_draft(&self.state.form);
        }
        if self.state.memory != memory {
            storage::keep_devices(&self.state.memory);
        }
    }

    /// Sends, unless something stands in the way; then the page says what.
    fn press_send(&mut self, link: &Link) {
        if self.state.sending {
            return;
        }
        let form = self.form_to_send();
        match (self.new_push(&form, self.state.key.is_some()), self.state.key.clone()) {
            (Err(stops), _) => self.reduce(Action::Stop(stops)),
            (Ok(_), _) if form.environment == Environment::Production && !self.state.may_use_production => {
                self.reduce(Action::AskProduction);
            }
            // The phone looks for a call where it was told to; by now the form says somewhere else.
            (Ok(push), Some(key)) if form.environment.is_simulator() && self.is_outdated(&push.device_token, &form.paths) => {
                self.enrol_and_send(link, key, false);
            }
            (Ok(push), Some(key)) => {
                self.begin();
                link.send_future(async move { end(send::send(push, key, &form).await) });
            }
            (Ok(_), None) => {}
        }
    }

    /// The one button of a first visit: make a key and a phone, enrol them, send.
    fn press_demo(&mut self, link: &Link) {
        if self.state.sending {
            return;
        }
        if let Some((form, key)) = demo::prepare(&self.state) {
            let is_known = form.device_token == self.state.form.device_token;
            self.reduce(Action::StartDemo(Box::new(form), Rc::clone(&key)));
            self.enrol_and_send(link, key, is_known);
        }
    }

    /// A phone that is known keeps what it was switched to meanwhile.
    fn enrol_and_send(&mut self, link: &Link, key: Rc<HeldKey>, is_known: bool) {
        let form = self.form_to_send();
        let push = match self.new_push(&form, true) {
            Ok(push) => push,
            Err(stops) => return self.reduce(Action::Stop(stops)),
        };
        self.enrolled = Some((push.device_token.clone(), form.paths.clone()));
        self.begin();
        link.send_future(async move {
            match demo::enrol(&form, &key.key.public_key(), is_known).await {
                Ok(_) => end(send::send(push, key, &form).await),
                Err(_) => end(Report::of_silence(&push, Silence::NoRelay, 0)),
            }
        });
    }

    /// Whether the phone was enrolled from here to look for a call elsewhere than at `paths`.
    fn is_outdated(&self, phone: &DeviceToken, paths: &[String; 4]) -> bool {
        self.enrolled.as_ref().is_some_and(|(enrolled, told)| enrolled == phone && told != paths)
    }

    /// A send begins; the next one gets values of its own.
    fn begin(&mut self) {
        self.sends += 1;
        self.reduce(Action::Begin);
        self.reduce(Action::Draw(draw(self.sends + 1)));
    }

    /// The form with the values of this send, and the time it is.
    fn form_to_send(&mut self) -> Form {
        if let Some(values) = &mut self.state.values {
            values.now_ms = clock::unix_milliseconds();
        }
        self.state.filled()
    }

    /// The push the form describes, under a name of its own: every press of Send is another push.
    fn new_push(&self, form: &Form, has_key: bool) -> Result<Push, Stops> {
        let apns_id = ApnsId::from_random_bytes(random::bytes().unwrap_or_default());
        form.push(has_key, apns_id, self.state.clock())
    }

    fn press_phone(&self, button: &'static str) {
        if let Ok(device) = DeviceToken::parse(&self.state.form.device_token) {
            // What the phone does then comes back as an event, here and in every other tab.
            yew::platform::spawn_local(async move {
                let _ = http::ask("POST", &["devices/", device.as_str(), "/", button].concat(), "").await;
            });
        }
    }
}

/// Whose button may be gone after this.
fn refocus(action: &Action) -> Option<AttrValue> {
    let field = match action {
        Action::Fix(field, _) => *field,
        Action::Mend(_) | Action::NewUuid | Action::Undo | Action::Hold(None) => Field::Payload,
        _ => return None,
    };
    Some(AttrValue::Static(field.name()))
}

fn end(report: Report) -> Message {
    Message::Do(Action::End(Box::new(report)))
}

async fn look_for_relay() -> Message {
    let answer = http::get("/api/relay").await;
    Message::Do(Action::Relay(if answer.is_some() { RelayLink::Up } else { RelayLink::Down }))
}

/// Templates and prose, which the page does without until they are here.
async fn load_catalogue() -> Message {
    let catalogue = http::get("/api/catalogue").await.and_then(Catalogue::from_value);
    Message::Do(Action::Load(Box::new(catalogue.unwrap_or_default())))
}

fn read_payload(link: &Link, file: web_sys::File) {
    let link = link.clone();
    yew::platform::spawn_local(async move {
        let size = file.size() as usize;
        if let Some((name, bytes)) = files::read(file).await {
            let text = String::from_utf8_lossy(&bytes);
            let action = match Held::of_size(&name, size, &text) {
                Some(held) => Action::Hold(Some(held)),
                None => Action::Fix(Field::Payload, text.into_owned()),
            };
            link.send_message(Message::Do(action));
        }
    });
}

fn read_key(link: &Link, file: web_sys::File) {
    let link = link.clone();
    yew::platform::spawn_local(async move {
        if let Some((name, bytes)) = files::read(file).await {
            let bytes = zeroize::Zeroizing::new(bytes);
            link.send_message(Message::Do(Action::OfferKey(name, SigningKey::from_bytes(&bytes))));
        }
    });
}

/// New values; the time is told again when they are sent.
fn draw(counter: u64) -> Values {
    let uuid = Uuid::from_random_bytes(random::bytes().unwrap_or_default());
    Values { uuid, now_ms: clock::unix_milliseconds(), counter, device: None }
}
