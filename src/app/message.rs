//! Messages to the page: changes of its state, and requests that need the browser.

use serde_json::Value;
use web_sys::File;
use yew::Callback;

use super::action::Action;
use super::demo_ground::DemoGround;
use super::form::Field;
use super::history::Way;
use super::inspector::order::Order;
use super::inspector::refreshed::Refreshed;
use super::phones::refreshed;
use super::relay_link::RelayLink;
use super::report::Reply;
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

/// A message to the page.
pub enum Message {
    /// Changes the state and does nothing else.
    Do(Action),
    /// The user pressed a shortcut for undo or redo, or chose it in the browser's menu.
    History(Way),
    /// A field lost the focus.
    Leave(Field),
    /// The pointer was released.
    Release,
    /// Send was pressed.
    Send,
    /// The demo button was pressed.
    Demo,
    /// Registers the key and the phone of the form with the simulator.
    Enrol,
    /// State of the simulator, fetched for the demo.
    Ground(Box<DemoGround>),
    /// Enables the faults that the demo disabled.
    FaultsOn,
    /// Disables all faults of the simulator.
    FaultsOff,
    /// Signs the user in or out.
    Session,
    /// One second of a waiting time has passed.
    Tick,
    /// The relay's response about itself; `None` if it did not answer.
    RelayInfo(Option<Value>),
    /// The answer to the question before a push to Production.
    AnswerProduction(bool),
    /// Escape was pressed.
    Escape,
    /// The user pressed `answer` or `decline` on the phone.
    Phone(&'static str),
    /// A file was dropped or pasted in a place that takes none.
    File(Place, File),
    /// A key file was dropped or picked.
    KeyFile(File),
    /// A file was dropped on the editor.
    PayloadFile(File),
    /// A file with the profile of an own app was picked.
    AppFile(File),
    /// Saves the form.
    Save,
    /// The browser restored the page from its back/forward cache, or showed it for the first time.
    PageBack,
    /// The page became visible or hidden.
    Visible(bool),
    /// Half a minute has passed: the phone's clock may have changed.
    Minute,
    /// The event stream was opened, interrupted, closed by the relay, or refused. A refusal says
    /// nothing about the relay.
    Stream(RelayLink),
    /// Event of the simulator: kind, number and body.
    Event(&'static str, u64, String),
    /// The relay's response to a request for the profile of an app.
    Profile(Reply),
    /// The relay's response to a request for the prose of the causes or the linter's rules.
    Prose(Reply),
    /// The list of the other causes was opened or closed.
    OtherCauses,
    /// A list of notes was opened or closed.
    Notes,
    /// Asks the relay for the files of the app's half.
    AskReceiver,
    /// Answer to the request for the files with this number.
    Receiver(u32, Reply),
    /// Downloads the files of the app's half.
    SaveReceiver,
    /// Fetches the contents of the simulator.
    Refresh,
    /// The user gave an order in the inspector.
    Order(Order),
    /// Sets the form to the phone with this device token and bundle ID.
    UsePhone(String, String),
    /// A refresh of the inspector ended.
    Refreshed(Refreshed),
    /// Fetches the lists of the push server.
    RefreshPhones,
    /// A refresh of the push server's lists ended.
    Phones(Box<refreshed::Refreshed>),
}
