//! A preset: values for some fields of the form, prepared by the operator. It stays the JSON value
//! the relay sent.

use serde_json::Value;

use super::form::{ENVIRONMENTS, Field, Form};
use crate::apns::{Environment, PushType};

/// Returns the preset's text for a field.
pub fn text(preset: &Value, field: Field) -> Option<&str> {
    match field {
        // A preset that names a key deselects the certificate.
        Field::Certificate => preset["key_id"].as_str().map(|_| ""),
        field => preset[&field.name().replace('-', "_")].as_str(),
    }
}

/// Returns the preset's push type, if it names one.
pub fn push_type(preset: &Value) -> Option<PushType> {
    PushType::parse(preset["push_type"].as_str()?)
}

/// Returns the preset's environment, if it names one that the page offers.
pub fn environment(preset: &Value) -> Option<Environment> {
    Environment::parse(preset["environment"].as_str()?)
        .filter(|environment| ENVIRONMENTS.contains(environment))
}

/// Returns `true` if the form has all values of the preset.
pub fn is_in(preset: &Value, form: &Form) -> bool {
    Field::ALL
        .iter()
        .all(|field| text(preset, *field).is_none_or(|text| text == form.text(*field)))
        && push_type(preset).is_none_or(|push_type| form.push_type == push_type)
        && environment(preset).is_none_or(|environment| form.environment == environment)
}
