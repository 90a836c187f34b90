//! The form: the push as the user has typed it, and the findings about its fields.
//!
//! Only four things prevent a push from being sent: no credential, a device token that is not
//! hexadecimal, a payload that is not a JSON object, and one over the size limit. Everything else
//! yields a finding, and APNs decides.

use std::fmt::Display;

pub use super::field::Field;
use crate::apns::expiration::Clock;
pub use crate::apns::finding::{Finding, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::identifier::{Identifier, IdentifierError};
use crate::apns::payload::PayloadError;
use crate::apns::signer;
use crate::apns::topic::TopicError;
use crate::apns::{
    ApnsId, CollapseId, DeviceToken, Environment, Expiration, Headers, Payload, Priority, Push,
    PushType, Topic,
};
use crate::call::{AppChoice, OwnApp, PhoneOutcome, phone, template};

/// Environments the page offers. `SimulatorProduction` is for scripts only.
pub const ENVIRONMENTS: [Environment; 3] = [
    Environment::Simulator,
    Environment::Sandbox,
    Environment::Production,
];

/// The typed values of the form. The part of them that is stored is a [draft](super::draft).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// APNs environment.
    pub environment: Environment,
    /// Push type.
    pub push_type: PushType,
    /// Key ID.
    pub key_id: String,
    /// Team ID.
    pub team_id: String,
    /// Name of the certificate that authenticates the push; empty if a key signs.
    pub certificate: String,
    /// Bundle ID of the app.
    pub bundle_id: String,
    /// Device token in hexadecimal.
    pub device_token: String,
    /// Priority; empty for the usual one of the push type.
    pub priority: String,
    /// Expiration; empty for 0, which means to deliver now or never.
    pub expiration: String,
    /// Collapse ID: a push replaces an undelivered one with the same ID.
    pub collapse_id: String,
    /// Payload, as JSON text.
    pub payload: String,
    /// App that gets the push: empty if it is recognised by the payload,
    /// [`OWN_APP`](super::app_choice::OWN_APP), the identifier of its profile, or a profile in
    /// JSON.
    pub app: String,
    /// Description of the user's own app, also while another one is chosen.
    pub own: OwnApp,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            environment: Environment::Simulator,
            push_type: PushType::Voip,
            key_id: String::new(),
            team_id: String::new(),
            certificate: String::new(),
            bundle_id: String::new(),
            device_token: String::new(),
            priority: String::new(),
            expiration: String::new(),
            collapse_id: String::new(),
            payload: template::ARTICLE.to_owned(),
            app: String::new(),
            own: OwnApp::default(),
        }
    }
}

impl Form {
    /// Returns the text of a field.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::KeyId => &self.key_id,
            Field::TeamId => &self.team_id,
            Field::Certificate => &self.certificate,
            Field::BundleId => &self.bundle_id,
            Field::DeviceToken => &self.device_token,
            Field::Priority => &self.priority,
            Field::Expiration => &self.expiration,
            Field::CollapseId => &self.collapse_id,
            Field::Own(part) => self.own.text(part),
            Field::Payload => &self.payload,
            Field::App => &self.app,
        }
    }

    /// Sets the text of a field.
    pub fn set(&mut self, field: Field, text: String) {
        match field {
            Field::KeyId => self.key_id = text,
            Field::TeamId => self.team_id = text,
            Field::Certificate => self.certificate = text,
            Field::BundleId => self.bundle_id = text,
            Field::DeviceToken => self.device_token = text,
            Field::Priority => self.priority = text,
            Field::Expiration => self.expiration = text,
            Field::CollapseId => self.collapse_id = text,
            Field::Own(part) => self.own.set(part, text),
            Field::Payload => self.payload = text,
            Field::App => self.app = text,
        }
    }

    /// Returns the finding about a field's current text.
    pub fn finding(&self, field: Field, clock: Clock) -> Option<Finding> {
        match field {
            Field::KeyId => identifier(Identifier::KeyId, &self.key_id),
            Field::TeamId => identifier(Identifier::TeamId, &self.team_id),
            Field::Certificate => None,
            Field::BundleId => match Topic::check(&self.bundle_id) {
                Err(error) => wrong(error.code(), &error, Topic::fixed(&self.bundle_id)),
                Ok(()) => Finding::worst(Topic::bundle_id_notes(&self.bundle_id)),
            },
            Field::DeviceToken => match DeviceToken::read(&self.device_token) {
                Err(error) => Some(error.finding()),
                Ok(token) => Finding::worst(token.notes),
            },
            Field::Priority | Field::Expiration | Field::CollapseId
                if self.text(field).trim().is_empty() =>
            {
                None
            }
            Field::Priority => match Priority::parse(&self.priority) {
                Err(error) => wrong(error.code(), &error, error.fix()),
                // The linter has its own rules for these push types.
                Ok(_)
                    if matches!(
                        self.push_type,
                        PushType::Voip | PushType::PushToTalk | PushType::Background
                    ) =>
                {
                    None
                }
                Ok(priority) => self.push_type.check_priority(priority),
            },
            Field::Expiration => match Expiration::read(&self.expiration, clock) {
                Err(error) => wrong(error.code(), &error, error.fix()),
                Ok(expiration) => Finding::worst(expiration.notes),
            },
            Field::CollapseId => match CollapseId::parse(self.collapse_id.trim()) {
                Err(error) => wrong(error.code(), &error, None),
                Ok(_) => None,
            },
            Field::Payload => match self.parsed_payload() {
                Err(error) => Some(error.finding(&self.payload)),
                Ok(_) => None,
            },
            Field::App if self.is_own_app() => None,
            Field::App => match AppChoice::parse(&self.app) {
                Err(error) => wrong(error.code(), &error, None),
                Ok(_) => None,
            },
            Field::Own(part) => {
                let (line, error) = self.own.error(part)?;
                let mut finding = Finding::of_error(error.code(), &error);
                if let Some(line) = line {
                    finding.sentence = format!("Line {line}: {}", finding.sentence);
                }
                Some(finding)
            }
        }
    }

    /// Returns the finding about a field, taking the name of the key's file into account.
    pub fn finding_beside_key(
        &self,
        field: Field,
        file_name: &str,
        clock: Clock,
    ) -> Option<Finding> {
        let (differs, swapped) = (
            signer::key_id_differs(file_name, &self.key_id),
            signer::ids_swapped(file_name, &self.key_id, &self.team_id),
        );
        // One mistake is reported once, beside the field that fixes it.
        let (key_id, team_id) = (self.key_id.trim(), self.team_id.trim());
        let is_swap = swapped.is_some() && !key_id.is_empty() && key_id != team_id;
        let told = match field {
            Field::KeyId if is_swap => return None,
            Field::KeyId => differs,
            Field::TeamId if is_swap => swapped.map(|finding| Finding {
                fix: Some(SWAP),
                ..finding
            }),
            Field::TeamId if differs.is_some() && key_id == team_id => {
                return None;
            }
            Field::TeamId => swapped,
            _ => None,
        };
        told.or_else(|| self.finding(field, clock))
    }

    /// Returns the topic of the push, which is derived from the bundle ID.
    pub fn topic(&self) -> Result<Topic, TopicError> {
        Topic::of(self.push_type, &self.bundle_id)
    }

    /// Returns the payload as it is sent to APNs.
    pub fn parsed_payload(&self) -> Result<Payload, PayloadError> {
        Payload::parse(&self.payload, self.push_type)
    }

    /// Returns the behaviour of an idle iPhone that receives this payload.
    pub fn preview_of(&self, payload: &Payload) -> PhoneOutcome {
        phone::forecast(payload.value(), &self.app_choice())
    }

    /// Returns the expiration in seconds since 1970, or 0 if the text is empty or invalid.
    pub fn expiration_seconds(&self, clock: Clock) -> u64 {
        Expiration::read(&self.expiration, clock).map_or(0, |read| read.value.seconds())
    }

    /// Returns the headers of the push. Values that cannot be parsed are sent as typed, as long as
    /// a header can carry them.
    fn headers(&self, topic: Option<Topic>, apns_id: ApnsId, clock: Clock) -> Headers {
        let typed = |field: Field| Some(self.text(field).trim()).filter(|text| !text.is_empty());
        let expiration = |text: &str| {
            Expiration::read(text, clock)
                .map_or_else(|_| text.to_owned(), |read| read.value.seconds().to_string())
        };
        Headers {
            topic,
            push_type: self.push_type,
            priority: typed(Field::Priority)
                .unwrap_or(self.push_type.usual_priority().as_str())
                .to_owned(),
            expiration: typed(Field::Expiration).map_or_else(|| "0".to_owned(), expiration),
            collapse_id: typed(Field::CollapseId).map(str::to_owned),
            apns_id,
        }
    }

    /// Returns `true` if a key signs, that is, no certificate is chosen.
    pub fn is_signed(&self) -> bool {
        self.certificate.is_empty()
    }

    /// Returns the push, or the reasons why it cannot be sent. `has_key` says whether a signing key
    /// is loaded.
    pub fn push(&self, has_key: bool, apns_id: ApnsId, clock: Clock) -> Result<Push, Stops> {
        let topic = match self.topic() {
            Ok(topic) => Ok(Some(topic)),
            // A push without a topic is sent all the same: APNs explains it best with MissingTopic.
            Err(TopicError::Missing) => Ok(None),
            Err(_) => Err(Field::BundleId),
        };
        let device_token = DeviceToken::parse(&self.device_token).map_err(|_| Field::DeviceToken);
        let payload = self.parsed_payload().map_err(|_| Field::Payload);
        let no_key = self.is_signed() && !has_key;
        let mut fields = Vec::new();
        for field in [Field::KeyId, Field::TeamId] {
            if self.is_signed() && self.text(field).trim().is_empty() {
                fields.push(field);
            }
        }
        fields.extend(topic.as_ref().err());
        fields.extend(device_token.as_ref().err());
        for field in [Field::Priority, Field::Expiration, Field::CollapseId] {
            // Other characters cannot occur in a header.
            let is_of_header = |byte: u8| matches!(byte, b' '..=b'~');
            if !self.text(field).bytes().all(is_of_header) {
                fields.push(field);
            }
        }
        fields.extend(payload.as_ref().err());
        match (topic, device_token, payload) {
            (Ok(topic), Ok(device_token), Ok(payload)) if !no_key && fields.is_empty() => {
                let headers = self.headers(topic, apns_id, clock);
                Ok(Push {
                    environment: self.environment,
                    device_token,
                    headers,
                    payload,
                })
            }
            _ => Err(Stops { no_key, fields }),
        }
    }
}

/// Element ID of the box for a key's text.
pub const KEY_BOX: &str = "key-text";

/// Reasons why the form cannot be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stops {
    /// `true` if a signing key is missing.
    pub no_key: bool,
    /// Fields that must be corrected first, in the order of the page.
    pub fields: Vec<Field>,
}

impl Stops {
    /// Returns the element ID of the first place that needs attention.
    pub fn first(&self) -> Option<&'static str> {
        let field = self.fields.first().map(|field| field.name());
        if self.no_key { Some(KEY_BOX) } else { field }
    }

    /// Returns the names of all places that need attention, in the order of the page.
    pub fn names(&self) -> Vec<&'static str> {
        let key = self.no_key.then_some("signing key");
        key.into_iter()
            .chain(self.fields.iter().map(|field| field.label()))
            .collect()
    }
}

const SWAP: Fix = Fix {
    label: "Swap them",
    change: Change::SwapIds,
};

/// Error about a field's text, with the corrected text if there is one.
fn wrong(code: &'static str, error: &dyn Display, fix: Option<String>) -> Option<Finding> {
    Some(Finding::of_error(code, error).with_text(fix))
}

fn identifier(kind: Identifier, text: &str) -> Option<Finding> {
    let error = kind.check(text.trim()).err()?;
    let severity = if matches!(error, IdentifierError::Missing(_)) {
        Severity::Error
    } else {
        Severity::Warning
    };
    Some(Finding {
        severity,
        ..Finding::of_error(error.code(), &error).with_text(kind.fixed(text))
    })
}
