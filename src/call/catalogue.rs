//! The catalogue: templates, and what is said about each rule and cause.
//!
//! All of it is text that nothing decides by. It stands beside the rules in their own files; the
//! page, which has to stay small, links only the rules and loads this as data after its start.

use serde_json::{Map, Value, json};

use super::template::{self, Template};
use crate::apns::Reason;
use crate::diagnosis;
use crate::lint::{call, request};
use crate::sentence::Sentence;

/// What is said about one rule or cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prose<'a> {
    /// It in a few words.
    pub title: &'a str,
    /// What the phone or APNs does.
    pub why: &'a str,
    /// What to do.
    pub fix: &'a str,
    /// Where that is written down.
    pub source: &'a str,
}

/// The catalogue as it was loaded; empty before that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    /// The payloads to start from.
    pub templates: Vec<Template>,
    prose: Value,
}

impl Catalogue {
    /// Reads what [`to_value`] made.
    pub fn from_value(mut prose: Value) -> Option<Self> {
        let templates = template::from_value(&prose.get_mut("templates")?.take())?;
        Some(Self { templates, prose })
    }

    /// What is said about a rule of the linter; nothing about one that is unknown or not loaded yet.
    pub fn rule(&self, id: &str) -> Prose<'_> {
        self.prose("rules", id)
    }

    /// What is said about a cause of the diagnosis.
    pub fn cause(&self, id: &str) -> Prose<'_> {
        self.prose("causes", id)
    }

    fn prose(&self, kind: &str, id: &str) -> Prose<'_> {
        let entry = &self.prose[kind][id];
        let text = |index: usize| entry[index].as_str().unwrap_or_default();
        Prose {
            title: text(0),
            why: text(1),
            fix: text(2),
            source: text(3),
        }
    }

    /// A sentence in its wording, which the page has from its start: some are said before anybody has signed in.
    pub fn say(&self, sentence: &Sentence) -> String {
        sentence.to_string()
    }

    /// What a reason of APNs means, and what to do about it.
    pub fn reason(&self, word: &str) -> Option<(&'static str, &'static str)> {
        let reason = Reason::parse(word)?;
        Some((reason.meaning(), reason.remedy()))
    }
}

/// The whole catalogue, for the page.
pub fn to_value() -> Value {
    let calls = call::RULES
        .iter()
        .map(|rule| (rule.id, [rule.title, rule.why, rule.fix, rule.source]));
    let requests = request::RULES
        .iter()
        .map(|rule| (rule.id, [rule.title, rule.why, rule.fix, rule.source]));
    let causes = diagnosis::entries().map(|entry| {
        (
            entry.id,
            [entry.title, entry.why, entry.advice, entry.source],
        )
    });
    json!({
        "templates": template::to_value(template::list::all()),
        "rules": by_name(calls.chain(requests)),
        "causes": by_name(causes),
    })
}

fn by_name<const N: usize>(
    entries: impl Iterator<Item = (&'static str, [&'static str; N])>,
) -> Map<String, Value> {
    entries
        .map(|(name, texts)| (name.to_owned(), Value::from(texts.to_vec())))
        .collect()
}
