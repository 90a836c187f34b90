//! The entry: one object of a script, read strictly, with the place it stands at: an unknown or
//! misspelt field is named and refused instead of ignored, and no value is ever repeated.

use std::ops::RangeInclusive;

use http::StatusCode;
use serde_json::{Map, Value};

use crate::simulator::control_error::ControlError;

/// One object, and where it stands, such as `[2]`.
pub(crate) struct Entry<'a> {
    place: String,
    fields: &'a Map<String, Value>,
}

type Read<T> = Result<T, ControlError>;

impl<'a> Entry<'a> {
    /// Takes a value that should be an object.
    pub(crate) fn read(place: String, value: &'a Value) -> Read<Self> {
        match value {
            Value::Object(fields) => Ok(Self { place, fields }),
            _ => Err(wrong_type(&place, "an object")),
        }
    }

    /// Refuses fields other than these.
    pub(crate) fn only(&self, known: &[&str]) -> Read<()> {
        match self
            .fields
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) => {
                let cause = format!("The field {} is unknown here.", self.at(name));
                Err(malformed(
                    "unknown_field",
                    cause,
                    format!("Leave it out, or use one of: {}.", known.join(", ")),
                ))
            }
            None => Ok(()),
        }
    }

    /// A text; `None` when it is absent or null.
    pub(crate) fn text(&self, name: &str) -> Read<Option<&'a str>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(&self.path(name), "a text")),
        }
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, name: &str, bounds: RangeInclusive<u64>) -> Read<Option<u64>> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        if !value.is_number() {
            return Err(wrong_type(&self.path(name), "a number"));
        }
        match value.as_u64().filter(|number| bounds.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => {
                let remedy = format!(
                    "Use a whole number from {} to {}.",
                    bounds.start(),
                    bounds.end()
                );
                Err(self.bad_value(name, "is out of bounds", remedy))
            }
        }
    }

    /// A share: above 0 and at most 1.
    pub(crate) fn share(&self, name: &str) -> Read<Option<f64>> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let number = value
            .as_f64()
            .ok_or_else(|| wrong_type(&self.path(name), "a number"))?;
        if number > 0.0 && number <= 1.0 {
            return Ok(Some(number));
        }
        Err(self.bad_value(
            name,
            "is out of bounds",
            "Use a number above 0 and up to 1; 0.25 strikes every fourth on average.".into(),
        ))
    }

    /// Yes or no; `None` when it is absent or null.
    pub(crate) fn flag(&self, name: &str) -> Read<Option<bool>> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(wrong_type(&self.path(name), "true or false")),
        }
    }

    /// One of these words.
    pub(crate) fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Read<Option<T>> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                Err(self.bad_value(
                    name,
                    "is none of its words",
                    format!("Use one of: {}.", words.join(", ")),
                ))
            }
        }
    }

    /// Texts by name.
    pub(crate) fn texts(&self, name: &str) -> Read<Vec<(&'a str, &'a str)>> {
        let Some(value) = self.value(name) else {
            return Ok(Vec::new());
        };
        let inner = Entry::read(self.path(name), value)?;
        inner
            .fields
            .keys()
            .map(|name| Ok((name.as_str(), inner.required(name, inner.text(name)?)?)))
            .collect()
    }

    /// A value that has to be there.
    pub(crate) fn required<T>(&self, name: &str, value: Option<T>) -> Read<T> {
        value.ok_or_else(|| {
            malformed(
                "missing_field",
                format!("The field {} is missing.", self.at(name)),
                "Add it.".into(),
            )
        })
    }

    /// Refuses fields that cannot stand together.
    pub(crate) fn one_of(&self, names: &[&str]) -> Read<()> {
        let mut there = names.iter().filter(|name| self.value(name).is_some());
        match (there.next(), there.next()) {
            (Some(first), Some(second)) => {
                let cause = format!(
                    "The fields {} and {} exclude one another.",
                    self.at(first),
                    self.at(second)
                );
                Err(ControlError::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "contradiction",
                    cause,
                    "Keep one of the two.",
                ))
            }
            _ => Ok(()),
        }
    }

    /// A refusal of what a field says.
    pub(crate) fn bad_value(&self, name: &str, what: &str, remedy: String) -> ControlError {
        self.refuse(name, "bad_value", what, remedy)
    }

    /// The same with a code of its own.
    pub(crate) fn refuse(
        &self,
        name: &str,
        code: &'static str,
        what: &str,
        remedy: String,
    ) -> ControlError {
        ControlError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            code,
            format!("The field {} {what}.", self.at(name)),
            remedy,
        )
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn path(&self, name: &str) -> String {
        let shown: String = name
            .chars()
            .take(40)
            .flat_map(char::escape_debug)
            .take(60)
            .collect();
        format!("{}.{shown}", self.place)
    }

    fn at(&self, name: &str) -> String {
        format!("“{}”", self.path(name))
    }
}

/// A value of another type than it should have.
pub(crate) fn wrong_type(path: &str, expected: &str) -> ControlError {
    malformed(
        "wrong_type",
        format!("The field “{path}” is not {expected}."),
        format!("Send {expected}."),
    )
}

/// A refusal of the form of a script.
pub(crate) fn malformed(code: &'static str, cause: String, remedy: String) -> ControlError {
    ControlError::new(StatusCode::BAD_REQUEST, code, cause, remedy)
}
