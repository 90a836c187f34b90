//! Condition: a test of a payload and of the situation in which it arrives.

use serde_json::Value;

use super::lookup::{Lookup, Opened};
use super::situation::Situation;
use crate::apns::date;
use crate::apns::path::{Path, Step};
use crate::apns::uuid::Uuid;
use crate::call::phone::App;

/// Test of a payload and of the situation in which it arrives.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The payload has this member, with any value.
    Has(Path),
    /// The payload has no such member.
    Missing(Path),
    /// The member is present and has one of these forms.
    Is(Path, Vec<Form>),
    /// The member has one of these values.
    Equals {
        /// Path of the member.
        path: Path,
        /// Values.
        values: Vec<Value>,
        /// `true` if upper and lower case of ASCII letters are the same.
        ignores_case: bool,
    },
    /// The member is a text that is JSON for which the inner condition holds.
    Json(Path, Box<Self>),
    /// The app is in one of these states.
    App(Vec<App>),
    /// A call of the app rings or is in progress.
    CallAlive,
    /// A call with the UUID of the payload rings or is in progress.
    CallSame,
    /// The member is a time longer ago than this.
    OlderThan {
        /// Path of the member.
        path: Path,
        /// Seconds.
        seconds: u64,
        /// Unit of the time.
        unit: TimeUnit,
    },
    /// `PKVoIPPushMetadata.mustReport` has this value.
    MustReport(bool),
    /// All conditions hold.
    All(Vec<Self>),
    /// At least one of the conditions holds.
    Any(Vec<Self>),
    /// The condition does not hold.
    Not(Box<Self>),
}

/// Form of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text, also an empty one.
    Text,
    /// Text that is not empty.
    NonEmpty,
    /// Empty text.
    Empty,
    /// Number.
    Number,
    /// Number without a fraction.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Object.
    Object,
    /// List.
    Array,
    /// `null`.
    Null,
    /// Text that is a UUID with hyphens.
    Uuid,
    /// Text that is a time according to ISO 8601.
    Iso,
    /// Value that Objective-C’s `boolValue` takes for yes.
    Yes,
    /// Any value.
    Any,
}

impl Form {
    const WORDS: [(Self, &str); 13] = [
        (Self::Text, "text"),
        (Self::NonEmpty, "non-empty"),
        (Self::Empty, "empty"),
        (Self::Number, "number"),
        (Self::Integer, "integer"),
        (Self::Boolean, "boolean"),
        (Self::Object, "object"),
        (Self::Array, "array"),
        (Self::Null, "null"),
        (Self::Uuid, "uuid"),
        (Self::Iso, "iso"),
        (Self::Yes, "true-ish"),
        (Self::Any, "any"),
    ];

    /// Names of the forms in a profile.
    pub(super) fn words() -> impl Iterator<Item = &'static str> {
        Self::WORDS.iter().map(|(_, word)| *word)
    }

    /// Parses the name of a form.
    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(_, other)| *other == word)
            .map(|(form, _)| *form)
    }

    /// Returns `true` if the value has this form.
    pub(super) fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::NonEmpty => value.as_str().is_some_and(|text| !text.is_empty()),
            Self::Empty => value.as_str() == Some(""),
            Self::Number => value.is_number(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::Null => value.is_null(),
            Self::Uuid => value.as_str().and_then(Uuid::parse).is_some(),
            Self::Iso => value.as_str().and_then(date::iso_milliseconds).is_some(),
            Self::Yes => match value {
                Value::String(text) => text.trim_start_matches([' ', '+', '-', '0']).starts_with([
                    'Y', 'y', 'T', 't', '1', '2', '3', '4', '5', '6', '7', '8', '9',
                ]),
                Value::Number(number) => number.as_f64() != Some(0.0),
                value => *value == Value::Bool(true),
            },
            Self::Any => true,
        }
    }
}

/// Unit in which a payload says a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Text according to ISO 8601.
    Iso,
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
}

impl TimeUnit {
    /// Parses the name of a unit.
    pub(super) fn parse(word: &str) -> Option<Self> {
        match word {
            "iso" => Some(Self::Iso),
            "s" => Some(Self::Seconds),
            "ms" => Some(Self::Milliseconds),
            _ => None,
        }
    }

    /// Time in milliseconds since 1970.
    fn milliseconds(self, value: &Value) -> Option<u64> {
        let number = match value {
            Value::String(text) if self == Self::Iso => return date::iso_milliseconds(text),
            // As JSON: `str::parse` would bring ten kilobytes of powers of five to the page.
            Value::String(text) => serde_json::from_str::<Value>(text).ok()?.as_f64()?,
            value => value.as_f64()?,
        };
        let factor = if self == Self::Seconds { 1_000.0 } else { 1.0 };
        // A negative number becomes 0, and one that is too large the largest.
        Some((number * factor) as u64)
    }
}

impl Condition {
    /// Returns `true` if the condition holds.
    pub fn holds(&self, payload: Lookup<'_>, situation: &Situation) -> bool {
        match self {
            Self::Has(path) => payload.find(path).is_some(),
            Self::Missing(path) => payload.find(path).is_none(),
            Self::Is(path, forms) => payload
                .find(path)
                .is_some_and(|value| forms.iter().any(|form| form.fits(&value))),
            Self::Equals {
                path,
                values,
                ignores_case,
            } => payload.find(path).is_some_and(|value| {
                values
                    .iter()
                    .any(|other| are_equal(&value, other, *ignores_case))
            }),
            Self::Json(path, inner) => {
                let text = payload.find(path);
                let opened = text.and_then(|text| serde_json::from_str(text.as_str()?).ok());
                opened.is_some_and(|opened: Value| {
                    let inside = Lookup {
                        payload: &opened,
                        opened: Opened::None,
                    };
                    inner.holds(inside, situation)
                })
            }
            Self::App(states) => states.contains(&situation.app),
            Self::CallAlive => situation.is_call_alive,
            Self::CallSame => situation.is_same_call,
            Self::OlderThan {
                path,
                seconds,
                unit,
            } => {
                let sent = payload
                    .find(path)
                    .and_then(|value| unit.milliseconds(&value));
                sent.zip(situation.now_ms)
                    .is_some_and(|(sent, now)| now.saturating_sub(sent) > seconds * 1_000)
            }
            Self::MustReport(value) => situation.must_report == Some(*value),
            Self::All(inner) => inner.iter().all(|inner| inner.holds(payload, situation)),
            Self::Any(inner) => inner.iter().any(|inner| inner.holds(payload, situation)),
            Self::Not(inner) => !inner.holds(payload, situation),
        }
    }

    /// Path of a text that the condition opens as JSON.
    pub(super) fn opened_text(&self) -> Option<&Path> {
        match self {
            Self::Json(path, _) => Some(path),
            Self::All(inner) | Self::Any(inner) => inner.iter().find_map(Self::opened_text),
            Self::Not(inner) => inner.opened_text(),
            _ => None,
        }
    }

    /// Members of the payload of which the condition needs at least one; empty if it can hold
    /// without any.
    pub(super) fn needed_members(&self) -> Vec<&str> {
        match self {
            Self::Has(path)
            | Self::Is(path, _)
            | Self::Equals { path, .. }
            | Self::Json(path, _) => match path.steps().first() {
                Some(Step::Name(name)) => vec![name],
                _ => Vec::new(),
            },
            Self::All(inner) => inner
                .iter()
                .map(Self::needed_members)
                .find(|members| !members.is_empty())
                .unwrap_or_default(),
            Self::Any(inner) => {
                let needed: Vec<_> = inner.iter().map(Self::needed_members).collect();
                if needed.iter().any(Vec::is_empty) {
                    return Vec::new();
                }
                needed.concat()
            }
            _ => Vec::new(),
        }
    }

    /// Paths whose presence the condition asks for, in the order in which they are written.
    pub fn marks(&self) -> Vec<String> {
        let mut marks = Vec::new();
        self.collect_marks(&mut marks);
        marks
    }

    fn collect_marks(&self, marks: &mut Vec<String>) {
        match self {
            Self::Has(path) | Self::Is(path, _) | Self::Equals { path, .. } => {
                let path = path.to_string();
                if !marks.contains(&path) {
                    marks.push(path);
                }
            }
            Self::Json(path, _) => marks.push(path.to_string()),
            Self::All(inner) | Self::Any(inner) => {
                inner.iter().for_each(|inner| inner.collect_marks(marks));
            }
            _ => {}
        }
    }
}

fn are_equal(value: &Value, other: &Value, ignores_case: bool) -> bool {
    match (value, other) {
        (Value::String(text), Value::String(other)) if ignores_case => {
            text.eq_ignore_ascii_case(other)
        }
        (Value::Number(number), Value::Number(other)) => number.as_f64() == other.as_f64(),
        _ => value == other,
    }
}
