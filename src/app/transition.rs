//! The transitions: the effect of each action on the state.

use std::rc::Rc;

use serde_json::Value;

use super::action::Action;
use super::circumstances;
use super::form::{ENVIRONMENTS, Field, Form, Stops};
use super::held_key::HeldKey;
use super::history::KeySlot;
use super::phone_view::PhoneView;
use super::phones::call_name::with_call_name;
use super::preset;
use super::relay_link::RelayLink;
use super::report::Report;
use super::state::State;
use crate::apns::Edit;
use crate::apns::fix::{Change, Fix};
use crate::apns::headers::{
    APNS_COLLAPSE_ID, APNS_EXPIRATION, APNS_PRIORITY, APNS_PUSH_TYPE, APNS_TOPIC,
};
use crate::apns::identifier::key_id_of_file;
use crate::apns::payload::minified;
use crate::apns::signing_key::KeyError;
use crate::apns::{DeviceToken, Outcome, Parts, Path, PushType, Reason, SigningKey};
use crate::call::call_field::guess;
use crate::call::profile::{MOST_BYTES, ProfileError};
use crate::call::{CallField, OwnPart, Profile};
use crate::diagnosis::{Diagnosis, Past};

impl State {
    /// Applies an action.
    pub(super) fn apply(&mut self, action: Action) {
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
                self.form.payload = template.text;
                self.form.push_type = template.push_type;
                self.form.app = template.app;
            }
            Action::Apply(fix) => self.fix(&fix),
            Action::FixAll => {
                self.fix_all();
            }
            Action::NewUuid => {
                let path = self.uuid_path();
                let edit = path.map(|path| Edit::Replace(path, "\"{{uuid}}\"".to_owned()));
                let change = Change::Payload(edit.into_iter().collect());
                self.fix(&Fix { label: "", change });
            }
            Action::NameCall => {
                if let Some(named) = with_call_name(&self.form.payload) {
                    self.form.payload = named;
                }
            }
            Action::Minify => self.form.payload = minified(&self.form.payload),
            Action::ChooseApp(app) => self.form.choose_app(app),
            Action::ImportApp(profile, size) => self.import_app(profile, size),
            Action::WriteOutPaths => self.form.complete_own(),
            Action::ChooseType(push_type) => self.form.push_type = push_type,
            Action::Clock(difference) => self.clock_difference = Some(difference),
            Action::Oversized(oversized) => self.oversized = oversized,
            Action::Draw(values) => self.values = Some(values),
            Action::EndStep => self.history.end_step(),
            // Handled by `reduce`: undo and redo replace the whole state of a step.
            Action::Undo | Action::Redo => {}
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
            Action::Inspector(change) => self.inspector.change(change),
            Action::Receiver(change) => self.receiver.change(change),
            Action::Phones(change) => {
                self.phones.change(change);
                self.diagnoses = self.diagnose();
            }
            Action::PhoneInView(is_in_view) => self.is_phone_out_of_view = !is_in_view,
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

    fn edit(&mut self, field: Field, text: String) {
        self.form.set(field, text);
        self.stops.fields.retain(|stop| *stop != field);
        // The user is typing again: findings wait until the field loses the focus once more.
        self.left.retain(|left| *left != field);
    }

    /// Shows findings about a field from now on.
    fn leave(&mut self, field: Field) {
        if !self.left.contains(&field) {
            self.left.push(field);
        }
    }

    /// Fills the form with a preset.
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
        let paths = CallField::ALL.map(|part| Field::Own(OwnPart::of(part)));
        if paths
            .into_iter()
            .any(|field| preset::text(preset, field).is_some())
        {
            form.adopt_paths();
        }
        form.push_type = preset::push_type(preset).unwrap_or(form.push_type);
        form.environment = preset::environment(preset).unwrap_or(form.environment);
        self.relay_info.confine(&mut self.form);
        self.stops = Stops::default();
    }

    /// Applies the fix of a finding or a diagnosis.
    fn fix(&mut self, fix: &Fix) {
        if let Some(payload) = fix.payload(&self.form.payload) {
            self.form.payload = payload;
        }
        match &fix.change {
            Change::Environment(environment) => {
                self.form.environment = *environment;
                self.asks_production = false;
            }
            Change::SwapIds => std::mem::swap(&mut self.form.key_id, &mut self.form.team_id),
            Change::Header { name, value } => {
                self.set_header(name, value.clone().unwrap_or_default());
            }
            Change::Parts(parts) => self.set_parts(parts),
            // A field's text is set with `Action::Fix`, which names the field.
            Change::Payload(_) | Change::Text(_) | Change::EitherText(..) => {}
        }
    }

    fn set_header(&mut self, name: &str, value: String) {
        match name {
            APNS_TOPIC => {
                let suffixes = [self.form.push_type, PushType::Voip].map(PushType::topic_suffix);
                let mut bundle_ids = suffixes
                    .into_iter()
                    .filter(|suffix| !suffix.is_empty())
                    .filter_map(|suffix| value.strip_suffix(suffix));
                self.form.bundle_id = bundle_ids.next().unwrap_or(&value).to_owned();
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

    /// Sets the fields that a pasted text has values for; findings about them are shown from now
    /// on.
    fn set_parts(&mut self, parts: &Parts) {
        if let Some(payload) = &parts.payload {
            self.form.payload.clone_from(payload);
        }
        if let Some(environment) = parts.environment
            && ENVIRONMENTS.contains(&environment)
            && !self.relay_info.is_off(environment)
        {
            self.form.environment = environment;
            self.asks_production = false;
        }
        if let Some(device_token) = &parts.device_token {
            self.form.device_token.clone_from(device_token);
            self.leave(Field::DeviceToken);
        }
        // The push type decides the suffix of the topic.
        let (topics, others): (Vec<_>, Vec<_>) = parts
            .headers
            .iter()
            .partition(|(name, _)| *name == APNS_TOPIC);
        for (name, value) in others.into_iter().chain(topics) {
            self.set_header(name, value.clone());
        }
        for field in [
            Field::BundleId,
            Field::Priority,
            Field::Expiration,
            Field::CollapseId,
        ] {
            self.leave(field);
        }
    }

    /// Ends a send: records the facts it reveals, and diagnoses the outcome.
    fn end(&mut self, report: Report) {
        if report.outcome == Outcome::Accepted {
            let payload: Value = serde_json::from_str(&report.payload).unwrap_or_default();
            let call = self.form.app_choice().resolve(&payload).read(&payload);
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
        // After the diagnosis, because a send must not explain itself.
        if let Ok(device_token) = DeviceToken::parse(&report.device_token) {
            self.memory.learn(
                &device_token,
                &Past {
                    topic: report.header(APNS_TOPIC),
                    ..past
                },
            );
        }
        let is_refused = report.reason.as_deref().and_then(Reason::parse)
            == Some(Reason::BadEnvironmentKeyInToken);
        let environment = report.environment;
        if is_refused && !environment.is_simulator() {
            self.refused_key = Some((self.form.key_id.trim().to_owned(), environment));
        }
        if report.outcome == Outcome::Accepted && report.issued_at.is_some() {
            self.worked = Some((self.form.key_id.clone(), self.form.team_id.clone()));
        }
    }

    fn diagnose(&self) -> Vec<Diagnosis> {
        self.report
            .as_ref()
            .map(|report| circumstances::diagnose(self, report))
            .unwrap_or_default()
    }

    /// Takes over the simulator's state of the phone, unless an event has arrived since it was
    /// requested.
    fn sync(&mut self, number: u64, device: &Value) {
        self.is_phone_lost = false;
        if number != self.phone.number {
            return;
        }
        let now = PhoneView::of_device(device).unwrap_or_default();
        self.phone.unreported = now.unreported;
        if (&now.state, &now.call) != (&self.phone.state, &self.phone.call) {
            self.watch.forget_screen();
            self.phone = PhoneView { number, ..now };
        }
    }

    /// Returns the path of the call UUID in the payload, where the app reads it or else where it is
    /// found by name.
    fn uuid_path(&self) -> Option<Path> {
        let filled = self.filled();
        let payload = filled.parsed_payload().ok()?;
        let app = filled.app_choice().resolve(payload.value());
        let paths = app
            .profile()
            .map_or(&[] as &[Path], |app| &app.call_uuid.paths);
        let present = paths
            .iter()
            .find(|path| path.find(payload.value()).is_some());
        match present {
            Some(path) => Some(path.clone()),
            None => guess(payload.value(), CallField::CallUuid),
        }
    }

    /// Takes a file with the profile of an own app. One that cannot be read changes nothing.
    fn import_app(&mut self, profile: String, size: usize) {
        let read = if size > MOST_BYTES {
            Err(ProfileError::TooLarge(size))
        } else {
            Profile::parse(&profile)
        };
        match read {
            Ok(_) => self.form.import_app(profile),
            Err(error) => self.import_error = Some(error),
        }
    }

    fn take_key(&mut self, source: String, offered: Result<SigningKey, KeyError>) {
        match offered {
            Ok(key) => {
                if let Some(key_id) = key_id_of_file(&source) {
                    self.form.key_id = key_id.to_owned();
                }
                self.use_slot(KeySlot::Own);
                self.key = Some(Rc::new(HeldKey { key, source }));
                // The IDs can now be compared with the name of the file.
                self.leave(Field::KeyId);
                self.leave(Field::TeamId);
                // A new key is meant to sign.
                self.form.certificate.clear();
                self.key_error = None;
                self.stops.no_key = false;
            }
            // The current key stays: a wrong file is no reason to lose it.
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
