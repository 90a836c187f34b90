//! The draft: the form as it is kept in this browser over a reload.
//!
//! It is made of texts that cannot hold a key or a provider token, so that nothing else than a draft has to be trusted with
//! storage. Reading one that an older version wrote leaves such texts out, and keeps the others.

use serde_json::Value;

use super::form::{ENVIRONMENTS, Field, Form};
use crate::apns::json::{object, quoted};
use crate::apns::secret::{self, Secret};
use crate::apns::{Environment, PushType};

/// A text without a secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptText(String);

impl KeptText {
    /// Refuses a text with a secret in it.
    pub fn new(text: &str) -> Result<Self, Secret> {
        match secret::find(text) {
            Some(found) => Err(found.secret),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A form that may be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    environment: Environment,
    push_type: PushType,
    /// The fields that hold no secret.
    texts: Vec<(Field, KeptText)>,
}

impl Draft {
    /// The draft of a form. A field that holds a secret has no place in it.
    pub fn of(form: &Form) -> Self {
        let texts = Field::ALL
            .into_iter()
            .filter_map(|field| Some((field, KeptText::new(form.text(field)).ok()?)));
        Self {
            environment: form.environment,
            push_type: form.push_type,
            texts: texts.collect(),
        }
    }

    /// Reads a stored draft; what is missing, unknown or secret is as on a first visit.
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
        let kept =
            |field: Field| Some((field, KeptText::new(stored[field.name()].as_str()?).ok()?));
        Some(Self {
            environment,
            push_type,
            texts: Field::ALL.into_iter().filter_map(kept).collect(),
        })
    }

    /// The text to store.
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

    /// The form to go on with.
    pub fn form(&self) -> Form {
        let mut form = Form {
            environment: self.environment,
            push_type: self.push_type,
            ..Form::default()
        };
        for (field, text) in &self.texts {
            form.set(*field, text.as_str().to_owned());
        }
        form
    }
}
