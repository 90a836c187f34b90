//! State of the page: one [`State`], one [`Action`], one pure [`State::reduce`].
//!
//! This module uses neither Yew nor the browser, so it is tested natively. Derived values are in
//! [`composed`](super::composed).

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
use super::phones::view::PhonesView;
use super::push_watch::PushWatch;
use super::receiver_view::ReceiverView;
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
use crate::call::OwnPart;
use crate::call::placeholder::{self, Values};
use crate::call::profile::ProfileError;
use crate::diagnosis::{DeviceMemory, Diagnosis};

/// State of the page.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The form.
    pub form: Form,
    /// The signing key in use, held in memory only.
    pub key: Option<Rc<HeldKey>>,
    /// Error of the last key that was offered.
    pub key_error: Option<KeyError>,
    /// The last refusal of a secret and its place, until the user's next action.
    pub kept_out: Option<(Place, KeptOut)>,
    /// Error of the last profile that was imported, until the user's next action.
    pub import_error: Option<ProfileError>,
    /// Fields that have lost the focus once; only these show findings.
    pub left: Vec<Field>,
    /// Reasons why the last press of Send was refused.
    pub stops: Stops,
    /// `true` while a send is underway.
    pub sending: bool,
    /// Report of the last send.
    pub report: Option<Report>,
    /// State of the virtual iPhone.
    pub phone: PhoneView,
    /// `true` if the phone's state is unknown, because the relay is gone.
    pub is_phone_lost: bool,
    /// Events about the push that is underway or was sent last.
    pub watch: PushWatch,
    /// State of the simulator's inspector.
    pub inspector: InspectorState,
    /// Registered apps and devices, and the newest sends.
    pub phones: PhonesView,
    /// View of the app's half.
    pub receiver: ReceiverView,
    /// `true` while the virtual iPhone is out of the viewport.
    pub is_phone_out_of_view: bool,
    /// State of the connection to the relay.
    pub relay: RelayLink,
    /// The relay's settings.
    pub relay_info: RelayInfo,
    /// Seconds until the relay accepts another push to the environment of the last one.
    pub wait: u64,
    /// `true` while the question before a push to Production is shown.
    pub asks_production: bool,
    /// `true` once that question was answered with yes in this session.
    pub may_use_production: bool,
    /// Placeholder values of the next send.
    pub values: Option<Values>,
    /// Offset of this computer's time zone from UTC in minutes, positive to the east.
    pub utc_offset: i32,
    /// Seconds by which this computer's clock is ahead of the relay's.
    pub clock_difference: Option<i64>,
    /// UUIDs of the calls that APNs accepted from this page.
    pub used: Vec<Uuid>,
    /// Environments in which device tokens were accepted before.
    pub memory: DeviceMemory,
    /// Key ID and team ID of the last push accepted with a provider token.
    pub worked: Option<(String, String)>,
    /// Key ID that APNs refused because its key is for the other environment, and the environment
    /// it was refused in.
    pub refused_key: Option<(String, Environment)>,
    /// Likely causes of the last outcome, the likeliest first.
    pub diagnoses: Vec<Diagnosis>,
    /// Prose of the causes, as the relay supplied it; `null` before.
    pub causes: Value,
    /// Prose of the linter's rules, as the relay supplied it; `null` before.
    pub rules: Value,
    /// A paste or file too large for the editor.
    pub oversized: Option<OversizedPaste>,
    /// Fault script of the faults that the demo disabled.
    pub faults_aside: Option<String>,
    /// `true` if the browser could not store the draft.
    pub is_unsaved: bool,
    /// The form before the demo replaced it.
    pub set_aside: Option<Form>,
    /// Slot of the key in use.
    pub slot: KeySlot,
    /// The key in the other slot.
    pub resting_key: Option<Rc<HeldKey>>,
    /// Undo history of the form.
    pub history: History,
}

/// Source of the demo's key, as the key holder shows it.
pub const DEMO_KEY: &str = "Demo key, made in this tab";
/// Team ID of the demo. Apple assigns no such ID.
pub const DEMO_TEAM_ID: &str = "TRILLDEMO1";

impl State {
    /// Returns the initial state with the draft of the last visit.
    pub fn opening(draft: Option<Form>) -> Self {
        Self {
            form: draft.unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Returns the initial state with the draft of a tab.
    pub fn of_draft(draft: Option<&SavedDraft>) -> Self {
        let (form, set_aside) = draft.map(SavedDraft::forms).unwrap_or_default();
        Self {
            form,
            set_aside,
            ..Self::default()
        }
    }

    /// Returns the state after an action.
    pub fn reduce(mut self, action: Action) -> Self {
        self.update(action);
        self
    }

    /// Applies an action and records its changes in the history. No action can put a key or a
    /// provider token into a field.
    pub fn update(&mut self, action: Action) {
        if action.is_by_hand() {
            self.kept_out = None;
            self.import_error = None;
        }
        let manner = match &action {
            Action::Undo => {
                self.travel(History::undo);
                return;
            }
            Action::Redo => {
                self.travel(History::redo);
                return;
            }
            // Resetting what the relay does not offer is no edit of the user's.
            Action::EndStep
            | Action::RelayInfo(_)
            | Action::Receiver(_)
            | Action::Phones(_)
            | Action::PhoneInView(_) => {
                self.apply(action);
                return;
            }
            action => manner(action),
        };
        let before = self.work();
        self.apply(action);
        self.refuse_secrets(&before.form);
        self.history.record(&before, &self.work(), manner);
    }

    /// Computes the derived values.
    pub fn composed(&self) -> Composed {
        Composed::of(self)
    }

    /// Returns the note about a secret that was refused in this place.
    pub fn kept_out_of(&self, place: Place) -> Option<&'static str> {
        self.kept_out
            .filter(|(found, _)| *found == place)
            .map(|(_, kept_out)| kept_out.sentence(place))
    }

    /// Restores the previous text of a field that has a secret in it.
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

    /// Selects the key in this slot.
    pub(super) fn use_slot(&mut self, slot: KeySlot) {
        if self.slot != slot {
            self.slot = slot;
            std::mem::swap(&mut self.key, &mut self.resting_key);
        }
    }

    /// Returns the form as it would be sent now, with its placeholders replaced.
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

    /// Returns this computer's time when the values were last drawn, and its time zone.
    pub fn clock(&self) -> Clock {
        Clock {
            now: self
                .values
                .as_ref()
                .map_or(0, |values| values.now_ms / 1000),
            utc_offset: self.utc_offset,
        }
    }

    /// Returns the only environment that a key works in, if APNs has refused it in the other one.
    pub(super) fn key_environment(&self, key_id: &str) -> Option<Environment> {
        let (_, refused) = self.refused_key.as_ref().filter(|(key, _)| key == key_id)?;
        Some(match refused {
            Environment::Production => Environment::Sandbox,
            _ => Environment::Production,
        })
    }

    /// Returns the chosen certificate, as the relay describes it.
    pub fn certificate(&self) -> Option<&Value> {
        self.relay_info.certificate(&self.form.certificate)
    }

    /// Returns `true` if policy permits the change that a fix makes.
    pub fn allows(&self, fix: &Fix) -> bool {
        !matches!(fix.change, Change::Environment(environment) if self.relay_info.is_off(environment))
    }

    /// Returns `true` if a send needs confirmation. Production does, once per session, unless
    /// policy says otherwise; with the demo key it always does.
    pub fn must_ask(&self) -> bool {
        let environment = self.form.environment;
        let is_allowed =
            self.may_use_production || self.relay_info.policy(environment) == "allowed";
        environment == Environment::Production && (!is_allowed || self.signs_with_demo_key())
    }

    /// Returns the seconds until the form can be sent; 0 means now.
    pub fn waiting(&self) -> u64 {
        let is_there = self
            .report
            .as_ref()
            .is_some_and(|report| report.environment == self.form.environment);
        if is_there { self.wait } else { 0 }
    }

    /// Returns `true` if nothing was entered or sent yet, so that the demo's button is highlighted.
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

    /// Returns `true` if a reason for the last refusal of Send remains.
    pub fn is_stopped(&self) -> bool {
        self.stops != Stops::default()
    }

    /// Returns `true` if the form has the demo's team ID.
    pub fn is_demo(&self) -> bool {
        self.form.team_id == DEMO_TEAM_ID
    }
}

/// Returns the kind of change an action makes to the form.
fn manner(action: &Action) -> Manner {
    match action {
        Action::Edit(Field::Certificate, _) => Manner::Chosen("certificate"),
        Action::Edit(Field::Own(OwnPart::Unreadable), _) => Manner::Chosen("unreadable"),
        Action::Edit(field, _) => Manner::Typed(*field),
        Action::Compose(field, _) => Manner::Composed(*field),
        Action::UseTemplate(_) => Manner::Chosen("template"),
        Action::ChooseApp(_) => Manner::Chosen("app"),
        Action::UsePreset(_) => Manner::Chosen("preset"),
        Action::ChooseType(_) => Manner::Chosen("push-type"),
        _ => Manner::AtOnce,
    }
}
