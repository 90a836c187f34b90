//! The page as its panels see it: the state, what is computed from it, and the way to change it.

use std::rc::Rc;

use yew::{Callback, hook, use_context};

use super::action::Action;
use super::composed::Composed;
use super::message::Message;
use super::state::State;

/// Context of every panel.
#[derive(Clone, Default)]
pub struct Page {
    /// The state.
    pub state: Rc<State>,
    /// What is computed from it, once for all panels.
    pub composed: Rc<Composed>,
    /// Receiver of messages.
    pub messages: Callback<Message>,
}

/// Each drawing of the page has something of its own to show, if only the time.
impl PartialEq for Page {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.composed, &other.composed)
    }
}

impl Page {
    /// The page in this state.
    pub fn new(state: &Rc<State>, messages: Callback<Message>) -> Self {
        Self {
            state: Rc::clone(state),
            composed: Rc::new(Composed::of(state)),
            messages,
        }
    }

    /// Callback that sends the message of an event, if it has one.
    pub fn on<E: 'static>(&self, message: impl Fn(E) -> Option<Message> + 'static) -> Callback<E> {
        let messages = self.messages.clone();
        Callback::from(move |event| {
            if let Some(message) = message(event) {
                messages.emit(message);
            }
        })
    }

    /// Callback that sends a message at every event.
    pub fn send<E: 'static>(&self, message: impl Fn() -> Message + 'static) -> Callback<E> {
        self.on(move |_| Some(message()))
    }

    /// Callback that changes the state at every event.
    pub fn act<E: 'static>(&self, action: impl Fn() -> Action + 'static) -> Callback<E> {
        self.on(move |_| Some(Message::Do(action())))
    }
}

/// The page around a component.
#[hook]
pub fn use_page() -> Page {
    use_context().unwrap_or_default()
}
