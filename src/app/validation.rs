//! Validation: findings about the state of the page, by field and as a whole, before a push is
//! sent.

use serde_json::Value;

use super::card::is_told_beside_field;
use super::form::{Field, Finding, Form};
use super::relay_info::texts;
use super::state::State;
use crate::apns::finding;
use crate::apns::identifier::{environment_of_file, key_id_of_file};
use crate::apns::payload::{self, PayloadError};
use crate::apns::uuid::Uuid;
use crate::apns::{DeviceToken, Payload, Priority};
use crate::lint::call::{self as call_lint, Subject};
use crate::lint::{Certificate, Request, Signer};

const KEY_MISSING: &str = "There is no key to sign with. \
                           Drop your AuthKey_XXXXXXXXXX.p8 here, or ring the demo phone.";

impl State {
    /// Returns the finding about a field that has lost the focus. An empty field is no mistake
    /// until a send is attempted.
    pub fn finding(&self, field: Field) -> Option<Finding> {
        if field == Field::Payload {
            return self.composed().payload_finding;
        }
        if !self.is_due(field) {
            return None;
        }
        let file_name = self.key.as_ref().map_or("", |key| key.source.as_str());
        self.form.finding_beside_key(field, file_name, self.clock())
    }

    /// Returns `true` if a finding about the field may be shown.
    fn is_due(&self, field: Field) -> bool {
        let was_typed = !self.form.text(field).trim().is_empty();
        self.left.contains(&field) && (was_typed || self.stops.fields.contains(&field))
    }

    /// Returns the finding about the payload's text. `filled` is the form with its placeholders
    /// replaced, and `payload` its payload.
    pub(super) fn payload_finding(
        &self,
        filled: &Form,
        payload: &Result<Payload, PayloadError>,
    ) -> Option<Finding> {
        let error = payload.as_ref().err()?;
        if !self.is_due(Field::Payload) {
            return None;
        }
        let finding = error.finding(&filled.payload);
        Some(self.with_placeholders(finding, filled))
    }

    /// Returns a finding about the filled payload with a fix that keeps the placeholders. A fix
    /// replaces the whole text, and must not replace placeholders by this send's values.
    fn with_placeholders(&self, finding: Finding, filled: &Form) -> Finding {
        if filled.payload == self.form.payload {
            return finding;
        }
        let mut typed = payload::findings(&self.form.payload, filled.push_type).into_iter();
        let same =
            typed.find(|typed| typed.code == finding.code && typed.code.starts_with("payload_"));
        let fix = same.and_then(|typed| typed.fix);
        Finding { fix, ..finding }
    }

    /// Returns the finding about the key.
    pub fn key_finding(&self) -> Option<Finding> {
        match &self.key_error {
            Some(error) => Some(Finding::of_error(error.code(), error)),
            None if self.stops.no_key && self.key.is_none() => {
                Some(Finding::error("key_missing", KEY_MISSING))
            }
            None => self
                .key
                .as_ref()
                .and_then(|key| worth_showing(key.key.notes())),
        }
    }

    /// Returns the problems of the push as it would be sent now, worst first. A malformed payload
    /// has a finding of its own.
    pub fn remarks(&self) -> Vec<Finding> {
        self.composed().remarks
    }

    /// Returns the problems of a filled form and its payload, worst first.
    pub(super) fn remarks_about(&self, filled: &Form, payload: &Payload) -> Vec<Finding> {
        let mut remarks: Vec<Finding> = payload
            .findings()
            .into_iter()
            .map(|finding| self.with_placeholders(finding, filled))
            .collect();
        for mut found in self.findings(filled, payload.value(), &self.used) {
            if is_told_beside_field(found.code, filled, self.clock()) {
                continue;
            }
            found.fix = found.fix.filter(|fix| self.allows(fix));
            finding::insert(&mut remarks, found, |finding| finding.severity);
        }
        if let Some(finding) = self.demo_key_finding() {
            finding::insert(&mut remarks, finding, |finding| finding.severity);
        }
        remarks
    }

    /// Returns the linter's findings about a filled form.
    pub(super) fn findings(&self, filled: &Form, payload: &Value, used: &[Uuid]) -> Vec<Finding> {
        let app = filled.app_choice().resolve(payload);
        let call = app.read(payload);
        let topic = filled.topic();
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let collapse_id = typed(&filled.collapse_id);
        let certificate = self.certificate().map(|certificate| {
            (
                texts(&certificate["topics"]),
                texts(&certificate["environments"]),
            )
        });
        let signer = match &certificate {
            Some((topics, environments)) => Signer {
                certificate: Some(Certificate {
                    topics,
                    environments,
                }),
                ..Signer::default()
            },
            None => {
                let file = self.key.as_ref().map_or("", |key| key.source.as_str());
                Signer {
                    key_id: filled.key_id.trim(),
                    team_id: filled.team_id.trim(),
                    file_key_id: key_id_of_file(file),
                    environment: self.key_environment(filled.key_id.trim()),
                    file_environment: environment_of_file(file),
                    certificate: None,
                }
            }
        };
        let priority = typed(&filled.priority)
            .and_then(|text| Priority::parse(&text).ok())
            .unwrap_or(filled.push_type.usual_priority());
        let request = Request {
            push_type: filled.push_type,
            priority: priority.value(),
            expiration: Some(filled.expiration_seconds(self.clock())),
            now: self.clock().now,
            collapse_id: collapse_id.as_deref(),
            topic: topic.as_ref().ok().map(|topic| topic.as_str()),
            environment: Some(filled.environment),
            token_environment: DeviceToken::parse(&filled.device_token)
                .ok()
                .and_then(|token| self.memory.home(&token)),
            signer: Some(signer),
            ..Request::voip(payload)
        };
        let values = Subject {
            used,
            fresh_uuid: Some("{{uuid}}"),
            sent_at: Some("{{iso_now}}"),
            ..Subject::new(request, &app, &call)
        };
        call_lint::check(&values)
    }
}

/// Returns the worst note on a key. A key in the form in which Apple issues it needs no note.
fn worth_showing(notes: &[Finding]) -> Option<Finding> {
    Finding::worst(
        notes
            .iter()
            .filter(|note| note.code != "key_apple_form")
            .cloned()
            .collect(),
    )
}
