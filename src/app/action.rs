//! Actions: every event that changes the page's [state](super::state).

use std::rc::Rc;

use serde_json::Value;

use super::entry::Entry;
use super::form::{Field, Form, Stops};
use super::held_key::HeldKey;
use super::inspector::state::Change;
use super::oversized_paste::OversizedPaste;
use super::phone_view::PhoneView;
use super::phones;
use super::receiver_view;
use super::relay_info::RelayInfo;
use super::relay_link::RelayLink;
use super::report::Report;
use super::secret_guard::{KeptOut, Offer, Place};
use crate::apns::fix::{self, Fix};
use crate::apns::signing_key::KeyError;
use crate::apns::{Environment, PushType, SigningKey};
use crate::call::placeholder::Values;
use crate::call::template::Template;

/// An event that changes the page's state.
#[derive(Debug)]
pub enum Action {
    /// The user typed or deleted one character in a field.
    Edit(Field, String),
    /// An input method (IME) changed the text it is composing.
    Compose(Field, String),
    /// The user pasted, cut or dropped text: more than one character changed at once.
    Paste(Field, String),
    /// Ends the current undo step: typing paused, or a list lost the focus. The next edit starts a
    /// new step.
    EndStep,
    /// Replaces the field's text with the corrected text that a finding offers.
    Fix(Field, String),
    /// A field lost the focus.
    Leave(Field),
    /// The user chose an environment.
    Choose(Environment),
    /// The user dropped, picked or pasted a signing key. The string says where it came from.
    OfferKey(String, Result<SigningKey, KeyError>),
    /// The page refused a secret in a field. A key found there is passed on to the key holder, with
    /// its source.
    KeepOut(Place, KeptOut, Option<(String, Offer)>),
    /// Removes the signing key from memory.
    ForgetKey,
    /// Replaces the form and key with those of the demo.
    StartDemo(Box<Form>, Rc<HeldKey>),
    /// Restores the form the visitor had typed before the demo.
    BringBack,
    /// Puts this template into the editor.
    UseTemplate(Box<Template>),
    /// Fills the form with the preset of this name.
    UsePreset(String),
    /// Applies the fix of a finding or a diagnosis.
    Apply(Fix),
    /// Applies every fix that is certain.
    FixAll,
    /// Replaces the call UUID in the payload with a placeholder that yields a new UUID for each
    /// send.
    NewUuid,
    /// Adds a name for receipts to the payload, new with each send.
    NameCall,
    /// Removes the white space from the payload.
    Minify,
    /// Chooses the app that gets the push, as [`Form::app`] has it.
    ChooseApp(String),
    /// The user picked or dropped a file with the profile of an own app, of this size.
    ImportApp(String, usize),
    /// Writes into the empty paths of the own app where the call is found in the payload.
    WriteOutPaths,
    /// The user chose a push type.
    ChooseType(PushType),
    /// Seconds by which this computer's clock is ahead of the relay's.
    Clock(i64),
    /// The user pasted or dropped a text too large for the editor; `None` when it is discarded.
    Oversized(Option<OversizedPaste>),
    /// New placeholder values for the next send.
    Draw(Values),
    /// Undoes the newest change.
    Undo,
    /// Redoes the change that was undone last.
    Redo,
    /// Send was pressed, but the form cannot be sent.
    Stop(Stops),
    /// A send begins. The string is the push's `apns-id`.
    Begin(String),
    /// A send ended.
    End(Box<Report>),
    /// The virtual iPhone reported an event.
    Phone(PhoneView),
    /// A fault of the simulator was triggered. The value is the body of its event.
    Fault(Value),
    /// The demo disabled these faults (a fault script); `None` once they are enabled again.
    PutFaultsAside(Option<String>),
    /// Another virtual iPhone is followed, or the same one from its first event.
    WatchAnother,
    /// State of the phone as fetched from the simulator when its last known event had this number;
    /// `null` if the simulator does not know the phone.
    Sync(u64, Value),
    /// The simulator restarted: the phones' previous events are void, and event numbers start at 1
    /// again.
    Restart,
    /// A change of the simulator's inspector.
    Inspector(Change),
    /// A change of what is known of registered apps, devices and sends.
    Phones(phones::view::Change),
    /// A change of what is shown of the app's half.
    Receiver(receiver_view::Change),
    /// The virtual iPhone came into the viewport, or left it.
    PhoneInView(bool),
    /// The connection to the relay changed: it answered, or it did not.
    Relay(RelayLink),
    /// The relay's settings.
    RelayInfo(RelayInfo),
    /// Seconds until sending is allowed again.
    Wait(u64),
    /// Asks for confirmation before a push to Production.
    AskProduction,
    /// The answer to that question: `true` to send.
    AnswerProduction(bool),
}

impl Action {
    /// Returns the action that applies a fix shown beside a field.
    pub fn of_fix(field: Field, fix: Fix) -> Self {
        match fix.change {
            fix::Change::Text(text) | fix::Change::EitherText(text, _) => Self::Fix(field, text),
            _ => Self::Apply(fix),
        }
    }

    /// Returns what the user entered into the form, if the action is that.
    pub fn entry(&self) -> Option<Entry> {
        match self {
            Self::Edit(field, text) | Self::Compose(field, text) | Self::Paste(field, text) => {
                Some(Entry::Text(*field, text.clone()))
            }
            Self::Choose(environment) => Some(Entry::Environment(*environment)),
            Self::ChooseType(push_type) => Some(Entry::PushType(*push_type)),
            Self::ChooseApp(app) => Some(Entry::App(app.clone())),
            _ => None,
        }
    }

    /// Returns `true` if the action comes from the user, who has therefore seen the page's previous
    /// messages.
    pub fn is_by_hand(&self) -> bool {
        matches!(
            self,
            Self::Edit(..)
                | Self::Compose(..)
                | Self::Paste(..)
                | Self::Fix(..)
                | Self::OfferKey(..)
                | Self::ForgetKey
                | Self::StartDemo(..)
                | Self::UseTemplate(_)
                | Self::ChooseApp(_)
                | Self::ImportApp(..)
        ) || matches!(
            self,
            Self::UsePreset(_)
                | Self::Apply(_)
                | Self::FixAll
                | Self::Undo
                | Self::Redo
                | Self::Begin(..)
                | Self::Inspector(Change::Order)
        )
    }
}
