//! The form: what the caller has typed, and what there is to say about it.
//!
//! Only four things keep a push from being sent: no credential, a device token that is not hex, a
//! payload that is not a JSON object, and one over the size limit. About everything else the form
//! has a sentence, and APNs the last word.

pub use super::field::Field;
use crate::apns::expiration::Clock;
pub use crate::apns::finding::{Finding, Severity};
use crate::apns::fix::{Change, Fix};
use crate::apns::identifier::{Identifier, IdentifierError};
use crate::apns::payload::PayloadError;
use crate::apns::signer;
use crate::apns::topic::TopicError;
use crate::apns::{
    ApnsId, CollapseId, DeviceToken, Environment, Expiration, Headers, Path, Payload, Priority,
    Push, PushType, Topic,
};
use crate::call::{CallField, IncomingCall, Mapping, PhoneOutcome, PhoneState, phone, template};

/// What the page offers; the simulator's other face is for scripts.
pub const ENVIRONMENTS: [Environment; 3] = [
    Environment::Simulator,
    Environment::Sandbox,
    Environment::Production,
];

/// What is typed. What of it outlives the tab is a [draft](super::draft).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Which APNs.
    pub environment: Environment,
    /// The kind of push.
    pub push_type: PushType,
    /// Names the key.
    pub key_id: String,
    /// Names the team.
    pub team_id: String,
    /// Names the certificate that vouches for the push; nothing where a key signs.
    pub certificate: String,
    /// Names the app.
    pub bundle_id: String,
    /// Names the phone.
    pub device_token: String,
    /// How urgent; nothing is what the push type usually has.
    pub priority: String,
    /// Until when; nothing is 0, now or never.
    pub expiration: String,
    /// Which earlier push it replaces.
    pub collapse_id: String,
    /// What the app is told.
    pub payload: String,
    /// Where the app finds the parts of a call, in the order of [`CallField::ALL`]; nothing is by their names.
    pub paths: [String; 4],
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
            paths: Default::default(),
        }
    }
}

impl Form {
    /// What stands in a field.
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
            Field::Path(part) => &self.paths[part as usize],
            Field::Payload => &self.payload,
        }
    }

    /// Types into a field.
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
            Field::Path(part) => self.paths[part as usize] = text,
            Field::Payload => self.payload = text,
        }
    }

    /// What there is to say about a field as it stands.
    pub fn finding(&self, field: Field, clock: Clock) -> Option<Finding> {
        match field {
            Field::KeyId => identifier(Identifier::KeyId, &self.key_id),
            Field::TeamId => identifier(Identifier::TeamId, &self.team_id),
            Field::Certificate => None,
            Field::BundleId => match Topic::check(&self.bundle_id) {
                Err(error) => Some(
                    Finding::error(error.code(), error.to_string())
                        .with_text(Topic::fixed(&self.bundle_id)),
                ),
                Ok(()) => Finding::worst(Topic::bundle_id_notes(&self.bundle_id)),
            },
            Field::DeviceToken => match DeviceToken::read(&self.device_token) {
                Err(error) => {
                    Some(Finding::error(error.code(), error.to_string()).with_text(error.fix()))
                }
                Ok(token) => Finding::worst(token.notes),
            },
            Field::Priority | Field::Expiration | Field::CollapseId
                if self.text(field).trim().is_empty() =>
            {
                None
            }
            Field::Priority => match Priority::parse(&self.priority) {
                Err(error) => {
                    Some(Finding::error(error.code(), error.to_string()).with_text(error.fix()))
                }
                // The linter has rules of its own for these.
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
                Err(error) => {
                    Some(Finding::error(error.code(), error.to_string()).with_text(error.fix()))
                }
                Ok(expiration) => Finding::worst(expiration.notes),
            },
            Field::CollapseId => CollapseId::parse(self.collapse_id.trim())
                .err()
                .map(|error| Finding::error(error.code(), error.to_string())),
            Field::Payload => match self.parsed_payload() {
                Err(error) => Some(error.finding(&self.payload)),
                Ok(_) => None,
            },
            Field::Path(_) if self.text(field).trim().is_empty() => None,
            Field::Path(_) => Path::parse(self.text(field))
                .err()
                .map(|error| Finding::error(error.code(), error.to_string())),
        }
    }

    /// What there is to say about a field when the name of the key's file is known too.
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
        // One mistake is told once, beside the field where it is fixed.
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

    /// The topic the push will carry, when there is a bundle ID.
    pub fn topic(&self) -> Result<Topic, TopicError> {
        Topic::of(self.push_type, &self.bundle_id)
    }

    /// The payload as APNs would get it.
    pub fn parsed_payload(&self) -> Result<Payload, PayloadError> {
        Payload::parse(&self.payload, self.push_type)
    }

    /// Where the app finds the parts of a call; a path that cannot be read says nothing.
    pub fn mapping(&self) -> Mapping {
        let mut mapping = Mapping::default();
        for part in CallField::ALL {
            mapping.set(part, Path::parse(self.text(Field::Path(part))).ok());
        }
        mapping
    }

    /// What an idle iPhone would do with the payload of a call.
    pub fn preview(&self) -> Option<PhoneOutcome> {
        let payload = self.parsed_payload().ok()?;
        Some(self.preview_of(&payload))
    }

    /// What an idle iPhone would do with this payload.
    pub fn preview_of(&self, payload: &Payload) -> PhoneOutcome {
        let call = IncomingCall::read_with(payload.value(), &self.mapping());
        phone::receive(&PhoneState::Idle, call)
    }

    /// Until when APNs may keep the push, as far as it can be read.
    pub fn expiration_seconds(&self, clock: Clock) -> u64 {
        Expiration::read(&self.expiration, clock).map_or(0, |read| read.value.seconds())
    }

    /// The headers as they would be sent. What cannot be read goes as it was typed, as long as a header can carry it.
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

    /// Whether a key signs: no certificate is chosen.
    pub fn is_signed(&self) -> bool {
        self.certificate.is_empty()
    }

    /// The push, or the fields that keep it from being one. `has_key`: whether there is a key, should one have to sign.
    pub fn push(&self, has_key: bool, apns_id: ApnsId, clock: Clock) -> Result<Push, Stops> {
        let topic = match self.topic() {
            Ok(topic) => Ok(Some(topic)),
            // Without a topic the push still goes: APNs says MissingTopic better than we could.
            Err(TopicError::Missing) => Ok(None),
            Err(_) => Err(Field::BundleId),
        };
        let device_token = DeviceToken::parse(&self.device_token).map_err(|_| Field::DeviceToken);
        let payload = self.parsed_payload().map_err(|_| Field::Payload);
        let blank = |field| self.text(field).trim().is_empty().then_some(field);
        // No header can carry these at all.
        let foreign = |field| {
            self.text(field)
                .bytes()
                .any(|byte| !matches!(byte, b' '..=b'~'))
                .then_some(field)
        };

        let no_key = self.is_signed() && !has_key;
        let mut fields: Vec<Field> = [Field::KeyId, Field::TeamId]
            .into_iter()
            .filter(|_| self.is_signed())
            .filter_map(blank)
            .collect();
        fields.extend(
            [topic.as_ref().err(), device_token.as_ref().err()]
                .into_iter()
                .flatten(),
        );
        fields.extend(
            [Field::Priority, Field::Expiration, Field::CollapseId]
                .into_iter()
                .filter_map(foreign),
        );
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

/// The ID of the box for the text of a key.
pub const KEY_BOX: &str = "key-text";

/// What keeps the form from being sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stops {
    /// There is no key to sign with.
    pub no_key: bool,
    /// These fields must be corrected first, in the order of the page.
    pub fields: Vec<Field>,
}

impl Stops {
    /// The ID of the first place on the page that needs attention.
    pub fn first(&self) -> Option<&'static str> {
        let field = self.fields.first().map(|field| field.name());
        if self.no_key { Some(KEY_BOX) } else { field }
    }

    /// The names of all that needs attention, in the order of the page.
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

fn identifier(kind: Identifier, text: &str) -> Option<Finding> {
    let error = kind.check(text.trim()).err()?;
    let severity = if matches!(error, IdentifierError::Missing(_)) {
        Severity::Error
    } else {
        Severity::Warning
    };
    Some(Finding {
        severity,
        ..Finding::error(error.code(), error.to_string()).with_text(kind.fixed(text))
    })
}
