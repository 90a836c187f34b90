//! A message: what happens to the page, as a change of its state or as something only the browser can do.

use serde_json::Value;
use web_sys::File;
use yew::Callback;

use super::action::Action;
use super::browser::keyboard::Way;
use super::demo_ground::DemoGround;
use super::form::Field;
use super::inspector::order::Order;
use super::inspector::refreshed::Refreshed;
use super::relay_link::RelayLink;
use super::secret_guard::Place;

/// Sender of messages to the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Link(Callback<Message>);

impl Link {
    /// Creates a link to the receiver of messages.
    pub fn new(receiver: Callback<Message>) -> Self {
        Self(receiver)
    }

    /// Sends a message.
    pub fn send_message(&self, message: Message) {
        self.0.emit(message);
    }
}

/// Everything that can happen.
pub enum Message {
    /// The state changes, and nothing else does.
    Do(Action),
    /// Undo or redo was asked for with the keyboard or by the browser's menu.
    History(Way),
    /// A field was left.
    Leave(Field),
    /// Nothing is being pressed any more.
    Release,
    /// Send was pressed.
    Send,
    /// The demo button was pressed.
    Demo,
    /// The key and the phone of the form shall be enrolled with the simulator.
    Enrol,
    /// What the simulator was found to be like, for the demo.
    Ground(Box<DemoGround>),
    /// The faults that the demo switched off shall be switched on again.
    FaultsOn,
    /// All faults of the simulator shall be switched off.
    FaultsOff,
    /// Somebody signs in or out.
    Session,
    /// A second of waiting has passed.
    Tick,
    /// What the relay says of itself; nothing when it did not answer.
    RelayInfo(Option<Value>),
    /// The answer about production.
    AnswerProduction(bool),
    /// Escape was pressed.
    Escape,
    /// The phone's owner pressed `answer` or `decline`.
    Phone(&'static str),
    /// A file was dropped or pasted where none is read.
    File(Place, File),
    /// A key file was dropped or picked.
    KeyFile(File),
    /// A file was dropped on the editor.
    PayloadFile(File),
    /// The form shall be saved.
    Save,
    /// The page that was put by is back.
    PageBack,
    /// The page came to the front, or went from there.
    Visible(bool),
    /// Time has passed.
    Minute,
    /// The event stream opened, broke off, or was refused, which says nothing of the relay.
    Stream(RelayLink),
    /// Something of this kind and with this number happened in the simulator.
    Event(&'static str, u64, String),
    /// It is time to read the contents of the simulator anew.
    Refresh,
    /// An order was given in the inspector.
    Order(Order),
    /// Pushes shall go to the phone with this device token and bundle ID.
    UsePhone(String, String),
    /// A refresh of the inspector has ended.
    Refreshed(Refreshed),
}
