//! Entry: a value that the user typed or chose in the form.

use super::field::Field;
use super::form::Form;
use crate::apns::{Environment, PushType};

/// Value that the user typed or chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Text of a field.
    Text(Field, String),
    /// APNs environment.
    Environment(Environment),
    /// Push type.
    PushType(PushType),
    /// App that gets the push, as [`Form::app`] has it.
    App(String),
}

impl Entry {
    /// Puts the value into the form.
    pub fn put(self, form: &mut Form) {
        match self {
            Self::Text(field, text) => form.set(field, text),
            Self::Environment(environment) => form.environment = environment,
            Self::PushType(push_type) => form.push_type = push_type,
            Self::App(app) => form.choose_app(app),
        }
    }
}
