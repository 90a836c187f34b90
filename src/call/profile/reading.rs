//! Reading: the way in which an app reads one field of the call.

use serde_json::Value;

use super::condition::Form;
use super::lookup::Lookup;
use crate::apns::json;
use crate::apns::path::Path;
use crate::apns::uuid::Uuid;
use crate::call::incoming_call::Field;

/// Way in which an app reads a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextReading {
    /// Paths, in the order in which the app tries them.
    pub paths: Vec<Path>,
    /// Forms of values that the app takes; a value of another form is skipped.
    pub takes: Vec<Form>,
    /// Text that the app uses if no path has a value it takes.
    pub otherwise: Option<String>,
    /// Text around the value, in which `{}` stands for the value.
    pub shown: Option<String>,
}

impl TextReading {
    /// Text that the app reads from a payload. The path is empty for the app's own text.
    pub fn read(&self, payload: Lookup<'_>) -> Option<Field<String>> {
        let found = self.paths.iter().find_map(|path| {
            let value = payload.find(path)?;
            self.takes
                .iter()
                .any(|form| form.fits(&value))
                .then(|| Field {
                    path: path.to_string(),
                    value: text_of(&value),
                })
        });
        let own = || {
            Some(Field {
                path: String::new(),
                value: self.otherwise.clone()?,
            })
        };
        let field = found.or_else(own)?;
        Some(match &self.shown {
            Some(around) => Field {
                value: around.replace("{}", &field.value),
                ..field
            },
            None => field,
        })
    }
}

/// Way in which an app reads the video flag.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlagReading {
    /// Paths; the first one that is present decides.
    pub paths: Vec<Path>,
    /// Values that mean video.
    pub yes: Vec<Value>,
    /// Values that mean no video, for an app that takes every other one for video.
    pub no: Vec<Value>,
    /// Flag if no path is present.
    pub otherwise: bool,
}

impl FlagReading {
    /// Flag that the app reads from a payload; `None` if the app has its own and it is `false`.
    pub fn read(&self, payload: Lookup<'_>) -> Option<Field<bool>> {
        let found = self.paths.iter().find_map(|path| {
            let value = payload.find(path)?;
            Some(Field {
                path: path.to_string(),
                value: self.yes.contains(&value)
                    || !self.no.is_empty() && !self.no.contains(&value),
            })
        });
        found.or_else(|| {
            self.otherwise.then(|| Field {
                path: String::new(),
                value: true,
            })
        })
    }
}

/// Way in which an app gets the UUID of the call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UuidReading {
    /// Paths, in the order in which the app tries them.
    pub paths: Vec<Path>,
    /// `true` if the app derives a UUID from any text there.
    pub takes_text: bool,
    /// `true` if the app makes a UUID if it finds none.
    pub is_made: bool,
}

impl UuidReading {
    /// UUID that the app reads from a payload; `None` if the app derives or makes one, or has none.
    pub fn read(&self, payload: Lookup<'_>) -> Option<Field<Uuid>> {
        self.paths.iter().find_map(|path| {
            let value = Uuid::parse(payload.find(path)?.as_str()?)?;
            Some(Field {
                path: path.to_string(),
                value,
            })
        })
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => json::compact(value),
    }
}
