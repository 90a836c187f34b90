//! The state of the page: one [`State`], one [`Action`], one pure [`State::reduce`].
//!
//! No Yew and no browser in here, so it is tested natively. What can be computed is computed.

use std::rc::Rc;

use serde_json::Value;

use super::form::{Field, Finding, Form, Stops};
use super::report::Report;
use crate::apns::identifier::key_id_of_file;
use crate::apns::signing_key::KeyError;
use crate::apns::{DeviceToken, Environment, Note, SigningKey};
use crate::call::placeholder::{self, Values};
use crate::call::template;

/// A key in memory, and where it came from.
#[derive(Debug)]
pub struct HeldKey {
    /// The key itself.
    pub key: SigningKey,
    /// A file's name, or how it was given.
    pub source: String,
}

/// What the virtual iPhone was last seen doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneView {
    /// `idle`, `ringing`, `in-call` or `killed`.
    pub state: String,
    /// Why it is so, in one sentence.
    pub sentence: String,
    /// What the screen shows of a call, while there is one.
    pub call: Option<CallView>,
}

/// The call on the phone's screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallView {
    /// The name, or else the handle.
    pub title: String,
    /// The handle, beneath the name.
    pub handle: Option<String>,
    /// Whether it is a video call.
    pub video: bool,
}

impl PhoneView {
    /// Reads the body of a `phone` event.
    pub fn read(event: &str) -> Option<Self> {
        let event: Value = serde_json::from_str(event).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let call = &event["call"];
        let handle = text(&call["handle"]["value"]);
        let name = text(&call["caller_name"]["value"]);
        Some(Self {
            state: text(&event["state"])?,
            sentence: text(&event["sentence"]).unwrap_or_default(),
            call: name.clone().or(handle.clone()).map(|title| CallView {
                title,
                handle: name.and(handle),
                video: call["has_video"]["value"] == true,
            }),
        })
    }
}

/// Whether the relay answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RelayLink {
    /// Not asked yet.
    #[default]
    Unknown,
    /// It answers.
    Up,
    /// It does not.
    Down,
}

/// Everything the page knows.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What is typed.
    pub form: Form,
    /// The key, while this tab is open.
    pub key: Option<Rc<HeldKey>>,
    /// What was wrong with the last key offered.
    pub key_error: Option<KeyError>,
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
    /// Whether the relay answers.
    pub relay: RelayLink,
    /// The question about production is on the screen.
    pub asks_production: bool,
    /// It was answered with yes, once per session.
    pub may_use_production: bool,
    /// What the placeholders in the payload will say in the next send.
    pub values: Option<Values>,
    /// The payload that a template or the demo took the place of.
    pub replaced: Option<String>,
    /// What the visitor had typed before the demo took the form.
    pub set_aside: Option<SetAside>,
}

/// A form and key put by while the demo runs.
#[derive(Clone, Debug)]
pub struct SetAside {
    /// What was typed.
    pub form: Form,
    /// The key that was in use.
    pub key: Option<Rc<HeldKey>>,
}

/// Everything that can happen to the page.
#[derive(Debug)]
pub enum Action {
    /// Something was typed.
    Edit(Field, String),
    /// The mended text was taken.
    Fix(Field, String),
    /// A field was left.
    Leave(Field),
    /// An environment was chosen.
    Choose(Environment),
    /// A key was dropped, picked or pasted.
    OfferKey(String, Result<SigningKey, KeyError>),
    /// The key shall be forgotten.
    ForgetKey,
    /// The demo brings its own form and key.
    StartDemo(Form, Rc<HeldKey>),
    /// The visitor wants back what was typed before the demo.
    BringBack,
    /// This payload shall stand in the editor.
    UseTemplate(&'static str),
    /// The values of the next send have been drawn.
    Draw(Values),
    /// The payload it replaced shall stand there again.
    Undo,
    /// Send was pressed, and something stands in the way.
    Stop(Stops),
    /// A send begins.
    Begin,
    /// A send has ended.
    End(Box<Report>),
    /// The virtual iPhone did something.
    Phone(PhoneView),
    /// Another virtual iPhone is being watched.
    WatchAnother,
    /// The relay answered, or did not.
    Relay(RelayLink),
    /// Production wants a word first.
    AskProduction,
    /// The answer about production.
    AnswerProduction(bool),
}

/// What the demo calls its key in the panel.
pub const DEMO_KEY: &str = "Demo key, made in this tab";
/// The team the demo signs for; no team of Apple's has such a name.
pub const DEMO_TEAM_ID: &str = "TRILLDEMO1";

impl State {
    /// The page as it opens, with the draft of the last visit.
    pub fn opening(draft: Option<Form>) -> Self {
        Self { form: draft.unwrap_or_default(), ..Self::default() }
    }

    /// The state after `action`.
    pub fn reduce(mut self, action: Action) -> Self {
        match action {
            Action::Edit(field, text) => self.edit(field, text),
            Action::Fix(Field::Payload, text) => self.replaced = Some(std::mem::replace(&mut self.form.payload, text)),
            Action::Fix(field, text) => self.form.set(field, text),
            Action::Leave(field) => self.left.push(field),
            Action::Choose(environment) => {
                self.form.environment = environment;
                self.asks_production = false;
            }
            Action::OfferKey(source, offered) => self.take_key(source, offered),
            Action::ForgetKey => {
                self.key = None;
                self.key_error = None;
            }
            Action::StartDemo(form, key) => self.start_demo(form, key),
            Action::BringBack => {
                if let Some(aside) = self.set_aside.take() {
                    self.form = aside.form;
                    self.key = aside.key;
                    self.report = None;
                    self.phone = PhoneView::default();
                }
            }
            Action::UseTemplate(text) => self.replace_payload(text.to_owned()),
            Action::Draw(values) => self.values = Some(values),
            Action::Undo => {
                if let Some(payload) = self.replaced.take() {
                    self.form.payload = payload;
                }
            }
            Action::Stop(stops) => {
                self.left.extend(&stops.fields);
                self.stops = stops;
            }
            Action::Begin => {
                self.sending = true;
                self.stops = Stops::default();
                self.asks_production = false;
            }
            Action::End(report) => {
                self.sending = false;
                self.relay = if report.status.is_some() { RelayLink::Up } else { RelayLink::Down };
                self.report = Some(*report);
            }
            Action::Phone(phone) => self.phone = phone,
            Action::WatchAnother => self.phone = PhoneView::default(),
            Action::Relay(link) => self.relay = link,
            Action::AskProduction => self.asks_production = true,
            Action::AnswerProduction(yes) => {
                self.asks_production = false;
                self.may_use_production |= yes;
            }
        }
        self
    }

    /// The form as it would be sent now: with values in the place of placeholders.
    pub fn filled(&self) -> Form {
        match &self.values {
            Some(values) => {
                let values = Values { device: DeviceToken::parse(&self.form.device_token).ok(), ..values.clone() };
                Form { payload: placeholder::fill(&self.form.payload, &values), ..self.form.clone() }
            }
            None => self.form.clone(),
        }
    }

    /// What there is to say about a field, once it was left. Passing an empty one by is no mistake
    /// until something shall be sent.
    pub fn finding(&self, field: Field) -> Option<Finding> {
        let was_typed = !self.form.text(field).trim().is_empty();
        let is_due = self.left.contains(&field) && (was_typed || self.stops.fields.contains(&field));
        let file_name = self.key.as_ref().map_or("", |key| key.source.as_str());
        is_due.then(|| self.filled().finding_beside_key(field, file_name)).flatten()
    }

    /// What there is to say about the key.
    pub fn key_finding(&self) -> Option<Finding> {
        match &self.key_error {
            Some(error) => Some(Finding::error(error.code(), error)),
            None if self.stops.no_key && self.key.is_none() => {
                Some(Finding::error("key_missing", "There is no key to sign with. Drop your AuthKey_….p8 here, or ring the demo phone."))
            }
            None => self.key.as_ref().and_then(|key| worth_showing(key.key.notes())).map(Finding::from),
        }
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

    /// Puts another payload in the editor; one that somebody wrote can be brought back.
    fn replace_payload(&mut self, payload: String) {
        let replaced = std::mem::replace(&mut self.form.payload, payload);
        if replaced != self.form.payload && !template::is_untouched(&replaced, template::list::all()) {
            self.replaced = Some(replaced);
        }
    }

    fn take_key(&mut self, source: String, offered: Result<SigningKey, KeyError>) {
        match offered {
            Ok(key) => {
                if let Some(key_id) = key_id_of_file(&source) {
                    self.form.key_id = key_id.to_owned();
                }
                self.key = Some(Rc::new(HeldKey { key, source }));
                self.key_error = None;
                self.stops.no_key = false;
            }
            // The key that works stays: a wrong file is no reason to lose it.
            Err(error) => self.key_error = Some(error),
        }
    }

    fn start_demo(&mut self, form: Form, key: Rc<HeldKey>) {
        let own = |field| !self.form.text(field).is_empty();
        let has_own = [Field::KeyId, Field::TeamId, Field::BundleId, Field::DeviceToken].into_iter().any(own);
        if !self.is_demo() && (self.key.is_some() || has_own) {
            self.set_aside = Some(SetAside { form: self.form.clone(), key: self.key.take() });
        }
        self.replace_payload(form.payload.clone());
        self.form = form;
        self.key = Some(key);
        self.key_error = None;
        self.left.clear();
        self.stops = Stops::default();
    }
}

/// The worst note on a key. That a key is just as Apple issues it needs no word on the page.
fn worth_showing(notes: &[Note]) -> Option<Note> {
    Note::worst(notes.iter().filter(|note| note.code != "key_apple_form").cloned().collect())
}
