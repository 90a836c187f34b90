//! Lookup: a payload as one app looks into it.

use std::borrow::Cow;

use serde_json::Value;

use crate::apns::path::{Path, Step};

/// Payload as one app looks into it.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    /// The payload, or a part of it that was JSON inside a text.
    pub payload: &'a Value,
    /// Texts that the app opens.
    pub opened: Opened<'a>,
}

/// Texts that an app opens as JSON, as servers send objects that other services pass on as texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened<'a> {
    /// No text.
    None,
    /// The text at this path.
    At(&'a Path),
    /// Every text through which a path leads.
    All,
}

impl Opened<'_> {
    fn has(self, steps: &[Step]) -> bool {
        match self {
            Self::None => false,
            Self::At(path) => path.steps() == steps,
            Self::All => true,
        }
    }
}

impl<'a> Lookup<'a> {
    /// Value at a path; a text on the way is opened if the app does so.
    pub fn find(self, path: &Path) -> Option<Cow<'a, Value>> {
        if self.opened == Opened::None {
            return path.find(self.payload).map(Cow::Borrowed);
        }
        let mut value = Cow::Borrowed(self.payload);
        for (index, step) in path.steps().iter().enumerate() {
            if let Value::String(text) = &*value
                && self.opened.has(&path.steps()[..index])
            {
                value = Cow::Owned(serde_json::from_str(text).ok()?);
            }
            value = match value {
                Cow::Borrowed(value) => Cow::Borrowed(step.find(value)?),
                Cow::Owned(value) => Cow::Owned(step.find(&value)?.clone()),
            };
        }
        Some(value)
    }
}
