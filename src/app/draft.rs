//! A draft: the form as this browser stores it, to survive a reload.
//!
//! A draft consists of texts that cannot contain a key or a provider token, so only this type needs
//! to be trusted with storage. Texts with a secret, stored by an older version, are left out when
//! it is read.

use serde_json::Value;

use super::form::{ENVIRONMENTS, Field, Form};
use crate::apns::json::{object, quoted};
use crate::apns::payload::command;
use crate::apns::secret::{self, Secret};
use crate::apns::{Environment, PushType};
use crate::call::OwnPart;

/// A text that contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText(String);

impl KeptText {
    /// Wraps a text; fails with the kind of secret it contains.
    pub fn new(text: &str) -> Result<Self, Secret> {
        match secret::find(text) {
            Some(found) => Err(found.secret),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A form that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    environment: Environment,
    push_type: PushType,
    /// The fields that contain no secret.
    texts: Vec<(Field, KeptText)>,
}

impl Draft {
    /// Makes a draft of a form, without the fields that contain a secret, and without the tokens
    /// and passwords of a command.
    pub fn of(form: &Form) -> Self {
        let mut texts = Vec::new();
        for field in Field::ALL {
            let text = form.text(field);
            let text = if field == Field::Payload {
                command::without_secrets(text)
            } else {
                text.into()
            };
            if let Ok(text) = KeptText::new(&text) {
                texts.push((field, text));
            }
        }
        Self {
            environment: form.environment,
            push_type: form.push_type,
            texts,
        }
    }

    /// Parses a stored draft; values that are missing, unknown or secret get their defaults. `None`
    /// if it is not JSON.
    pub fn read(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        let environment = stored["environment"].as_str().and_then(Environment::parse);
        let environment = environment
            .filter(|environment| ENVIRONMENTS.contains(environment))
            .unwrap_or_default();
        let push_type = stored["push-type"]
            .as_str()
            .and_then(PushType::parse)
            .unwrap_or(PushType::Voip);
        let mut texts = Vec::new();
        for field in Field::ALL {
            if let Some(text) = stored[field.name()].as_str()
                && let Ok(text) = KeptText::new(text)
            {
                texts.push((field, text));
            }
        }
        Some(Self {
            environment,
            push_type,
            texts,
        })
    }

    /// Serializes the draft as JSON.
    pub fn to_text(&self) -> String {
        let mut stored = vec![
            ("environment", quoted(self.environment.as_str())),
            ("push-type", quoted(self.push_type.as_str())),
        ];
        stored.extend(
            self.texts
                .iter()
                .map(|(field, text)| (field.name(), quoted(text.as_str()))),
        );
        object(&stored)
    }

    /// Returns the form with the draft's values.
    pub fn form(&self) -> Form {
        let mut form = Form {
            environment: self.environment,
            push_type: self.push_type,
            ..Form::default()
        };
        for (field, text) in &self.texts {
            form.set(*field, text.as_str().to_owned());
        }
        // Older versions had paths, and no name.
        let has_name = |(field, _): &(Field, KeptText)| *field == Field::Own(OwnPart::Name);
        if !self.texts.iter().any(has_name) {
            form.adopt_paths();
        }
        form
    }
}
