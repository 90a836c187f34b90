//! Mismatch of a JSON value and the type it is read as. The mismatch does not hold the value, so no
//! refusal can repeat it.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};

use super::shown;
use crate::simulator::control_error::ControlError;

/// Mismatch of a value and the type it is read as.
#[derive(Debug)]
pub(crate) struct Mismatch {
    place: Option<String>,
    problem: Problem,
    /// Fields that are known beside those of the type, for the list of known fields.
    also_known: &'static [&'static str],
}

/// Kind of a mismatch.
#[derive(Debug)]
enum Problem {
    Missing,
    MissingField(&'static str),
    UnknownField(String, &'static [&'static str]),
    UnknownWord(&'static [&'static str]),
    WrongType(&'static str),
    WrongValue(String),
}

impl Mismatch {
    /// Creates the mismatch of an absent value.
    pub(super) fn missing() -> Self {
        Self::of(Problem::Missing)
    }

    /// Creates the mismatch of a value of another type than `expected`.
    pub(crate) fn wrong_type(expected: &'static str) -> Self {
        Self::of(Problem::WrongType(expected))
    }

    fn of(problem: Problem) -> Self {
        Self {
            place: None,
            problem,
            also_known: &[],
        }
    }

    /// Sets the place of the mismatch, unless it has one already.
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.place.get_or_insert_with(|| place.to_owned());
        self
    }

    /// Sets the fields that are known beside those of the type.
    pub(crate) fn beside(mut self, fields: &'static [&'static str]) -> Self {
        self.also_known = fields;
        self
    }

    /// Returns the possible names, if the name of a tagged object is none of them.
    pub(crate) fn possible_names(&self) -> Option<&'static [&'static str]> {
        match (&self.place, &self.problem) {
            (None, Problem::UnknownWord(names)) => Some(names),
            _ => None,
        }
    }

    /// Converts the mismatch to a refusal.
    pub(crate) fn into_refusal(self) -> ControlError {
        let place = self.place.unwrap_or_default();
        match self.problem {
            Problem::Missing => missing(&place),
            Problem::MissingField(name) => missing(&inner_place(&place, name)),
            Problem::UnknownField(name, known) => {
                let cause = match place.as_str() {
                    "" => format!("The body has an unknown field, “{}”.", shown(&name)),
                    _ => format!(
                        "The field “{}” is unknown here.",
                        inner_place(&place, &name)
                    ),
                };
                let known = [self.also_known, known].concat().join(", ");
                let fix = format!("Leave it out, or use one of: {known}.");
                ControlError::bad_request("unknown_field", cause, fix)
            }
            Problem::UnknownWord(words) => bad_value(
                &place,
                "is none of its words",
                format!("Use one of: {}.", words.join(", ")),
            ),
            Problem::WrongType(expected) => ControlError::bad_request(
                "wrong_type",
                format!("The field “{place}” is not {expected}."),
                format!("Send {expected}."),
            ),
            Problem::WrongValue(expected) => {
                bad_value(&place, "is out of bounds", format!("Use {expected}."))
            }
        }
    }
}

/// Creates the refusal of a body in which a field is missing.
pub(crate) fn missing(place: &str) -> ControlError {
    ControlError::bad_request(
        "missing_field",
        format!("The field “{place}” is missing."),
        "Add it.",
    )
}

/// Creates the refusal of the value of a field.
pub(crate) fn bad_value(place: &str, what: &str, fix: impl Into<String>) -> ControlError {
    ControlError::unprocessable("bad_value", format!("The field “{place}” {what}."), fix)
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value does not fit its type")
    }
}

impl std::error::Error for Mismatch {}

impl Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::of(Problem::WrongType("what belongs there"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::of(Problem::WrongValue(expected.to_string()))
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        Self::of(Problem::UnknownWord(words))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::of(Problem::UnknownField(name.to_owned(), known))
    }

    fn missing_field(name: &'static str) -> Self {
        Self::of(Problem::MissingField(name))
    }
}

/// Returns the place of a field inside an object.
pub(super) fn inner_place(place: &str, name: &str) -> String {
    match place {
        "" => shown(name),
        _ => format!("{place}.{}", shown(name)),
    }
}
