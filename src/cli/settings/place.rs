//! Places in the configuration file, and the sentences about what is wrong there. None of them repeats a value.

use toml::Spanned;
use toml::de::Error;

use crate::cli::suggest::nearest;

/// As many names fit into a sentence.
const FEW: usize = 8;
/// Longest key that a sentence repeats.
const LONGEST_KEY: usize = 32;

/// Form of presets, the only list of tables.
const PRESET: &str = "each preset as a table, under the line [[preset]]";

/// A file by its name, with its text.
pub(super) struct Places<'a> {
    pub(super) text: &'a str,
    pub(super) path: &'a str,
}

impl Places<'_> {
    /// The place at this offset.
    pub(super) fn at(&self, offset: usize) -> String {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}, line {line}, column {column}", self.path)
    }

    /// A key with the place of its value.
    pub(super) fn name<T>(&self, key: &str, value: &Spanned<T>) -> String {
        format!("{key} in {}", self.at(value.span().start))
    }

    /// The sentence about a text that is no TOML. The parser's own words hold nothing of it.
    pub(super) fn malformed(&self, error: &Error) -> String {
        format!(
            "{} is no TOML: {}; see docs/deployment.md",
            self.at(error.span().map_or(0, |span| span.start)),
            error.message()
        )
    }

    /// The sentence about TOML that is no configuration. Of the message, only our own names and words are used.
    pub(super) fn unfit(&self, error: &Error) -> String {
        let span = error.span().unwrap_or_default();
        let place = self.at(span.start);
        match error.message().rsplit_once(", expected ") {
            Some((message, expected)) if message.starts_with("unknown field") => {
                let known: Vec<_> = expected.split('`').skip(1).step_by(2).collect();
                unknown(self.text.get(span).unwrap_or_default(), &known, &place)
            }
            Some((_, "a sequence")) => format!("{place}: write {}", PRESET),
            Some((_, expected)) => format!("{place}: write {expected}"),
            None => format!("{place} cannot be used; see docs/deployment.md"),
        }
    }
}

/// A key that is not known, and the one that was meant.
fn unknown(key: &str, known: &[&str], place: &str) -> String {
    let hint = match nearest(key, known) {
        Some(meant) => format!("did you mean {meant}?"),
        None if known.len() > FEW => "see trill serve --help-all".to_owned(),
        None => format!("it knows {}", known.join(", ")),
    };
    let is_harmless = key.len() <= LONGEST_KEY
        && key
            .chars()
            .all(|character| character.is_ascii_lowercase() || "-_".contains(character));
    match is_harmless {
        true => format!("unknown setting {key} in {place}; {hint}"),
        false => format!("unknown setting in {place}; {hint}"),
    }
}

/// What is wrong with a text that is none of a few words.
pub(super) fn none_of(text: &str, known: &[&str]) -> String {
    let words = known.join(", ");
    match nearest(text, known) {
        Some(meant) => format!("the value is not one of {words}; did you mean {meant}?"),
        None => format!("the value is not one of {words}"),
    }
}
