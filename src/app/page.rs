//! Page: the state, the values derived from it, and the sender of messages, for all panels.

use yew::Callback;

use super::action::Action;
use super::composed::Composed;
use super::message::Message;
use super::state::State;

/// State, derived values and messages, for every panel.
pub struct Page<'a> {
    /// The state.
    pub state: &'a State,
    /// Values derived from the state, computed once for all panels.
    pub composed: Composed,
    /// Callback for messages to the page.
    pub messages: Callback<Message>,
}

impl<'a> Page<'a> {
    /// Creates the page of this state.
    pub fn new(state: &'a State, messages: Callback<Message>) -> Self {
        Self {
            state,
            composed: Composed::of(state),
            messages,
        }
    }

    /// Returns a callback that sends the message made from an event, if there is one.
    pub fn on<E: 'static>(&self, message: impl Fn(E) -> Option<Message> + 'static) -> Callback<E> {
        self.on_event(Callback::from(message))
    }

    /// Returns a callback that sends a message on every event.
    pub fn send<E: 'static>(&self, message: fn() -> Message) -> Callback<E> {
        self.messages.reform(move |_| message())
    }

    /// Returns a callback that applies an action on every event.
    pub fn act<E: 'static>(&self, action: fn() -> Action) -> Callback<E> {
        self.messages.reform(move |_| Message::Do(action()))
    }

    /// Apart from [`Self::on`], so that it is compiled once per kind of event, not once per call.
    fn on_event<E: 'static>(&self, message: Callback<E, Option<Message>>) -> Callback<E> {
        let messages = self.messages.clone();
        Callback::from(move |event| {
            if let Some(message) = message.emit(event) {
                messages.emit(message);
            }
        })
    }
}
