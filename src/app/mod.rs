//! The page: a composer for VoIP pushes, and the virtual iPhone they ring.
//!
//! [`state`], [`form`] and [`report`] are pure and tested natively; each of the [`panels`]
//! draws a part of the [`page`]; [`browser`] wraps the browser's APIs. [`App`] owns
//! the state and those services, and [`update`] handles the messages.

pub mod action;
pub mod app_choice;
pub mod browser;
pub mod card;
mod causes;
pub mod circumstances;
pub mod components;
pub mod composed;
pub mod demo;
pub mod demo_ground;
pub mod draft;
pub mod entry;
pub mod event_subscription;
pub mod field;
mod file_intake;
pub mod fix_all;
pub mod form;
pub mod held_key;
pub mod history;
pub mod inspector;
pub mod message;
mod orders;
pub mod oversized_paste;
pub mod page;
pub mod panels;
pub mod phone_view;
pub mod phones;
pub mod preset;
pub mod production;
mod prose;
pub mod push_watch;
mod receiver_request;
pub mod receiver_view;
pub mod register;
pub mod registrations;
pub mod relay_info;
pub mod relay_link;
pub mod report;
pub mod saved_draft;
pub mod secret_guard;
pub mod send;
mod sending;
pub mod splice;
mod start;
pub mod state;
pub mod task;
mod transition;
mod update;
pub mod validation;
pub mod verdict;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::{Interval, Timeout};
use yew::prelude::*;

use self::action::Action;
use self::browser::in_view::InView;
use self::browser::pointer::Pointer;
use self::browser::secret_guard::SecretGuard;
use self::browser::storage::DraftStore;
use self::browser::{clock, events, focus, keyboard, selects, storage, visibility};
use self::form::Field;
use self::inspector::panel::inspector_panel;
use self::inspector::refresh::Refresh;
use self::message::{Link, Message};
use self::page::Page;
use self::panels::masthead::masthead;
use self::panels::outcome::outcome;
use self::panels::payload::payload_panel;
use self::panels::phone::{PHONE_SPACE, phone_panel};
use self::panels::signer::signer;
use self::panels::target::target;
use self::phones::panel::phones_panel;
use self::prose::Prose;
use self::receiver_request::ReceiverRequest;
use self::register::Book;
use self::secret_guard::{KeptOut, Place};
use self::start::Start;
pub use self::start::start;
use self::state::State;
use crate::apns::DeviceToken;

/// Interval of a redraw in milliseconds: the phone's clock shows minutes.
const HALF_MINUTE_MS: u32 = 30_000;

/// Root component of the page.
pub struct App {
    link: Link,
    state: State,
    /// Number of pushes this tab has sent, for `{{counter}}`.
    sends: u64,
    /// `true` while the page is visible.
    is_visible: bool,
    /// Device token of the phone that is followed, and the number of the last event seen.
    followed: Option<DeviceToken>,
    seen: u64,
    stream: Option<events::Events>,
    /// `true` if the stream covers the whole simulator and all registered devices.
    is_wide: bool,
    /// `true` if the inspector shows the simulator.
    is_inspecting: bool,
    refresh: Refresh,
    receiver_request: ReceiverRequest,
    phones_refresh: Refresh,
    /// Path of the last order to the push server.
    phones_order: String,
    /// Timer until which a receipt for a send may come.
    patience: Option<Timeout>,
    prose: Prose,
    /// Registrations of this tab with the simulator, and the instance of the simulator last seen.
    book: Book,
    instance: String,
    /// `true` while the demo fetches the state of the simulator.
    is_surveying: bool,
    /// The phone that was enrolled from this page, and the app it was given.
    enrolled: Option<(DeviceToken, String)>,
    pointer: Pointer,
    /// Fields that lost the focus to a press that is not over yet.
    leaving: Vec<Field>,
    /// Time at which sending is allowed again (milliseconds), and the timer of the countdown.
    ready_at: u64,
    tick: Option<Timeout>,
    /// ID of the element to focus if the focused button is removed.
    refocus: Option<AttrValue>,
    _guard: SecretGuard,
    /// `true` while the push sent by Send is underway, so that its verdict is scrolled into view.
    shows_verdict: bool,
    /// `true` from a press on one of the phone's buttons until the phone has reacted.
    has_pressed_phone: bool,
    /// Place of a change made by program; `true` if the place is also focused.
    changed: Option<(splice::Place, bool)>,
    /// Timer that ends the current undo step.
    pause: Option<Timeout>,
    /// Shared with the handler that saves when the page is left, which is too late for a message.
    drafts: Rc<RefCell<DraftStore>>,
    /// Timer that saves the changes.
    unsaved: Option<Timeout>,
    _listeners: [EventListener; 4],
    _history: [EventListener; 2],
    _minutes: Interval,
    /// Tells when the phone leaves the viewport; from the first rendering on.
    phone_in_view: Option<InView>,
}

impl Component for App {
    type Message = Message;
    type Properties = Start;

    fn create(ctx: &Context<Self>) -> Self {
        let had_secret = storage::remove_secrets();
        let (drafts, draft) = DraftStore::open();
        let drafts = Rc::new(RefCell::new(drafts));
        let entered = Rc::clone(&drafts);
        let to_page = Link::new(ctx.link().callback(move |message| {
            entered.borrow_mut().note(&message);
            message
        }));
        let left = Rc::clone(&drafts);
        let leave = visibility::watch_leaving(move || _ = left.borrow_mut().save(true));
        let link = to_page.clone();
        let pointer = Pointer::watch(move || link.send_message(Message::Release));
        let link = to_page.clone();
        let minutes = Interval::new(HALF_MINUTE_MS, move || link.send_message(Message::Minute));
        let mut app = Self {
            link: to_page.clone(),
            state: State::of_draft(draft.as_ref()),
            sends: 0,
            is_visible: visibility::is_visible(),
            followed: None,
            seen: 0,
            stream: None,
            is_wide: false,
            is_inspecting: false,
            refresh: Refresh::default(),
            receiver_request: ReceiverRequest::default(),
            phones_refresh: Refresh::default(),
            phones_order: String::new(),
            patience: None,
            prose: Prose::default(),
            book: Book::default(),
            instance: String::new(),
            is_surveying: false,
            enrolled: None,
            pointer,
            leaving: Vec::new(),
            ready_at: 0,
            tick: None,
            refocus: None,
            shows_verdict: false,
            has_pressed_phone: false,
            changed: None,
            pause: None,
            drafts,
            unsaved: None,
            _guard: SecretGuard::watch(&to_page),
            _history: keyboard::watch_history(&to_page),
            _listeners: [
                keyboard::watch(&to_page),
                visibility::watch(&to_page),
                leave,
                visibility::watch_coming_back(&to_page),
            ],
            _minutes: minutes,
            phone_in_view: None,
        };
        app.state.memory = storage::devices();
        app.state.utc_offset = clock::utc_offset();
        app.reduce(Action::Draw(sending::draw(1)));
        if had_secret {
            app.reduce(Action::KeepOut(Place::Page, KeptOut::Stored, None));
        }
        // The draft belongs to this tab from now on.
        app.save();
        match ctx.props().settings.clone() {
            Some(settings) => {
                app.take(&to_page, Message::RelayInfo(Some(settings)));
            }
            None => task::begin(&to_page, update::look_for_relay()),
        }
        app
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        let link = self.link.clone();
        self.take(&link, message)
    }

    fn rendered(&mut self, _: &Context<Self>, is_first: bool) {
        if is_first {
            let link = self.link.clone();
            self.phone_in_view = InView::watch(PHONE_SPACE, move |is_in_view| {
                link.send_message(Message::Do(Action::PhoneInView(is_in_view)));
            });
        }
        if self.state.relay_info.is_granted() {
            self.prose.ask(&self.link);
        }
        selects::show_chosen();
        if let Some((place, takes_focus)) = self.changed.take() {
            focus::show(place, takes_focus);
        }
        if let Some(id) = self.refocus.take() {
            focus::give(&id);
        }
        if self.shows_verdict {
            focus::bring_into_view("verdict");
            self.shows_verdict = self.state.sending;
        }
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let link = self.link.clone();
        let messages = Callback::from(move |message| link.send_message(message));
        let page = Page::new(&self.state, messages);
        self.prose.want(&page);
        html! {
            <div class="page" data-environment={self.state.form.environment.as_str()}>
                { masthead(&page) }
                <main class="board">
                    { phone_panel(&page) }
                    <div class="who">
                        { signer(&page) }
                        { target(&page) }
                    </div>
                    { payload_panel(&page) }
                    { outcome(&page) }
                    { phones_panel(&page) }
                    { inspector_panel(&page) }
                </main>
            </div>
        }
    }
}
