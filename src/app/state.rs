//! The state of the page: one [`State`], one [`Action`], one pure [`State::reduce`].
//!
//! No Yew and no browser in here, so it is tested natively. What can be computed is [computed](super::composed).

use std::rc::Rc;

use serde_json::Value;

use super::action::Action;
use super::composed::Composed;
use super::form::{Field, Form, Stops};
use super::held_key::HeldKey;
use super::history::{History, KeySlot, Manner, Work};
use super::inspector::state::InspectorState;
use super::oversized_paste::OversizedPaste;
use super::phone_view::PhoneView;
use super::push_watch::PushWatch;
use super::relay_info::RelayInfo;
use super::relay_link::RelayLink;
use super::report::Report;
use super::saved_draft::SavedDraft;
use super::secret_guard::{KeptOut, Place};
use crate::apns::expiration::Clock;
use crate::apns::fix::{Change, Fix};
use crate::apns::secret;
use crate::apns::signing_key::KeyError;
use crate::apns::uuid::Uuid;
use crate::apns::{DeviceToken, Environment};
use crate::call::placeholder::{self, Values};
use crate::diagnosis::{DeviceMemory, Diagnosis};

/// Everything the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What is typed.
    pub form: Form,
    /// The key, while this tab is open.
    pub key: Option<Rc<HeldKey>>,
    /// What was wrong with the last key offered.
    pub key_error: Option<KeyError>,
    /// The last secret that was kept out of a place, until something else happens there.
    pub kept_out: Option<(Place, KeptOut)>,
    /// Fields that were left once: only then is it fair to comment on them.
    pub left: Vec<Field>,
    /// The last press of Send was stopped by these.
    pub stops: Stops,
    /// A send is under way.
    pub sending: bool,
    /// How the last send ended.
    pub report: Option<Report>,
    /// The virtual iPhone.
    pub phone: PhoneView,
    /// Whether nobody says any more what it does: the relay is gone.
    pub is_phone_lost: bool,
    /// What the events say of the push that is underway or was sent last.
    pub watch: PushWatch,
    /// The inspector of the simulator.
    pub inspector: InspectorState,
    /// Whether the relay answers.
    pub relay: RelayLink,
    /// What it says of itself.
    pub relay_info: RelayInfo,
    /// In how many seconds it lets another push through to where the last one went.
    pub wait: u64,
    /// The question about production is on the screen.
    pub asks_production: bool,
    /// It was answered with yes, once per session.
    pub may_use_production: bool,
    /// What the placeholders in the payload will say in the next send.
    pub values: Option<Values>,
    /// How many minutes this computer's time zone is east of UTC.
    pub utc_offset: i32,
    /// How many seconds this computer's clock is ahead of the relay's.
    pub clock_difference: Option<i64>,
    /// The UUIDs of calls that APNs accepted from this page.
    pub used: Vec<Uuid>,
    /// Where device tokens worked before.
    pub memory: DeviceMemory,
    /// Whether somebody was let in with this key ID and team ID before.
    pub worked: Option<(String, String)>,
    /// Why the last send ended as it did, the likeliest cause first.
    pub diagnoses: Vec<Diagnosis>,
    /// A paste or file that is too large for the editor.
    pub oversized: Option<OversizedPaste>,
    /// The faults that the demo switched off, as a script.
    pub faults_aside: Option<String>,
    /// The browser did not take what was to be saved.
    pub is_unsaved: bool,
    /// What the visitor had typed before the demo took the form.
    pub set_aside: Option<Form>,
    /// The place of the key that is in use.
    pub slot: KeySlot,
    /// The key in the other place, which is not in use.
    pub resting_key: Option<Rc<HeldKey>>,
    /// Every change of the form, to be undone and redone.
    pub history: History,
}

/// What the demo calls its key in the panel.
pub const DEMO_KEY: &str = "Demo key, made in this tab";
/// The team the demo signs for; no team of Apple's has such a name.
pub const DEMO_TEAM_ID: &str = "TRILLDEMO1";

impl State {
    /// The page as it opens, with the draft of the last visit.
    pub fn opening(draft: Option<Form>) -> Self {
        Self {
            form: draft.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The page as it opens with what a tab held.
    pub fn of_draft(draft: Option<&SavedDraft>) -> Self {
        let (form, set_aside) = draft.map(SavedDraft::forms).unwrap_or_default();
        Self {
            form,
            set_aside,
            ..Self::default()
        }
    }

    /// The state after an action, whose changes are in the history. Whatever it is, no field gets a key or a provider
    /// token.
    pub fn reduce(mut self, action: Action) -> Self {
        if action.is_by_hand() {
            self.kept_out = None;
        }
        let manner = match &action {
            Action::Undo => {
                self.travel(History::undo);
                return self;
            }
            Action::Redo => {
                self.travel(History::redo);
                return self;
            }
            // What the relay does not offer goes from the form: nobody's work.
            Action::EndStep | Action::RelayInfo(_) => {
                self.apply(action);
                return self;
            }
            action => manner(action),
        };
        let before = self.work();
        self.apply(action);
        self.refuse_secrets(&before.form);
        self.history.record(&before, &self.work(), manner);
        self
    }

    /// What is computed from the state.
    pub fn composed(&self) -> Composed {
        Composed::of(self)
    }

    /// The note about a secret that was kept out of this place.
    pub fn kept_out_of(&self, place: Place) -> Option<&'static str> {
        self.kept_out
            .filter(|(found, _)| *found == place)
            .map(|(_, kept_out)| kept_out.sentence(place))
    }

    /// Gives a field with a secret in it what it held before.
    fn refuse_secrets(&mut self, before: &Form) {
        for field in Field::ALL {
            let text = self.form.text(field);
            if text != before.text(field) && secret::find(text).is_some() {
                self.form.set(field, before.text(field).to_owned());
                self.kept_out = Some((Place::Field(field), KeptOut::Prepared));
            }
        }
    }

    fn work(&self) -> Work {
        Work {
            form: self.form.clone(),
            set_aside: self.set_aside.clone(),
            signer: self.slot,
        }
    }

    /// Undoes or redoes a step.
    fn travel(&mut self, way: fn(&mut History, &mut Work) -> bool) {
        let mut work = self.work();
        if way(&mut self.history, &mut work) {
            self.use_slot(work.signer);
            (self.form, self.set_aside) = (work.form, work.set_aside);
            self.relay_info.confine(&mut self.form);
            self.stops = Stops::default();
        }
    }

    /// Has the key in this place sign.
    pub(super) fn use_slot(&mut self, slot: KeySlot) {
        if self.slot != slot {
            self.slot = slot;
            std::mem::swap(&mut self.key, &mut self.resting_key);
        }
    }

    /// The form as it would be sent now: with values in the place of placeholders.
    pub fn filled(&self) -> Form {
        match &self.values {
            Some(values) => {
                let values = Values {
                    device: DeviceToken::parse(&self.form.device_token).ok(),
                    ..values.clone()
                };
                Form {
                    payload: placeholder::fill(&self.form.payload, &values),
                    ..self.form.clone()
                }
            }
            None => self.form.clone(),
        }
    }

    /// This computer's time, at the last drawing of values, and its time zone.
    pub fn clock(&self) -> Clock {
        Clock {
            now: self
                .values
                .as_ref()
                .map_or(0, |values| values.now_ms / 1000),
            utc_offset: self.utc_offset,
        }
    }

    /// The certificate that is chosen, as the relay offers it.
    pub fn certificate(&self) -> Option<&Value> {
        self.relay_info.certificate(&self.form.certificate)
    }

    /// Whether policy leaves what a fix would do.
    pub fn allows(&self, fix: &Fix) -> bool {
        !matches!(fix.change, Change::Environment(environment) if self.relay_info.is_off(environment))
    }

    /// Whether a send would need a word first: production does, once, unless policy says otherwise, and with the demo key always.
    pub fn must_ask(&self) -> bool {
        let environment = self.form.environment;
        let is_allowed =
            self.may_use_production || self.relay_info.policy(environment) == "allowed";
        environment == Environment::Production && (!is_allowed || self.signs_with_demo_key())
    }

    /// In how many seconds the form can be sent; 0 is now.
    pub fn waiting(&self) -> u64 {
        let is_there = self
            .report
            .as_ref()
            .is_some_and(|report| report.environment == self.form.environment);
        if is_there { self.wait } else { 0 }
    }

    /// Whether nothing was brought or sent yet, so that the demo comes first.
    pub fn is_first_visit(&self) -> bool {
        let form = &self.form;
        let is_blank = [
            Field::KeyId,
            Field::TeamId,
            Field::Certificate,
            Field::BundleId,
        ]
        .into_iter()
        .all(|field| form.text(field).is_empty());
        let is_idle = !self.sending && self.report.is_none();
        is_idle && is_blank && self.key.is_none() && form.environment.is_simulator()
    }

    /// Whether something still stands in the way of the last press of Send.
    pub fn is_stopped(&self) -> bool {
        self.stops != Stops::default()
    }

    /// Whether the form holds the demo's values.
    pub fn is_demo(&self) -> bool {
        self.form.team_id == DEMO_TEAM_ID
    }
}

/// The manner in which an action changes the form.
fn manner(action: &Action) -> Manner {
    match action {
        Action::Edit(Field::Certificate, _) => Manner::Chosen("certificate"),
        Action::Edit(field, _) => Manner::Typed(*field),
        Action::Compose(field, _) => Manner::Composed(*field),
        Action::UseTemplate(_) => Manner::Chosen("template"),
        Action::UsePreset(_) => Manner::Chosen("preset"),
        Action::ChooseType(_) => Manner::Chosen("push-type"),
        _ => Manner::AtOnce,
    }
}
