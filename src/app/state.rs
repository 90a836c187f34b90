//! The state of the page: one [`State`], one [`Action`], one pure [`State::reduce`].
//!
//! No Yew and no browser in here, so it is tested natively. What can be computed is computed.

use std::rc::Rc;

use serde_json::Value;

use super::action::Action;
use super::drawer::Drawer;
use super::form::{Field, Form, Stops};
use super::held_key::HeldKey;
use super::history::{History, KeySlot, Manner, Work};
use super::oversized_paste::OversizedPaste;
use super::phone_view::PhoneView;
use super::preset;
use super::push_watch::PushWatch;
use super::relay_info::RelayInfo;
use super::relay_link::RelayLink;
use super::remark;
use super::report::Report;
use super::saved_draft::SavedDraft;
use super::secret_guard::{KeptOut, Place};
use crate::apns::Edit;
use crate::apns::expiration::Clock;
use crate::apns::finding::{Change, Mend};
use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC,
};
use crate::apns::identifier::key_id_of_file;
use crate::apns::payload::minified;
use crate::apns::secret;
use crate::apns::signing_key::KeyError;
use crate::apns::uuid::Uuid;
use crate::apns::{DeviceToken, Environment, Outcome, Path, PushType, SigningKey};
use crate::call::placeholder::{self, Values};
use crate::call::{IncomingCall, Mapping, Part};
use crate::diagnosis::{DeviceMemory, Diagnosis, Past};

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
    /// The inside of the simulator.
    pub drawer: Drawer,
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

    /// The state after `action`.
    pub fn reduce(mut self, action: Action) -> Self {
        self.change(action);
        self
    }

    /// Does what `action` says, and takes what it changes into the history. Whatever it is, no field gets a key or a
    /// provider token.
    pub fn change(&mut self, action: Action) {
        if action.is_by_hand() {
            self.kept_out = None;
        }
        let manner = match &action {
            Action::Undo => return self.travel(History::undo),
            Action::Redo => return self.travel(History::redo),
            Action::EndStep => return self.history.end_step(),
            // What the relay does not offer goes from the form: nobody's work.
            Action::RelayInfo(_) => return self.apply(action),
            action => manner(action),
        };
        let before = self.work();
        self.apply(action);
        self.refuse_secrets(&before.form);
        self.history.record(&before, &self.work(), manner);
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
    fn use_slot(&mut self, slot: KeySlot) {
        if self.slot != slot {
            self.slot = slot;
            std::mem::swap(&mut self.key, &mut self.resting_key);
        }
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Edit(field, text)
            | Action::Compose(field, text)
            | Action::Paste(field, text) => self.edit(field, text),
            Action::Fix(field, text) => self.form.set(field, text),
            Action::Leave(field) => {
                self.history.end_step();
                self.leave(field);
            }
            Action::Choose(environment) => {
                self.form.environment = environment;
                self.asks_production = false;
            }
            Action::UsePreset(name) => self.use_preset(&name),
            Action::OfferKey(source, offered) => self.take_key(source, offered),
            Action::KeepOut(place, kept_out, offer) => {
                self.kept_out = Some((place, kept_out));
                if let Some((source, offered)) = offer {
                    self.take_key(source, offered);
                }
            }
            Action::ForgetKey => {
                let is_both = self
                    .key
                    .as_ref()
                    .zip(self.resting_key.as_ref())
                    .is_some_and(|(key, resting)| Rc::ptr_eq(key, resting));
                if is_both {
                    self.resting_key = None;
                }
                self.key = None;
                self.key_error = None;
            }
            Action::StartDemo(form, key) => self.start_demo(*form, key),
            Action::BringBack => {
                if let Some(form) = self.set_aside.take() {
                    self.form = form;
                    self.relay_info.confine(&mut self.form);
                    self.use_slot(KeySlot::Own);
                    self.report = None;
                    self.phone = PhoneView::default();
                }
            }
            Action::UseTemplate(template) => {
                self.form.payload = template.text.to_owned();
                self.form.push_type = template.push_type;
                self.form.paths = paths(&template.mapping);
            }
            Action::Mend(mend) => self.mend(&mend),
            Action::NewUuid => {
                let path = self
                    .filled()
                    .parsed_payload()
                    .ok()
                    .and_then(|payload| self.mapped(payload.value()).call_uuid);
                let edit = path.map(|path| Edit::Replace(path, "\"{{uuid}}\"".to_owned()));
                let change = Change::Payload(edit.into_iter().collect());
                self.mend(&Mend { label: "", change });
            }
            Action::Minify => self.form.payload = minified(&self.form.payload),
            Action::WriteOutPaths => {
                if let Ok(payload) = self.filled().parsed_payload() {
                    self.form.paths = paths(&self.mapped(payload.value()));
                }
            }
            Action::ChooseType(push_type) => self.form.push_type = push_type,
            Action::Clock(difference) => self.clock_difference = Some(difference),
            Action::Oversized(oversized) => self.oversized = oversized,
            Action::Draw(values) => self.values = Some(values),
            // These are the history's.
            Action::Undo | Action::Redo | Action::EndStep => {}
            Action::Stop(stops) => {
                self.left.extend(&stops.fields);
                self.stops = stops;
            }
            Action::Begin(apns_id) => {
                self.watch.begin(&apns_id, self.phone.number);
                self.sending = true;
                self.stops = Stops::default();
                self.asks_production = false;
            }
            Action::End(report) => {
                self.sending = false;
                self.relay = if report.status.is_some() {
                    self.relay.answered()
                } else {
                    RelayLink::Down
                };
                self.wait = report.retry_after.unwrap_or_default();
                self.end(*report);
            }
            Action::Phone(phone) => {
                self.watch.take_phone(&phone);
                self.phone = phone;
                self.is_phone_lost = false;
                self.diagnoses = self.diagnose();
            }
            Action::Fault(event) => {
                self.watch.take_fault(&event, self.sending);
                self.diagnoses = self.diagnose();
            }
            Action::WatchAnother => {
                self.phone = PhoneView::default();
                self.watch.forget_screen();
                self.is_phone_lost = self.relay == RelayLink::Down;
            }
            Action::PutFaultsAside(script) => self.faults_aside = script,
            Action::Sync(number, device) => self.sync(number, &device),
            Action::Restart => {
                self.phone = PhoneView::default();
                self.watch.restart();
            }
            Action::Drawer(change) => self.drawer.change(change),
            Action::Relay(link) => {
                self.relay = link;
                self.is_phone_lost |= link == RelayLink::Down;
            }
            Action::RelayInfo(info) => {
                self.relay = self.relay.answered();
                info.confine(&mut self.form);
                self.relay_info = info;
            }
            Action::Wait(seconds) => self.wait = seconds,
            Action::AskProduction => self.asks_production = true,
            Action::AnswerProduction(yes) => {
                self.asks_production = false;
                self.may_use_production |= yes;
            }
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

    /// Whether policy leaves what a mend would do.
    pub fn allows(&self, mend: &Mend) -> bool {
        !matches!(mend.change, Change::Environment(environment) if self.relay_info.is_off(environment))
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

    /// Whether something still stands in the way of the last press of Send.
    pub fn is_stopped(&self) -> bool {
        self.stops != Stops::default()
    }

    /// Whether the form holds the demo's values.
    pub fn is_demo(&self) -> bool {
        self.form.team_id == DEMO_TEAM_ID
    }

    fn edit(&mut self, field: Field, text: String) {
        self.form.set(field, text);
        self.stops.fields.retain(|stop| *stop != field);
        // Whoever types again is not finished: comments wait until the field is left once more.
        self.left.retain(|left| *left != field);
    }

    /// From now on it is fair to comment on a field.
    fn leave(&mut self, field: Field) {
        if !self.left.contains(&field) {
            self.left.push(field);
        }
    }

    /// Fills in what a preset names.
    fn use_preset(&mut self, name: &str) {
        let Some(preset) = self.relay_info.preset(name) else {
            return;
        };
        let form = &mut self.form;
        for field in Field::ALL {
            if let Some(text) = preset::text(preset, field) {
                form.set(field, text.to_owned());
            }
        }
        form.push_type = preset::push_type(preset).unwrap_or(form.push_type);
        form.environment = preset::environment(preset).unwrap_or(form.environment);
        self.relay_info.confine(&mut self.form);
        self.stops = Stops::default();
    }

    /// Changes what a finding or a diagnosis is about.
    fn mend(&mut self, mend: &Mend) {
        if let Some(payload) = mend.payload(&self.form.payload) {
            self.form.payload = payload;
        }
        match &mend.change {
            Change::Environment(environment) => self.form.environment = *environment,
            Change::SwapIds => std::mem::swap(&mut self.form.key_id, &mut self.form.team_id),
            Change::Header { name, value } => {
                let value = value.clone().unwrap_or_default();
                match *name {
                    APNS_TOPIC => {
                        let suffix = PushType::Voip.topic_suffix();
                        self.form.bundle_id =
                            value.strip_suffix(suffix).unwrap_or(&value).to_owned();
                    }
                    APNS_PUSH_TYPE => {
                        self.form.push_type = PushType::parse(&value).unwrap_or(self.form.push_type)
                    }
                    APNS_PRIORITY => self.form.priority = value,
                    APNS_EXPIRATION => self.form.expiration = value,
                    APNS_COLLAPSE_ID => self.form.collapse_id = value,
                    _ => {}
                }
            }
            Change::Payload(_) => {}
        }
    }

    /// A send has ended: what it teaches, and why it ended so.
    fn end(&mut self, report: Report) {
        if report.outcome == Outcome::Accepted {
            let payload: Value = serde_json::from_str(&report.payload).unwrap_or_default();
            let call = IncomingCall::read_with(&payload, &self.form.mapping());
            self.used.extend(call.call_uuid.map(|field| field.value));
        }
        if let Some(known) = report.clock_difference {
            self.clock_difference = Some(known);
        }
        let past = report.past();
        self.report = Some(report.clone());
        if !self.watch.is_about(&report.apns_id) {
            self.watch.begin(&report.apns_id, self.phone.number);
        }
        self.diagnoses = self.diagnose();
        // Only now: what this send teaches is no explanation of itself.
        if let Ok(device_token) = DeviceToken::parse(&report.device_token) {
            self.memory.learn(
                &device_token,
                &Past {
                    topic: report.header(APNS_TOPIC),
                    ..past
                },
            );
        }
        if report.outcome == Outcome::Accepted && report.issued_at.is_some() {
            self.worked = Some((self.form.key_id.clone(), self.form.team_id.clone()));
        }
    }

    fn diagnose(&self) -> Vec<Diagnosis> {
        self.report
            .as_ref()
            .map(|report| remark::diagnose(self, report))
            .unwrap_or_default()
    }

    /// The phone as the simulator knows it, unless an event has said more since it was asked.
    fn sync(&mut self, number: u64, device: &Value) {
        self.is_phone_lost = false;
        if number != self.phone.number {
            return;
        }
        let now = PhoneView::of_device(device).unwrap_or_default();
        if (&now.state, &now.call) != (&self.phone.state, &self.phone.call) {
            self.watch.forget_screen();
            self.phone = PhoneView { number, ..now };
        }
    }

    /// Where the parts of a call are, said or guessed.
    fn mapped(&self, payload: &Value) -> Mapping {
        let (mut mapping, guess) = (self.form.mapping(), Mapping::guess(payload));
        for part in Part::ALL {
            if mapping.path(part).is_none() {
                mapping.set(part, guess.path(part).cloned());
            }
        }
        mapping
    }

    fn take_key(&mut self, source: String, offered: Result<SigningKey, KeyError>) {
        match offered {
            Ok(key) => {
                if let Some(key_id) = key_id_of_file(&source) {
                    self.form.key_id = key_id.to_owned();
                }
                self.use_slot(KeySlot::Own);
                self.key = Some(Rc::new(HeldKey { key, source }));
                // What stands there can be compared with the name of the file by now.
                self.leave(Field::KeyId);
                self.leave(Field::TeamId);
                // Whoever brings a key wants it to sign.
                self.form.certificate.clear();
                self.key_error = None;
                self.stops.no_key = false;
            }
            // The key that works stays: a wrong file is no reason to lose it.
            Err(error) => self.key_error = Some(error),
        }
    }

    fn start_demo(&mut self, form: Form, key: Rc<HeldKey>) {
        let own = |field| !self.form.text(field).is_empty();
        let has_own = [
            Field::KeyId,
            Field::TeamId,
            Field::Certificate,
            Field::BundleId,
            Field::DeviceToken,
        ]
        .into_iter()
        .any(own);
        if !self.is_demo() && (self.key.is_some() || has_own) {
            self.set_aside = Some(self.form.clone());
        }
        self.use_slot(KeySlot::Demo);
        self.form = form;
        self.key = Some(key);
        self.key_error = None;
        self.left.clear();
        self.stops = Stops::default();
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

/// The paths of a mapping as they are typed.
fn paths(mapping: &Mapping) -> [String; 4] {
    Part::ALL.map(|part| mapping.path(part).map(Path::to_string).unwrap_or_default())
}
