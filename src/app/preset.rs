//! The preset: a form the operator has filled in, as far as it names fields. It is read only, and stays the JSON it came as.

use serde_json::Value;

use super::form::{ENVIRONMENTS, Field, Form};
use crate::apns::{Environment, PushType};

/// What it puts into a field.
pub fn text(preset: &Value, field: Field) -> Option<&str> {
    match field {
        // The key it names shall sign.
        Field::Certificate => preset["key_id"].as_str().map(|_| ""),
        field => preset[&field.name().replace('-', "_")].as_str(),
    }
}

/// Its kind of push, if it names one.
pub fn push_type(preset: &Value) -> Option<PushType> {
    PushType::parse(preset["push_type"].as_str()?)
}

/// Where it sends to, if it says.
pub fn environment(preset: &Value) -> Option<Environment> {
    Environment::parse(preset["environment"].as_str()?)
        .filter(|environment| ENVIRONMENTS.contains(environment))
}

/// Whether a form says all that a preset does.
pub fn is_in(preset: &Value, form: &Form) -> bool {
    Field::ALL
        .iter()
        .all(|field| text(preset, *field).is_none_or(|text| text == form.text(*field)))
        && push_type(preset).is_none_or(|push_type| form.push_type == push_type)
        && environment(preset).is_none_or(|environment| form.environment == environment)
}
