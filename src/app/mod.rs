//! The page: a composer for VoIP pushes, and the virtual iPhone they ring.
//!
//! [`state`], [`form`] and [`report`] are pure and tested natively; each panel is a function from the
//! state to what is drawn; [`browser`] holds the browser's services; [`App`] ties them together.
//! There is one component: every further one would weigh two kilobytes of Yew's bookkeeping.

pub mod action;
pub mod browser;
pub mod card;
pub mod components;
pub mod demo;
pub mod demo_ground;
pub mod draft;
pub mod drawer;
pub mod drawer_panel;
pub mod event_subscription;
pub mod form;
pub mod held_key;
pub mod history;
pub mod look;
pub mod message;
pub mod oversized_paste;
pub mod panels;
pub mod phone_view;
pub mod preset;
pub mod production;
pub mod push_watch;
pub mod register;
pub mod registrations;
pub mod relay_info;
pub mod relay_link;
pub mod remark;
pub mod report;
pub mod saved_draft;
pub mod secret_guard;
pub mod send;
pub mod sketch;
pub mod splice;
pub mod state;
pub mod tag;
pub mod task;
pub mod validation;
pub mod verdict;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use yew::prelude::*;

use self::action::Action;
use self::browser::keyboard::Way;
use self::browser::pointer::Pointer;
use self::browser::secret_guard::SecretGuard;
use self::browser::storage::DraftStore;
use self::browser::{
    clock, events, files, focus, http, keyboard, random, sign_in, storage, visibility,
};
use self::card::Card;
use self::demo_ground::{DemoGround, FaultsAside};
use self::drawer::Change;
use self::form::{Field, Form, Stops};
use self::held_key::HeldKey;
use self::look::Look;
use self::message::{Link, Message};
use self::oversized_paste::OversizedPaste;
use self::register::Book;
use self::relay_info::RelayInfo;
use self::relay_link::RelayLink;
use self::remark::Remark;
use self::report::{Report, Silence};
use self::secret_guard::{KeptOut, Place};
use self::state::State;
use self::tag::{Child, tag};
use crate::apns::secret::{self, Secret};
use crate::apns::uuid::Uuid;
use crate::apns::{ApnsId, DeviceToken, Push, SigningKey};
use crate::call::placeholder::Values;

/// The phone's clock shows minutes.
const HALF_MINUTE_MS: u32 = 30_000;
/// A countdown shows seconds.
const SECOND_MS: u32 = 1_000;
/// A change is saved at the latest after this, and when the page is left.
const SAVE_MS: u32 = 300;
/// A draft that the browser did not take is offered to it again after this.
const RETRY_MS: u32 = 3_000;
/// Whoever types nothing for so long has finished a step.
const PAUSE_MS: u32 = 1_000;

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
    /// What this tab has registered with the simulator, and the name by which that last went.
    book: Book,
    instance: String,
    /// Whether the demo is finding out what there is.
    is_surveying: bool,
    /// The phone that was enrolled from here, and where it was told to look for a call.
    enrolled: Option<(DeviceToken, [String; 4])>,
    pointer: Pointer,
    /// Fields that were left by a press that is not over yet.
    leaving: Vec<Field>,
    /// When sending is allowed again, and what counts the seconds until then.
    ready_at: u64,
    tick: Option<Timeout>,
    /// Where the focus goes when the button that had it is gone.
    refocus: Option<AttrValue>,
    _guard: SecretGuard,
    /// Where something was changed by program, and whether the focus goes there.
    changed: Option<(splice::Place, bool)>,
    /// Ends the step of the history that is being typed.
    pause: Option<Timeout>,
    /// Shared with what saves when the page is left: then there is no time for a message.
    drafts: Rc<RefCell<DraftStore>>,
    /// Saves what has changed.
    unsaved: Option<Timeout>,
    _listeners: [EventListener; 5],
    _history: [EventListener; 2],
    _minutes: Interval,
}

impl Component for App {
    type Message = Message;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.link().clone();
        let send = keyboard::watch_send(move || link.send_message(Message::Send));
        let link = ctx.link().clone();
        let escape = keyboard::watch_escape(move || link.send_message(Message::Escape));
        let link = ctx.link().clone();
        let come_back = visibility::watch_coming_back(move || link.send_message(Message::PageBack));
        let had_secret = storage::remove_secrets();
        let (drafts, draft) = DraftStore::open();
        let drafts = Rc::new(RefCell::new(drafts));
        let left = Rc::clone(&drafts);
        let leave = visibility::watch_leaving(move || _ = left.borrow_mut().save(true));
        let link = ctx.link().clone();
        let history = keyboard::watch_history(move |way| link.send_message(Message::History(way)));
        let link = ctx.link().clone();
        let visible =
            visibility::watch(move |visible| link.send_message(Message::Visible(visible)));
        let link = ctx.link().clone();
        let pointer = Pointer::watch(move || link.send_message(Message::Release));
        let link = ctx.link().clone();
        let minutes = Interval::new(HALF_MINUTE_MS, move || link.send_message(Message::Minute));
        let mut app = Self {
            state: State::of_draft(draft.as_ref()),
            sends: 0,
            is_visible: visibility::is_visible(),
            followed: None,
            seen: 0,
            stream: None,
            is_wide: false,
            look: Look::default(),
            book: Book::default(),
            instance: String::new(),
            is_surveying: false,
            enrolled: None,
            pointer,
            leaving: Vec::new(),
            ready_at: 0,
            tick: None,
            refocus: None,
            changed: None,
            pause: None,
            drafts,
            unsaved: None,
            _guard: SecretGuard::watch(ctx.link()),
            _history: history,
            _listeners: [send, escape, visible, leave, come_back],
            _minutes: minutes,
        };
        app.state.memory = storage::devices();
        app.state.utc_offset = clock::utc_offset();
        app.reduce(Action::Draw(draw(1)));
        if had_secret {
            app.reduce(Action::KeepOut(Place::Page, KeptOut::Stored, None));
        }
        // From now on it is this tab's.
        app.save();
        task::begin(ctx.link(), look_for_relay());
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Message) -> bool {
        let link = ctx.link();
        match message {
            Message::Do(action) => {
                self.refocus = refocus(&action);
                let is_typed = matches!(action, Action::Edit(..) | Action::Compose(..));
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
                self.look(link, Some(["DELETE", "faults", "", ""].map(str::to_owned)))
            }
            Message::FaultsOn => self.restore_faults(link),
            // The form may be about one of Apple's environments by now, which have a question of their own.
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
                ctx.link().send_message(Message::AnswerProduction(false))
            }
            Message::Escape => return false,
            Message::Phone(button) => self.press_phone(link, button),
            Message::File(place, file) => read_file(link, place, file),
            Message::KeyFile(file) => read_key(link, file),
            Message::PayloadFile(file) => read_file(link, Place::Field(Field::Payload), file),
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
                if self.is_wide && relay == RelayLink::Up {
                    self.reduce(Action::Drawer(Change::Answer(String::new())));
                    self.look(link, None);
                }
            }
            Message::Event(kind, id, event) => {
                self.seen = id;
                if self.is_wide {
                    self.look.soon(link);
                }
                return self.take_event(kind, id, &event);
            }
            Message::Look => self.look(link, None),
            Message::Order(order, value) => self.take_order(link, order, value),
            Message::Looked(sight) => self.see(link, sight),
        }
        self.follow(link);
        self.count_down(link);
        self.save_soon(link);
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        if let Some((place, takes_focus)) = self.changed.take() {
            focus::show(place, takes_focus);
        }
        if let Some(id) = self.refocus.take() {
            focus::give(&id);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (state, link) = (&self.state, ctx.link());
        let mut remarks = state.remarks();
        let mut about = |card: Card| {
            let (these, others) = std::mem::take(&mut remarks)
                .into_iter()
                .partition(|remark: &Remark| Card::of(remark.rule) == card);
            remarks = others;
            these
        };
        let target = panels::target::view(state, link, about(Card::Device), about(Card::Headers));
        let who = tag("div", "who")
            .with(panels::signer::view(state, link, about(Card::Signer)))
            .with(target);
        let board = tag("main", "board")
            .with(panels::phone::view(state, link))
            .with(who)
            .with(panels::payload::view(state, link, about(Card::Payload)))
            .with(panels::outcome::view(state, link))
            .with(drawer_panel::view(state, link));
        tag("div", "page")
            .set("data-environment", state.form.environment.as_str())
            .with(panels::masthead::view(state, link))
            .with(board)
            .node()
    }
}

impl App {
    /// Lets the state change, and keeps what it has learnt over a reload.
    fn reduce(&mut self, action: Action) {
        let memory = self.state.memory.clone();
        self.state.change(action);
        if self.state.memory != memory {
            storage::keep_devices(&self.state.memory);
        }
    }

    /// Has what is typed saved in a moment, unless that is so already.
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

    fn save(&mut self) {
        self.unsaved = None;
        let mut drafts = self.drafts.borrow_mut();
        drafts.take(&self.state);
        self.state.is_unsaved = !drafts.save(false);
    }

    /// The same, and the caret goes to where something has changed.
    fn reduce_in_sight(&mut self, action: Action, takes_focus: bool) {
        let before = self.state.form.clone();
        self.reduce(action);
        self.changed =
            splice::Place::between(&before, &self.state.form).map(|place| (place, takes_focus));
    }

    /// The relay has said what it is. Whoever is not let in is asked to sign in, once.
    fn take_relay_info(&mut self, link: &Link, info: RelayInfo) {
        sign_in::set_mode(info.mode());
        if info.is_refused() && !self.state.relay_info.is_refused() {
            sign_in::ask();
        }
        self.reduce(Action::RelayInfo(info));
        self.catch_up(link);
    }

    /// Counts the seconds until sending is allowed again.
    fn count_down(&mut self, link: &Link) {
        if self.state.wait > 0 && self.tick.is_none() {
            self.ready_at = clock::milliseconds() + self.state.wait * u64::from(SECOND_MS);
            let link = link.clone();
            self.tick = Some(Timeout::new(SECOND_MS, move || {
                link.send_message(Message::Tick)
            }));
        }
    }

    /// Who vouches for the push: a key, or, without one, the certificate of the form; `None` when nobody does.
    fn signer(&self) -> Option<Option<Rc<HeldKey>>> {
        if self.state.form.is_signed() {
            self.state.key.clone().map(Some)
        } else {
            Some(None)
        }
    }

    /// Sends, unless something stands in the way; then the page says what.
    fn press_send(&mut self, link: &Link) {
        if self.state.sending || self.state.waiting() > 0 {
            return;
        }
        let form = self.form_to_send();
        match (
            self.new_push(&form, self.state.key.is_some()),
            self.signer(),
        ) {
            (Err(stops), _) => self.reduce(Action::Stop(stops)),
            (Ok(_), _) if self.state.must_ask() => {
                self.refocus = Some(AttrValue::Static("!production-no"));
                self.reduce(Action::AskProduction);
            }
            (Ok(push), Some(key)) => {
                // The phone looks for a call where it was told to; by now the form says somewhere else.
                let is_outdated = form.environment.is_simulator()
                    && self.is_outdated(&push.device_token, &form.paths);
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

    /// The one button of a first visit: find out what there is, make a key and a phone, enrol them, send.
    fn press_demo(&mut self, link: &Link) {
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

    /// It is known what there is: the demo phone rings.
    fn begin_demo(&mut self, link: &Link, ground: &DemoGround) {
        self.is_surveying = false;
        if self.state.sending {
            return;
        }
        // The payload is judged as it would be sent now.
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

    /// The faults that the demo switched off strike again, beside those that are on by now.
    fn restore_faults(&mut self, link: &Link) {
        let Some(aside) = self.state.faults_aside.clone() else {
            return;
        };
        self.reduce(Action::PutFaultsAside(None));
        task::begin(link, async move {
            let script = demo::survey(None).await.with_faults(&aside);
            Some(Message::Order(
                ["PUT", "faults", "", &script].map(str::to_owned).to_vec(),
                String::new(),
            ))
        });
    }

    /// A phone that is known keeps what it was switched to meanwhile.
    fn enrol_and_send(&mut self, link: &Link, key: Option<Rc<HeldKey>>, is_known: bool) {
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

    /// Sends a push; before that the simulator learns what it has to know.
    fn hand_over(
        &mut self,
        link: &Link,
        push: Push,
        key: Option<Rc<HeldKey>>,
        form: Form,
        enrol: Enrol,
    ) {
        if enrol.phone_is_known.is_some() {
            self.enrolled = Some((push.device_token.clone(), form.paths.clone()));
        }
        self.begin(&push.headers.apns_id);
        let book = Rc::clone(&self.book);
        task::begin(link, async move {
            if push.environment.is_simulator() {
                register::check(&book).await;
            }
            if let Some(stay) = enrol.faults {
                // If the relay does not answer, the send says so.
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

    /// Whether the phone was enrolled from here to look for a call elsewhere than at `paths`.
    fn is_outdated(&self, phone: &DeviceToken, paths: &[String; 4]) -> bool {
        self.enrolled
            .as_ref()
            .is_some_and(|(enrolled, told)| enrolled == phone && told != paths)
    }

    /// A send begins; the next one gets values of its own.
    fn begin(&mut self, apns_id: &ApnsId) {
        self.sends += 1;
        self.reduce(Action::Begin(apns_id.to_string()));
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

    fn press_phone(&self, link: &Link, button: &'static str) {
        if let Ok(device) = DeviceToken::parse(&self.state.form.device_token) {
            // What the phone does then comes back as an event, here and in every other tab.
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

/// What the simulator learns before a push is sent.
struct Enrol {
    /// Whether it knows the phone, if key and phone are to be enrolled.
    phone_is_known: Option<bool>,
    /// The script of the faults that are to stay, if some are to be switched off.
    faults: Option<String>,
}

/// Tells the actions that change a field in the place of its owner, whom the caret shows it to. True if the focus goes there
/// too, false if it stays on its button.
fn shows_change(action: &Action) -> Option<bool> {
    match action {
        Action::Fix(..) | Action::Mend(_) | Action::NewUuid => Some(true),
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

/// Whose button may be gone after this.
fn refocus(action: &Action) -> Option<AttrValue> {
    let field = match action {
        Action::Fix(field, _) => *field,
        Action::Choose(_) => return Some(AttrValue::Static("send")),
        Action::Mend(_) | Action::NewUuid | Action::Undo | Action::Oversized(None) => {
            Field::Payload
        }
        _ => return None,
    };
    Some(AttrValue::Static(field.name()))
}

fn end(report: Report) -> Option<Message> {
    Some(Message::Do(Action::End(Box::new(report))))
}

async fn look_for_relay() -> Option<Message> {
    Some(Message::RelayInfo(http::get("/api/relay").await))
}

/// A key goes to the key holder wherever it is dropped, a payload only into the editor.
fn read_file(link: &Link, place: Place, file: web_sys::File) {
    task::begin(link, async move {
        let size = file.size() as usize;
        let Some((name, bytes)) = files::read(file).await else {
            return Some(keep_out(place, KeptOut::File));
        };
        let bytes = zeroize::Zeroizing::new(bytes);
        // Of a larger file no more than its beginning is shown, and none of it is kept.
        let found = secret::in_file(&bytes[..bytes.len().min(oversized_paste::LARGEST)]);
        if found == Some(Secret::ProviderToken) {
            return Some(keep_out(place, KeptOut::ProviderToken));
        }
        if found.is_some() || secret_guard::is_key_file(&name) {
            let offer = secret_guard::read_key_file(&bytes);
            return Some(Message::Do(Action::KeepOut(
                place,
                secret_guard::kind(&offer),
                Some((name, offer)),
            )));
        }
        if place != Place::Field(Field::Payload) {
            return Some(keep_out(place, KeptOut::File));
        }
        let text = String::from_utf8_lossy(&bytes);
        Some(Message::Do(
            match OversizedPaste::of_size(&name, size, &text) {
                Some(oversized) => Action::Oversized(Some(oversized)),
                None => Action::Fix(Field::Payload, text.into_owned()),
            },
        ))
    });
}

fn keep_out(place: Place, kept_out: KeptOut) -> Message {
    Message::Do(Action::KeepOut(place, kept_out, None))
}

fn read_key(link: &Link, file: web_sys::File) {
    task::begin(link, async move {
        let (name, bytes) = files::read(file).await?;
        let bytes = zeroize::Zeroizing::new(bytes);
        Some(Message::Do(Action::OfferKey(
            name,
            SigningKey::from_bytes(&bytes),
        )))
    });
}

/// New values; the time is told again when they are sent.
fn draw(counter: u64) -> Values {
    let uuid = Uuid::from_random_bytes(random::bytes().unwrap_or_default());
    Values {
        uuid,
        now_ms: clock::unix_milliseconds(),
        counter,
        device: None,
    }
}
