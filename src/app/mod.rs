//! The page: a composer for VoIP pushes, and the virtual iPhone they ring.
//!
//! [`state`], [`form`] and [`report`] are pure and tested natively; each of the [`panels`] is a component that draws a
//! part of the [`page`]; [`browser`] holds the browser's services. [`App`] owns the state and those services, and
//! [`update`] says what each message does.

pub mod action;
pub mod browser;
pub mod card;
pub mod circumstances;
pub mod components;
pub mod composed;
pub mod demo;
pub mod demo_ground;
pub mod draft;
pub mod event_subscription;
pub mod field;
mod file_intake;
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
pub mod preset;
pub mod production;
pub mod push_watch;
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
use self::browser::pointer::Pointer;
use self::browser::secret_guard::SecretGuard;
use self::browser::storage::DraftStore;
use self::browser::{clock, events, focus, keyboard, storage, visibility};
use self::form::Field;
use self::inspector::panel::InspectorPanel;
use self::inspector::refresh::Refresh;
use self::message::{Link, Message};
use self::page::Page;
use self::panels::masthead::Masthead;
use self::panels::outcome::OutcomePanel;
use self::panels::payload::PayloadPanel;
use self::panels::phone::PhonePanel;
use self::panels::signer::SignerPanel;
use self::panels::target::TargetPanel;
use self::register::Book;
use self::secret_guard::{KeptOut, Place};
use self::state::State;
use crate::apns::DeviceToken;

/// The phone's clock shows minutes.
const HALF_MINUTE_MS: u32 = 30_000;

/// The whole page.
pub struct App {
    link: Link,
    state: Rc<State>,
    /// How many pushes this tab has sent, for `{{counter}}`.
    sends: u64,
    /// Whether anybody looks.
    is_visible: bool,
    /// The phone that is followed, and the last event seen of it.
    followed: Option<DeviceToken>,
    seen: u64,
    stream: Option<events::Events>,
    /// Whether the stream is about all of the simulator, for the inspector.
    is_wide: bool,
    refresh: Refresh,
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
    /// True while the push that Send handed over is on its way, so that its verdict is brought into view.
    shows_verdict: bool,
    /// True after a button of the phone was pressed, until the phone has done what it says.
    has_pressed_phone: bool,
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
        let to_page = Link::new(ctx.link().callback(|message| message));
        let link = to_page.clone();
        let send = keyboard::watch_send(move || link.send_message(Message::Send));
        let link = to_page.clone();
        let escape = keyboard::watch_escape(move || link.send_message(Message::Escape));
        let link = to_page.clone();
        let come_back = visibility::watch_coming_back(move || link.send_message(Message::PageBack));
        let had_secret = storage::remove_secrets();
        let (drafts, draft) = DraftStore::open();
        let drafts = Rc::new(RefCell::new(drafts));
        let left = Rc::clone(&drafts);
        let leave = visibility::watch_leaving(move || _ = left.borrow_mut().save(true));
        let link = to_page.clone();
        let history = keyboard::watch_history(move |way| link.send_message(Message::History(way)));
        let link = to_page.clone();
        let visible =
            visibility::watch(move |visible| link.send_message(Message::Visible(visible)));
        let link = to_page.clone();
        let pointer = Pointer::watch(move || link.send_message(Message::Release));
        let link = to_page.clone();
        let minutes = Interval::new(HALF_MINUTE_MS, move || link.send_message(Message::Minute));
        let mut app = Self {
            link: to_page.clone(),
            state: Rc::new(State::of_draft(draft.as_ref())),
            sends: 0,
            is_visible: visibility::is_visible(),
            followed: None,
            seen: 0,
            stream: None,
            is_wide: false,
            refresh: Refresh::default(),
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
            _history: history,
            _listeners: [send, escape, visible, leave, come_back],
            _minutes: minutes,
        };
        let state = Rc::make_mut(&mut app.state);
        state.memory = storage::devices();
        state.utc_offset = clock::utc_offset();
        app.reduce(Action::Draw(sending::draw(1)));
        if had_secret {
            app.reduce(Action::KeepOut(Place::Page, KeptOut::Stored, None));
        }
        // From now on it is this tab's.
        app.save();
        task::begin(&app.link, update::look_for_relay());
        app
    }

    fn update(&mut self, _: &Context<Self>, message: Message) -> bool {
        let link = self.link.clone();
        self.take(&link, message)
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
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
        html! {
            <div class="page" data-environment={self.state.form.environment.as_str()}>
                <ContextProvider<Page> context={page}>
                    <Masthead />
                    <main class="board">
                        <PhonePanel />
                        <div class="who">
                            <SignerPanel />
                            <TargetPanel />
                        </div>
                        <PayloadPanel />
                        <OutcomePanel />
                        <InspectorPanel />
                    </main>
                </ContextProvider<Page>>
            </div>
        }
    }
}
