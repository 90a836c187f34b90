//! Refusal of an order to the push server, with the field that it is about.

use serde_json::Value;

use crate::app::report::problem;

/// Fields of the form that registers an app, by their names in JSON.
const FIELDS: [&str; 2] = ["name", "bundle_ids"];
const NO_ANSWER: &str = "The relay did not answer. Try it again.";

/// A refusal; empty if there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Field of the form that it is about; empty if it is about none.
    field: String,
    /// Cause and fix.
    sentence: String,
}

impl Refusal {
    /// Parses the body of a refusal.
    pub fn read(body: &str) -> Self {
        let Some((_, cause, fix)) = problem(body) else {
            return Self {
                field: String::new(),
                sentence: NO_ANSWER.to_owned(),
            };
        };
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let field = body["field"].as_str().unwrap_or_default();
        Self {
            field: if FIELDS.contains(&field) { field } else { "" }.to_owned(),
            sentence: [&cause, " ", &fix].concat(),
        }
    }

    /// Returns the sentence if the refusal is about this field, or about none if it is empty.
    pub fn about(&self, field: &str) -> Option<&str> {
        let is_about = self.field == field && !self.sentence.is_empty();
        is_about.then_some(self.sentence.as_str())
    }

    /// Drops a refusal about this field, which has another text now.
    pub fn forget(&mut self, field: &str) {
        if self.field == field {
            *self = Self::default();
        }
    }
}
