//! The actions: everything that can happen to the page's [state](super::state).

use std::rc::Rc;

use serde_json::Value;

use super::form::{Field, Form, Stops};
use super::held_key::HeldKey;
use super::inspector::state::Change;
use super::oversized_paste::OversizedPaste;
use super::phone_view::PhoneView;
use super::relay_info::RelayInfo;
use super::relay_link::RelayLink;
use super::report::Report;
use super::secret_guard::{KeptOut, Offer, Place};
use crate::apns::fix::{self, Fix};
use crate::apns::signing_key::KeyError;
use crate::apns::{Environment, PushType, SigningKey};
use crate::call::placeholder::Values;
use crate::call::template::Template;

/// Everything that can happen to the page.
#[derive(Debug)]
pub enum Action {
    /// A character was typed or deleted.
    Edit(Field, String),
    /// An input method changed the text it is composing.
    Compose(Field, String),
    /// More than a character came or went at once, by paste, cut or drop.
    Paste(Field, String),
    /// Typing has paused, or a list was left: what comes next is another step of the history.
    EndStep,
    /// The corrected text was taken.
    Fix(Field, String),
    /// A field was left.
    Leave(Field),
    /// An environment was chosen.
    Choose(Environment),
    /// A key was dropped, picked or pasted.
    OfferKey(String, Result<SigningKey, KeyError>),
    /// A secret was kept out of a place; a key is offered to the key holder, with where it came from.
    KeepOut(Place, KeptOut, Option<(String, Offer)>),
    /// The key shall be forgotten.
    ForgetKey,
    /// The demo brings its own form and key.
    StartDemo(Box<Form>, Rc<HeldKey>),
    /// The visitor wants back what was typed before the demo.
    BringBack,
    /// This template shall stand in the editor.
    UseTemplate(Box<Template>),
    /// The fields that the preset of this name names shall say what it says.
    UsePreset(String),
    /// The fix of a finding or a diagnosis was taken.
    Apply(Fix),
    /// The call shall get a new UUID with every send.
    NewUuid,
    /// The white space shall go from the payload.
    Minify,
    /// The paths of the mapping shall be written out as they are guessed.
    WriteOutPaths,
    /// The kind of push was chosen.
    ChooseType(PushType),
    /// How many seconds this computer's clock is ahead of the relay's.
    Clock(i64),
    /// Something too large was pasted or dropped into the editor; nothing when it is discarded.
    Oversized(Option<OversizedPaste>),
    /// The values of the next send have been drawn.
    Draw(Values),
    /// The newest change shall be undone.
    Undo,
    /// The change that was undone last shall be made again.
    Redo,
    /// Send was pressed, and something stands in the way.
    Stop(Stops),
    /// A send begins, of the push with this `apns-id`.
    Begin(String),
    /// A send has ended.
    End(Box<Report>),
    /// The virtual iPhone did something.
    Phone(PhoneView),
    /// A fault of the simulator struck: the body of the event that says so.
    Fault(Value),
    /// The demo switched these faults off, as a script; nothing when they are on again.
    PutFaultsAside(Option<String>),
    /// Another virtual iPhone is being watched, or the same from its beginning.
    WatchAnother,
    /// The simulator was asked what the phone is doing when this was its last event; `null` if it does not know it.
    Sync(u64, Value),
    /// The simulator has started anew: what phones did is over, and events are numbered from 1 again.
    Restart,
    /// Something happened to the inspector of the simulator.
    Inspector(Change),
    /// The relay answered, or did not.
    Relay(RelayLink),
    /// The relay answered with its settings.
    RelayInfo(RelayInfo),
    /// Sending is allowed again in so many seconds.
    Wait(u64),
    /// Production wants a word first.
    AskProduction,
    /// The answer about production.
    AnswerProduction(bool),
}

impl Action {
    /// The action of a fix that stands beside a field.
    pub fn of_fix(field: Field, fix: Fix) -> Self {
        match fix.change {
            fix::Change::Text(text) | fix::Change::EitherText(text, _) => Self::Fix(field, text),
            _ => Self::Apply(fix),
        }
    }

    /// Whether somebody did it who has read by then what the page said before.
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
        ) || matches!(
            self,
            Self::UsePreset(_)
                | Self::Apply(_)
                | Self::Undo
                | Self::Redo
                | Self::Begin(..)
                | Self::Inspector(Change::Order)
        )
    }
}
